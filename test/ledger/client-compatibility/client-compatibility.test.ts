// An ordinary fabric-gateway program against an ordinary contract: what a Fabric developer expects to work.
import { createHash } from 'node:crypto';
import {
  CommitError,
  EndorseError,
  GatewayError,
  checkpointers,
  type ChaincodeEvent,
  type Contract,
} from '@hyperledger/fabric-gateway';
import { expect } from 'chai';
import { LedgerNetwork, type OrganisationId } from '../support/ledger-network.js';

const MVCC_READ_CONFLICT = 11;
const PHANTOM_READ_CONFLICT = 12;
const ENDORSEMENT_POLICY_FAILURE = 10;

describe('an ordinary program and an ordinary contract on the embedded ledger', function () {
  this.timeout(60_000);
  let network: LedgerNetwork;
  let contract: Contract;
  let last = 0;

  before(async () => {
    network = await LedgerNetwork.start({
      chaincode: 'asset',
      module: require.resolve('./asset-contract.js'),
    });
    contract = contractOf('Org1MSP');
  });

  after(async () => {
    await network.stop();
  });

  function contractOf(mspId: OrganisationId): Contract {
    return network.gateway(mspId).getNetwork(network.channel).getContract('asset');
  }

  function fresh(): string {
    last += 1;
    return `asset${String(last).padStart(4, '0')}`;
  }

  const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString();

  /** Endorses now, submits later: what happens in between is the test's. */
  async function endorsed(name: string, ...args: string[]) {
    return contract.newProposal(name, { arguments: args }).endorse();
  }

  async function codeOf(transaction: Awaited<ReturnType<typeof endorsed>>): Promise<number> {
    return (await (await transaction.submit()).getStatus()).code;
  }

  async function failure<E extends Error>(
    kind: abstract new (...args: never[]) => E,
    work: Promise<unknown>,
  ): Promise<E> {
    const error = await work.then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(error).to.be.instanceOf(kind);
    // Checked by the line above.
    return error as E;
  }

  it('submits a transaction whose result every member reads', async () => {
    const id = fresh();
    expect(text(await contract.submitTransaction('createAsset', id, '5'))).to.equal('5');
    for (const mspId of ['Org1MSP', 'Org2MSP', 'Org3MSP'] as const) {
      expect(text(await contractOf(mspId).evaluateTransaction('readAsset', id))).to.equal('5');
    }
  });

  it('writes nothing by evaluating', async () => {
    const id = fresh();
    await contract.evaluateTransaction('createAsset', id, '5');
    const error = await failure(GatewayError, contract.evaluateTransaction('readAsset', id));
    expect(error.message).to.contain(`NOT_FOUND: ${id}`);
  });

  it('tells the contract’s refusal to the evaluating client as code 2 with the peer in the details', async () => {
    const error = await failure(GatewayError, contract.evaluateTransaction('readAsset', 'none'));
    expect(error.code).to.equal(2);
    expect(error.message).to.contain(
      'evaluate call to endorser returned error: chaincode response 500, NOT_FOUND: none',
    );
    expect(error.details).to.deep.equal([
      {
        address: network.address('Org1MSP'),
        mspId: 'Org1MSP',
        message: 'chaincode response 500, NOT_FOUND: none',
      },
    ]);
  });

  it('tells the contract’s refusal to the submitting client as code 10 with the text in the details', async () => {
    const id = fresh();
    await contract.submitTransaction('createAsset', id, '5');
    const error = await failure(EndorseError, contract.submitTransaction('createAsset', id, '6'));
    expect(error.code).to.equal(10);
    expect(error.message).to.contain('failed to endorse transaction, see attached details for more info');
    expect(error.details.map(({ message }) => message)).to.deep.equal([
      `chaincode response 500, EXISTS: ${id}`,
    ]);
  });

  it('refuses a contract whose peers disagree', async () => {
    const error = await failure(EndorseError, contract.submitTransaction('undecided', fresh()));
    expect(error.code).to.equal(10);
    expect(error.message).to.contain('failed to collect enough transaction endorsements');
    expect(error.details.map(({ message }) => message)).to.include('ProposalResponsePayloads do not match');
  });

  it('delivers events in order and resumes after a checkpoint without gap or repetition', async () => {
    const [one, two, three] = [fresh(), fresh(), fresh()];
    const first = await contract.submitAsync('createAsset', { arguments: [one, '1'] });
    const { blockNumber } = await first.getStatus();
    await contract.submitTransaction('createAsset', two, '2');
    const events = network.gateway('Org1MSP').getNetwork(network.channel);
    const checkpoint = checkpointers.inMemory();

    const before = await events.getChaincodeEvents('asset', { startBlock: blockNumber });
    const seen: ChaincodeEvent[] = [];
    for await (const event of before) {
      seen.push(event);
      await checkpoint.checkpointChaincodeEvent(event);
      if (seen.length === 2) break;
    }
    before.close();
    await contract.submitTransaction('createAsset', three, '3');
    const after = await events.getChaincodeEvents('asset', { checkpoint, startBlock: 0n });
    for await (const event of after) {
      seen.push(event);
      break;
    }
    after.close();

    expect(
      seen.map((event) => (JSON.parse(text(event.payload)) as { readonly id: string }).id),
    ).to.deep.equal([one, two, three]);
    expect(seen[0]?.transactionId).to.equal(first.getTransactionId());
    expect(
      seen.every((event) => event.eventName === 'AssetCreated' && event.chaincodeName === 'asset'),
    ).to.equal(true);
  });

  it('reads ranges of any length, pages and composite keys', async () => {
    await Promise.all(
      Array.from({ length: 250 }, (_, index) =>
        contract.submitTransaction('put', `range${String(index).padStart(3, '0')}`, String(index)),
      ),
    );
    const rows = JSON.parse(text(await contract.evaluateTransaction('list', 'range', 'range~'))) as string[];
    expect(rows).to.have.length(250);
    expect(rows[249]).to.equal('range249=249');

    const page = JSON.parse(
      text(await contract.evaluateTransaction('page', 'range', 'range~', '20', '')),
    ) as unknown;
    const keys = Array.from({ length: 20 }, (_, index) => `range${String(index).padStart(3, '0')}`);
    expect(page).to.deep.equal({ keys, fetched: 20, bookmark: 'range020' });

    await contract.submitTransaction('tag', 'red', 'b');
    await contract.submitTransaction('tag', 'red', 'a');
    await contract.submitTransaction('tag', 'blue', 'c');
    expect(JSON.parse(text(await contract.evaluateTransaction('tagged', 'red')))).to.deep.equal(['a', 'b']);
  });

  it('gives code 11 to the second of two transactions that read and wrote one key', async () => {
    const id = fresh();
    await contract.submitTransaction('put', id, '0');
    const [one, two] = await Promise.all([endorsed('increment', id), endorsed('increment', id)]);
    expect(await codeOf(one)).to.equal(0);
    expect(await codeOf(two)).to.equal(MVCC_READ_CONFLICT);
    expect(text(await contract.evaluateTransaction('readAsset', id))).to.equal('1');
  });

  it('names the code to a client that submits in one call', async () => {
    const id = fresh();
    await network.faults({ switch: 'forceConflicts', count: 1 });
    const error = await failure(CommitError, contract.submitTransaction('put', id, '1'));
    expect(error.code).to.equal(MVCC_READ_CONFLICT);
    expect(error.transactionId).to.match(/^[0-9a-f]{64}$/);
  });

  it('gives code 12 when a row appears in a range that was counted', async () => {
    const prefix = fresh();
    await contract.submitTransaction('put', `${prefix}a`, '1');
    const counting = await endorsed('count', `total-${prefix}`, prefix, `${prefix}~`);
    await contract.submitTransaction('put', `${prefix}b`, '1');
    expect(await codeOf(counting)).to.equal(PHANTOM_READ_CONFLICT);
  });

  it('lets only the owner named by a key policy change the key, and finds him by itself', async () => {
    const id = fresh();
    await contract.submitTransaction('put', id, '1');
    await contract.submitTransaction('protect', id, 'Org3MSP');
    expect(JSON.parse(text(await contract.evaluateTransaction('owners', id)))).to.deep.equal(['Org3MSP']);
    const forged = await contract
      .newProposal('put', { arguments: [id, '2'], endorsingOrganizations: ['Org1MSP', 'Org2MSP'] })
      .endorse();
    expect(await codeOf(forged)).to.equal(ENDORSEMENT_POLICY_FAILURE);
    await contract.submitTransaction('put', id, '3');
    expect(text(await contract.evaluateTransaction('readAsset', id))).to.equal('3');
  });

  it('keeps private data at its owner, its hash with everybody', async () => {
    const id = fresh();
    const owner = contractOf('Org2MSP');
    await owner.submit('keepSecret', {
      arguments: ['Org2MSP', id],
      transientData: { value: 'secret of two' },
      endorsingOrganizations: ['Org2MSP'],
    });
    expect(text(await owner.evaluateTransaction('readSecret', 'Org2MSP', id))).to.equal('secret of two');
    expect(JSON.parse(text(await owner.evaluateTransaction('listSecrets', 'Org2MSP')))).to.include(
      `${id}=secret of two`,
    );
    const hash = createHash('sha256').update('secret of two').digest('hex');
    expect(text(await contract.evaluateTransaction('secretHash', 'Org2MSP', id))).to.equal(hash);
    const error = await failure(GatewayError, contract.evaluateTransaction('readSecret', 'Org2MSP', id));
    expect(error.message).to.contain('private data matching public hash version is not available');
  });

  it('does not let others write a collection', async () => {
    const id = fresh();
    const proposal = contract.newProposal('keepSecret', {
      arguments: ['Org2MSP', id],
      transientData: { value: 'planted' },
      endorsingOrganizations: ['Org1MSP', 'Org3MSP'],
    });
    expect(await codeOf(await proposal.endorse())).to.equal(ENDORSEMENT_POLICY_FAILURE);
    expect(text(await contractOf('Org2MSP').evaluateTransaction('readSecret', 'Org2MSP', id))).to.equal('');
  });

  it('deletes', async () => {
    const id = fresh();
    await contract.submitTransaction('put', id, '1');
    await contract.submitTransaction('deleteAsset', id);
    await failure(GatewayError, contract.evaluateTransaction('readAsset', id));
  });

  it('carries 100 transactions at once without an error', async () => {
    const ids = Array.from({ length: 100 }, fresh);
    await Promise.all(ids.map((id) => contract.submitTransaction('createAsset', id, id)));
    const rows = JSON.parse(
      text(await contract.evaluateTransaction('list', ids[0] ?? '', `${ids[99]}~`)),
    ) as string[];
    expect(rows).to.have.length(100);
  });

  it('refuses rich queries and calls to itself in the peer’s words', async () => {
    const query = await failure(GatewayError, contract.evaluateTransaction('query', '{}'));
    expect(query.message).to.match(
      /GET_QUERY_RESULT failed: transaction ID: [0-9a-f]{64}: ExecuteQuery not supported for leveldb/,
    );
    const call = await failure(EndorseError, contract.submitTransaction('callItself', 'asset'));
    const [, txId, reason] =
      /INVOKE_CHAINCODE failed: transaction ID: ([0-9a-f]{64}): (.*)$/.exec(call.details[0]?.message ?? '') ??
      [];
    expect(reason).to.equal(`execute failed: error sending: txid: ${txId}(exchange) exists`);
  });
});
