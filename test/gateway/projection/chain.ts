// Whole blocks of a consortium in process, and a projection that reads them to their end.
import { common } from '@hyperledger/fabric-protos';
import { wholeBlockOf } from '../../../gateway/ledger/fabric/whole-blocks.js';
import type { WholeBlock } from '../../../gateway/ledger/ledger-port.js';
import { Projection, type ProjectionTables } from '../../../gateway/projection/projection.js';
import { MemoryTables } from './memory-tables.js';
import type { EngineConsortium } from '../../support/test-consortium.js';

export async function blocksOf({ network }: EngineConsortium): Promise<WholeBlock[]> {
  const raw = await network.rawBlocks();
  return raw.map((bytes) => wholeBlockOf(common.Block.deserializeBinary(bytes), network.chaincode));
}

export async function project<T extends ProjectionTables>(
  blocks: readonly WholeBlock[],
  tables: T,
): Promise<T> {
  await followed(blocks, tables);
  return tables;
}

/** A projection that has read these blocks to their end. */
export async function followed(
  blocks: readonly WholeBlock[],
  tables: ProjectionTables = new MemoryTables(),
): Promise<Projection> {
  const projection = new Projection({
    ledger: {
      blocks: async function* (from) {
        await Promise.resolve();
        yield* blocks.slice(from);
      },
    },
    tables,
    onBlock: () => undefined,
    signal: new AbortController().signal,
  });
  await projection.run();
  return projection;
}
