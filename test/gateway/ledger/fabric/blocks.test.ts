// What is read out of a block, and what altered chaincode or a damaged envelope cannot do to its reader.
import { common, ledger, peer } from '@hyperledger/fabric-protos';
import { createHash } from 'node:crypto';
import { expect } from 'chai';
import { attestationKey } from '../../../../chaincode/protocol/attestation.js';
import { EVENT_NAME, LIST_LIMIT } from '../../../../chaincode/protocol/commands.js';
import { eventBlockOf } from '../../../../gateway/ledger/fabric/blocks.js';

interface Written {
  readonly txId?: string;
  readonly chaincode?: string;
  readonly name?: string;
  readonly payload: string;
  /** Keys of public rows, and in a member's collection. */
  readonly rows?: readonly string[];
  readonly sealed?: readonly string[];
}

/** A read-write set of these keys under this chaincode. */
function resultsOf(chaincode: string, { rows = [], sealed = [] }: Omit<Written, 'payload'>): Uint8Array {
  const { rwset } = ledger;
  const publicSet = new rwset.kvrwset.KVRWSet();
  publicSet.setWritesList(
    rows.map((key) => {
      const write = new rwset.kvrwset.KVWrite();
      write.setKey(key);
      write.setValue(Buffer.from('{}'));
      return write;
    }),
  );
  const hashedSet = new rwset.kvrwset.HashedRWSet();
  hashedSet.setHashedWritesList(
    sealed.map((key) => {
      const write = new rwset.kvrwset.KVWriteHash();
      write.setKeyHash(createHash('sha256').update(key).digest());
      write.setValueHash(createHash('sha256').update('{}').digest());
      return write;
    }),
  );
  const collection = new rwset.CollectionHashedReadWriteSet();
  collection.setCollectionName('own_BankAMSP');
  collection.setHashedRwset(hashedSet.serializeBinary());
  const namespace = new rwset.NsReadWriteSet();
  namespace.setNamespace(chaincode);
  namespace.setRwset(publicSet.serializeBinary());
  namespace.setCollectionHashedRwsetList([collection]);
  const set = new rwset.TxReadWriteSet();
  set.setNsRwsetList([namespace]);
  return set.serializeBinary();
}

const event = (id: string): string =>
  JSON.stringify({
    v: 1,
    lane: 'agreement',
    results: [{ action: 'buy', result: { ok: true, id }, rows: {} }],
  });

function envelopeOf(of: Written): Uint8Array {
  const { txId = 'tx', chaincode = 'escrow', name = EVENT_NAME, payload } = of;
  const written = new peer.ChaincodeEvent();
  written.setChaincodeId(chaincode);
  written.setEventName(name);
  written.setPayload(Buffer.from(payload));
  const action = new peer.ChaincodeAction();
  action.setEvents(written.serializeBinary());
  action.setResults(resultsOf(chaincode, of));
  const response = new peer.ProposalResponsePayload();
  response.setExtension$(action.serializeBinary());
  const endorsed = new peer.ChaincodeEndorsedAction();
  endorsed.setProposalResponsePayload(response.serializeBinary());
  const actionPayload = new peer.ChaincodeActionPayload();
  actionPayload.setAction(endorsed);
  const transactionAction = new peer.TransactionAction();
  transactionAction.setPayload(actionPayload.serializeBinary());
  const transaction = new peer.Transaction();
  transaction.setActionsList([transactionAction]);
  const channel = new common.ChannelHeader();
  channel.setType(common.HeaderType.ENDORSER_TRANSACTION);
  channel.setTxId(txId);
  const header = new common.Header();
  header.setChannelHeader(channel.serializeBinary());
  const content = new common.Payload();
  content.setHeader(header);
  content.setData(transaction.serializeBinary());
  const envelope = new common.Envelope();
  envelope.setPayload(content.serializeBinary());
  return envelope.serializeBinary();
}

