// Plays random transactions on a ground, block by block, and says what came of each.
import { createHash } from 'node:crypto';
import { ledger, peer } from '@hyperledger/fabric-protos';
import { openTransaction } from './envelope.js';
import { COLLECTIONS, draft, KEYS, type Draft } from './fuzz-drafts.js';
import { BANK_A, BANK_B, MARKET, MEMBERS, openGround, type Cutting, type GroundName } from './ground.js';
import { Network } from './network.js';
import type { Json } from './operations.js';
import { masked, refusalOf, ScriptFailure } from './outcome.js';
import { Random } from './random.js';
import { envelopeOf, Stage, type Endorsed } from './stage.js';
import type { Placement } from './watch.js';

/** So many make a block at once; the time is never waited for unless something is wrong. */
const IN_A_BLOCK = 40;
const CUTTING: Cutting = { maxMessageCount: IN_A_BLOCK, timeoutMs: 3_000 };
/** Both grounds begin at this block, so that versions in read sets are the same bytes. */
const FIRST_BLOCK = 12;
const AT_ONCE = 16;
/** For runs on real Fabric: no deleted key gets a policy. */
export const LASTING_KEYS = 12;

export interface FuzzPlan {
  readonly seed: number;
  readonly transactions: number;
  /** How many keys are never deleted; see `draft`. */
  readonly lastingKeys: number;
  /** The blocks of another play, by the drafts' numbers; without them they are drawn by seed. */
  readonly blocks?: readonly (readonly number[])[];
}

export interface FuzzOutcome {
  /** Of each draft what its endorsement answered. */
  readonly endorsements: readonly string[];
  /** Drafts by number, in the order in which the ledger has them. */
  readonly blocks: readonly (readonly number[])[];
  readonly codes: readonly (readonly number[])[];
  /** Everything that the peers hold in the end. */
  readonly state: string;
}

export async function playFuzz(name: GroundName, plan: FuzzPlan): Promise<FuzzOutcome> {
  const network = await Network.open(await openGround(name, CUTTING));
  try {
    const stage = new Stage(network, '');
    await fillUp(stage);
    return await new FuzzPlay(stage, plan).run();
  } finally {
    await network.close();
  }
}

/** Whole blocks of nothing, until the next block is the one that both grounds begin with. */
async function fillUp(stage: Stage): Promise<void> {
  const height = (): number => stage.network.watch.blocks().length;
  while (height() < FIRST_BLOCK) {
    const fillers = await inParallel(
      Array.from({ length: IN_A_BLOCK }, () => () => stage.endorse([['put', 'filler', '']])),
    );
    await orderAll(stage, fillers);
  }
  if (height() > FIRST_BLOCK) throw new ScriptFailure(`the next block is ${String(height())} already`);
}

/** One after the other; resolves when every peer has the state after the last of them. */
async function orderAll(stage: Stage, endorsed: readonly Endorsed[]): Promise<Placement[]> {
  for (const { transaction } of endorsed) await transaction.submit();
  const { watch } = stage.network;
  const places = await Promise.all(
    endorsed.map(async ({ txId }) => (await watch.placements(txId)).slice(0, 1)),
  );
  await Promise.all(endorsed.slice(-1).map(({ txId }) => stage.network.settled(txId)));
  return places.flat();
}

class FuzzPlay {
  private readonly random: Random;
  private readonly order: Random;
  private readonly endorsements: string[] = [];
  private readonly blocks: (readonly number[])[] = [];
  private readonly codes: (readonly number[])[] = [];
  private readonly pool = new Map<number, Endorsed>();

  constructor(
    private readonly stage: Stage,
    private readonly plan: FuzzPlan,
  ) {
    this.random = new Random(plan.seed);
    this.order = new Random(plan.seed + 1);
  }

  async run(): Promise<FuzzOutcome> {
    while (this.endorsements.length < this.plan.transactions) {
      await this.endorseSome();
      if (this.pool.size >= IN_A_BLOCK) await this.orderBlock();
    }
    while (this.pool.size >= IN_A_BLOCK) await this.orderBlock();
    const { endorsements, blocks, codes } = this;
    return { endorsements, blocks, codes, state: await stateOf(this.stage) };
  }

