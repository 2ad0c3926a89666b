// Chooses what a block holds: which commands, in which lists, in which order, at which moment.
// It must not judge results; it only learns from them what to send again.
import type { Command } from '../../chaincode/protocol/commands.js';
import { MARKETPLACE, MEMBERS } from '../support/member-access.js';
import { Cast, type DealBook, type GeneratedCommand } from './cast.js';
import { buying, dueSteps, isOver } from './deal-commands.js';
import * as admin from './registry-commands.js';
import type { Generator } from './registry-commands.js';
import type { Random } from './random.js';
import { INVALID_COMMANDS, resign, spoiled } from './invalid-commands.js';
import { openUp } from './opening.js';
import { changeRules, setCommission } from './parameter-commands.js';
import type { Played, PlayConsortium, PlayedList } from './play-consortium.js';

/** Other things to do than the steps of deals, with weights. */
const MAKERS: readonly (readonly [number, Generator])[] = [
  [4, buying],
  [5, admin.invitePayer],
  [4, admin.takeInvitation],
  [9, admin.withdrawInvitation],
  [6, admin.registerPerson],
  [6, admin.confirmPerson],
  [4, admin.registerClient],
  [6, admin.confirmClient],
  [3, admin.openAccount],
  [4, admin.deposit],
  [2, admin.withdraw],
  [4, admin.askLink],
  [5, admin.confirmLink],
  [9, admin.draftOffer],
  [32, admin.editOffer],
  [48, admin.moderateOffer],
  [26, admin.listOffer],
  [4, admin.registerBank],
  [6, admin.publishBank],
  [1, admin.keepHouse],
  [2, setCommission],
  [110, changeRules],
  [4, admin.postCredits],
];
const WEIGHT = MAKERS.reduce((sum, [weight]) => sum + weight, 0);
/** Deals that go on at the same time. */
const OPEN_DEALS = 18;

interface Sealed {
  readonly commands: readonly GeneratedCommand[];
  readonly list: PlayedList;
}

/** Now and then time passes: deals which nobody carries on come late, and once reach their long stop. Blocks → ms. */
const PAUSES: ReadonlyMap<number, number> = new Map([
  [30, 15_000],
  [50, 15_000],
  [75, 150_000],
]);

export class SequenceGenerator {
  readonly cast: Cast;
  private again: GeneratedCommand[] = [];
  private blocks = 0;
  private readonly used: GeneratedCommand[] = [];

  constructor(private readonly consortium: PlayConsortium) {
    this.cast = new Cast(consortium);
  }

  /** Everything that must be there first; nothing of it may be refused. */
  async open(random: Random): Promise<void> {
    await openUp(this.cast, random, async (commands) => {
      const played = await this.send(random, commands, false);
      const refused = played.flatMap(({ results }) => results).filter(({ ok }) => !ok);
      if (refused.length > 0) throw new Error(`the opening was refused: ${JSON.stringify(refused)}`);
    });
    for (let count = 0; count < 4; count += 1) {
      for (const maker of [admin.draftOffer, admin.moderateOffer, admin.listOffer]) {
        await this.send(
          random,
          [maker(this.cast, random)].flatMap((made) => made ?? []),
          false,
        );
      }
    }
  }

  /** One block of as many choices as there are seeds. */
  async block(random: Random, choices: readonly Random[]): Promise<void> {
    this.blocks += 1;
    const pause = PAUSES.get(this.blocks) ?? 0;
    this.consortium.access.advance(pause + 300 + random.below(3_500));
    const commands = this.again.filter(() => random.chance(85));
    this.again = [];
    const claimed = new Set(commands.flatMap(({ played }) => dealOf(played.command) ?? []));
    for (const choice of choices) commands.push(...this.choose(choice, claimed));
    await this.send(random, commands, true);
  }

  private choose(random: Random, claimed: Set<string>): GeneratedCommand[] {
    const kind = random.below(100);
    if (kind < 3) return this.replay(random);
    if (kind < 7) return [random.pick(INVALID_COMMANDS)(this.cast, random)].flatMap((made) => made ?? []);
    const made = kind < 57 ? this.dealSteps(random, claimed) : this.adminStep(random);
    return made.map((command) => (random.chance(4) ? spoiled(this.cast, command, random) : command));
  }

  /** A command that was sent before: the same again, another under its id, or somebody else's under its id. */
  private replay(random: Random): GeneratedCommand[] {
    const before = random.pick(this.used.slice(-400));
    if (before === undefined) return [];
    const body = before.played.command.intent?.body;
    if (random.chance(60) || body === undefined) return [before];
    const other = random.chance(30) ? admin.aClient(this.cast, random) : null;
    if (other !== null) return [resign(before, { person: other })];
    return [resign(before, { body: { expiresAt: body.expiresAt + 1 } })];
  }

