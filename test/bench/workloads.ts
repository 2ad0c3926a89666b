// What is measured, one function for each workload; each throws if the ledger did not do what was asked.
import { common } from '@hyperledger/fabric-protos';
import type { CommandOutcome } from '../../gateway/protocol/admin.js';
import { BANK_A, MARKETPLACE } from '../support/member-access.js';
import { accountOf } from '../counters/load-day.js';
import type { DoorPayment } from './door.js';
import { MONEY, OWN_KEYS, requireDone, type BenchConsortium, type Payment } from './bench-consortium.js';
import { keepInFlight, median, perSecond, timed } from './pace.js';
import { ProcessorMeter, type ProcessorTimes } from './processor-time.js';

/** How many pieces of work each workload has. */
export interface Sizes {
  /** Payments, and puts, one at a time. */
  readonly light: number;
  /** Puts, and single payments, with many in flight. */
  readonly busy: number;
  /** Commands that travel in lists. */
  readonly listed: number;
  /** Additions to the hot row. */
  readonly hot: number;
  /** Parts of payments through the web door, and past it; each is one payment of each client. */
  readonly door: number;
}
export const USUAL_SIZES: Sizes = { light: 20, busy: 1_280, listed: 2_400, hot: 96, door: 8 };
export const IN_FLIGHT = 32;
/** Each side of the pair of puts and single payments is measured in so many parts. */
const PARTS = 8;

/** One round of all workloads; per second unless said. */
export interface Round {
  readonly putLatencyMs: number;
  readonly paymentLatencyMs: number;
  readonly puts: number;
  readonly ownPuts: number;
  readonly singlePayments: number;
  readonly submittedInLists: number;
  readonly admittedInLists: number;
  /** Both of the above together: what the agreement lane does for one payment. */
  readonly agreedInLists: number;
  readonly answeredInLists: number;
  /** Valid additions to one hot row. */
  readonly hotAdditions: number;
  /** Share of the additions that failed. */
  readonly hotFailures: number;
  /** Signed payments through the marketplace's web door, and by its ledger client alone. */
  readonly doorPayments: number;
  readonly clientPayments: number;
  /** Of all processes, for each command. */
  readonly processorMs: Readonly<Record<Metered, ProcessorTimes>>;
}
/** The work whose processor time is shown. */
export const METERED = ['put', 'single', 'submission', 'admission', 'answer', 'door', 'client'] as const;
export type Metered = (typeof METERED)[number];

let made = 0;
/** A key that nobody wrote before. */
function freshKey(): string {
  made += 1;
  return `put/${String(process.pid)}/${String(made)}`;
}

/** A value of about a payment's size would only slow the put down; the ceiling is a small one. */
const VALUE = '1';

/** All workloads once; even and odd rounds take the two sides of a pair in turns. */
export async function round(bench: BenchConsortium, number: number, sizes: Sizes): Promise<Round> {
  const payments = await bench.newPayments(sizes.light + sizes.busy + sizes.listed);
  const light = payments.slice(0, sizes.light);
  const single = payments.slice(sizes.light, sizes.light + sizes.busy);
  const listed = payments.slice(sizes.light + sizes.busy);
  const latencies = await lightLoad(bench, light);
  const meter = new ProcessorMeter(METERED, () => [...bench.ground.processes, ...bench.door.processes]);
  const singles = await putsAndPayments(bench, meter, { payments: single, number });
  const lists = await inLists(bench, meter, { listed, others: [...light, ...single] });
  const ownPuts = await ownPutsPerSecond(bench, sizes.busy);
  const hot = await hotRow(bench, sizes.hot);
  const doors = await throughTheDoor(bench, meter, { parts: sizes.door, number });
  const processorMs = meter.times;
  return { ...latencies, ...singles, ownPuts, ...lists, ...hot, ...doors, processorMs };
}

/** (e) Put and payment in turns, one in flight: the medians. */
async function lightLoad(bench: BenchConsortium, payments: readonly Payment[]) {
  const puts: number[] = [];
  const submissions: number[] = [];
  for (const { submission } of payments) {
    puts.push(await timed(() => bench.puts.put(freshKey(), VALUE)));
    submissions.push(
      await timed(async () => requireDone(await bench.single.submit('agreement', [submission]))),
    );
  }
  return { putLatencyMs: median(puts), paymentLatencyMs: median(submissions) };
}

