// Brings every member's chaincode package to its peer and the consortium to one chaincode definition.
// Each step looks first at what is there; it starts no chaincode.
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';

import { writeWhole } from '../identity/credential.js';
import { SetupError } from '../setup-error.js';
import type { ChaincodeDefinition, CommittedDefinition, MemberAdministrator } from './admin-tools.js';
import { chaincodePackage, packageId, type ChaincodeAddress } from './chaincode-package.js';

/** A package as it lies on disk. */
export interface PackageFile {
  path: string;
  id: string;
}

/** Writes the package if it is not there with these bytes. */
export function ensurePackage(path: string, address: ChaincodeAddress): PackageFile {
  const bytes = chaincodePackage(address);
  if (!existsSync(path) || !readFileSync(path).equals(bytes)) {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    writeWhole(path, bytes, 0o600);
  }
  return { path, id: packageId(address.label, bytes) };
}

export async function ensureInstalled(administrator: MemberAdministrator, file: PackageFile): Promise<void> {
  const installed = await administrator.installedPackages();
  if (!installed.includes(file.id)) await administrator.install(file.path);
}

/**
 * Approves by each member and commits, unless the channel holds the definition already. A definition with the next
 * sequence number is an upgrade. Rejects with `SetupError` if the channel holds another one.
 */
export async function ensureDefinition(
  administrators: readonly MemberAdministrator[],
  definition: ChaincodeDefinition,
  packageOf: (administrator: MemberAdministrator) => PackageFile,
): Promise<void> {
  const [first] = administrators;
  if (first === undefined) return;
  const committed = await first.committed(definition.name);
  checkSuccession(committed, definition);
  await Promise.all(
    administrators.map(async (administrator) => {
      const { id } = packageOf(administrator);
      const approved = await administrator.approved(definition.name);
      const isApproved =
        approved?.sequence === definition.sequence &&
        approved.version === definition.version &&
        approved.packageId === id;
      if (!isApproved) await administrator.approve(definition, id);
    }),
  );
  if (committed?.sequence !== definition.sequence) await first.commit(definition, administrators);
}

function checkSuccession(committed: CommittedDefinition | undefined, wanted: ChaincodeDefinition): void {
  const sequence = committed?.sequence ?? 0;
  if (wanted.sequence === sequence + 1) return;
  if (wanted.sequence !== sequence) {
    throw new SetupError(
      `The channel holds definition ${sequence} of the chaincode ${wanted.name} and the consortium file says ` +
        `${wanted.sequence}; set chaincode.sequence to ${sequence} to go on with it or to ${sequence + 1} to upgrade.`,
    );
  }
  if (committed?.version === wanted.version) return;
  throw new SetupError(
    `The channel holds version ${committed?.version ?? ''} of the chaincode ${wanted.name} as definition ${sequence} ` +
      `and the consortium file says ${wanted.version}; set chaincode.sequence to ${sequence + 1} to upgrade.`,
  );
}