  private dealSteps(random: Random, claimed: Set<string>): GeneratedCommand[] {
    const { cast } = this;
    if (cast.open.size < OPEN_DEALS && random.chance(30)) {
      const made = buying(cast, random);
      if (made !== null) return [made];
    }
    for (const id of random.shuffled([...cast.open]).slice(0, 6)) {
      const book = cast.deals.get(id);
      if (book === undefined || (claimed.has(id) && !random.chance(5))) continue;
      const steps = this.stepsOf(book, random);
      claimed.add(id);
      if (steps.length > 0) return steps;
    }
    return [];
  }

  private stepsOf(book: DealBook, random: Random): GeneratedCommand[] {
    if (isOver(this.cast, book)) {
      this.cast.open.delete(book.id);
      return [];
    }
    const steps = dueSteps(this.cast, book, random);
    return random.chance(70) ? steps : steps.slice(0, 1);
  }

  private adminStep(random: Random): GeneratedCommand[] {
    let rest = random.below(WEIGHT);
    for (const [weight, maker] of MAKERS) {
      rest -= weight;
      if (rest < 0) return [maker(this.cast, random)].flatMap((made) => made ?? []);
    }
    return [];
  }

  private async send(
    random: Random,
    commands: readonly GeneratedCommand[],
    freely: boolean,
  ): Promise<Played[]> {
    const sealed = sealedLists(commands, this.consortium.now, random, freely);
    const played = await this.consortium.playBlock(sealed.map(({ list }) => list));
    for (const { list, code, results } of played) {
      const own = sealed.find((candidate) => candidate.list === list)?.commands ?? [];
      if (code !== null && code !== 0) this.again.push(...own);
      else this.learn(own, results);
    }
    this.cast.learn(this.consortium.taken());
    return played;
  }

  private learn(sent: readonly GeneratedCommand[], results: Played['results']): void {
    for (const [index, command] of sent.entries()) {
      const result = results[index];
      if (result?.ok === false) this.learnRefusal(command.played.command, result.code);
      if (result?.ok !== true) continue;
      this.used.push(command);
      const { action, intent } = command.played.command;
      if (action === 'buy' && intent !== undefined) this.cast.open.add(intent.body.id);
    }
  }

  private learnRefusal({ action, params }: Command, code: string): void {
    const { deal, payment } = params ?? {};
    if (action === 'answerPayment' && typeof payment === 'string') this.cast.refused.add(payment);
    // Nothing will ever pay this deal out: it waits for the long stop.
    if (code === 'UNKNOWN_BANK' && typeof deal === 'string') this.cast.open.delete(deal);
  }
}

/** The deal that a command is about; null: none. */
function dealOf({ intent, params }: Command): string | null {
  const deal = intent?.body.params['deal'] ?? params?.['deal'];
  return typeof deal === 'string' ? deal : null;
}

/** Commands of one topic go into one list as a rule, so that they see each other; chance makes lists that conflict. */
function sealedLists(
  commands: readonly GeneratedCommand[],
  now: number,
  random: Random,
  freely: boolean,
): Sealed[] {
  const lists = new Map<string, GeneratedCommand[]>();
  const many = freely ? 1 + random.below(3) : 1;
  for (const command of commands) {
    const spread = command.msp === null ? many : Math.min(2, many);
    const place = random.chance(95) ? numberOf(command.topic) % spread : random.below(spread);
    const name = [command.msp, command.role, command.sender, place].join(' ');
    lists.set(name, [...(lists.get(name) ?? []), command]);
  }
  const ordered = freely ? random.shuffled([...lists.values()]) : [...lists.values()];
  return ordered.map((own) => ({ commands: own, list: listOf(own, now, random, freely) }));
}

function listOf(
  commands: readonly GeneratedCommand[],
  now: number,
  random: Random,
  freely: boolean,
): PlayedList {
  const offset = freely && random.chance(30) ? random.below(5_801) - 2_900 : 0;
  const [first] = commands;
  if (first === undefined) throw new RangeError('a list holds at least one command');
  const { msp, role } = first;
  const sender = first.sender ?? (freely && role === undefined ? random.pick(MEMBERS) : MARKETPLACE);
  const setting =
    msp === null
      ? { lane: 'agreement' as const, msp: sender, role: role ?? ('gateway' as const) }
      : { lane: 'owner' as const, msp, role: role ?? ('worker' as const) };
  return { setting: { ...setting, now: now + offset }, commands: commands.map(({ played }) => played) };
}

function numberOf(topic: string): number {
  let number = 7;
  for (const character of topic) number = (number * 31 + character.charCodeAt(0)) % 1_000_003;
  return number;
}
