// One certificate with its key on disk: reuses what is there and whole, has the rest issued.
// It refuses rather than replaces what somebody may have put there on purpose.
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

import { SetupError } from '../setup-error.js';
import type { IssuedCredential } from './certificates.js';
import type { CredentialFiles } from './layout.js';

const KEY_MODE = 0o600;
const FILE_MODE = 0o644;
const FOLDER_MODE = 0o755;

export interface EnsuredCredential {
  /** True if it was made now. */
  readonly issued: boolean;
}

/**
 * Makes sure that a valid credential signed by `issuerCertPem` lies in `files`.
 * Rejects with `SetupError` if what lies there has expired, is not of that issuer or has a foreign key.
 */
export async function ensureCredential(
  files: CredentialFiles,
  options: {
    readonly issuerCertPem: string;
    readonly now: Date;
    readonly issue: () => Promise<IssuedCredential>;
  },
): Promise<EnsuredCredential> {
  if (existsSync(files.certPath) && existsSync(files.keyPath)) {
    checkCredential(files, options);
    return { issued: false };
  }
  writeCredential(files, await options.issue());
  return { issued: true };
}

/** Makes sure that a self-signed authority lies in `files`; a certificate without its key may stay so. */
export async function ensureAuthority(
  files: CredentialFiles,
  options: { readonly now: Date; readonly issue: () => Promise<IssuedCredential> },
): Promise<EnsuredCredential> {
  if (!existsSync(files.certPath)) {
    writeCredential(files, await options.issue());
    return { issued: true };
  }
  checkLifetime(readCertificate(files.certPath), files.certPath, options.now);
  return { issued: false };
}

/** The authority for issuing. Throws `SetupError` if its key is not here. */
export function readAuthority(files: CredentialFiles): { readonly certPem: string; readonly keyPem: string } {
  if (!existsSync(files.keyPath)) {
    throw new SetupError(
      `A certificate has to be issued, but the authority's key ${files.keyPath} is not there; ` +
        'put the missing certificate in place from the CA that keeps that key.',
    );
  }
  return { certPem: readFileSync(files.certPath, 'utf8'), keyPem: readFileSync(files.keyPath, 'utf8') };
}

/** The certificate is renamed into place last: with it there, the key is there too. */
function writeCredential(files: CredentialFiles, credential: IssuedCredential): void {
  writeWhole(files.keyPath, credential.keyPem, KEY_MODE);
  writeWhole(files.certPath, credential.certPem, FILE_MODE);
}

/** Writes beside the file and renames, so that a crash leaves the old file or the new one. */
export function writeWhole(path: string, content: string | Buffer, mode: number = FILE_MODE): void {
  mkdirSync(dirname(path), { recursive: true, mode: FOLDER_MODE });
  const beside = `${path}.new`;
  writeFileSync(beside, content, { mode });
  chmodSync(beside, mode);
  renameSync(beside, path);
}

function checkCredential(
  files: CredentialFiles,
  options: { readonly issuerCertPem: string; readonly now: Date },
): void {
  const certificate = readCertificate(files.certPath);
  checkLifetime(certificate, files.certPath, options.now);
  const issuer = new X509Certificate(options.issuerCertPem);
  if (!certificate.checkIssued(issuer) || !certificate.verify(issuer.publicKey)) {
    throw new SetupError(
      `The certificate ${files.certPath} was not issued by its organisation's authority; restore the folder ` +
        'from a backup, or run "npm run network -- down --erase" to begin anew.',
    );
  }
  if (!certificate.checkPrivateKey(readKey(files.keyPath))) {
    throw new SetupError(
      `The key ${files.keyPath} does not belong to the certificate ${files.certPath}; ` +
        'restore both from one backup.',
    );
  }
  chmodSync(files.keyPath, KEY_MODE);
}

function checkLifetime(certificate: X509Certificate, path: string, now: Date): void {
  const end = new Date(certificate.validTo);
  if (now > end) {
    throw new SetupError(
      `The certificate ${path} expired on ${end.toISOString()}; ` +
        'have it renewed by its CA, or move it away so that a new one is issued.',
    );
  }
  if (now < new Date(certificate.validFrom)) {
    throw new SetupError(
      `The certificate ${path} is not valid before ${new Date(certificate.validFrom).toISOString()}; ` +
        "check this machine's clock.",
    );
  }
}

function readCertificate(path: string): X509Certificate {
  try {
    return new X509Certificate(readFileSync(path));
  } catch (cause) {
    throw new SetupError(`The certificate ${path} cannot be read; restore it from a backup.`, { cause });
  }
}

function readKey(path: string): ReturnType<typeof createPrivateKey> {
  try {
    return createPrivateKey(readFileSync(path));
  } catch (cause) {
    throw new SetupError(`The key ${path} cannot be read; restore it from a backup.`, { cause });
  }
}
