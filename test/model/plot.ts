// Chooses what a block holds: which commands, in which lists, in which order, at which moment.
// It must not judge results; it only learns from them what to send again.
import type { Command } from '../../chaincode/protocol/commands.js';
import { MARKETPLACE, MEMBERS } from '../support/member-access.js';
import { Cast, type DealBook, type Wish } from './cast.js';
import { buying, dueSteps, isOver } from './deal-wishes.js';
import * as desk from './desk-wishes.js';
import type { Maker } from './desk-wishes.js';
import type { Draw } from './draw.js';
import { ODDITIES, resign, spoiled } from './mischief.js';
import { openUp } from './opening.js';
import type { Played, PlayWorld, PlayedList } from './play-world.js';

/** Other things to do than the steps of deals, with weights. */
const MAKERS: readonly (readonly [number, Maker])[] = [
  [4, buying],
  [6, desk.registerPerson],
  [6, desk.confirmPerson],
  [3, desk.openAccount],
  [4, desk.deposit],
  [2, desk.withdraw],
  [4, desk.askLink],
  [5, desk.confirmLink],
  [9, desk.draftOffer],
  [12, desk.editOffer],
  [12, desk.moderateOffer],
  [9, desk.listOffer],
  [4, desk.registerBank],
  [5, desk.publishBank],
  [1, desk.keepHouse],
  [4, desk.postCredits],
];
const WEIGHT = MAKERS.reduce((sum, [weight]) => sum + weight, 0);
/** Deals that go on at the same time. */
const OPEN_DEALS = 18;

interface Sealed {
  readonly wishes: readonly Wish[];
  readonly list: PlayedList;
}

export class Plot {
  readonly cast: Cast;
  private again: Wish[] = [];
  private readonly used: Wish[] = [];

  constructor(private readonly world: PlayWorld) {
    this.cast = new Cast(world);
  }

  /** Everything that must be there first; nothing of it may be refused. */
  async open(draw: Draw): Promise<void> {
    await openUp(this.cast, draw, async (wishes) => {
      const played = await this.send(draw, wishes, false);
      const refused = played.flatMap(({ results }) => results).filter(({ ok }) => !ok);
      if (refused.length > 0) throw new Error(`the opening was refused: ${JSON.stringify(refused)}`);
    });
    for (let count = 0; count < 4; count += 1) {
      for (const maker of [desk.draftOffer, desk.moderateOffer, desk.listOffer]) {
        await this.send(
          draw,
          [maker(this.cast, draw)].flatMap((made) => made ?? []),
          false,
        );
      }
    }
  }

  /** One block of as many choices as there are seeds. */
  async block(draw: Draw, choices: readonly Draw[]): Promise<void> {
    this.world.access.advance(300 + draw.below(3_500));
    const wishes = this.again.filter(() => draw.chance(85));
    this.again = [];
    const claimed = new Set(wishes.flatMap(({ played }) => dealOf(played.command) ?? []));
    for (const choice of choices) wishes.push(...this.choose(choice, claimed));
    await this.send(draw, wishes, true);
  }

  private choose(draw: Draw, claimed: Set<string>): Wish[] {
    const kind = draw.below(100);
    if (kind < 3) return this.replay(draw);
    if (kind < 9) return [draw.pick(ODDITIES)(this.cast, draw)].flatMap((made) => made ?? []);
    const made = kind < 73 ? this.dealSteps(draw, claimed) : this.deskStep(draw);
    return made.map((wish) => (draw.chance(4) ? spoiled(this.cast, wish, draw) : wish));
  }

  /** A command that was sent before: the same again, or another under its id. */
  private replay(draw: Draw): Wish[] {
    const before = draw.pick(this.used.slice(-400));
    if (before === undefined) return [];
    const body = before.played.command.intent?.body;
    if (draw.chance(60) || body === undefined) return [before];
    return [resign(before, { body: { expiresAt: body.expiresAt + 1 } })];
  }

  private dealSteps(draw: Draw, claimed: Set<string>): Wish[] {
    const { cast } = this;
    if (cast.open.size < OPEN_DEALS && draw.chance(30)) {
      const made = buying(cast, draw);
      if (made !== null) return [made];
    }
    for (const id of draw.shuffled([...cast.open]).slice(0, 6)) {
      const book = cast.deals.get(id);
      if (book === undefined || (claimed.has(id) && !draw.chance(5))) continue;
      const steps = this.stepsOf(book, draw);
      claimed.add(id);
      if (steps.length > 0) return steps;
    }
    return [];
  }

  private stepsOf(book: DealBook, draw: Draw): Wish[] {
    if (isOver(this.cast, book)) {
      this.cast.open.delete(book.id);
      return [];
    }
    const steps = dueSteps(this.cast, book, draw);
    return draw.chance(70) ? steps : steps.slice(0, 1);
  }

  private deskStep(draw: Draw): Wish[] {
    let rest = draw.below(WEIGHT);
    for (const [weight, maker] of MAKERS) {
      rest -= weight;
      if (rest < 0) return [maker(this.cast, draw)].flatMap((made) => made ?? []);
    }
    return [];
  }

  private async send(draw: Draw, wishes: readonly Wish[], freely: boolean): Promise<Played[]> {
    const sealed = sealedLists(wishes, this.world.now, draw, freely);
    const played = await this.world.playBlock(sealed.map(({ list }) => list));
    for (const { list, code, results } of played) {
      const own = sealed.find((candidate) => candidate.list === list)?.wishes ?? [];
      if (code !== null && code !== 0) this.again.push(...own);
      else this.learn(own, results);
    }
    this.cast.learn(this.world.taken());
    return played;
  }

  private learn(sent: readonly Wish[], results: Played['results']): void {
    for (const [index, wish] of sent.entries()) {
      const result = results[index];
      if (result?.ok === false) this.learnRefusal(wish.played.command, result.code);
      if (result?.ok !== true) continue;
      this.used.push(wish);
      const { action, intent } = wish.played.command;
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
function sealedLists(wishes: readonly Wish[], now: number, draw: Draw, freely: boolean): Sealed[] {
  const lists = new Map<string, Wish[]>();
  const many = freely ? 1 + draw.below(3) : 1;
  for (const wish of wishes) {
    const spread = wish.msp === null ? many : Math.min(2, many);
    const place = draw.chance(95) ? numberOf(wish.topic) % spread : draw.below(spread);
    const name = [wish.msp, wish.role, wish.sender, place].join(' ');
    lists.set(name, [...(lists.get(name) ?? []), wish]);
  }
  const ordered = freely ? draw.shuffled([...lists.values()]) : [...lists.values()];
  return ordered.map((own) => ({ wishes: own, list: listOf(own, now, draw, freely) }));
}

function listOf(wishes: readonly Wish[], now: number, draw: Draw, freely: boolean): PlayedList {
  const offset = freely && draw.chance(30) ? draw.below(5_801) - 2_900 : 0;
  const [first] = wishes;
  if (first === undefined) throw new RangeError('a list holds at least one command');
  const { msp, role } = first;
  const sender = first.sender ?? (freely && role === undefined ? draw.pick(MEMBERS) : MARKETPLACE);
  const setting =
    msp === null
      ? { lane: 'agreement' as const, msp: sender, role: role ?? ('gateway' as const) }
      : { lane: 'owner' as const, msp, role: role ?? ('worker' as const) };
  return { setting: { ...setting, now: now + offset }, commands: wishes.map(({ played }) => played) };
}

function numberOf(topic: string): number {
  let number = 7;
  for (const character of topic) number = (number * 31 + character.charCodeAt(0)) % 1_000_003;
  return number;
}
