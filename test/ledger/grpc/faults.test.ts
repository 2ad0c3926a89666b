// Injected faults as clients see them, set through the socket that only the owner can open.
import { join } from 'node:path';
import {
  CommitStatusError,
  EndorseError,
  type GatewayError,
  type SubmitError,
  type Contract,
} from '@hyperledger/fabric-gateway';
import { expect } from 'chai';
import { LedgerNetwork, type OrganisationId } from '../support/ledger-network.js';

describe('faults on demand', function () {
  this.timeout(60_000);
  let network: LedgerNetwork;
  let contract: Contract;

  before(async () => {
    network = await LedgerNetwork.start({
      chaincode: 'asset',
      module: join(__dirname, '../client-compatibility/asset-contract.js'),
    });
    contract = contractOf('Org1MSP');
  });

  after(async () => {
    await network.stop();
  });

  function contractOf(mspId: OrganisationId): Contract {
    return network.gateway(mspId).getNetwork(network.channel).getContract('asset');
  }

  const read = async (id: string): Promise<string> =>
    Buffer.from(await contract.evaluateTransaction('readAsset', id)).toString();

  async function failureOf(work: Promise<unknown>): Promise<unknown> {
    return work.then(
      () => undefined,
      (error: unknown) => error,
    );
  }

  it('without one member’s peer the others endorse, and only what names it fails', async () => {
    await network.faults({ switch: 'peerDown', mspId: 'Org3MSP', down: true });
    for (let index = 0; index < 5; index += 1) {
      await contract.submitTransaction('put', `down${index}`, '1');
    }
    const named = await failureOf(
      contract.submit('put', { arguments: ['down', '1'], endorsingOrganizations: ['Org1MSP', 'Org3MSP'] }),
    );
    expect(named).to.be.instanceOf(EndorseError);
    const { code, details } = named as EndorseError;
    expect(code).to.equal(10);
    expect(details.map(({ mspId }) => mspId)).to.deep.equal(['Org3MSP']);
    expect(details[0]?.message).to.contain('Unavailable');
    const own = (await failureOf(
      contractOf('Org3MSP').evaluateTransaction('readAsset', 'down0'),
    )) as GatewayError;
    expect(own.code).to.equal(14);
    await network.faults({ switch: 'peerDown', mspId: 'Org3MSP', down: false });
    await contractOf('Org3MSP').evaluateTransaction('readAsset', 'down0');
  });

  it('paused ordering delays the commit and loses nothing', async () => {
    await network.faults({ switch: 'pauseOrdering' });
    const sent = await contract.submitAsync('put', { arguments: ['paused', '1'] });
    let committed = false;
    const status = sent.getStatus().then((found) => {
      committed = true;
      return found;
    });
    // Another whole round trip passes without the block being cut.
    await failureOf(contract.evaluateTransaction('readAsset', 'paused'));
    expect(committed).to.equal(false);
    await network.faults({ switch: 'resumeOrdering' });
    expect((await status).code).to.equal(0);
  });

  it('an answer that is lost leaves a transaction that commits', async () => {
    await network.faults({ switch: 'loseAnswers', count: 1 });
    const transaction = await contract.newProposal('put', { arguments: ['lost', '1'] }).endorse();
    const error = (await failureOf(transaction.submit())) as SubmitError;
    expect(error.name).to.equal('SubmitError');
    expect(error.code).to.equal(14);
    await contract.submitTransaction('put', 'next', '1');
    expect(await read('lost')).to.equal('1');
  });

  it('"request already processed" comes as an unavailable ordering service with the text in the details', async () => {
    await network.faults({ switch: 'answerAlreadyProcessed', count: 1 });
    const error = (await failureOf(contract.submitTransaction('put', 'twice', '1'))) as SubmitError;
    expect(error.name).to.equal('SubmitError');
    expect(error.code).to.equal(14);
    expect(error.details[0]?.message).to.match(
      /status=SERVICE_UNAVAILABLE, info=.*request already processed/,
    );
    await contract.submitTransaction('put', 'next', '2');
    expect(await read('twice')).to.equal('1');
  });

  it('a withheld commit status ends at the client’s deadline, the transaction stands', async () => {
    await network.faults({ switch: 'withholdStatus', withheld: true });
    const sent = await contract.submitAsync('put', { arguments: ['silent', '1'] });
    const error = await failureOf(sent.getStatus({ deadline: Date.now() + 300 }));
    expect(error).to.be.instanceOf(CommitStatusError);
    await network.faults({ switch: 'withholdStatus', withheld: false });
    expect((await sent.getStatus()).code).to.equal(0);
    expect(await read('silent')).to.equal('1');
  });

  it('a slow endorser makes the client wait', async () => {
    await network.faults({ switch: 'slowEndorser', mspId: 'Org1MSP', delayMs: 300 });
    const begun = Date.now();
    await contract.evaluateTransaction('list', 'a', 'a');
    const took = Date.now() - begun;
    await network.faults({ switch: 'slowEndorser', mspId: 'Org1MSP', delayMs: 0 });
    expect(took).to.be.greaterThanOrEqual(299);
  });
});
