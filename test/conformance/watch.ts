// Follows every peer's blocks, so that a script can wait until all of them have its transactions, and see where.
import { common } from '@hyperledger/fabric-protos';
import type { CloseableAsyncIterable, Gateway } from '@hyperledger/fabric-gateway';

/** Where a transaction came to lie and what the peers judged. */
export interface Placement {
  readonly block: number;
  readonly index: number;
  /** Fabric's validity code. */
  readonly code: number;
}

/** How long a transaction may take from the ordering service to the last peer. */
const PATIENCE_MS = 30_000;

class PeerView {
  readonly placements = new Map<string, Placement[]>();
  readonly blocks: common.Block[] = [];

  add(block: common.Block): void {
    this.blocks.push(block);
    const codes = block.getMetadata()?.getMetadataList_asU8()[common.BlockMetadataIndex.TRANSACTIONS_FILTER];
    const number = Number(block.getHeader()?.getNumber());
    block
      .getData()
      ?.getDataList_asU8()
      .forEach((envelope, index) => {
        const txId = transactionId(envelope);
        const known = this.placements.get(txId) ?? [];
        this.placements.set(txId, [...known, { block: number, index, code: codes?.[index] ?? -1 }]);
      });
  }
}

export function transactionId(envelope: Uint8Array): string {
  const payload = common.Payload.deserializeBinary(
    common.Envelope.deserializeBinary(envelope).getPayload_asU8(),
  );
  const header = payload.getHeader()?.getChannelHeader_asU8() ?? new Uint8Array();
  return common.ChannelHeader.deserializeBinary(header).getTxId();
}

export class BlockWatch {
  private readonly views: PeerView[] = [];
  private readonly streams: CloseableAsyncIterable<common.Block>[] = [];
  private readonly waiting = new Set<() => void>();
  private closed = false;
  private failure: Error | undefined;

  /** One gateway connection for each peer. */
  static async open(peers: readonly Gateway[], channel: string): Promise<BlockWatch> {
    const watch = new BlockWatch();
    for (const peer of peers) {
      const stream = await peer.getNetwork(channel).getBlockEvents({ startBlock: 0n });
      const view = new PeerView();
      watch.views.push(view);
      watch.streams.push(stream);
      void watch.follow(stream, view);
    }
    await watch.until(() => watch.views.every(({ blocks }) => blocks.length > 0), 'the first block');
    return watch;
  }

  /** Where the transaction lies, once every peer has it that many times. */
  async placements(txId: string, times = 1): Promise<readonly Placement[]> {
    const here = (view: PeerView): readonly Placement[] => view.placements.get(txId) ?? [];
    await this.until(() => this.views.every((view) => here(view).length >= times), `transaction ${txId}`);
    const [first = [], ...others] = this.views.map(here);
    if (others.some((other) => JSON.stringify(other) !== JSON.stringify(first))) {
      throw new Error(`The peers differ about transaction ${txId}.`);
    }
    return first;
  }

  /** Blocks of the first peer, from the genesis block on. */
  blocks(): readonly common.Block[] {
    return this.views[0]?.blocks ?? [];
  }

  /** The block of that number at each peer. */
  blockAtEachPeer(number: number): readonly common.Block[] {
    return this.views.flatMap(({ blocks }) => blocks[number] ?? []);
  }

  close(): void {
    this.closed = true;
    for (const stream of this.streams) stream.close();
  }

  private async follow(stream: CloseableAsyncIterable<common.Block>, view: PeerView): Promise<void> {
    try {
      for await (const block of stream) {
        view.add(block);
        this.wake();
      }
    } catch (error) {
      if (!this.closed) this.failure = error instanceof Error ? error : new Error(String(error));
      this.wake();
    }
  }

  private wake(): void {
    for (const look of [...this.waiting]) look();
  }

  private until(holds: () => boolean, what: string): Promise<void> {
    return new Promise((resolve, reject) => {
      const end = (finish: () => void): void => {
        clearTimeout(timer);
        this.waiting.delete(look);
        finish();
      };
      const look = (): void => {
        const { failure } = this;
        if (holds()) end(resolve);
        else if (failure !== undefined) {
          end(() => {
            reject(failure);
          });
        }
      };
      const timer = setTimeout(() => {
        end(() => {
          reject(new Error(`No peer, or not every one, had ${what} in time.`));
        });
      }, PATIENCE_MS);
      this.waiting.add(look);
      look();
    });
  }
}
