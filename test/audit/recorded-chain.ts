// A chain of a real Fabric network as data, with one member's private values.
// `node dist/test/audit/recorded-chain.js <folder>` records it anew from a running Fabric ground.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { ledger } from '@hyperledger/fabric-protos';
import { runningSystem } from '../../network/commands/command-context.js';
import { memberBlocks } from '../../network/commands/verify-ledger.js';
import { memberByMspId } from '../../network/consortium.js';
import { SystemFolder } from '../../network/processes/system-folder.js';
import { REPOSITORY_ROOT } from '../../network/repository.js';
import type { DeliveredBlock } from '../../audit/delivered-block.js';
import { BANK_A } from '../support/member-access.js';

const FILE = join(REPOSITORY_ROOT, 'test', 'audit', 'recorded', 'fabric-demo.json.gz');
const FABRIC_VERSION = '3.1.5';

/** Bytes are base64. */
interface Recorded {
  readonly fabric: string;
  readonly channel: string;
  readonly chaincode: string;
  /** Whose private values stand beside the blocks. */
  readonly mspId: string;
  readonly blocks: readonly {
    readonly block: string;
    readonly secrets: { readonly [position: string]: string };
  }[];
}

export interface RecordedChain extends Omit<Recorded, 'blocks'> {
  readonly blocks: readonly DeliveredBlock[];
}

export function recordedChain(): RecordedChain {
  const recorded = JSON.parse(gunzipSync(readFileSync(FILE)).toString('utf8')) as Recorded; // written below
  const blocks = recorded.blocks.map(({ block, secrets }) => ({
    bytes: Buffer.from(block, 'base64'),
    privateData: new Map(
      Object.entries(secrets).map(([position, bytes]) => [
        Number(position),
        ledger.rwset.TxPvtReadWriteSet.deserializeBinary(Buffer.from(bytes, 'base64')),
      ]),
    ),
  }));
  return { ...recorded, blocks };
}

async function record(dir: string): Promise<void> {
  const folder = new SystemFolder(dir);
  const { consortium } = runningSystem(folder);
  const member = memberByMspId(consortium, BANK_A);
  const delivered = memberBlocks(folder, consortium, { member, privately: true });
  const blocks: Recorded['blocks'][number][] = [];
  for await (const { bytes, privateData } of delivered) {
    const entries = [...(privateData ?? [])].map(([position, set]) => [
      position,
      base64(set.serializeBinary()),
    ]);
    blocks.push({
      block: base64(bytes),
      secrets: Object.fromEntries(entries) as { readonly [position: string]: string },
    });
  }
  const { channel, chaincode } = consortium;
  const recorded = {
    fabric: FABRIC_VERSION,
    channel,
    chaincode: chaincode.name,
    mspId: member.mspId,
    blocks,
  };
  writeFileSync(FILE, gzipSync(JSON.stringify(recorded), { level: 9 }));
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}

if (require.main === module) void record(process.argv[2] ?? '');
