// What is read out of a block, and what altered chaincode or a damaged envelope cannot do to its reader.
import { common, peer } from '@hyperledger/fabric-protos';
import { expect } from 'chai';
import { EVENT_NAME } from '../../../../chaincode/protocol/commands.js';
import { eventBlockOf } from '../../../../gateway/ledger/fabric/blocks.js';

interface Written {
  readonly txId?: string;
  readonly chaincode?: string;
  readonly name?: string;
  readonly payload: string;
}

const event = (id: string): string =>
  JSON.stringify({
    v: 1,
    lane: 'agreement',
    results: [{ action: 'buy', result: { ok: true, id }, rows: {} }],
  });

function envelopeOf({ txId = 'tx', chaincode = 'escrow', name = EVENT_NAME, payload }: Written): Uint8Array {
  const written = new peer.ChaincodeEvent();
  written.setChaincodeId(chaincode);
  written.setEventName(name);
  written.setPayload(Buffer.from(payload));
  const action = new peer.ChaincodeAction();
  action.setEvents(written.serializeBinary());
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

  it('count as not valid where a block carries no codes', () => {
    const block = blockOf([envelopeOf({ payload: event('deal_a') })]);
    expect(eventBlockOf(block, 'escrow').transactions[0]?.code).to.equal(254);
  });
});
