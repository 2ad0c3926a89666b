// Makes the channel of the consortium and brings every member's orderer and peer into it.
// Each step looks first at what is there, so that an interrupted start goes on where it ended.
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import type { Consortium } from '../consortium.js';
import { writeWhole } from '../identity/credential.js';
import { SetupError } from '../setup-error.js';
import { runProgram, ToolFailure, type MemberAdministrator } from './admin-tools.js';
import type { FabricBinaries } from './binaries.js';
import { channelProfile, PROFILE } from './channel-profile.js';
import type { FabricFolder } from './fabric-folder.js';

const ORDERING_LIMIT_MS = 60_000;
const LOOK_AGAIN_MS = 250;

export interface ChannelPlace {
  binaries: FabricBinaries;
  consortium: Consortium;
  folder: FabricFolder;
  organizations: string;
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

/** Resolves when every member's orderer hands out blocks, which it does once it knows a leader. */
export async function untilOrdering(
  administrators: readonly MemberAdministrator[],
  folder: FabricFolder,
): Promise<void> {
  const end = Date.now() + ORDERING_LIMIT_MS;
  await Promise.all(
    administrators.map(async (administrator) => {
      const file = join(folder.channelFolder, `${administrator.member.domain}.block`);
      for (;;) {
        try {
          await administrator.fetchNewestBlock(file);
          rmSync(file, { force: true });
          return;
        } catch (cause) {
          if (!(cause instanceof ToolFailure)) throw cause;
          if (Date.now() >= end) throw notOrdering(administrator, cause);
        }
        await delay(LOOK_AGAIN_MS);
      }
    }),
  );
}

function notOrdering({ member }: MemberAdministrator, cause: Error): SetupError {
  return new SetupError(
    `The orderer of ${member.name} gave no block within ${ORDERING_LIMIT_MS / 1000} s; ` +
      `"npm run network -- logs orderer-${member.domain}" says why (${cause.message}).`,
    { cause },
  );
}
