// One transaction from endorsement to commit, and how an unknown outcome is resolved; with a scripted ledger.
import { expect } from 'chai';
import { CommitTracker } from '../../../gateway/ledger/commit-tracker.js';
import { newCounters } from '../../../gateway/ledger/counters.js';
import { LedgerUnavailable } from '../../../gateway/ledger/ledger-errors.js';
import {
  type ChaincodeRequest,
  type Commit,
  type CommitBlock,
  type Delivery,
  EndorseFailure,
  type LedgerPort,
  SubmitFailure,
} from '../../../gateway/ledger/ledger-port.js';
import { OutcomeResolver } from '../../../gateway/ledger/outcome-resolver.js';
import { TransactionSubmitter } from '../../../gateway/ledger/transaction-submitter.js';

const CALL: ChaincodeRequest = { function: 'apply', arguments: [], as: 'gateway' };
const QUICK = { askAfterMs: 10, commitTimeoutMs: 40 } as const;
const never = <T>(): Promise<T> => new Promise<T>(() => undefined);

/** A ledger whose blocks the test makes; what is not set does not answer. */
class ScriptedLedger {
  endorsements: ('ok' | EndorseFailure)[] = ['ok'];
  submit: () => Promise<void> = () => Promise.resolve();
  status: (txId: string) => Promise<Commit | null> = never;
  private number = 0;
  private readonly ready: CommitBlock[] = [{ block: 0, commits: [] }];
  private wake: () => void = () => undefined;

  readonly port: LedgerPort = {
    endorse: () => {
      const next = this.endorsements.shift();
      if (next instanceof EndorseFailure) return Promise.reject(next);
      return Promise.resolve({ txId: 'tx', response: '[]', submit: () => this.submit() });
    },
    evaluate: never,
    commitStatus: (txId) => this.status(txId),
    commits: () => Promise.resolve(this.delivery()),
    events: never,
    blocks: never,
    close: () => undefined,
  };

  commit(txId: string, code: number): void {
    this.number += 1;
    this.ready.push({ block: this.number, commits: [{ txId, code, block: this.number }] });
    this.wake();
  }

  private delivery(): Delivery<CommitBlock> {
    let open = true;
    const { ready } = this;
    const more = (): Promise<void> => new Promise((resolve) => (this.wake = resolve));
    return {
      async *[Symbol.asyncIterator]() {
        while (open) {
          const block = ready.shift();
          if (block === undefined) await more();
          else yield block;
        }
      },
      close: () => {
        open = false;
        this.wake();
      },
    };
  }
}