/**
 * (a) and (b) in parts: the one, the other twice, the one twice, and so on, so that whatever drifts meanwhile (what
 * earlier work left behind, the machine's other work) weighs on both alike. Throws if any block of a payment holds an
 * invalid transaction.
 */
async function putsAndPayments(
  bench: BenchConsortium,
  meter: ProcessorMeter<Metered>,
  { payments, number }: { readonly payments: readonly Payment[]; readonly number: number },
) {
  const spentMs = { put: 0, single: 0 };
  const outcomes: CommandOutcome[] = [];
  const take = async (side: 'put' | 'single', part: readonly Payment[]): Promise<void> => {
    const work = side === 'put' ? () => putMs(bench, part.length) : () => paymentMs(bench, part, outcomes);
    spentMs[side] += await meter.measure(side, part.length, work);
  };
  const partSize = Math.ceil(payments.length / PARTS);
  for (let index = 0; index < PARTS; index += 1) {
    const part = payments.slice(index * partSize, (index + 1) * partSize);
    const isPutFirst = (index + number) % 2 === 0;
    await take(isPutFirst ? 'put' : 'single', part);
    await take(isPutFirst ? 'single' : 'put', part);
  }
  await requireValid(bench, outcomes);
  return {
    puts: perSecond(payments.length, spentMs.put),
    singlePayments: perSecond(payments.length, spentMs.single),
  };
}

/** (a) Blind puts, endorsed as agreements are. */
function putMs(bench: BenchConsortium, count: number): Promise<number> {
  const tasks = Array.from({ length: count }, () => () => bench.puts.put(freshKey(), VALUE));
  return keepInFlight(IN_FLIGHT, tasks);
}

/** (a) Blind puts, endorsed by the owner alone. */
async function ownPutsPerSecond(bench: BenchConsortium, count: number): Promise<number> {
  const keys = Array.from({ length: count }, (_, index) => OWN_KEYS[index % OWN_KEYS.length] ?? '');
  const tasks = keys.map((key) => () => bench.ownPuts.putOwn(key, VALUE));
  return perSecond(count, await keepInFlight(IN_FLIGHT, tasks));
}

/** (b) One signed payment per transaction, all to one seller. */
function paymentMs(
  bench: BenchConsortium,
  payments: readonly Payment[],
  outcomes: CommandOutcome[],
): Promise<number> {
  const tasks = payments.map(({ submission }) => async () => {
    outcomes.push(...(await bench.single.submit('agreement', [submission])));
  });
  return keepInFlight(IN_FLIGHT, tasks);
}

async function requireValid(bench: BenchConsortium, outcomes: readonly CommandOutcome[]): Promise<void> {
  requireDone(outcomes);
  const blocks = outcomes.map(({ block }) => block ?? 0);
  const codes = codesIn(await bench.ground.blocks(Math.min(...blocks), Math.max(...blocks)));
  const invalid = codes.filter((code) => code !== 0);
  if (invalid.length > 0) throw new Error(`single payments ended with the codes ${invalid.join(', ')}`);
}

function codesIn(blocks: readonly common.Block[]): number[] {
  return blocks.flatMap((block) => [
    ...(block.getMetadata()?.getMetadataList_asU8()[common.BlockMetadataIndex.TRANSACTIONS_FILTER] ?? []),
  ]);
}

/** (c) Payments in lists: submitted and admitted in the agreement lane, answered in the owner's; each by itself. */
async function inLists(
  bench: BenchConsortium,
  meter: ProcessorMeter<Metered>,
  { listed, others }: { readonly listed: readonly Payment[]; readonly others: readonly Payment[] },
) {
  const client = bench.consortium.ledger(MARKETPLACE);
  const took = (name: Metered, work: () => Promise<unknown>) =>
    meter.measure(name, listed.length, () => timed(work));
  const submittedMs = await took('submission', async () =>
    requireDone(
      await client.submit(
        'agreement',
        listed.map(({ submission }) => submission),
      ),
    ),
  );
  let admitted: readonly CommandOutcome[] = [];
  const admittedMs = await took('admission', async () => {
    admitted = requireDone(
      await client.submit(
        'agreement',
        listed.map(({ admission }) => admission),
      ),
    );
  });
  await bench.consortium.everywhere(Promise.resolve(admitted));
  const answeredMs = await took('answer', () => bench.answer(listed));
  // Untimed: so that the money of all payments can be checked.
  const rest = client.submit(
    'agreement',
    others.map(({ admission }) => admission),
  );
  requireDone(await bench.consortium.everywhere(rest));
  await bench.answer(others);
  return {
    submittedInLists: perSecond(listed.length, submittedMs),
    admittedInLists: perSecond(listed.length, admittedMs),
    agreedInLists: perSecond(2 * listed.length, submittedMs + admittedMs),
    answeredInLists: perSecond(listed.length, answeredMs),
  };
}

