// The messages of chaincode that name many keys at once, read and written without an object for each key.
import { peer } from '@hyperledger/fabric-protos';
import type { Draft } from '../fabric/draft.js';
import { bytesTag, readMessage, varintTag, type MessageReader } from '../fabric/message-reader.js';
import { MessageWriter } from '../fabric/message-writer.js';

const EMPTY = new Uint8Array();

/** Tags of Fabric's messages. */
const TAG = {
  multiple: { keys: bytesTag(1), collection: bytesTag(2) },
  batch: { records: bytesTag(1) },
  record: {
    key: bytesTag(1),
    value: bytesTag(2),
    collection: bytesTag(3),
    metadata: bytesTag(4),
    type: varintTag(5),
  },
  metadata: { name: bytesTag(1), value: bytesTag(2) },
} as const;
const RESULT_VALUES = 1;

/** One of the writes that a WriteBatchState holds. */
export interface WriteRecord {
  /** One of `peer.WriteRecord.Type`, or a number that means nothing. */
  readonly type: number;
  readonly collection: string;
  readonly key: string;
  readonly value: Uint8Array;
  readonly metadata: { readonly name: string; readonly value: Uint8Array };
}

/** GetStateMultiple. Throws MalformedMessage, as all that read here. */
export function readKeys(bytes: Uint8Array): { readonly collection: string; readonly keys: string[] } {
  return readMessage('GetStateMultiple', bytes, (reader) => {
    const request = { collection: '', keys: [] as string[] };
    while (reader.next()) {
      if (reader.tag === TAG.multiple.keys) request.keys.push(reader.text());
      else if (reader.tag === TAG.multiple.collection) request.collection = reader.text();
      else reader.skip();
    }
    return request;
  });
}

/** GetStateMultipleResult: the values in the order of the keys, empty where there is none. */
export function valuesResult(values: readonly (Uint8Array | null)[]): Uint8Array {
  const writer = new MessageWriter();
  for (const value of values) writer.encoded(RESULT_VALUES, value ?? EMPTY);
  return writer.finish();
}

/** WriteBatchState. */
export function readWrites(bytes: Uint8Array): WriteRecord[] {
  return readMessage('WriteBatchState', bytes, (reader) => {
    const records: WriteRecord[] = [];
    while (reader.next()) {
      if (reader.tag === TAG.batch.records) records.push(reader.message(readRecord));
      else reader.skip();
    }
    return records;
  });
}

const NO_METADATA = { name: '', value: EMPTY };

function readRecord(reader: MessageReader): WriteRecord {
  const type = peer.WriteRecord.Type.UNDEFINED;
  const record: Draft<WriteRecord> = { type, collection: '', key: '', value: EMPTY, metadata: NO_METADATA };
  while (reader.next()) {
    if (reader.tag === TAG.record.key) record.key = reader.text();
    else if (reader.tag === TAG.record.value) record.value = reader.bytes();
    else if (reader.tag === TAG.record.collection) record.collection = reader.text();
    else if (reader.tag === TAG.record.metadata) record.metadata = reader.message(readMetadata);
    else if (reader.tag === TAG.record.type) record.type = reader.number();
    else reader.skip();
  }
  return record;
}

function readMetadata(reader: MessageReader): WriteRecord['metadata'] {
  const metadata: Draft<WriteRecord['metadata']> = { ...NO_METADATA };
  while (reader.next()) {
    if (reader.tag === TAG.metadata.name) metadata.name = reader.text();
    else if (reader.tag === TAG.metadata.value) metadata.value = reader.bytes();
    else reader.skip();
  }
  return metadata;
}
