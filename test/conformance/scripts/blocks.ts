// Scripts about blocks themselves: hash chain, data hashes, metadata, equality at all peers.
import { createHash } from 'node:crypto';
import { common } from '@hyperledger/fabric-protos';
import { mspOf } from '../block-view.js';
import type { Json } from '../operations.js';
import { ScriptFailure } from '../outcome.js';
import type { Script } from '../play.js';
import type { Stage } from '../stage.js';

const INDEX = common.BlockMetadataIndex;

async function freshBlock(stage: Stage): Promise<number> {
  const put = await stage.endorse([['put', stage.key('k'), '1']]);
  await stage.commit(put);
  return (await stage.placement(put.txId)).block;
}

function blockAt(stage: Stage, number: number): common.Block {
  const block = stage.network.watch.blocks()[number];
  if (block === undefined) throw new ScriptFailure(`there is no block ${String(number)}`);
  return block;
}

/** ASN.1: a sequence of the number and the two hashes. */
function headerHash(header: common.BlockHeader): Buffer {
  const der = (tag: number, content: Uint8Array): Buffer =>
    Buffer.concat([Buffer.from([tag, content.length]), content]);
  const hex = header.getNumber().toString(16);
  const digits = Buffer.from(hex.length % 2 === 1 ? `0${hex}` : hex, 'hex');
  const number = (digits[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.from([0]), digits]) : digits;
  const content = Buffer.concat([
    der(2, number),
    der(4, header.getPreviousHash_asU8()),
    der(4, header.getDataHash_asU8()),
  ]);
  return createHash('sha256').update(der(0x30, content)).digest();
}

function signers(block: common.Block): readonly string[] {
  const metadata = common.Metadata.deserializeBinary(metadataOf(block, INDEX.SIGNATURES));
  return metadata
    .getSignaturesList()
    .map((signature) =>
      mspOf(common.SignatureHeader.deserializeBinary(signature.getSignatureHeader_asU8()).getCreator_asU8()),
    );
}

/** Header and configuration of a block that holds nothing else. */
function configurationOf(block: common.Block): { header: common.ChannelHeader; config: common.Config } {
  const [envelope] = block.getData()?.getDataList_asU8() ?? [];
  const bytes = common.Envelope.deserializeBinary(envelope ?? new Uint8Array()).getPayload_asU8();
  const payload = common.Payload.deserializeBinary(bytes);
  const header = payload.getHeader()?.getChannelHeader_asU8() ?? new Uint8Array();
  return {
    header: common.ChannelHeader.deserializeBinary(header),
    config:
      common.ConfigEnvelope.deserializeBinary(payload.getData_asU8()).getConfig() ?? new common.Config(),
  };
}

function namesIn(map: { keys(): Iterable<string> } | undefined): string[] {
  return [...(map?.keys() ?? [])].sort();
}

function metadataOf(block: common.Block, index: number): Uint8Array {
  return block.getMetadata()?.getMetadataList_asU8()[index] ?? new Uint8Array();
}

export const BLOCK_SCRIPTS: readonly Script[] = [
  {
    name: 'each block names the hash of the one before it',
    play: async (stage) => {
      const newest = await freshBlock(stage);
      const blocks = stage.network.watch.blocks().slice(0, newest + 1);
      return blocks.every((block, at) => {
        const before = blocks[at - 1]?.getHeader();
        const wanted = before === undefined ? Buffer.alloc(0) : headerHash(before);
        return wanted.equals(Buffer.from(block.getHeader()?.getPreviousHash_asU8() ?? []));
      });
    },
  },
  {
    name: 'each block’s data hash is that of its envelopes one after the other',
    play: async (stage) => {
      const newest = await freshBlock(stage);
      const blocks = stage.network.watch.blocks().slice(0, newest + 1);
      return blocks.every((block) => {
        const hash = createHash('sha256');
        for (const envelope of block.getData()?.getDataList_asU8() ?? []) hash.update(envelope);
        return hash.digest().equals(Buffer.from(block.getHeader()?.getDataHash_asU8() ?? []));
      });
    },
  },
  {
    name: 'what a block’s metadata holds',
    play: async (stage) => {
      const number = await freshBlock(stage);
      const block = blockAt(stage, number);
      const parts = block.getMetadata()?.getMetadataList_asU8() ?? [];
      const flags = metadataOf(block, INDEX.TRANSACTIONS_FILTER);
      const orderers = common.Metadata.deserializeBinary(metadataOf(block, INDEX.SIGNATURES));
      const value = common.OrdererBlockMetadata.deserializeBinary(orderers.getValue_asU8());
      return {
        parts: parts.length,
        flagPerTransaction: flags.length === block.getData()?.getDataList_asU8().length,
        signers: signers(block).length,
        lastConfig: value.getLastConfig()?.getIndex() ?? null,
        lastConfigPart: metadataOf(block, INDEX.LAST_CONFIG).length,
        commitHash: common.Metadata.deserializeBinary(metadataOf(block, INDEX.COMMIT_HASH)).getValue_asU8()
          .length,
      };
    },
  },
  {
    name: 'the commit hash chains flags and hashes of updates',
    play: async (stage) => {
      const number = await freshBlock(stage);
      const hash = (at: number): string =>
        Buffer.from(
          common.Metadata.deserializeBinary(
            metadataOf(blockAt(stage, at), INDEX.COMMIT_HASH),
          ).getValue_asU8(),
        ).toString('hex');
      return { differs: hash(number) !== hash(number - 1), empty: hash(number) === '' };
    },
  },
  {
    name: 'the first block is the channel’s configuration',
    play: async (stage) => {
      const block = blockAt(stage, 0);
      const { header, config } = configurationOf(block);
      const groups = config.getChannelGroup()?.getGroupsMap();
      const application = groups?.get('Application');
      return Promise.resolve({
        type: header.getType(),
        channel: header.getChannelId(),
        code: metadataOf(block, INDEX.TRANSACTIONS_FILTER)[0] ?? null,
        sequence: config.getSequence(),
        groups: namesIn(groups),
        members: namesIn(application?.getGroupsMap()),
        policies: namesIn(application?.getPoliciesMap()),
      } satisfies Json);
    },
  },
  {
    name: 'every peer has the same block, flags and commit hash',
    play: async (stage) => {
      const number = await freshBlock(stage);
      const blocks = stage.network.watch.blockAtEachPeer(number).map((block) => ({
        data: Buffer.from(block.getData()?.serializeBinary() ?? []).toString('hex'),
        header: Buffer.from(block.getHeader()?.serializeBinary() ?? []).toString('hex'),
        flags: Buffer.from(metadataOf(block, INDEX.TRANSACTIONS_FILTER)).toString('hex'),
        commitHash: Buffer.from(metadataOf(block, INDEX.COMMIT_HASH)).toString('hex'),
      }));
      return { peers: blocks.length, different: new Set(blocks.map((block) => JSON.stringify(block))).size };
    },
  },
];