  /** Over one and the same state; what is not ordered at once waits in the pool and grows stale. */
  private async endorseSome(): Promise<void> {
    const first = this.endorsements.length;
    const drafts = Array.from({ length: IN_A_BLOCK }, () => draft(this.random, this.plan.lastingKeys));
    const answers = await inParallel(drafts.map((each, index) => () => this.endorse(each, first + index)));
    this.endorsements.push(...answers);
  }

  private async endorse({ at, by, operations }: Draft, number: number): Promise<string> {
    try {
      const endorsed = await this.stage.endorse(operations, { at, by });
      this.pool.set(number, endorsed);
      return answerOf(endorsed);
    } catch (error) {
      return JSON.stringify(masked(withoutOrder(refusalOf(error)), '\0'));
    }
  }

  private async orderBlock(): Promise<void> {
    const wanted = this.nextBlock();
    const chosen = wanted.map((number) => {
      const endorsed = this.pool.get(number);
      if (endorsed === undefined) throw new ScriptFailure(`draft ${String(number)} was not endorsed here`);
      this.pool.delete(number);
      return endorsed;
    });
    const places = await orderAll(this.stage, chosen);
    const placed = places.map((place, index) => ({ number: wanted[index] ?? -1, ...place }));
    if (new Set(placed.map(({ block }) => block)).size !== 1) throw new ScriptFailure('a block was split');
    placed.sort((left, right) => left.index - right.index);
    this.blocks.push(placed.map(({ number }) => number));
    this.codes.push(placed.map(({ code }) => code));
  }

  private nextBlock(): readonly number[] {
    if (this.plan.blocks !== undefined) return this.plan.blocks[this.blocks.length] ?? [];
    return this.order.take(
      [...this.pool.keys()].sort((left, right) => left - right),
      IN_A_BLOCK,
    );
  }
}

/** Answer, event and the bytes of what was read and written, all but the definition's versions. */
function answerOf(endorsed: Endorsed): string {
  const { result } = openTransaction(envelopeOf(endorsed).getPayload_asU8());
  const event = peer.ChaincodeEvent.deserializeBinary(result.getEvents_asU8());
  const sets = ledger.rwset.TxReadWriteSet.deserializeBinary(result.getResults_asU8());
  const response = result.getResponse();
  return JSON.stringify({
    status: response?.getStatus() ?? 0,
    // A history also has the times of its proposals, which are those of this run.
    answers: masked(JSON.stringify(endorsed.answers).replaceAll(/"at":"\d+"/g, ''), '\0'),
    event: [event.getEventName(), Buffer.from(event.getPayload_asU8()).toString('base64')],
    sets: sets
      .getNsRwsetList()
      .filter((set) => set.getNamespace() !== '_lifecycle')
      .map((set) => Buffer.from(set.serializeBinary()).toString('base64')),
  });
}

/** Whose endorsement came first, and who is therefore said to differ, is chance. */
function withoutOrder(refusal: Json): Json {
  const text = JSON.stringify(refusal);
  return text.includes('ProposalResponsePayloads do not match') ? 'the endorsers differ' : refusal;
}

async function stateOf(stage: Stage): Promise<string> {
  const rows = await Promise.all(
    MEMBERS.map((at) =>
      stage.evaluate(
        [
          ['range', '', ''],
          ['composite', 'type', []],
        ],
        { at },
      ),
    ),
  );
  const policies = await stage.evaluate(
    KEYS.map((key) => ['getPolicy', key] as const),
    { at: MARKET },
  );
  const hashes = await stage.evaluate(
    COLLECTIONS.flatMap((collection) => KEYS.map((key) => ['hash', collection, key] as const)),
    { at: MARKET },
  );
  const values = await Promise.all(
    [BANK_A, BANK_B].map((at) =>
      stage.evaluate(
        COLLECTIONS.map((collection) => ['try', ['rangePrivate', collection, '', '']] as const),
        { at },
      ),
    ),
  );
  // A refusal names its transaction.
  return JSON.stringify({ rows, policies, hashes, values: masked(values, '\0') });
}

async function inParallel<T>(work: readonly (() => Promise<T>)[]): Promise<T[]> {
  const done: T[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let at = next++; at < work.length; at = next++) {
      const task = work[at];
      if (task !== undefined) done[at] = await task();
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return done;
}

export function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}
