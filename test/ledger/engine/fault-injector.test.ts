// Faults on demand: each does what it says, and the ledger stays true.
import { expect } from 'chai';
import { peer } from '@hyperledger/fabric-protos';
import { EngineClosed, OrderingRefusal, PeerUnavailable } from '../../../ledger/engine/errors.js';
import type { PreparedTransaction } from '../../support/in-process-ledger.js';
import { LedgerStage, MEMBERS, refusal } from './ledger-stage.js';

const Code = peer.TxValidationCode;
const [market, bankA, bankB, courier] = MEMBERS;
const MARKET_AND_BANK_A = [market, bankA];

describe('embedded engine: endorsement plans', () => {
  it('of fifteen members the agreement policy has thirteen minimal sets', async () => {
    const others = Array.from({ length: 13 }, (_, i) => `Bank${String(i)}MSP`);
    const policy = `AND('${market}.peer', OutOf(1, ${others.map((mspId) => `'${mspId}.peer'`).join(', ')}))`;
    const big = await LedgerStage.open({
      mspIds: [...others, market, bankA],
      channelPolicies: { Agreement: policy },
      chaincode: { endorsementPolicy: '/Channel/Application/Agreement' },
    });
    const { responses } = await big.endorse([['put', 'k', '1']], [market]);
    const interest = responses[0]?.getInterest() ?? new peer.ChaincodeInterest();
    const { layouts } = big.network.engine.planEndorsement(interest);
    expect(layouts.map((layout) => [...layout].sort().join())).to.have.members(
      others.map((mspId) => [mspId, market].sort().join()),
    );
    await big.close();
  });
});

