// `verify`: reads the blocks from a member's own peer, or from files, and prints what the audit finds.
import { addressOf, marketplaceOf, type Consortium, type Member } from '../consortium.js';
import { organisationTree } from '../identity/layout.js';
import type { SystemFolder } from '../processes/system-folder.js';
import { SetupError } from '../setup-error.js';
import { blockFiles } from '../../audit/block-files.js';
import type { DeliveredBlock } from '../../audit/delivered-block.js';
import { peerBlocks } from '../../audit/peer-blocks.js';
import { reportLines } from '../../audit/report.js';
import { verifyBlocks } from '../../audit/verify.js';
import {
  consortiumOf,
  folderOf,
  memberCalled,
  runningSystem,
  type CommandContext,
  type UpOptions,
} from './command-context.js';

export interface VerifyLedgerOptions extends Pick<UpOptions, 'dir' | 'consortium'> {
  /** Domain, name or MSP id. */
  readonly org?: string;
  /** Folder of block files; then nothing needs to run. */
  readonly blocks?: string;
  readonly json?: boolean;
}

interface Source {
  readonly consortium: Consortium;
  readonly blocks: Iterable<DeliveredBlock> | AsyncIterable<DeliveredBlock>;
  /** Whose private data comes with the blocks. */
  readonly mspId: string | null;
  readonly description: string;
}

const BLOCKS_PER_LINE = 500;

/** Rejects with SetupError if there are findings. */
export async function verifyLedger(options: VerifyLedgerOptions, context: CommandContext): Promise<void> {
  const { consortium, blocks, mspId, description } = sourceOf(options);
  const { channel, chaincode } = consortium;
  if (options.json !== true) context.print(`Verifying channel ${channel} from ${description}.`);
  const report = await verifyBlocks({
    channel,
    chaincode: chaincode.name,
    marketplace: marketplaceOf(consortium).mspId,
    mspId,
    blocks,
    progress: (block) => {
      const isTold = options.json !== true && block > 0 && block % BLOCKS_PER_LINE === 0;
      if (isTold) context.print(`  ${String(block)} blocks …`);
    },
  });
  for (const line of options.json === true ? [JSON.stringify(report)] : reportLines(report))
    context.print(line);
  if (report.ok) return;
  throw new SetupError(
    'The ledger does not verify: compare the blocks named above with those of other members, ' +
      'and ask the member that wrote them.',
  );
}

function sourceOf(options: VerifyLedgerOptions): Source {
  if (options.blocks !== undefined) {
    const { blocks } = blockFiles(options.blocks);
    const description = `the files in ${options.blocks}`;
    return { consortium: consortiumOf(options), blocks: blocks(), mspId: null, description };
  }
  const folder = folderOf(options);
  const { consortium } = runningSystem(folder);
  const { org } = options;
  const member = org === undefined ? marketplaceOf(consortium) : memberCalled(consortium, org);
  const privately = org !== undefined;
  return {
    consortium,
    blocks: memberBlocks(folder, consortium, { member, privately }),
    mspId: privately ? member.mspId : null,
    description: `the blocks of ${member.name}'s peer${privately ? ', with its own private values' : ''}`,
  };
}

/** Blocks from a member's own peer, with its own identity. */
export function memberBlocks(
  folder: SystemFolder,
  consortium: Consortium,
  of: { readonly member: Member; readonly privately: boolean },
): AsyncIterable<DeliveredBlock> {
  const { member, privately } = of;
  const tree = organisationTree(folder.organizations, member);
  return peerBlocks({
    channel: consortium.channel,
    address: {
      mspId: member.mspId,
      peerAddress: addressOf(consortium, member, 'peer'),
      tlsRootCertPath: tree.peer.tlsRootCertPath,
      hostOverride: `peer0.${member.domain}`,
    },
    signing: tree.users.Gateway.signing,
    privately,
  });
}
