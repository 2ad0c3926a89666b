// Brings every member's chaincode package to its peer and the consortium to one chaincode definition.
// Each step first checks what is there.
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { peer } from '@hyperledger/fabric-protos';

import { writeWhole } from '../identity/credential.js';
import { SetupError } from '../setup-error.js';
import type { ChaincodeDefinition } from '../chaincode-definition.js';
import type { CommittedDefinition, DefinitionFiles, MemberAdministrator } from './admin-tools.js';
import { chaincodePackage, packageId, type ChaincodeAddress } from './chaincode-package.js';
import { arePrinted, collectionsConfig } from './collections-config.js';

/** A package as it lies on disk. */
export interface PackageFile {
  readonly path: string;
  readonly id: string;
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

/** A member's administrator and the package that his peer shall run. */
export interface Approver {
  readonly administrator: MemberAdministrator;
  readonly packageId: string;
}

/**
 * Approves by each member and commits, unless the channel holds the definition already. A definition with the next
 * sequence number is an upgrade. Rejects with `SetupError` if the channel holds another one.
 */
export async function ensureDefinition(
  approvers: readonly Approver[],
  files: DefinitionFiles,
): Promise<void> {
  const { definition, collections } = files;
  writeWhole(collections, collectionsConfig(definition.collections));
  const administrators = approvers.map(({ administrator }) => administrator);
  const [first] = administrators;
  if (first === undefined) return;
  const committed = await first.committed(definition.name);
  checkSuccession(committed, definition);
  await Promise.all(approvers.map((approver) => ensureApproved(approver, files)));
  if (committed?.sequence !== definition.sequence) await first.commit(files, administrators);
}

async function ensureApproved({ administrator, packageId }: Approver, files: DefinitionFiles): Promise<void> {
  const { definition: wanted } = files;
  const approved = await administrator.approved(wanted.name);
  const isApproved =
    approved?.sequence === wanted.sequence &&
    approved.version === wanted.version &&
    approved.packageId === packageId &&
    arePrinted(wanted.collections, approved.collections);
  if (!isApproved) await administrator.approve(files, packageId);
}

function checkSuccession(committed: CommittedDefinition | null, wanted: ChaincodeDefinition): void {
  const sequence = committed?.sequence ?? 0;
  if (wanted.sequence === sequence + 1) return;
  if (committed === null || wanted.sequence !== sequence) {
    throw new SetupError(
      `The channel holds definition ${sequence} of the chaincode ${wanted.name} and the consortium file says ` +
        `${wanted.sequence}; set chaincode.sequence to ${Math.max(sequence, 1)} to go on with it ` +
        `or to ${sequence + 1} to upgrade.`,
    );
  }
  if (mayBeTheSame(committed, wanted)) return;
  throw new SetupError(
    `The channel holds definition ${sequence} of the chaincode ${wanted.name} with another version, endorsement ` +
      'policy or list of members than the consortium file; ' +
      `set chaincode.sequence to ${sequence + 1} to upgrade.`,
  );
}

/** Collections stand for the members: each has its own. */
function mayBeTheSame(committed: CommittedDefinition, wanted: ChaincodeDefinition): boolean {
  return (
    committed.version === wanted.version &&
    mayBePolicy(committed, wanted.endorsementPolicy) &&
    arePrinted(wanted.collections, committed.collections)
  );
}

/** False if the definition names another channel policy; two signature policies are left for Fabric to compare. */
function mayBePolicy(committed: CommittedDefinition, policy: string): boolean {
  const bytes = Buffer.from(committed.validation_parameter, 'base64');
  const reference = peer.ApplicationPolicy.deserializeBinary(bytes).getChannelConfigPolicyReference();
  return reference === (policy.startsWith('/') ? policy : '');
}
