// Each member's worker applies accepted rules when they are due, one after the other, so that mostly the first does.
import { expect } from 'chai';
import type { Command } from '../../../chaincode/protocol/commands.js';
import type { ParametersProposalRow } from '../../../chaincode/protocol/parameters-proposal.js';
import { AcceptedParameters, TURN_MS } from '../../../gateway/worker/accepted-parameters.js';
import type { WorkerSubmitter } from '../../../gateway/worker/submitter.js';
import { SAMPLE_ROWS } from '../../chaincode/protocol/sample-rows.js';
import { fakeLedger } from '../support/fake-ledger.js';
import { silentLog } from '../support/silent-log.js';

const [MARKETPLACE, BANK_A] = ['MarketplaceMSP', 'BankAMSP'];
const PROPOSAL = SAMPLE_ROWS.parametersProposal;
const DUE_AT = PROPOSAL.dueAt ?? 0;

class Scene {
  now = DUE_AT - 1_000;
  proposal: ParametersProposalRow | null = PROPOSAL;
  code: string | null = null;
  readonly sent: Command[] = [];
  /** What was put off, and until when. */
  readonly later: { readonly instant: number; readonly action: () => void }[] = [];

  worker(mspId: string): AcceptedParameters {
    const submit: WorkerSubmitter['submit'] = (_lane, commands) => {
      this.sent.push(...commands);
      const result =
        this.code === null ? { ok: true as const, id: '' } : { ok: false as const, id: '', code: this.code };
      return Promise.resolve(commands.map(() => ({ ...result, txId: 'tx', block: 1 })));
    };
    const rows = () => {
      return Promise.resolve({ parameters: SAMPLE_ROWS.parameters, parametersProposal: this.proposal });
    };
    return new AcceptedParameters({
      ...{ mspId, ledger: fakeLedger({ rows }), submitter: { submit }, log: silentLog },
      signal: new AbortController().signal,
      clock: {
        now: () => this.now,
        at: (instant, action) => {
          this.later.push({ instant, action });
          return () => undefined;
        },
      },
    });
  }

  /** The clock comes to the next instant that something was put off to. */
  async next(): Promise<void> {
    const due = this.later.shift();
    if (due === undefined) throw new Error('nothing was put off');
    this.now = due.instant;
    due.action();
    await settled();
  }
}

function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

describe('rules that members have accepted', () => {
  let scene: Scene;
  beforeEach(() => {
    scene = new Scene();
  });

  for (const [mspId, turn] of [
    [MARKETPLACE, 0],
    [BANK_A, 1],
  ] as const) {
    it(`are applied by ${String(mspId)} at turn ${String(turn)}, and not before`, async () => {
      scene.worker(String(mspId)).look();
      await settled();
      expect(scene.sent).to.deep.equal([]);
      expect(scene.later.map(({ instant }) => instant)).to.deep.equal([DUE_AT + turn * TURN_MS]);
      await scene.next();
      expect(scene.sent).to.deep.equal([{ action: 'applyParameters', params: { number: PROPOSAL.number } }]);
      expect(scene.later).to.deep.equal([]);
    });
  }

  it('are left alone when another member has applied them meanwhile', async () => {
    scene.worker(String(BANK_A)).look();
    await settled();
    scene.proposal = { ...PROPOSAL, status: 'applied' };
    await scene.next();
    expect(scene.sent).to.deep.equal([]);
    expect(scene.later).to.deep.equal([]);
  });

  it('are tried again after a refusal, later each time', async () => {
    scene.code = 'TOO_EARLY';
    scene.now = DUE_AT;
    scene.worker(String(MARKETPLACE)).look();
    await settled();
    expect(scene.later.map(({ instant }) => instant)).to.deep.equal([DUE_AT + 200]);
    await scene.next();
    expect(scene.later.map(({ instant }) => instant)).to.deep.equal([DUE_AT + 600]);
    scene.code = null;
    await scene.next();
    expect(scene.sent).to.have.length(3);
    expect(scene.later).to.deep.equal([]);
  });

  it('are nobody’s affair without a proposal, before its acceptance, and for who is no member', async () => {
    for (const [mspId, proposal] of [
      [MARKETPLACE, null],
      [MARKETPLACE, { ...PROPOSAL, status: 'proposed' as const, dueAt: null }],
      [MARKETPLACE, { ...PROPOSAL, status: 'withdrawn' as const }],
      ['NobodyMSP', PROPOSAL],
    ] as const) {
      scene.proposal = proposal;
      scene.now = DUE_AT + 60_000;
      scene.worker(String(mspId)).look();
      await settled();
    }
    expect([scene.sent, scene.later]).to.deep.equal([[], []]);
  });
});