/** (d) The payee's balance as one row, read and written by every transaction. */
async function hotRow(bench: BenchConsortium, count: number) {
  const key = freshKey();
  let valid = 0;
  const tasks = Array.from({ length: count }, () => async () => {
    if (await bench.puts.add(key, VALUE)) valid += 1;
  });
  const ms = await keepInFlight(IN_FLIGHT, tasks);
  const balance = await bench.puts.balance(key);
  if (balance !== BigInt(valid))
    throw new Error(`${String(valid)} additions were valid, found ${String(balance)}`);
  return { hotAdditions: perSecond(valid, ms), hotFailures: 1 - valid / count };
}

/**
 * (f) A payment of each client at the web door, then of each past it, and so on: both with as many in flight, in lists
 * as the ledger client makes them. What a client has open is admitted after each part, as it is where banks answer.
 */
async function throughTheDoor(
  bench: BenchConsortium,
  meter: ProcessorMeter<Metered>,
  { parts, number }: { readonly parts: number; readonly number: number },
) {
  const spentMs = { door: 0, client: 0 };
  const ledger = bench.consortium.ledger(MARKETPLACE);
  const pay = {
    door: (payment: DoorPayment) => bench.door.pay(payment),
    client: async ({ command }: DoorPayment) => requireDone(await ledger.submit('agreement', [command])),
  };
  let paid = 0;
  const take = async (side: 'door' | 'client'): Promise<void> => {
    const payments = await bench.door.newPayments();
    const tasks = payments.map((payment) => () => pay[side](payment));
    spentMs[side] += await meter.measure(side, tasks.length, () => keepInFlight(IN_FLIGHT, tasks));
    requireDone(
      await ledger.submit(
        'agreement',
        payments.map(({ admission }) => admission),
      ),
    );
    paid += payments.length;
  };
  for (let index = 0; index < parts; index += 1) {
    const isDoorFirst = (index + number) % 2 === 0;
    await take(isDoorFirst ? 'door' : 'client');
    await take(isDoorFirst ? 'client' : 'door');
  }
  return {
    doorPayments: perSecond(paid / 2, spentMs.door),
    clientPayments: perSecond(paid / 2, spentMs.client),
  };
}

/** Rows in bulk, before anything is measured. */
export async function fillRows(
  bench: BenchConsortium,
  rows: number,
  tell: (line: string) => void,
): Promise<void> {
  const starts = Array.from({ length: Math.ceil(rows / ROWS_AT_ONCE) }, (_, index) => index * ROWS_AT_ONCE);
  let there = 0;
  const tasks = starts.map((from) => async () => {
    const count = Math.min(ROWS_AT_ONCE, rows - from);
    await bench.puts.fill(from, count);
    there += count;
    if (there % ROWS_TOLD === 0) tell(`${String(there)} of ${String(rows)} rows are on the ledger.`);
  });
  await keepInFlight(FILLS_IN_FLIGHT, tasks);
}
const ROWS_AT_ONCE = 1_000;
const FILLS_IN_FLIGHT = 4;
const ROWS_TOLD = 50_000;

/** Bank A's books: every payer's hold is what he paid, the rest is still his, and all lines sum to zero. */
export async function requireMoney(bench: BenchConsortium): Promise<void> {
  const { sum, accounts } = await bench.consortium.trialBalance(BANK_A);
  if (sum !== '0') throw new Error(`the books of Bank A sum to ${sum}`);
  for (const payer of bench.payers) {
    const { account } = accountOf(payer);
    const held = bench.paid.get(account) ?? 0n;
    const found = [accounts[`held/${account}`] ?? '0', accounts[`available/${account}`] ?? '0'];
    const expected = [String(held), String(MONEY - held)];
    if (found.join() !== expected.join()) {
      throw new Error(
        `account ${account}: held and available are ${found.join()}, expected ${expected.join()}`,
      );
    }
  }
}
