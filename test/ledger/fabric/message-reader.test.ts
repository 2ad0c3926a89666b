// Messages read field by field: the same as by protobuf's objects, and refused where Go refuses them.
import { expect } from 'chai';
import fc from 'fast-check';
import { ledger } from '@hyperledger/fabric-protos';
import type { Draft } from '../../../ledger/fabric/draft.js';
import type { MessageReader } from '../../../ledger/fabric/message-reader.js';
import { bytesTag, readMessage, varintTag } from '../../../ledger/fabric/message-reader.js';
import { MalformedMessage } from '../../../ledger/fabric/protobuf.js';
import { parseReadWriteSet } from '../../../ledger/fabric/read-write-set.js';

const { KVRWSet, KVRead, KVWrite, Version, HashedRWSet, KVWriteHash } = ledger.rwset.kvrwset;

/** A TxReadWriteSet with one namespace of this name and set. */
function whole(name: string, set: Uint8Array, collections: readonly [string, Uint8Array][] = []): Uint8Array {
  const message = new ledger.rwset.TxReadWriteSet();
  const namespace = message.addNsRwset();
  namespace.setNamespace(name);
  namespace.setRwset(set);
  for (const [collection, hashed] of collections) {
    const own = namespace.addCollectionHashedRwset();
    own.setCollectionName(collection);
    own.setHashedRwset(hashed);
  }
  return message.serializeBinary();
}

/** A number, text, a message with a number, in fields 1 to 3; the rest is skipped. */
function read(bytes: readonly number[]): unknown {
  return readMessage('Sample', Uint8Array.from(bytes), (reader) => {
    const found: Draft<{ readonly number?: number; readonly text?: string; readonly inner?: number }> = {};
    while (reader.next()) {
      if (reader.tag === varintTag(1)) found.number = reader.number();
      else if (reader.tag === bytesTag(2)) found.text = reader.text();
      else if (reader.tag === bytesTag(3)) found.inner = reader.message(innerNumber);
      else reader.skip();
    }
    return found;
  });
}

function innerNumber(reader: MessageReader): number {
  let number = 0;
  while (reader.next()) {
    if (reader.tag === varintTag(1)) number = reader.number();
    else reader.skip();
  }
  return number;
}

describe('embedded engine: messages read field by field', () => {
  it('a read-write set says what protobuf’s objects said, whatever the keys', () => {
    const key = fc.string({ unit: 'binary', minLength: 1 }).map((text) => text.toWellFormed());
    const version = fc.option(fc.record({ block: fc.nat(), transaction: fc.nat() }), { nil: null });
    const reads = fc.array(fc.record({ key, version }));
    const writes = fc.array(fc.record({ key, value: fc.uint8Array(), isDelete: fc.boolean() }));
    const property = fc.property(key, reads, writes, (name, readKeys, writtenKeys) => {
      const set = new KVRWSet();
      for (const one of readKeys) {
        const message = new KVRead();
        message.setKey(one.key);
        if (one.version) message.setVersion(versionOf(one.version));
        set.addReads(message);
      }
      for (const one of writtenKeys) {
        const message = new KVWrite();
        message.setKey(one.key);
        message.setValue(one.value);
        message.setIsDelete(one.isDelete);
        set.addWrites(message);
      }
      const [parsed] = parseReadWriteSet(whole(name, set.serializeBinary()));
      const bytes = (text: string): string => Buffer.from(text, 'utf8').toString('latin1');
      expect(parsed?.name).to.equal(name);
      expect(parsed?.reads.map(({ keyBytes, version: at }) => [keyBytes, at])).to.deep.equal(
        readKeys.map((one) => [bytes(one.key), one.version]),
      );
      expect(
        parsed?.writes.map(({ keyBytes, value, isDelete }) => [keyBytes, [...value], isDelete]),
      ).to.deep.equal(
        writtenKeys.map((one) => [bytes(one.key), [...one.value], one.isDelete || one.value.length === 0]),
      );
    });
    fc.assert(property, { seed: 1 });
  });

  it('no two keys of different namespaces or collections have the same row', () => {
    const set = new KVRWSet();
    set.addWrites(new KVWrite());
    const hashed = new HashedRWSet();
    hashed.addHashedWrites(new KVWriteHash());
    const rows = ['a', 'b'].flatMap((name) => {
      const own: [string, Uint8Array][] = ['c', 'd'].map((each) => [each, hashed.serializeBinary()]);
      const [parsed] = parseReadWriteSet(whole(name, set.serializeBinary(), own));
      return [parsed, ...(parsed?.collections ?? [])].flatMap((part) => part?.writes ?? []);
    });
    expect(new Set(rows.map(({ row }) => row)).size).to.equal(6);
  });

  it('a purge deletes, but only private keys can be purged', () => {
    const purged = new KVWriteHash();
    purged.setValueHash(Uint8Array.of(1));
    purged.setIsPurge(true);
    const hashed = new HashedRWSet();
    hashed.addHashedWrites(purged);
    const open = Uint8Array.of(0x1a, 5, 0x1a, 1, 7, 0x20, 1);
    const [parsed] = parseReadWriteSet(whole('a', open, [['c', hashed.serializeBinary()]]));
    expect(parsed?.writes[0]).to.include({ isDelete: false, isPurge: false });
    expect(parsed?.collections[0]?.writes[0]).to.include({ isDelete: true, isPurge: true });
  });

  it('fields that are unknown, or of another type than known, are passed over, groups as well', () => {
    const group = [0x23, 0x2b, 0x08, 1, 0x2c, 0x24];
    expect(read([0x3d, 0, 0, 0, 0, 0x39, 0, 0, 0, 0, 0, 0, 0, 0, ...group, 0x08, 5])).to.deep.equal({
      number: 5,
    });
    expect(read([0x0a, 1, 7, 0x10, 9])).to.deep.equal({});
    expect(read([0x1a, 2, 0x08, 3, 0x12, 1, 0x41])).to.deep.equal({ inner: 3, text: 'A' });
  });

  it('what Go refuses is refused: cut fields, field 0, stray ends of groups, text that is not UTF-8', () => {
    const wrong = {
      'a number that is cut': [0x08],
      'a number of eleven bytes': [0x08, ...Array.from({ length: 10 }, () => 0xff), 1],
      'text longer than the message': [0x12, 2, 0x41],
      'a field in a message longer than that message': [0x1a, 1, 0x08, 3],
      'an unknown field longer than its message': [0x1a, 2, 0x22, 9, 0, 0, 0, 0, 0, 0, 0, 0, 0],
      'field 0': [0x00, 1],
      'the end of a group that has not begun': [0x24],
      'a group without end': [0x23, 0x08, 1],
      'the end of another group': [0x23, 0x2c],
      'no type': [0x0f],
      'text that is not UTF-8': [0x12, 1, 0xff],
    };
    for (const [what, bytes] of Object.entries(wrong))
      expect(() => read(bytes), what).to.throw(MalformedMessage);
  });
});

function versionOf({ block, transaction }: { readonly block: number; readonly transaction: number }) {
  const message = new Version();
  message.setBlockNum(block);
  message.setTxNum(transaction);
  return message;
}
