// Chaincode that invokes chaincode: one transaction, a namespace each, the policies of both.
import { expect } from 'chai';
import { peer } from '@hyperledger/fabric-protos';
import type { ChaincodeRunner } from '../../../ledger/engine/ledger.js';
import type { Step } from './asset-contract.js';
import { LedgerStage, MEMBERS, refusal } from './ledger-stage.js';

const [market, bankA, bankB, courier] = MEMBERS;

describe('embedded engine: chaincode invoking chaincode', () => {
  let stage: LedgerStage;
  let own: string;
  beforeEach(async () => {
    const first = await LedgerStage.open();
    own = first.network.chaincode;
    const [definition] = first.network.config.chaincodes;
    await first.close();
    if (!definition) throw new Error('no chaincode');
    const other = { ...definition, name: 'other', endorsementPolicy: `AND('${courier}.peer')` };
    stage = await LedgerStage.open({ config: { chaincodes: [definition, other] } });
  });
  afterEach(() => stage.close());

  it('writes into the namespace of the one that is invoked and returns its answer', async () => {
    const endorsers = [market, bankA, courier];
    const { code, result } = await stage.submit(
      [
        ['put', 'k', 'mine'],
        ['invoke', 'other', '[["put","k","yours"],["get","k"]]'],
      ],
      endorsers,
    );
    expect([code, result.toString()]).to.deep.equal([0, '["",[200,"[\\"\\",\\"\\"]"]]']);
    expect(
      await stage.read([
        ['get', 'k'],
        ['invoke', 'other', '[["get","k"]]'],
      ]),
    ).to.deep.equal(['mine', [200, '["yours"]']]);
  });

  it('needs the policies of both, and the plan says so', async () => {
    const steps: Step[] = [
      ['put', 'k', '1'],
      ['invoke', 'other', '[["put","k","1"]]'],
    ];
    expect(await stage.code(steps, [market, bankA])).to.equal(10);
    expect(await stage.code(steps, [courier])).to.equal(10);
    const interest = (await stage.endorse(steps, [market])).responses[0]?.getInterest();
    const { layouts } = stage.network.engine.planEndorsement(interest ?? new peer.ChaincodeInterest());
    expect(layouts).to.deep.equal([[market, courier]]);
  });

  it('shows the caller a refusal of the other as its answer', async () => {
    const [answer] = await stage.read([['invoke', 'other', '[["getPrivate","nope","k"]]']]);
    expect((answer as [number, string])[0]).to.equal(500);
  });

  it('refuses an unknown chaincode and a foreign channel in the words of a peer', async () => {
    const unknown = await refusal(stage.read([['invoke', 'nope', '[]']]));
    expect(unknown).to.match(
      /INVOKE_CHAINCODE failed: transaction ID: \w+: execute failed: invalid invocation: /,
    );
    expect(unknown).to.match(
      /\[channel escrow\] failed to get chaincode container info for nope: chaincode nope not found$/,
    );
    expect(await refusal(stage.read([['invoke', own, '[]', 'elsewhere']]))).to.match(
      /INVOKE_CHAINCODE failed: transaction ID: \w+: Failed to get policy manager for channel \[elsewhere\]$/,
    );
  });

  it('a chaincode that gives up, or cannot run, is told in the words of a peer', async () => {
    const { signed, txId } = stage.network.propose(stage.alice, 'run', ['[]']);
    const asked = async (runner: ChaincodeRunner) => {
      const asking = { mspId: bankA, signedProposal: signed, runner };
      return (await stage.network.engine.processProposal(asking)).getResponse()?.getMessage();
    };
    const givesUp = { run: () => Promise.resolve({ failure: Buffer.from('no stub') }) };
    expect(await asked(givesUp)).to.equal('error in simulation: transaction returned with failure: no stub');
    const absent = { run: () => Promise.reject(new Error('error sending: gone')) };
    expect(await asked(absent)).to.equal(
      `error in simulation: failed to execute transaction ${txId}: error sending: gone`,
    );
  });

  it('an event of the one that is invoked is lost', async () => {
    await stage.submit([['invoke', 'other', '[["event","E","x"]]']], [market, bankB, courier]);
    const { engine } = stage.network;
    const bytes = Buffer.from((await engine.blockBytes(engine.height() - 1n)) ?? []);
    expect(bytes.includes(Buffer.from('INVOKE'))).to.equal(false);
  });
});