describe('embedded engine: faults on demand', () => {
  let stage: LedgerStage;
  let prepared: PreparedTransaction;
  beforeEach(async () => {
    stage = await LedgerStage.open();
    prepared = await stage.endorse([['put', 'k', '1']], MARKET_AND_BANK_A);
  });
  afterEach(() => stage.close());

  it('a peer that is down endorses nothing and is left out of plans, until it is up', async () => {
    const { engine } = stage.network;
    engine.faults.setPeerDown(bankB, true);
    const asked = stage.endorse([['put', 'k', '1']], [bankB]);
    expect(await asked.catch((error: unknown) => error)).to.be.instanceOf(PeerUnavailable);
    expect(layouts()).to.deep.equal([
      [market, bankA],
      [market, courier],
    ]);
    engine.faults.setPeerDown(market, true);
    expect(layouts).to.throw('no peer combination can satisfy the endorsement policy');
    engine.faults.setPeerDown(market, false);
    engine.faults.setPeerDown(bankB, false);
    expect(layouts()).to.have.length(3);
  });

  function layouts(): readonly (readonly string[])[] {
    const interest = prepared.responses[0]?.getInterest() ?? new peer.ChaincodeInterest();
    return stage.network.engine.planEndorsement(interest).layouts;
  }

  it('while ordering is paused nothing commits, afterwards everything does', async () => {
    const { engine } = stage.network;
    engine.faults.pauseOrdering();
    await engine.order(prepared.envelope);
    await engine.cut();
    expect(await engine.transactionStatus(prepared.txId)).to.equal(null);
    engine.faults.resumeOrdering();
    await engine.cut();
    expect((await engine.transactionStatus(prepared.txId))?.code).to.equal(Code.VALID);
  });

  for (const [name, info] of [
    ['loseAnswers', 'connection to the orderer was lost'],
    ['answerAlreadyProcessed', 'failed to submit request: request already processed'],
  ] as const) {
    it(`${name}: the answer is an error though the transaction commits`, async () => {
      const { engine } = stage.network;
      engine.faults[name](1);
      expect(await refusal(engine.order(prepared.envelope))).to.equal(
        `status=SERVICE_UNAVAILABLE, info=${info}`,
      );
      await engine.cut();
      expect((await engine.transactionStatus(prepared.txId))?.code).to.equal(Code.VALID);
      await engine.order((await stage.endorse([['put', 'k', '2']], MARKET_AND_BANK_A)).envelope);
    });
  }

  it('a withheld status is given when the withholding ends', async () => {
    const { engine } = stage.network;
    engine.faults.withholdStatus(true);
    await engine.order(prepared.envelope);
    await engine.cut();
    expect(await engine.transactionStatus(prepared.txId)).to.equal(null);
    const waiting = engine.waitForTransaction(prepared.txId);
    engine.faults.withholdStatus(false);
    expect((await waiting).code).to.equal(Code.VALID);
  });

  it('a forced conflict is 11 and changes nothing', async () => {
    stage.network.engine.faults.forceConflicts(1);
    expect(await stage.codes([prepared])).to.deep.equal([Code.MVCC_READ_CONFLICT]);
    expect(await stage.read([['get', 'k']])).to.deep.equal(['']);
  });

  it('a slow endorser answers late, others do not wait for it', async () => {
    stage.network.engine.faults.slowEndorser(bankB, 30);
    const order: string[] = [];
    await Promise.all(
      [bankB, bankA].map(async (mspId) => {
        await stage.read([['get', 'k']], mspId);
        order.push(mspId);
      }),
    );
    expect(order).to.deep.equal([bankA, bankB]);
  });

  describe('at random', () => {
    const probability = { loseAnswer: 0.3, answerAlreadyProcessed: 0.2, forceConflict: 0.4 };

    async function played(seed: string): Promise<string[]> {
      const { engine } = stage.network;
      engine.faults.atRandom({ seed, probability, delayMs: 0 });
      const outcomes: string[] = [];
      for (let i = 0; i < 20; i++) {
        const { envelope, txId } = await stage.endorse([['put', `k${String(i)}`, '1']], MARKET_AND_BANK_A);
        const answer = await engine.order(envelope).then(
          () => 'accepted',
          (error: unknown) => (error instanceof OrderingRefusal ? error.info : String(error)),
        );
        await engine.cut();
        const { code } = await engine.waitForTransaction(txId);
        outcomes.push(`${answer} ${String(code)}`);
      }
      return outcomes;
    }

    it('the same seed makes the same faults, another seed other faults', async () => {
      const first = await played('one');
      expect(await played('one')).to.deep.equal(first);
      expect(await played('two')).to.not.deep.equal(first);
      expect(new Set(first).size).to.be.greaterThan(3);
    });

    it('peers are down, endorsers slow and statuses withheld for some of the requests', async () => {
      const { engine } = stage.network;
      engine.faults.atRandom({ seed: 's', probability: { peerDown: 0.5, slowEndorser: 0.5 }, delayMs: 1 });
      const answers = [];
      for (let i = 0; i < 20; i++) {
        answers.push(
          await stage.endorse([['put', 'k', '1']], [market]).then(
            () => 'endorsed',
            (error: unknown) => (error instanceof PeerUnavailable ? 'down' : String(error)),
          ),
        );
      }
      expect([...new Set(answers)].sort()).to.deep.equal(['down', 'endorsed']);
      engine.faults.atRandom({ seed: 's', probability: { withholdStatus: 1 }, delayMs: 0 });
      await engine.order(prepared.envelope);
      await engine.cut();
      const gone = AbortSignal.timeout(20);
      expect(await refusal(engine.waitForTransaction(prepared.txId, gone))).to.contain('timeout');
    });

    it('clear ends everything', async () => {
      const { engine } = stage.network;
      engine.faults.atRandom({ seed: 's', probability: { peerDown: 1, loseAnswer: 1 }, delayMs: 0 });
      engine.faults.setPeerDown(market, true);
      engine.faults.pauseOrdering();
      engine.faults.withholdStatus(true);
      engine.faults.forceConflicts(5);
      engine.faults.loseAnswers(5);
      engine.faults.answerAlreadyProcessed(5);
      engine.faults.slowEndorser(bankA, 60_000);
      engine.faults.clear();
      expect(await stage.code([['put', 'k', '1']], MARKET_AND_BANK_A)).to.equal(Code.VALID);
    });
  });

  it('waiting ends with its signal and with the engine', async () => {
    const { engine } = stage.network;
    const stop = new AbortController();
    const stopped = refusal(engine.waitForTransaction('none', stop.signal));
    stop.abort(new Error('enough'));
    expect(await stopped).to.equal('enough');
    const waiting = engine.waitForTransaction('none').catch((error: unknown) => error);
    await engine.close();
    expect(await waiting).to.be.instanceOf(EngineClosed);
    expect(await refusal(engine.order(prepared.envelope))).to.equal('the ledger was closed');
  });
});
