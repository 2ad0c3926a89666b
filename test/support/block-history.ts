// The blocks that one member's peer delivers, as they come: where an envelope stands, what collections hash to.
import type { CloseableAsyncIterable } from '@hyperledger/fabric-gateway';
import { common, ledger, peer } from '@hyperledger/fabric-protos';
import { createHash } from 'node:crypto';
import { collectionOf } from '../../chaincode/protocol/attestation.js';
import type { WireGround } from './wire-ground.js';

export interface Place {
  readonly block: number;
  readonly code: number;
}

const COMMIT_LIMIT_MS = 30_000;

/** The same for two envelopes of the same bytes only. */
export function hashOf(envelope: common.Envelope | Uint8Array): string {
  const bytes = envelope instanceof Uint8Array ? envelope : envelope.serializeBinary();
  return createHash('sha256').update(bytes).digest('hex');
}

export class BlockHistory {
  readonly blocks: common.Block[] = [];
  /** When each of them came, milliseconds of this process's own clock. */
  readonly arrivals: number[] = [];
  private readonly places = new Map<string, Place[]>();
  /** By collection, hash of the value by hash of the key. */
  private readonly collections = new Map<string, Map<string, string>>();
  private readonly listeners = new Set<() => void>();

  private constructor(
    private readonly stream: CloseableAsyncIterable<common.Block>,
    private readonly closeSession: () => void,
  ) {}

  /** Follows this member's peer from the first block on; resolves as soon as the first one has come. */
  static async follow(ground: WireGround, mspId: string): Promise<BlockHistory> {
    const { session, close } = ground.session(mspId);
    const stream = await session.getNetwork(ground.consortium.channel).getBlockEvents({ startBlock: 0n });
    const history = new BlockHistory(stream, close);
    void history.read();
    await history.until(() => history.blocks.length > 0);
    return history;
  }

  /** The places of an envelope from a block on, as soon as there are so many. Throws if they do not come. */
  async placesOf(
    hash: string,
    { from, times }: { readonly from: number; readonly times: number },
  ): Promise<readonly Place[]> {
    const found = (): readonly Place[] => (this.places.get(hash) ?? []).filter(({ block }) => block >= from);
    await this.until(() => found().length >= times);
    return found();
  }

  /** What every member holds of an organisation's own collection: hash of the value by hash of the key. */
  privateHashesOf(mspId: string): { readonly [keyHash: string]: string } {
    return Object.fromEntries(this.collections.get(collectionOf(mspId)) ?? []);
  }

  close(): void {
    this.stream.close();
    this.closeSession();
  }

  private until(holds: () => boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      const look = (): void => {
        if (!holds()) return;
        clearTimeout(timer);
        this.listeners.delete(look);
        resolve();
      };
      const timer = setTimeout(() => {
        this.listeners.delete(look);
        reject(new Error(`the expected block has not come, ${String(this.blocks.length)} have`));
      }, COMMIT_LIMIT_MS);
      this.listeners.add(look);
      look();
    });
  }

  /** Ends with the stream; a caller who still waits then runs into his limit. */
  private async read(): Promise<void> {
    try {
      for await (const block of this.stream) {
        this.take(block);
        for (const listener of [...this.listeners]) listener();
      }
    } catch {
      this.closeSession();
    }
  }

  private take(block: common.Block): void {
    const number = this.blocks.push(block) - 1;
    this.arrivals.push(performance.now());
    const codes = block.getMetadata()?.getMetadataList_asU8()[common.BlockMetadataIndex.TRANSACTIONS_FILTER];
    for (const [index, envelope] of (block.getData()?.getDataList_asU8() ?? []).entries()) {
      const code = codes?.[index] ?? -1;
      const hash = hashOf(envelope);
      this.places.set(hash, [...(this.places.get(hash) ?? []), { block: number, code }]);
      if (code === peer.TxValidationCode.VALID) this.apply(envelope);
    }
  }

  private apply(envelope: Uint8Array): void {
    for (const { collection, writes } of hashedWritesOf(envelope)) {
      const held = this.collections.get(collection) ?? new Map<string, string>();
      this.collections.set(collection, held);
      for (const write of writes) {
        const key = Buffer.from(write.getKeyHash_asU8()).toString('hex');
        if (write.getIsDelete()) held.delete(key);
        else held.set(key, Buffer.from(write.getValueHash_asU8()).toString('hex'));
      }
    }
  }
}

interface HashedWrites {
  readonly collection: string;
  readonly writes: readonly ledger.rwset.kvrwset.KVWriteHash[];
}

function hashedWritesOf(envelope: Uint8Array): HashedWrites[] {
  const payload = common.Payload.deserializeBinary(
    common.Envelope.deserializeBinary(envelope).getPayload_asU8(),
  );
  const header = common.ChannelHeader.deserializeBinary(
    payload.getHeader()?.getChannelHeader_asU8() ?? new Uint8Array(),
  );
  if (header.getType() !== Number(common.HeaderType.ENDORSER_TRANSACTION)) return [];
  const actions = peer.Transaction.deserializeBinary(payload.getData_asU8()).getActionsList();
  return actions.flatMap((action) => {
    const endorsed = peer.ChaincodeActionPayload.deserializeBinary(action.getPayload_asU8()).getAction();
    const answer = peer.ProposalResponsePayload.deserializeBinary(
      endorsed?.getProposalResponsePayload_asU8() ?? new Uint8Array(),
    );
    return collectionsIn(
      peer.ChaincodeAction.deserializeBinary(answer.getExtension_asU8()).getResults_asU8(),
    );
  });
}

function collectionsIn(results: Uint8Array): HashedWrites[] {
  const sets = ledger.rwset.TxReadWriteSet.deserializeBinary(results).getNsRwsetList();
  return sets.flatMap((set) =>
    set.getCollectionHashedRwsetList().map((collection) => ({
      collection: collection.getCollectionName(),
      writes: ledger.rwset.kvrwset.HashedRWSet.deserializeBinary(
        collection.getHashedRwset_asU8(),
      ).getHashedWritesList(),
    })),
  );
}
