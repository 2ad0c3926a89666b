// Fabric's blocks: header bytes and hashes, the orderer's signature, the metadata that a peer adds.
import { randomBytes } from 'node:crypto';
import { common } from '@hyperledger/fabric-protos';
import { sha256 } from './protobuf.js';
import type { Signer } from './signer.js';

export interface BlockPlan {
  readonly number: number;
  readonly previousHash: Uint8Array;
  readonly envelopes: readonly Uint8Array[];
  readonly lastConfig: number;
}

/** Metadata positions as in Fabric's BlockMetadataIndex. */
const METADATA_COUNT = 5;
const SIGNATURES_INDEX = 0;
const FLAGS_INDEX = 2;
const COMMIT_HASH_INDEX = 4;

/** ASN.1 DER of SEQUENCE { number, previous hash, data hash }; its SHA-256 links the chain. */
export function headerBytes(header: {
  readonly number: number;
  readonly previousHash: Uint8Array;
  readonly dataHash: Uint8Array;
}): Buffer {
  return der(
    0x30,
    Buffer.concat([derNumber(header.number), der(0x04, header.previousHash), der(0x04, header.dataHash)]),
  );
}

export function headerHash(header: common.BlockHeader): Buffer {
  return sha256(
    headerBytes({
      number: header.getNumber(),
      previousHash: header.getPreviousHash_asU8(),
      dataHash: header.getDataHash_asU8(),
    }),
  );
}

export function dataHash(envelopes: readonly Uint8Array[]): Buffer {
  return sha256(...envelopes);
}

/** A block as the orderer hands it out: signed, without validity flags. */
export function orderedBlock(plan: BlockPlan, orderer: Signer): common.Block {
  const header = new common.BlockHeader();
  header.setNumber(plan.number);
  header.setPreviousHash(plan.previousHash);
  const hash = dataHash(plan.envelopes);
  header.setDataHash(hash);
  const data = new common.BlockData();
  data.setDataList([...plan.envelopes]);
  const metadata = new common.BlockMetadata();
  const parts: Uint8Array[] = Array.from({ length: METADATA_COUNT }, () => new Uint8Array());
  const signedHeader = headerBytes({ number: plan.number, previousHash: plan.previousHash, dataHash: hash });
  parts[SIGNATURES_INDEX] = signatureMetadata(signedHeader, plan.lastConfig, orderer);
  metadata.setMetadataList(parts);
  const block = new common.Block();
  block.setHeader(header);
  block.setData(data);
  block.setMetadata(metadata);
  return block;
}

/** Adds what the committing peer knows: a code per transaction and the running commit hash. */
export function setCommitMetadata(block: common.Block, flags: Uint8Array, commitHash: Uint8Array): void {
  const metadata = block.getMetadata() ?? new common.BlockMetadata();
  const parts = metadata.getMetadataList_asU8();
  parts[FLAGS_INDEX] = flags;
  const hash = new common.Metadata();
  hash.setValue(commitHash);
  parts[COMMIT_HASH_INDEX] = hash.serializeBinary();
  metadata.setMetadataList(parts);
  block.setMetadata(metadata);
}

function signatureMetadata(header: Uint8Array, lastConfig: number, orderer: Signer): Uint8Array {
  const last = new common.LastConfig();
  last.setIndex(lastConfig);
  const value = new common.OrdererBlockMetadata();
  value.setLastConfig(last);
  const signatureHeader = new common.SignatureHeader();
  signatureHeader.setCreator(orderer.creator);
  signatureHeader.setNonce(randomBytes(24));
  const signature = new common.MetadataSignature();
  signature.setSignatureHeader(signatureHeader.serializeBinary());
  const content = Buffer.concat([value.serializeBinary(), signature.getSignatureHeader_asU8(), header]);
  signature.setSignature(orderer.sign(content));
  const metadata = new common.Metadata();
  metadata.setValue(value.serializeBinary());
  metadata.setSignaturesList([signature]);
  return metadata.serializeBinary();
}

function der(tag: number, content: Uint8Array): Buffer {
  const length = content.length < 0x80 ? [content.length] : longLength(content.length);
  return Buffer.concat([Buffer.from([tag, ...length]), content]);
}

function longLength(length: number): number[] {
  return length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
}

function derNumber(value: number): Buffer {
  const hex = value.toString(16);
  const bytes = Buffer.from(hex.length % 2 === 1 ? `0${hex}` : hex, 'hex');
  return der(0x02, (bytes[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.from([0]), bytes]) : bytes);
}
