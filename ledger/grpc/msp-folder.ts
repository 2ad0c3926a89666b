// Reads an MSP folder as Fabric lays it out: roots, intermediates, revocation lists, a node's certificate and key.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { OrganisationConfig, SigningIdentity } from '../fabric/channel-config.js';

/** `msp/` of an organisation. Throws a sentence naming the folder when it holds no root certificate. */
export function readOrganisation(mspId: string, mspDir: string): OrganisationConfig {
  const caCertsPem = readPems(mspDir, 'cacerts');
  if (caCertsPem.length === 0) {
    throw new Error(`The MSP folder ${mspDir} of ${mspId} holds no certificate in cacerts/.`);
  }
  return {
    mspId,
    caCertsPem,
    intermediatesPem: readPems(mspDir, 'intermediatecerts'),
    revocationListsPem: readPems(mspDir, 'crls'),
  };
}

/** `msp/` of one node: `signcerts/` and `keystore/`. Throws a sentence naming the folder when either is missing. */
export function readSigner(mspDir: string): SigningIdentity {
  const [certPem] = readPems(mspDir, 'signcerts');
  const [keyPem] = readPems(mspDir, 'keystore');
  if (certPem === undefined || keyPem === undefined) {
    throw new Error(`The MSP folder ${mspDir} needs one certificate in signcerts/ and one key in keystore/.`);
  }
  return { certPem, keyPem };
}

function readPems(mspDir: string, folder: string): string[] {
  const path = join(mspDir, folder);
  return existsSync(path)
    ? readdirSync(path)
        .sort()
        .map((name) => readFileSync(join(path, name), 'utf8'))
    : [];
}
