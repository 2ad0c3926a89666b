// One consortium: the real contracts on the engine in process, and the model beside them, kept in step block by block.
// It must not choose what is played; it sends, compares and counts.
import { canonicalJson, type Json } from '../../chaincode/protocol/canonical-json.js';
import { FUNCTIONS, type CommandResult } from '../../chaincode/protocol/commands.js';
import { parseViolation } from '../../chaincode/protocol/violation.js';
import type { Client, InProcessLedger } from '../support/in-process-ledger.js';
import { EndorsementRefused } from '../support/test-ledger.js';
import { MEMBERS, MemberAccess, openGround } from '../support/member-access.js';
import type { PreparedTransaction } from '../support/proposals.js';
import { Invariants } from './invariants.js';
import { LedgerView } from './ledger-view.js';
import type { PlayedCommand, Setting } from './model-command.js';
import { ModelState } from './model-state.js';
import { carryOut, isAsExpected, masked, type Expected, type ListOutcome } from './model.js';
import { VALID, predictedCodes } from './validity.js';

/** A list of commands on its way: one transaction. */
export interface PlayedList {
  readonly setting: Omit<Setting, 'channel'>;
  readonly commands: readonly PlayedCommand[];
}

/** What became of a list. */
export interface Played {
  readonly list: PlayedList;
  /** Null: not ordered, since nothing would have been written. */
  readonly code: number | null;
  readonly results: readonly Expected[];
}

/** Counted over all consortia. */
export class Tally {
  commands = 0;
  accepted = 0;
  repeated = 0;
  transactions = 0;
  blocks = 0;
  readonly conflicts = new Map<number, number>();
  readonly refusals = new Map<string, number>();
  readonly steps = new Map<string, number>();
  readonly ends = new Map<string, number>();

  static count<K>(counts: Map<K, number>, name: K): void {
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
}

interface Endorsed {
  readonly list: PlayedList;
  readonly prepared: PreparedTransaction;
  readonly results: readonly Expected[];
}

export class PlayConsortium {
  readonly model = new ModelState();
  readonly view: LedgerView;
  private readonly invariants: Invariants;
  private fresh: string[] = [];

  private constructor(
    readonly access: MemberAccess<InProcessLedger>,
    private readonly tally: Tally,
  ) {
    this.view = new LedgerView(access.network, MEMBERS);
    this.invariants = new Invariants(this.view, MEMBERS);
  }

  static async open(tally: Tally): Promise<PlayConsortium> {
    return new PlayConsortium(new MemberAccess(await openGround()), tally);
  }

  get now(): number {
    return this.access.now();
  }

  /** Endorses all lists on the same state, orders them as one block, and compares everything with the model. */
  async playBlock(lists: readonly PlayedList[]): Promise<Played[]> {
    const endorsed: Endorsed[] = [];
    const played: Played[] = [];
    for (const list of lists) {
      const outcome = await this.endorse(list);
      if ('prepared' in outcome) endorsed.push(outcome);
      else played.push(outcome);
    }
    const block = endorsed.map(({ prepared }) => prepared);
    const predicted = predictedCodes(block);
    const committed = block.length === 0 ? [] : await this.access.network.orderTogether(block);
    const changed: string[] = [];
    for (const [index, { list, results }] of endorsed.entries()) {
      const code = committed[index]?.code ?? -1;
      must(code === predicted[index], `Fabric's code ${String(code)}, expected ${String(predicted[index])}`);
      if (code === VALID) changed.push(...this.follow(list, results));
      played.push({ list, code, results });
    }
    this.count(played, block.length);
    await this.compare(changed);
    return played;
  }

  /** Keys of rows that came to the model since this was asked last. */
  taken(): string[] {
    const keys = this.fresh;
    this.fresh = [];
    return keys;
  }

  close(): Promise<void> {
    return this.access.close();
  }

