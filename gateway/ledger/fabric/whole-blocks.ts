// Reads a whole block of Fabric: who sent which commands, what each transaction wrote, and how the block is chained.
// Altered chaincode and strangers can put anything into a transaction: what cannot be read is left out, never thrown.
import { common, msp, peer } from '@hyperledger/fabric-protos';
import { createHash } from 'node:crypto';
import { commandSchema } from '../../protocol/admin.js';
import type { WholeBlock, WholeTransaction } from '../ledger-port.js';
import { ledgerEventOf } from './blocks.js';
import { storable } from './storable.js';
import { trueEvent } from './true-event.js';
import { writesOf, writtenKeys } from './writes.js';

/** Fabric's TxValidationCode NOT_VALIDATED: without a flag nothing counts as valid. */
const UNKNOWN_CODE = 254;
const MOST_COMMANDS_TEXT = 16 * 1024 * 1024;

export function wholeBlockOf(block: common.Block, chaincode: string): WholeBlock {
  const header = block.getHeader() ?? new common.BlockHeader();
  const codes = block.getMetadata()?.getMetadataList_asU8()[common.BlockMetadataIndex.TRANSACTIONS_FILTER];
  const envelopes = block.getData()?.getDataList_asU8() ?? [];
  return {
    block: header.getNumber(),
    hash: headerHash(header),
    previousHash: hex(header.getPreviousHash_asU8()),
    dataHash: hex(header.getDataHash_asU8()),
    transactions: envelopes.map((bytes, index) => {
      const content = orNothing(() => contentOf(bytes, chaincode), UNREADABLE);
      return storable({ index, code: codes?.[index] ?? UNKNOWN_CODE, ...content });
    }),
  };
}

type Content = Omit<WholeTransaction, 'index' | 'code'>;

const NOTHING_CALLED = { function: null, commands: null, event: null, rows: [], attestations: [] } as const;
const UNREADABLE: Content = { txId: '', at: 0, creator: '', ...NOTHING_CALLED };

function contentOf(envelope: Uint8Array, chaincode: string): Content {
  const payload = common.Payload.deserializeBinary(
    common.Envelope.deserializeBinary(envelope).getPayload_asU8(),
  );
  const header = payload.getHeader();
  const channel = common.ChannelHeader.deserializeBinary(header?.getChannelHeader_asU8() ?? new Uint8Array());
  const signature = common.SignatureHeader.deserializeBinary(
    header?.getSignatureHeader_asU8() ?? new Uint8Array(),
  );
  const creator = msp.SerializedIdentity.deserializeBinary(signature.getCreator_asU8()).getMspid();
  const stamp = channel.getTimestamp();
  const at = stamp === undefined ? 0 : stamp.getSeconds() * 1_000 + Math.floor(stamp.getNanos() / 1_000_000);
  const outline = { txId: channel.getTxId(), at, creator };
  if (channel.getType() !== Number(common.HeaderType.ENDORSER_TRANSACTION)) {
    return { ...outline, ...NOTHING_CALLED };
  }
  const called = orNothing(() => calledOf(payload.getData_asU8(), chaincode), NOTHING_CALLED);
  return { ...outline, ...called };
}

type Called = Pick<WholeTransaction, 'function' | 'commands' | 'event' | 'rows' | 'attestations'>;

function calledOf(transaction: Uint8Array, chaincode: string): Called {
  const action = peer.Transaction.deserializeBinary(transaction).getActionsList()[0];
  if (action === undefined) return NOTHING_CALLED;
  const payload = peer.ChaincodeActionPayload.deserializeBinary(action.getPayload_asU8());
  const response = peer.ProposalResponsePayload.deserializeBinary(
    payload.getAction()?.getProposalResponsePayload_asU8() ?? new Uint8Array(),
  );
  const result = peer.ChaincodeAction.deserializeBinary(response.getExtension_asU8());
  if (result.getChaincodeId()?.getName() !== chaincode) return NOTHING_CALLED;
  const [name = '', ...args] = argumentsOf(payload.getChaincodeProposalPayload_asU8());
  const event = peer.ChaincodeEvent.deserializeBinary(result.getEvents_asU8());
  const writes = writesOf(result.getResults_asU8(), chaincode);
  const emitted = orNothing(() => ledgerEventOf(event, chaincode), null);
  return {
    function: name,
    commands: orNothing(() => commandsOf(args[0] ?? ''), null),
    event: emitted === null ? null : trueEvent(emitted, writtenKeys(writes)),
    ...writes,
  };
}

function argumentsOf(proposal: Uint8Array): string[] {
  const input = peer.ChaincodeProposalPayload.deserializeBinary(proposal).getInput_asU8();
  const spec = peer.ChaincodeInvocationSpec.deserializeBinary(input).getChaincodeSpec();
  return (spec?.getInput()?.getArgsList_asU8() ?? []).map(textOf);
}

/** The public commands of a list, in its order; null for one that has not a command's outline. */
function commandsOf(text: string): WholeTransaction['commands'] {
  if (text === '' || text.length > MOST_COMMANDS_TEXT) return null;
  const list: unknown = JSON.parse(text);
  if (!Array.isArray(list)) return null;
  return list.map((item) => {
    const parsed = commandSchema.safeParse(item);
    return parsed.success ? parsed.data : null;
  });
}

/** SHA-256 of the header's DER, which the next block names as its previous hash. */
function headerHash(header: common.BlockHeader): string {
  const number = der(0x02, integerBytes(header.getNumber()));
  const previous = der(0x04, header.getPreviousHash_asU8());
  const data = der(0x04, header.getDataHash_asU8());
  return createHash('sha256')
    .update(der(0x30, Buffer.concat([number, previous, data])))
    .digest('hex');
}

/** Contents here are shorter than 128 bytes, so that the length is one byte. */
function der(tag: number, content: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from([tag, content.length]), content]);
}

function integerBytes(value: number): Buffer {
  const digits = value.toString(16);
  const bytes = Buffer.from(digits.length % 2 === 0 ? digits : `0${digits}`, 'hex');
  return (bytes[0] ?? 0) < 0x80 ? bytes : Buffer.concat([Buffer.from([0]), bytes]);
}

function orNothing<T>(read: () => T, nothing: T): T {
  try {
    return read();
  } catch {
    // What cannot be read has no meaning to us; the peer's own validity code stands beside it.
    return nothing;
  }
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('utf8');
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