function blockOf(envelopes: readonly Uint8Array[], codes?: readonly number[]): common.Block {
  const header = new common.BlockHeader();
  header.setNumber(5);
  const data = new common.BlockData();
  data.setDataList([...envelopes]);
  const metadata = new common.BlockMetadata();
  if (codes !== undefined)
    metadata.setMetadataList([new Uint8Array(), new Uint8Array(), Uint8Array.from(codes)]);
  const block = new common.Block();
  block.setHeader(header);
  block.setData(data);
  block.setMetadata(metadata);
  return block;
}

describe('the contents of a block', () => {
  it('are our chaincode’s events with their transaction and code', () => {
    const block = blockOf(
      [
        envelopeOf({ txId: 'a', payload: event('deal_a') }),
        envelopeOf({ txId: 'b', payload: event('deal_b') }),
      ],
      [0, 11],
    );
    const { block: number, transactions } = eventBlockOf(block, 'escrow');
    expect(number).to.equal(5);
    expect(transactions.map(({ txId, code }) => [txId, code])).to.deep.equal([
      ['a', 0],
      ['b', 11],
    ]);
    expect(transactions[1]?.event.results[0]?.result.id).to.equal('deal_b');
  });

  for (const [title, envelope] of [
    ['an event of another chaincode', envelopeOf({ chaincode: 'other', payload: event('x') })],
    ['an event of another name', envelopeOf({ name: 'other', payload: event('x') })],
    ['an event that is not JSON', envelopeOf({ payload: '{' })],
    ['an event of another shape', envelopeOf({ payload: '{"v":1,"lane":"agreement","results":[null]}' })],
    ['an envelope that cannot be read', Buffer.from('garbage')],
  ] as const) {
    it(`leave out ${title} and keep their neighbours and codes`, () => {
      const block = blockOf([envelope, envelopeOf({ payload: event('deal_b') })], [0, 12]);
      expect(eventBlockOf(block, 'escrow').transactions.map(({ code }) => code)).to.deep.equal([12]);
    });
  }

  it('name no row that was neither written nor attested, and no command of several deals', () => {
    const [deal, other] = ['deal_00000001', 'deal_00000002'];
    const payment = `payment/${deal}/payment_00000001`;
    const record = (rows: { readonly [key: string]: string }) => {
      return { action: 'buy', result: { ok: true, id: deal }, rows };
    };
    const results = [
      record({ [`phase/${deal}`]: 'open', [`phase/${other}`]: 'open' }),
      record({ [payment]: 'held', [`credit/${deal}/x/y`]: 'due' }),
      record({ [`phase/${deal}`]: 'open', [`shipment/${other}`]: 'announced' }),
    ];
    const found = eventBlockOf(
      blockOf([
        envelopeOf({
          payload: JSON.stringify({ v: 1, lane: 'agreement', results }),
          rows: [`phase/${deal}`, `shipment/${other}`],
          sealed: [attestationKey(payment)],
        }),
      ]),
      'escrow',
    );
    expect(found.transactions[0]?.event.results.map(({ rows }) => rows)).to.deep.equal([
      { [`phase/${deal}`]: 'open' },
      { [payment]: 'held' },
      {},
    ]);
  });

  it('are no events of more commands than a list may have', () => {
    const results = (count: number) =>
      Array.from({ length: count }, () => ({ action: 'buy', result: { ok: true, id: 'x' }, rows: {} }));
    const count = (size: number) => {
      const payload = JSON.stringify({ v: 1, lane: 'owner', results: results(size) });
      return eventBlockOf(blockOf([envelopeOf({ payload })]), 'escrow').transactions.length;
    };
    expect([count(LIST_LIMIT), count(LIST_LIMIT + 1)]).to.deep.equal([1, 0]);
  });

  it('count as not valid where a block carries no codes', () => {
    const block = blockOf([envelopeOf({ payload: event('deal_a') })]);
    expect(eventBlockOf(block, 'escrow').transactions[0]?.code).to.equal(254);
  });
});