describe('one transaction', () => {
  let ledger: ScriptedLedger;
  let tracker: CommitTracker;
  const counters = newCounters();

  beforeEach(async () => {
    ledger = new ScriptedLedger();
    tracker = new CommitTracker(ledger.port);
    tracker.start();
    await tracker.ready();
  });

  afterEach(async () => {
    await tracker.close();
  });

  const submitter = (): TransactionSubmitter =>
    new TransactionSubmitter({ port: ledger.port, tracker, counters, timing: QUICK });

  it('ends with the code in its block, even if the orderer has not answered', async () => {
    ledger.submit = () => {
      ledger.commit('tx', 11);
      return never();
    };
    expect(await submitter().submit(CALL)).to.deep.include({
      kind: 'committed',
      commit: { txId: 'tx', code: 11, block: 1 },
    });
  });

  it('reports the endorsement before it submits, and none that failed', async () => {
    const seen: string[] = [];
    const note = (): void => void seen.push('endorsed');
    ledger.submit = () => {
      seen.push('submitted');
      ledger.commit('tx', 0);
      return Promise.resolve();
    };
    await submitter().submit(CALL, note);
    expect(seen).to.deep.equal(['endorsed', 'submitted']);
    ledger.endorsements = [new EndorseFailure('refused', 'no')];
    await submitter().submit(CALL, note);
    expect(seen).to.deep.equal(['endorsed', 'submitted']);
  });

  it('asks the peer once for a commit that the stream does not bring', async () => {
    const before = counters.transactions;
    ledger.status = (txId) => Promise.resolve({ txId, code: 0, block: 7 });
    expect(await submitter().submit(CALL)).to.deep.include({ commit: { txId: 'tx', code: 0, block: 7 } });
    expect(counters.transactions - before).to.equal(1);
  });

  it('is unknown when neither stream nor peer answers in time', async () => {
    expect(await submitter().submit(CALL)).to.deep.include({ kind: 'unknown', txId: 'tx' });
  });

  it('is unknown, not failed, when the connection is lost while ordering', async () => {
    ledger.submit = () => Promise.reject(new SubmitFailure('unknown', 'dropped'));
    expect(await submitter().submit(CALL)).to.deep.include({ kind: 'unknown', txId: 'tx' });
  });

  it('waits for the commit when another orderer has it already', async () => {
    ledger.submit = () => {
      setImmediate(() => {
        ledger.commit('tx', 0);
      });
      return Promise.reject(new SubmitFailure('alreadyProcessed', 'request already processed'));
    };
    expect(await submitter().submit(CALL)).to.deep.include({ kind: 'committed' });
  });

  for (const [kind, failure] of [
    ['denied', 'denied'],
    ['notSent', 'unavailable'],
  ] as const) {
    it(`has failed when the submission was ${kind}`, async () => {
      ledger.submit = () => Promise.reject(new SubmitFailure(kind, 'no'));
      const result = await submitter().submit(CALL);
      expect(result.kind === 'failed' && result.failure.kind).to.equal(failure);
    });
  }

  it('is endorsed again while peers merely differ, a bounded number of times', async () => {
    const differs = (): EndorseFailure => new EndorseFailure('mismatch', 'differ');
    ledger.endorsements = [differs(), differs(), 'ok'];
    ledger.submit = () => {
      ledger.commit('tx', 0);
      return Promise.resolve();
    };
    expect(await submitter().submit(CALL)).to.deep.include({ kind: 'committed' });
    ledger.endorsements = Array.from({ length: 7 }, differs);
    expect(await submitter().submit(CALL)).to.deep.include({ kind: 'failed' });
    expect(ledger.endorsements).to.have.length(1);
  });

  describe('whose outcome was unknown', () => {
    const alive = new AbortController();

    function resolverOf(patienceMs: number): OutcomeResolver {
      const found = new OutcomeResolver({ port: ledger.port, tracker, patienceMs, signal: alive.signal });
      found.recordSubmission('tx');
      return found;
    }

    it('is committed when its block comes within its time', async () => {
      ledger.status = () => Promise.resolve(null);
      const outcome = resolverOf(60_000).resolve('tx');
      ledger.commit('tx', 10);
      expect(await outcome).to.deep.equal({ state: 'committed', valid: false, code: 10, block: 1 });
    });

    it('is not found once its time is over and the peer does not have it', async () => {
      ledger.status = () => Promise.resolve(null);
      expect(await resolverOf(5).resolve('tx')).to.deep.equal({ state: 'notFound' });
    });

    it('stays open for another’s transaction while the peer cannot be asked', async () => {
      ledger.status = () => Promise.reject(new EndorseFailure('unavailable', 'away'));
      const error: unknown = await resolverOf(5)
        .resolve('another')
        .catch((reason: unknown) => reason);
      expect(error).to.be.instanceOf(LedgerUnavailable);
    });

    it('stays open when nobody waits any more', async () => {
      ledger.status = () => Promise.resolve(null);
      const error: unknown = await resolverOf(60_000)
        .resolve('tx', AbortSignal.abort())
        .catch((reason: unknown) => reason);
      expect(error).to.be.instanceOf(LedgerUnavailable);
    });
  });
});

describe('the tracker of commits', () => {
  it('keeps the first outcome of a transaction whose envelope is replayed', async () => {
    const ledger = new ScriptedLedger();
    const tracker = new CommitTracker(ledger.port);
    tracker.start();
    await tracker.ready();
    const reached = new Promise<Commit>((resolve) => tracker.watch('last', resolve));
    ledger.commit('tx', 0);
    ledger.commit('tx', 9);
    ledger.commit('last', 0);
    await reached;
    expect(tracker.seen('tx')).to.deep.equal({ txId: 'tx', code: 0, block: 1 });
    await tracker.close();
  });

  it('does not wait for a peer for longer than its caller does', async () => {
    const tracker = new CommitTracker({ commits: never });
    const reason = new Error('enough');
    const error: unknown = await tracker.ready(AbortSignal.abort(reason)).catch((cause: unknown) => cause);
    expect(error).to.equal(reason);
  });
});