  private async endorse(list: PlayedList): Promise<Endorsed | Played> {
    const { setting, commands } = list;
    const client = await this.access.client(setting.msp, setting.role);
    const expected = this.outcome(list);
    const text = canonicalJson(commands.map(({ command }) => command) as unknown as Json); // commands are JSON
    const timestampMs = setting.now;
    const { network } = this.access;
    const results = expected.expected;
    if (setting.lane === 'agreement') {
      const prepared = await network.endorse(client, FUNCTIONS.agree, [text], { timestampMs });
      compareResults(list, resultsIn(prepared.result), results);
      return { list, prepared, results };
    }
    const transient = { owner: setting.msp, commands: text };
    const tried = await network.evaluate(client, setting.msp, FUNCTIONS.tryOwn, [], {
      transient,
      timestampMs,
    });
    compareResults(list, resultsIn(tried), results);
    if (expected.after.written.size === 0) {
      await this.expectNothingWritten(client, list, transient);
      return { list, code: null, results };
    }
    const options = { transient, timestampMs, endorsers: [setting.msp] };
    const prepared = await network.endorse(client, FUNCTIONS.own, [], options);
    compareResults(list, resultsIn(prepared.result), results.map(masked));
    return { list, prepared, results };
  }

  private async expectNothingWritten(
    client: Client,
    { setting }: PlayedList,
    transient: { readonly owner: string; readonly commands: string },
  ): Promise<void> {
    const options = { transient, timestampMs: setting.now, endorsers: [setting.msp] };
    try {
      await this.access.network.endorse(client, FUNCTIONS.own, [], options);
    } catch (cause) {
      if (!(cause instanceof EndorsementRefused)) throw cause;
      must(parseViolation(cause.message)?.code === 'NOTHING_WRITTEN', cause.message);
      return;
    }
    throw new Error('an owner list that writes nothing was endorsed');
  }

  /**
   * The transaction is valid, so on the state that those before it have left it must do the very same: that is what
   * version checks are for.
   */
  private follow(list: PlayedList, results: readonly Expected[]): string[] {
    const { expected, after } = this.outcome(list);
    for (const [index, result] of expected.entries()) {
      const same = JSON.stringify(result) === JSON.stringify(results[index]);
      must(same, `not serializable: ${describe(list, index)} would now be ${JSON.stringify(result)}`);
    }
    for (const step of after.steps) Tally.count(this.tally.steps, step);
    for (const end of after.ends) Tally.count(this.tally.ends, end);
    const keys = [...after.written.keys()];
    this.fresh.push(...keys.filter((key) => this.model.read(key) === undefined));
    after.commit();
    return keys;
  }

  private outcome({ setting, commands }: PlayedList): ListOutcome {
    return carryOut(this.model, commands, { ...setting, channel: this.access.channel });
  }

  private async compare(expectedChanges: readonly string[]): Promise<void> {
    const changed = await this.view.refresh();
    const differences = this.view.differences(this.model, [...changed, ...expectedChanges]);
    must(differences.length === 0, `state differs:\n${differences.slice(0, 5).join('\n')}`);
    this.invariants.check(changed);
  }

  private count(played: readonly Played[], transactions: number): void {
    this.tally.blocks += 1;
    this.tally.transactions += transactions;
    for (const { code, results } of played) {
      this.tally.commands += results.length;
      if (code !== null && code !== VALID) Tally.count(this.tally.conflicts, code);
      for (const result of results) {
        if (!result.ok) Tally.count(this.tally.refusals, result.code);
        else if (code === VALID || code === null) this.tally.accepted += 1;
        if (result.ok && result.repeated) this.tally.repeated += 1;
      }
    }
  }
}

function compareResults(
  list: PlayedList,
  found: readonly CommandResult[],
  expected: readonly Expected[],
): void {
  must(found.length === expected.length, `a list of ${String(expected.length)} has one result each`);
  for (const [index, result] of expected.entries()) {
    const same = isAsExpected(found[index], result);
    const words = `${describe(list, index)}\n  expected ${JSON.stringify(result)}`;
    must(same, `${words}\n  found    ${JSON.stringify(found[index])}`);
  }
}

function describe({ setting, commands }: PlayedList, index: number): string {
  const { lane, msp, role, now } = setting;
  const played = commands[index];
  const { action, intent, params } = played?.command ?? { action: '' };
  const said = JSON.stringify({ body: intent?.body, params, flaw: played?.flaw, now });
  return `${action} (${lane} lane, ${msp}, ${role}) ${said}`;
}

function resultsIn(bytes: Buffer): CommandResult[] {
  return JSON.parse(bytes.toString('utf8')) as CommandResult[]; // what the contracts return
}

function must(condition: boolean, sentence: string): asserts condition {
  if (!condition) throw new Error(sentence);
}
