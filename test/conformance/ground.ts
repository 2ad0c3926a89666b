// What a conformance script knows of the network under its feet, and the two networks that it can be.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { memberByMspId, readConsortium, type Consortium } from '../../network/consortium.js';
import { EmbeddedGround } from '../../network/grounds/embedded.js';
import { FabricGround } from '../../network/grounds/fabric.js';
import type { Ground, MemberAddress } from '../../network/grounds/ground.js';
import { organisationTree, type OrganisationTree } from '../../network/identity/layout.js';
import { ensureIdentities } from '../../network/identity/organisation.js';
import { Supervisor } from '../../network/processes/supervisor.js';
import { SystemFolder } from '../../network/processes/system-folder.js';
import { consecutivePorts } from '../support/consecutive-ports.js';

export const MARKET = 'MarketplaceMSP';
export const BANK_A = 'BankAMSP';
export const BANK_B = 'BankBMSP';
export const COURIER = 'CourierMSP';
export const MEMBERS = [MARKET, BANK_A, BANK_B, COURIER] as const;

const CONSORTIUM_FILE = 'network/consortium.yaml';
/** Far beyond what a busy machine delays a test, small enough to be overstepped by a forged time. */
export const WINDOW_MS = 120_000;

export type GroundName = 'embedded' | 'fabric';

/** One member's place: where its peer is reached and where its identities lie. */
export interface Place {
  readonly mspId: string;
  readonly address: MemberAddress;
  readonly tree: OrganisationTree;
}

/** Four members, a channel whose policy `Agreement` guards one chaincode, which is `contract.ts`. */
export interface ConformanceGround {
  readonly name: GroundName;
  readonly channel: string;
  readonly chaincode: string;
  /** In the order of MEMBERS. */
  readonly places: readonly Place[];
  stop(): Promise<void>;
}

/** How blocks are cut: as soon as that many transactions are there, or so long after the first of them. */
export interface Cutting {
  readonly maxMessageCount: number;
  readonly timeoutMs: number;
}

/** As when real Fabric was recorded: no script's block is cut by its bytes, whatever the consortium's file says. */
const RECORDED_BLOCK_BYTES = 2 * 1024 * 1024;

/** Long enough for a handful of transactions to land in one block, short enough for a hundred scripts. */
export const SCRIPT_CUTTING: Cutting = { maxMessageCount: 200, timeoutMs: 150 };

export async function openGround(name: GroundName, cutting: Cutting): Promise<ConformanceGround> {
  const folder = new SystemFolder(mkdtempSync(join(tmpdir(), 'forescrow-conformance-')));
  folder.prepare();
  const portBase = await consecutivePorts();
  const consortium = conformanceConsortium(portBase, cutting);
  await ensureIdentities(folder.organizations, consortium);
  const supervisor = new Supervisor(folder, { consortiumFile: CONSORTIUM_FILE, portBase });
  const ground = groundOf(name, { folder, consortium, supervisor, chaincodePackage: writePackage(folder) });
  const stop = async (): Promise<void> => {
    await ground.down();
    rmSync(folder.dir, { recursive: true, force: true });
  };
  try {
    const { members } = await ground.up();
    const places = MEMBERS.map((mspId) => placeOf(mspId, members, { folder, consortium }));
    return { name, channel: consortium.channel, chaincode: consortium.chaincode.name, places, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

interface GroundPlan {
  folder: SystemFolder;
  consortium: Consortium;
  supervisor: Supervisor;
  chaincodePackage: string;
}

function groundOf(name: GroundName, plan: GroundPlan): Ground {
  return name === 'embedded' ? new EmbeddedGround(plan) : new FabricGround(plan);
}

function conformanceConsortium(portBase: number, cutting: Cutting): Consortium {
  const read = readConsortium(CONSORTIUM_FILE, { portBase });
  return {
    ...read,
    // One leader orders: what is submitted first stands first, which scripts about order need.
    ordering: 'raft',
    timing: { ...read.timing, windowMs: WINDOW_MS },
    batch: { ...read.batch, preferredMaxBytes: RECORDED_BLOCK_BYTES, ...cutting },
    chaincode: { ...read.chaincode, name: 'conformance' },
  };
}

/** A package whose main module is the compiled contract. */
function writePackage(folder: SystemFolder): string {
  const directory = join(folder.dir, 'contract');
  mkdirSync(directory);
  const main = join(__dirname, 'contract.js');
  writeFileSync(
    join(directory, 'package.json'),
    JSON.stringify({ name: 'conformance', version: '1.0.0', main }),
  );
  return directory;
}

function placeOf(
  mspId: string,
  members: readonly MemberAddress[],
  { folder, consortium }: Pick<GroundPlan, 'folder' | 'consortium'>,
): Place {
  const address = members.find((member) => member.mspId === mspId);
  if (address === undefined) throw new Error(`The ground has no member ${mspId}.`);
  const tree = organisationTree(folder.organizations, memberByMspId(consortium, mspId));
  return { mspId, address, tree };
}

export function tlsRootOf({ address }: Place): Buffer {
  return readFileSync(address.tlsRootCertPath);
}
