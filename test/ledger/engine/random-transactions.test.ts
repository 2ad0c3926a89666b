// Thousands of random transactions in random blocks against a plain model that predicts each code and the final
// state. The model shares no code with the engine.
import { expect } from 'chai';
import { peer } from '@hyperledger/fabric-protos';
import type { PreparedTransaction } from '../../support/in-process-ledger.js';
import type { Step } from './asset-contract.js';
import { LedgerStage, MEMBERS } from './ledger-stage.js';

const Code = peer.TxValidationCode;
const [market, bankA, bankB, courier] = MEMBERS;
const OWNERS = [bankA, bankB] as const;
const keys = Array.from({ length: 12 }, (_, i) => `k${String(i).padStart(2, '0')}`);
const ENDORSER_SETS = [
  [market, bankA],
  [market, bankB],
  [market, courier],
  [bankA],
  [bankB],
  [bankA, bankB],
  [...MEMBERS],
];
const TRANSACTIONS = 1_500;

interface Row {
  readonly value: string;
  readonly owner: string | null;
  readonly changed: number;
}

interface Script {
  readonly steps: Step[];
  readonly endorsers: readonly string[];
  /** What it saw: key → change number, null when absent; ranges by their contents. */
  readonly reads: Map<string, number | null>;
  readonly ranges: { readonly start: string; readonly end: string; readonly seen: string }[];
  readonly prepared: PreparedTransaction;
}

/** A linear congruential generator: the same seed, the same run. */
function generator(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return Math.floor((state / 0x80000000) * below);
  };
}

class Model {
  readonly rows = new Map<string, Row>();
  private changes = 0;

  contents(start: string, end: string): string {
    const inside = [...this.rows]
      .filter(([key]) => key >= start && key < end)
      .sort(([a], [b]) => (a < b ? -1 : 1));
    return inside.map(([key, { changed }]) => `${key}:${String(changed)}`).join();
  }

  /** Predicts the codes of a block and applies what is valid. */
  commit(block: readonly Script[]): number[] {
    const before = new Map(this.rows);
    const repoliced = new Set<string>();
    const endorsed = block.map((script) => {
      const ok = this.isEndorsed(script, before, repoliced);
      if (ok)
        script.steps.filter(([name]) => name === 'own').forEach(([, key]) => repoliced.add(String(key)));
      return ok;
    });
    const touched = new Set<string>();
    return block.map((script, i) => {
      if (!endorsed[i]) return Code.ENDORSEMENT_POLICY_FAILURE;
      const stale = [...script.reads].some(
        ([key, seen]) => touched.has(key) || (this.rows.get(key)?.changed ?? null) !== seen,
      );
      if (stale) return Code.MVCC_READ_CONFLICT;
      if (script.ranges.some(({ start, end, seen }) => this.contents(start, end) !== seen)) {
        return Code.PHANTOM_READ_CONFLICT;
      }
      this.apply(script, touched);
      return Code.VALID;
    });
  }

  private isEndorsed(
    script: Script,
    before: ReadonlyMap<string, Row>,
    repoliced: ReadonlySet<string>,
  ): boolean {
    const { endorsers } = script;
    const agreed = endorsers.includes(market) && endorsers.length > 1;
    const written = script.steps
      .filter(([name]) => name !== 'get' && name !== 'range')
      .map(([, key]) => String(key));
    if (written.length === 0) return agreed;
    return written.every((key) => {
      const owner = before.get(key)?.owner;
      return !repoliced.has(key) && (owner ? endorsers.includes(owner) : agreed);
    });
  }

  private apply(script: Script, touched: Set<string>): void {
    const changed = ++this.changes;
    for (const [key, change] of changesOf(script.steps)) {
      const row = this.rows.get(key);
      const value = change.value ?? row?.value;
      if (value === undefined) continue;
      touched.add(key);
      if (value === '') this.rows.delete(key);
      else this.rows.set(key, { value, owner: change.owner ?? row?.owner ?? null, changed });
    }
  }
}

/** The last value ('' deletes) and the last owner that a script gives each key. */
function changesOf(
  steps: readonly Step[],
): Map<string, { readonly value?: string; readonly owner?: string }> {
  const changes = new Map<string, { readonly value?: string; readonly owner?: string }>();
  for (const [name, key, argument] of steps) {
    if (name === 'get' || name === 'range') continue;
    const change = changes.get(String(key)) ?? {};
    if (name === 'own') changes.set(String(key), { ...change, owner: String(argument) });
    else changes.set(String(key), { ...change, value: name === 'put' ? String(argument) : '' });
  }
  return changes;
}

describe('embedded engine: random transactions', () => {
  it(`${String(TRANSACTIONS)} in random blocks end as a plain model predicts`, async function () {
    this.timeout(120_000);
    const stage = await LedgerStage.open();
    const model = new Model();
    const random = generator(7);
    const counts = new Map<number, number>();
    for (let done = 0; done < TRANSACTIONS;) {
      const block: Script[] = [];
      // Some are endorsed before others commit: the next block is endorsed in two halves.
      const waiting = await Promise.all(
        Array.from({ length: 1 + random(4) }, () => script(stage, model, random)),
      );
      const early = await Promise.all(
        Array.from({ length: 1 + random(3) }, () => script(stage, model, random)),
      );
      await commit(stage, model, early, counts);
      block.push(...waiting, await script(stage, model, random));
      await commit(stage, model, block, counts);
      done += early.length + block.length;
    }
    for (const code of [
      Code.VALID,
      Code.ENDORSEMENT_POLICY_FAILURE,
      Code.MVCC_READ_CONFLICT,
      Code.PHANTOM_READ_CONFLICT,
    ]) {
      expect(counts.get(code) ?? 0, `transactions with code ${String(code)}`).to.be.greaterThan(30);
    }
    const expected = [...model.rows]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, { value }]) => `${key}=${value}`);
    expect(await stage.read([['range', 'k', 'l']])).to.deep.equal([expected]);
    await stage.close();
  });
});

async function commit(
  stage: LedgerStage,
  model: Model,
  block: readonly Script[],
  counts: Map<number, number>,
): Promise<void> {
  const predicted = model.commit(block);
  const codes = await stage.codes(block.map(({ prepared }) => prepared));
  expect(codes, JSON.stringify(block.map(({ steps, endorsers }) => ({ steps, endorsers })))).to.deep.equal(
    predicted,
  );
  for (const code of codes) counts.set(code, (counts.get(code) ?? 0) + 1);
}

async function script(stage: LedgerStage, model: Model, random: (below: number) => number): Promise<Script> {
  const pick = <T>(from: readonly T[]): T => from[random(from.length)] as T;
  const steps: Step[] = [];
  const reads = new Map<string, number | null>();
  const ranges: Script['ranges'] = [];
  for (let i = 1 + random(3); i > 0; i--) {
    const key = pick(keys);
    const kind = random(20);
    if (kind < 6) {
      steps.push(['get', key]);
      reads.set(key, model.rows.get(key)?.changed ?? null);
    } else if (kind < 9) {
      const [start, end] = [key, pick(keys)].sort() as [string, string];
      steps.push(['range', start, end]);
      ranges.push({ start, end, seen: model.contents(start, end) });
    } else if (kind < 16) steps.push(['put', key, String(random(1_000))]);
    else if (kind < 18) steps.push(['del', key]);
    else steps.push(['own', key, pick(OWNERS)]);
  }
  const endorsers = random(3) > 0 ? MEMBERS : pick(ENDORSER_SETS);
  return { steps, endorsers, reads, ranges, prepared: await stage.endorse(steps, endorsers) };
}
