// Peers, orderers and chaincode in containers: the settings that Compose needs, and waiting until they answer.
// It runs no Docker command: access to Docker is the operator's.
import type { Consortium } from '../consortium.js';
import { writeWhole } from '../identity/credential.js';
import { portAnswers } from '../processes/managed-process.js';
import type { SystemFolder } from '../processes/system-folder.js';
import { SetupError } from '../setup-error.js';
import type { MemberNode } from './member-node.js';

/** Long enough to pull three images. */
const LIMIT_MS = 600_000;

/** The command with which an operator starts the containers of all members. */
export function composeCommand(folder: SystemFolder, consortium: Consortium): string {
  const profiles = consortium.members.map(({ domain }) => `--profile ${profileOf(domain)}`);
  return `docker compose --env-file ${folder.containersFile} ${profiles.join(' ')} up -d`;
}

/** The member's profile in `docker-compose.yaml`. */
export function profileOf(domain: string): string {
  return domain.replace(/\.example$/, '');
}

/** The variable with the member's package id there. */
export function packageVariable(domain: string): string {
  return `PACKAGE_${profileOf(domain).replace(/\W/g, '_').toUpperCase()}`;
}

/** Writes the file that Compose reads and resolves when every container answers. */
export async function untilContainersAnswer(
  folder: SystemFolder,
  nodes: readonly MemberNode[],
): Promise<void> {
  const packages = nodes.map((node) => `${packageVariable(node.domain)}=${node.package().id}`);
  const lines = [`FORESCROW_DIR=${folder.dir}`, ...packages];
  writeWhole(folder.containersFile, `${lines.join('\n')}\n`);
  const signal = AbortSignal.timeout(LIMIT_MS);
  const doors = nodes.flatMap((node) => node.doors);
  await Promise.all(doors.map((door) => portAnswers(door, signal)));
  if (!signal.aborted) return;
  throw new SetupError(
    `The containers did not all answer within ${LIMIT_MS / 60_000} minutes; ` +
      '"docker compose ps" shows which do not run, "docker compose logs" why.',
  );
}
