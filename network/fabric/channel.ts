// Makes the channel of the consortium and brings every member's orderer and peer into it.
// Each step first checks what is there, so that an interrupted start continues where it ended.
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { common } from '@hyperledger/fabric-protos';

import type { Consortium } from '../consortium.js';
import { writeWhole } from '../identity/credential.js';
import { SetupError } from '../setup-error.js';
import { runProgram, ToolFailure, type MemberAdministrator } from './admin-tools.js';
import type { FabricBinaries } from './binaries.js';
import { channelProfile, PROFILE } from './channel-profile.js';
import { processName, type FabricFolder } from './fabric-folder.js';

const LIMIT_MS = 60_000;
const LOOK_AGAIN_MS = 250;

export interface ChannelPlace {
  readonly binaries: FabricBinaries;
  readonly consortium: Consortium;
  readonly folder: FabricFolder;
  readonly organizations: string;
}

/** Makes the genesis block, once: it is the channel's identity, and all members start from the same bytes. */
export async function ensureGenesisBlock(place: ChannelPlace): Promise<void> {
  const { binaries, consortium, folder, organizations } = place;
  if (existsSync(folder.genesisBlock)) return;
  mkdirSync(folder.channelFolder, { recursive: true, mode: 0o700 });
  writeWhole(join(folder.channelFolder, 'configtx.yaml'), channelProfile(consortium, organizations));
  const beside = `${folder.genesisBlock}.new`;
  const channel = ['-profile', PROFILE, '-channelID', consortium.channel];
  await runProgram(binaries, 'configtxgen', [
    ...channel,
    ...['-configPath', folder.channelFolder, '-outputBlock', beside],
  ]);
  renameSync(beside, folder.genesisBlock);
}

export async function joinOrderers(
  administrators: readonly MemberAdministrator[],
  folder: FabricFolder,
): Promise<void> {
  await Promise.all(
    administrators.map(async (administrator) => {
      if (!(await administrator.ordererHasJoined())) await administrator.joinOrderer(folder.genesisBlock);
    }),
  );
}

export async function joinPeers(
  administrators: readonly MemberAdministrator[],
  folder: FabricFolder,
): Promise<void> {
  await Promise.all(
    administrators.map(async (administrator) => {
      if (!(await administrator.peerHasJoined())) await administrator.joinPeer(folder.genesisBlock);
    }),
  );
}

/**
 * Resolves when every member's orderer hands out blocks, which it does once it knows a leader, and every peer has the
 * newest of them: what a peer is asked after a restart is then answered from the channel of today.
 */
export async function untilCaughtUp(
  administrators: readonly MemberAdministrator[],
  folder: FabricFolder,
): Promise<void> {
  const heights = await Promise.all(administrators.map((each) => untilOrdering(each, folder)));
  const height = Math.max(...heights);
  await Promise.all(
    administrators.map(async (administrator) => {
      const { member } = administrator;
      await until(async () => (await administrator.peerHeight()) >= height, {
        what: `The peer of ${member.name} did not reach block ${height - 1}`,
        log: processName('peer', member),
      });
    }),
  );
}

/** The height of the channel at the member's orderer, once it hands out blocks. */
async function untilOrdering(administrator: MemberAdministrator, folder: FabricFolder): Promise<number> {
  const { member } = administrator;
  const file = join(folder.channelFolder, `${member.domain}.block`);
  const fetched = async (): Promise<boolean> => {
    try {
      await administrator.fetchNewestBlock(file);
      return true;
    } catch (error) {
      if (error instanceof ToolFailure) return false;
      throw error;
    }
  };
  await until(fetched, {
    what: `The orderer of ${member.name} gave no block`,
    log: processName('orderer', member),
  });
  const newest = common.Block.deserializeBinary(readFileSync(file)).getHeader()?.getNumber() ?? 0;
  rmSync(file, { force: true });
  return newest + 1;
}

/** Looks until it is so; rejects with `SetupError` after a minute. */
async function until(
  isSo: () => Promise<boolean>,
  failure: { readonly what: string; readonly log: string },
): Promise<void> {
  const end = Date.now() + LIMIT_MS;
  while (!(await isSo())) {
    if (Date.now() >= end) {
      throw new SetupError(
        `${failure.what} within ${LIMIT_MS / 1000} s; "npm run network -- logs ${failure.log}" says why.`,
      );
    }
    await delay(LOOK_AGAIN_MS);
  }
}
