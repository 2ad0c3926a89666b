// Read-write sets are written without protobuf's own objects: the bytes must be those that these objects would give.
import { createHash } from 'node:crypto';
import { expect } from 'chai';
import fc from 'fast-check';
import { ledger } from '@hyperledger/fabric-protos';
import { ReadWriteSetBuilder } from '../../../ledger/fabric/read-write-set-builder.js';

const { TxReadWriteSet } = ledger.rwset;
const { HashedRWSet, KVRWSet, RangeQueryInfo } = ledger.rwset.kvrwset;

interface Message {
  serializeBinary(): Uint8Array;
}
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const sha256 = (bytes: Uint8Array | string): string => createHash('sha256').update(bytes).digest('hex');

/** The message that the bytes are; fails unless protobuf's own writer makes the same bytes of it. */
function exactly<T extends Message>(type: { deserializeBinary(bytes: Uint8Array): T }, bytes: Uint8Array): T {
  const message = type.deserializeBinary(bytes);
  expect(hex(message.serializeBinary())).to.equal(hex(bytes));
  return message;
}

describe('embedded engine: written read-write sets', () => {
  const key = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 200 });
  const value = fc.oneof(fc.uint8Array({ maxLength: 300 }), fc.constant(new Uint8Array(20_000).fill(7)));
  const version = fc.option(
    fc.record({ block: fc.maxSafeNat(), transaction: fc.integer({ min: 0, max: 0xffffffff }) }),
    { nil: null },
  );
  const metadata = fc.array(fc.tuple(key, value), { maxLength: 3 }).map((entries) => new Map(entries));
  const name = fc.constantFrom('asset', 'escrow', '_lifecycle');
  const step = fc.oneof(
    fc.record({ do: fc.constant('read' as const), name, key, version }),
    fc.record({ do: fc.constant('write' as const), name, key, value, isPurge: fc.boolean() }),
    fc.record({ do: fc.constant('metadata' as const), name, key, metadata }),
  );
  const steps = fc.array(fc.tuple(fc.constantFrom('', 'one', 'two'), step), { maxLength: 30 });

  type Given = typeof steps extends fc.Arbitrary<infer Value> ? Value : never;

  function built(given: Given) {
    const builder = new ReadWriteSetBuilder();
    for (const [collection, { name: namespace, ...one }] of given) {
      const at = { namespace, collection, key: one.key };
      if (one.do === 'read' && collection === '') builder.addRead(namespace, one.key, one.version);
      else if (one.do === 'read') builder.addHashedRead(namespace, collection, one.key, one.version);
      else if (one.do === 'write' && collection === '') builder.addWrite(namespace, one.key, one.value);
      else if (one.do === 'write') builder.addPrivateWrite(at, one.value, one.isPurge);
      else if (collection === '') builder.addMetadataWrite(namespace, one.key, one.metadata);
      else builder.addPrivateMetadataWrite(at, one.metadata);
    }
    return builder.build();
  }

  it("every set has the bytes that Fabric's messages give, on every level", () => {
    const property = fc.property(steps, (given) => {
      const { publicSet, namespaces, privateWrites } = built(given);
      const set = exactly(TxReadWriteSet, publicSet);
      expect(set.getNsRwsetList().map((one) => one.getNamespace())).to.deep.equal(namespaces);
      const hashes = new Map<string, string>();
      for (const one of set.getNsRwsetList()) {
        exactly(KVRWSet, one.getRwset_asU8());
        for (const collection of one.getCollectionHashedRwsetList()) {
          exactly(HashedRWSet, collection.getHashedRwset_asU8());
          const hash = collection.getPvtRwsetHash_asU8();
          if (hash.length > 0) {
            hashes.set(`${one.getNamespace()} ${collection.getCollectionName()}`, hex(hash));
          }
        }
      }
      const expected = privateWrites.map(
        ({ namespace, collection, bytes }) => [`${namespace} ${collection}`, sha256(bytes)] as const,
      );
      expect([...hashes]).to.deep.equal(expected);
      for (const { bytes } of privateWrites) exactly(KVRWSet, bytes);
    });
    fc.assert(property, { seed: 1, numRuns: 500 });
  });

  it('a set of any size has these bytes, wherever its buffer had to grow', () => {
    for (let count = 1; count < 200; count++) {
      const builder = new ReadWriteSetBuilder();
      for (let i = 0; i < count; i++) {
        builder.addRead('asset', 'k'.repeat(i % 17) + String(i), null);
        builder.addHashedRead('asset', 'own', String(i), { block: i, transaction: count });
      }
      const [namespace] = exactly(TxReadWriteSet, builder.build().publicSet).getNsRwsetList();
      const reads = exactly(KVRWSet, namespace?.getRwset_asU8() ?? new Uint8Array()).getReadsList();
      expect(new Set(reads.map((read) => read.getKey())).size).to.equal(count);
      const [own] = namespace?.getCollectionHashedRwsetList() ?? [];
      exactly(HashedRWSet, own?.getHashedRwset_asU8() ?? new Uint8Array());
    }
  });

  it('what was read and written last stands in it, in the order of the bytes of its keys', () => {
    const builder = new ReadWriteSetBuilder();
    builder.addRead('asset', '\u{1f600}', null);
    builder.addRead('asset', '\uff5e', { block: 300, transaction: 2 });
    builder.addWrite('asset', 'k', Buffer.from('old'));
    builder.addWrite('asset', 'k', Buffer.from('new'));
    builder.addWrite('asset', 'gone', new Uint8Array());
    const [namespace] = TxReadWriteSet.deserializeBinary(builder.build().publicSet).getNsRwsetList();
    const set = exactly(KVRWSet, namespace?.getRwset_asU8() ?? new Uint8Array());
    expect(set.getReadsList().map((read) => [read.getKey(), read.getVersion()?.toObject()])).to.deep.equal([
      ['\uff5e', { blockNum: 300, txNum: 2 }],
      ['\u{1f600}', undefined],
    ]);
    expect(
      set
        .getWritesList()
        .map((write) => [write.getKey(), write.getIsDelete(), Buffer.from(write.getValue_asU8()).toString()]),
    ).to.deep.equal([
      ['gone', true, ''],
      ['k', false, 'new'],
    ]);
  });

  it('private keys and values stand in the public set as hashes, in the order of the open keys', () => {
    const builder = new ReadWriteSetBuilder();
    for (const [k, v] of [
      ['b', '2'],
      ['a', '1'],
    ] as const) {
      builder.addPrivateWrite({ namespace: 'asset', collection: 'own', key: k }, Buffer.from(v));
    }
    builder.addHashedRead('asset', 'own', 'c', { block: 1, transaction: 0 });
    builder.addPrivateWrite({ namespace: 'asset', collection: 'own', key: 'gone' }, new Uint8Array(), true);
    const [namespace] = TxReadWriteSet.deserializeBinary(builder.build().publicSet).getNsRwsetList();
    const [own] = namespace?.getCollectionHashedRwsetList() ?? [];
    const set = exactly(HashedRWSet, own?.getHashedRwset_asU8() ?? new Uint8Array());
    expect(set.getHashedReadsList().map((read) => hex(read.getKeyHash_asU8()))).to.deep.equal([sha256('c')]);
    const writes = set
      .getHashedWritesList()
      .map((write) => [
        hex(write.getKeyHash_asU8()),
        hex(write.getValueHash_asU8()),
        write.getIsDelete(),
        write.getIsPurge(),
      ]);
    expect(writes).to.deep.equal([
      [sha256('a'), sha256('1'), false, false],
      [sha256('b'), sha256('2'), false, false],
      [sha256('gone'), '', true, true],
    ]);
  });

  it("of a private key's policy its members get the key alone, everybody the policy", () => {
    const builder = new ReadWriteSetBuilder();
    const at = { namespace: 'asset', collection: 'own', key: 'k' };
    builder.addPrivateMetadataWrite(at, new Map([['policy', Buffer.from('p')]]));
    const { publicSet, privateWrites } = builder.build();
    const [namespace] = TxReadWriteSet.deserializeBinary(publicSet).getNsRwsetList();
    const [own] = namespace?.getCollectionHashedRwsetList() ?? [];
    const hashed = exactly(HashedRWSet, own?.getHashedRwset_asU8() ?? new Uint8Array());
    const entries = hashed.getMetadataWritesList().flatMap((write) => write.getEntriesList());
    expect(entries.map((entry) => entry.getName())).to.deep.equal(['policy']);
    const open = exactly(KVRWSet, privateWrites[0]?.bytes ?? new Uint8Array()).getMetadataWritesList();
    expect(open.map((write) => [write.getKey(), write.getEntriesList().length])).to.deep.equal([['k', 0]]);
  });

  it('a range that saw nothing and was left at once still stands in the set', () => {
    const builder = new ReadWriteSetBuilder();
    builder.addRange('asset', new RangeQueryInfo());
    const [namespace] = TxReadWriteSet.deserializeBinary(builder.build().publicSet).getNsRwsetList();
    const set = exactly(KVRWSet, namespace?.getRwset_asU8() ?? new Uint8Array());
    expect(set.getRangeQueriesInfoList()).to.have.lengthOf(1);
  });
});
