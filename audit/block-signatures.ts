// The ordering service's signatures on a block: every one genuine, and enough of them; and the metadata around them.
import { common } from '@hyperledger/fabric-protos';
import { headerBytes } from '../ledger/fabric/block.js';
import { isValidIdentity, type KnownIdentity } from '../ledger/fabric/identity.js';
import { MalformedMessage, parseMessage, sameBytes } from '../ledger/fabric/protobuf.js';
import type { ReadBlock } from './block-form.js';
import type { ChannelConfiguration } from './channel-configuration.js';
import type { Findings } from './findings.js';

const { SIGNATURES, LAST_CONFIG, ORDERER } = common.BlockMetadataIndex;
const BLOCK_VALIDATION = '/Channel/Orderer/BlockValidation';

export interface OrderedUnder {
  /** In force when the block was ordered; for block 0 its own. */
  readonly configuration: ChannelConfiguration;
  /** Number of the last configuration block, this one included. */
  readonly lastConfig: number;
}

export function checkBlockSignatures(block: ReadBlock, under: OrderedUnder, findings: Findings): void {
  const place = { block: block.number, transaction: null };
  const fault = faultOf(block, under);
  findings.expect('blockSignatures', place, fault === null, () => ({
    found: fault ?? '',
    needed: 'the signatures of the ordering service over header and metadata',
  }));
}

function faultOf(block: ReadBlock, under: OrderedUnder): string | null {
  try {
    const bytes = block.metadata[SIGNATURES] ?? new Uint8Array();
    const metadata = parseMessage(common.Metadata, bytes, 'Metadata');
    if (!sameBytes(metadata.serializeBinary(), bytes)) return 'metadata in another encoding';
    return surroundings(block, metadata, under) ?? signatures(block, metadata, under);
  } catch (error) {
    if (error instanceof MalformedMessage) return error.message;
    throw error;
  }
}

/** The unsigned rest: what is old must be empty or repeat what is signed. */
function surroundings(block: ReadBlock, metadata: common.Metadata, under: OrderedUnder): string | null {
  const signed = parseMessage(common.OrdererBlockMetadata, metadata.getValue_asU8(), 'OrdererBlockMetadata');
  const lastConfig = signed.getLastConfig()?.getIndex() ?? 0;
  if (lastConfig !== under.lastConfig) return `configuration block ${String(lastConfig)} named`;
  const repeated = block.metadata[LAST_CONFIG] ?? new Uint8Array();
  if (repeated.length > 0 && !sameBytes(repeated, lastConfigMetadata(lastConfig))) {
    return 'another configuration block in the metadata outside the signatures';
  }
  if ((block.metadata[ORDERER] ?? []).length > 0) return 'metadata of the orderer outside the signatures';
  return null;
}

function lastConfigMetadata(index: number): Uint8Array {
  const value = new common.LastConfig();
  value.setIndex(index);
  const metadata = new common.Metadata();
  metadata.setValue(value.serializeBinary());
  return metadata.serializeBinary();
}

/** Block 0 of real Fabric carries none: members take it as they agreed on it. */
function signatures(block: ReadBlock, metadata: common.Metadata, under: OrderedUnder): string | null {
  const list = metadata.getSignaturesList();
  if (block.number === 0 && list.length === 0) return null;
  const signers = new Map<string, KnownIdentity>();
  for (const signature of list) {
    const signer = signerOf(signature, { block, value: metadata.getValue_asU8(), under });
    if (!signer) return 'a signature that is not genuine';
    if (signers.has(signer.id)) return 'two signatures of one orderer';
    signers.set(signer.id, signer);
  }
  const { consenters, policies } = under.configuration;
  if (consenters.length === 0) {
    const policy = policies.named(BLOCK_VALIDATION);
    return policy ? policy([...signers.values()]) : 'no policy for blocks in the configuration';
  }
  const quorum = quorumOf(consenters.length);
  return signers.size >= quorum ? null : `${String(signers.size)} of the ${String(quorum)} signatures needed`;
}

/** As Fabric's ComputeBFTQuorum: of n consenters f may be malicious. */
function quorumOf(consenters: number): number {
  const malicious = Math.floor((consenters - 1) / 3);
  return Math.ceil((consenters + malicious + 1) / 2);
}

function signerOf(
  signature: common.MetadataSignature,
  over: { readonly block: ReadBlock; readonly value: Uint8Array; readonly under: OrderedUnder },
): KnownIdentity | null {
  const claim = claimOf(signature, over.under.configuration);
  const signer = claim.creator && over.under.configuration.msps.deserialize(claim.creator);
  if (!signer || !isValidIdentity(signer)) return null;
  const { header } = over.block;
  const bytes = headerBytes({
    number: header.getNumber(),
    previousHash: header.getPreviousHash_asU8(),
    dataHash: header.getDataHash_asU8(),
  });
  const message = Buffer.concat([over.value, claim.header, bytes]);
  const { msps } = over.under.configuration;
  return msps.verify(signer, message, signature.getSignature_asU8()) ? signer : null;
}

/** Who is said to have signed: consenters by their number, an orderer of the older kind by its certificate. */
function claimOf(
  signature: common.MetadataSignature,
  { consenters }: ChannelConfiguration,
): { readonly header: Uint8Array; readonly creator: Uint8Array | null } {
  if (consenters.length === 0) {
    const header = signature.getSignatureHeader_asU8();
    const creator = parseMessage(common.SignatureHeader, header, 'SignatureHeader').getCreator_asU8();
    return { header, creator };
  }
  const header = signature.getIdentifierHeader_asU8();
  const number = parseMessage(common.IdentifierHeader, header, 'IdentifierHeader').getIdentifier();
  return { header, creator: consenters.find(({ id }) => id === number)?.creator ?? null };
}
