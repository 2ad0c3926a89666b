// Where everything lies in Fabric's `organizations/` tree, as Fabric's own tools lay it out.
import { join } from 'node:path';

import type { Member } from '../consortium.js';

/** Users that every organisation has; the values are their certificates' role attribute. */
export const USER_ROLES = {
  Admin: 'admin',
  Gateway: 'gateway',
  Worker: 'worker',
  /** Publishes the first keys of clients, and may do nothing else. */
  Registrar: 'registrar',
} as const;
export type UserName = keyof typeof USER_ROLES;
export const USER_NAMES = ['Admin', 'Gateway', 'Worker', 'Registrar'] as const satisfies readonly UserName[];

/** A certificate and its private key, both PEM. */
export interface CredentialFiles {
  readonly certPath: string;
  readonly keyPath: string;
}

/** The folders of one identity: its MSP and, beside it, its TLS certificate. */
export interface IdentityFolder {
  readonly mspDir: string;
  readonly tlsDir: string;
  readonly signing: CredentialFiles;
  readonly tls: CredentialFiles;
  /** The TLS root that signed `tls`. */
  readonly tlsRootCertPath: string;
}

/** All paths of one organisation. `mspDir` is what a channel's configuration takes. */
export interface OrganisationTree {
  readonly root: string;
  readonly mspDir: string;
  readonly ca: CredentialFiles;
  readonly tlsCa: CredentialFiles;
  readonly peer: IdentityFolder;
  readonly users: Record<UserName, IdentityFolder>;
  /** With which the organisation's gateway shows itself to other members' gateways that come to it. */
  readonly gatewayServer: CredentialFiles;
  readonly ordererRoot: string;
  readonly ordererMspDir: string;
  readonly orderer: IdentityFolder;
}

/** The tree under `<dir>/organizations`, which `organizations` names. */
export function organisationTree(organizations: string, member: Pick<Member, 'domain'>): OrganisationTree {
  const { domain } = member;
  const root = join(organizations, 'peerOrganizations', domain);
  const ordererRoot = join(organizations, 'ordererOrganizations', domain);
  const user = (name: UserName): IdentityFolder =>
    identityFolder(join(root, 'users', `${name}@${domain}`), `${name}@${domain}`, 'client');
  return {
    root,
    mspDir: join(root, 'msp'),
    ca: authority(root, 'ca', domain),
    tlsCa: authority(root, 'tlsca', domain),
    peer: identityFolder(join(root, 'peers', `peer0.${domain}`), `peer0.${domain}`, 'server'),
    users: {
      Admin: user('Admin'),
      Gateway: user('Gateway'),
      Worker: user('Worker'),
      Registrar: user('Registrar'),
    },
    gatewayServer: {
      certPath: join(root, 'gateways', `gateway.${domain}`, 'tls', 'server.crt'),
      keyPath: join(root, 'gateways', `gateway.${domain}`, 'tls', 'server.key'),
    },
    ordererRoot,
    ordererMspDir: join(ordererRoot, 'msp'),
    orderer: identityFolder(
      join(ordererRoot, 'orderers', `orderer.${domain}`),
      `orderer.${domain}`,
      'server',
    ),
  };
}

function authority(root: string, kind: 'ca' | 'tlsca', domain: string): CredentialFiles {
  return {
    certPath: join(root, kind, `${kind}.${domain}-cert.pem`),
    keyPath: join(root, kind, 'priv_sk'),
  };
}

function identityFolder(folder: string, name: string, side: 'client' | 'server'): IdentityFolder {
  const mspDir = join(folder, 'msp');
  const tlsDir = join(folder, 'tls');
  return {
    mspDir,
    tlsDir,
    signing: {
      certPath: join(mspDir, 'signcerts', `${name}-cert.pem`),
      keyPath: join(mspDir, 'keystore', 'priv_sk'),
    },
    tls: { certPath: join(tlsDir, `${side}.crt`), keyPath: join(tlsDir, `${side}.key`) },
    tlsRootCertPath: join(tlsDir, 'ca.crt'),
  };
}
