// The identities of whole organisations in Fabric's `organizations/` tree, so that real peers take them.
// It fills gaps and checks what is there; it never replaces a certificate.
import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';

import type { Consortium, Member } from '../consortium.js';
import {
  createAuthority,
  issueSigningCertificate,
  issueTlsCertificate,
  type SubjectName,
} from './certificates.js';
import { ensureAuthority, ensureCredential, readAuthority, writeWhole } from './credential.js';
import {
  organisationTree,
  USER_NAMES,
  USER_ROLES,
  type CredentialFiles,
  type IdentityFolder,
  type OrganisationTree,
} from './layout.js';

export interface IdentityOptions {
  readonly now: Date;
}

/**
 * Completes the identities of all members under `organizations`.
 * Returns the paths of the certificates that were issued now: none if everything was there.
 */
export async function ensureIdentities(
  organizations: string,
  consortium: Pick<Consortium, 'members'>,
  options: IdentityOptions = { now: new Date() },
): Promise<string[]> {
  const issued: string[] = [];
  for (const member of consortium.members) {
    issued.push(...(await ensureOrganisation(organizations, member, options)));
  }
  return issued;
}

/** As `ensureIdentities`, for one member. */
export async function ensureOrganisation(
  organizations: string,
  member: Member,
  options: IdentityOptions,
): Promise<string[]> {
  const tree = organisationTree(organizations, member);
  const issuer = new OrganisationIssuer(tree, member, options.now);
  await issuer.ensureAuthorities();
  const { domain } = member;
  const hostsOf = (name: string) => [name, 'localhost', '127.0.0.1', '::1', member.host];
  const servers = [
    { folder: tree.peer, commonName: `peer0.${domain}`, unit: 'peer' },
    { folder: tree.orderer, commonName: `orderer.${domain}`, unit: 'orderer' },
  ] as const;
  for (const { folder, commonName, unit } of servers) {
    await issuer.ensureIdentity(folder, { commonName, unit, hosts: hostsOf(commonName) });
  }
  const gateway = `gateway.${domain}`;
  await issuer.ensureTls(tree.gatewayServer, { commonName: gateway, hosts: hostsOf(gateway) });
  for (const user of USER_NAMES) {
    const unit = user === 'Admin' ? 'admin' : 'client';
    await issuer.ensureIdentity(tree.users[user], {
      commonName: `${user}@${domain}`,
      unit,
      hosts: [],
      attributes: attributesOf(user.toLowerCase(), unit, USER_ROLES[user]),
    });
  }
  for (const mspDir of [tree.mspDir, tree.ordererMspDir]) writeVerifyingMsp(mspDir, tree);
  writeIfDifferent(join(tree.ordererRoot, 'ca', basename(tree.ca.certPath)), tree.ca.certPath);
  writeIfDifferent(join(tree.ordererRoot, 'tlsca', basename(tree.tlsCa.certPath)), tree.tlsCa.certPath);
  return issuer.issued;
}

/** The attributes that Fabric CA adds by itself, and the role that chaincode asks for. */
function attributesOf(enrolmentId: string, type: string, role: string): Record<string, string> {
  return {
    'forescrow.role': role,
    'hf.Affiliation': '',
    'hf.EnrollmentID': enrolmentId,
    'hf.Type': type,
  };
}

interface WantedIdentity {
  readonly commonName: string;
  readonly unit: NonNullable<SubjectName['unit']>;
  /** Names and addresses that its TLS certificate is for; none for users, who are clients only. */
  readonly hosts: readonly string[];
  readonly attributes?: Record<string, string>;
}

class OrganisationIssuer {
  readonly issued: string[] = [];

  constructor(
    private readonly tree: OrganisationTree,
    private readonly member: Member,
    private readonly now: Date,
  ) {}

  async ensureAuthorities(): Promise<void> {
    for (const [kind, files] of [
      ['ca', this.tree.ca],
      ['tlsca', this.tree.tlsCa],
    ] as const) {
      const subject = { commonName: `${kind}.${this.member.domain}`, organisation: this.member.name };
      const { issued } = await ensureAuthority(files, {
        now: this.now,
        issue: () => createAuthority(subject, this.now),
      });
      if (issued) this.issued.push(files.certPath);
    }
  }

  async ensureIdentity(folder: IdentityFolder, wanted: WantedIdentity): Promise<void> {
    const { commonName, unit, attributes } = wanted;
    const organisation = this.member.name;
    await this.ensure(folder.signing, this.tree.ca, () =>
      issueSigningCertificate(
        readAuthority(this.tree.ca),
        { commonName, organisation, unit },
        { now: this.now, ...(attributes === undefined ? {} : { attributes }) },
      ),
    );
    await this.ensureTls(folder.tls, wanted);
    writeVerifyingMsp(folder.mspDir, this.tree);
    writeIfDifferent(folder.tlsRootCertPath, this.tree.tlsCa.certPath);
  }

  async ensureTls(
    files: CredentialFiles,
    wanted: Pick<WantedIdentity, 'commonName' | 'hosts'>,
  ): Promise<void> {
    const subject = { commonName: wanted.commonName, organisation: this.member.name };
    await this.ensure(files, this.tree.tlsCa, () =>
      issueTlsCertificate(readAuthority(this.tree.tlsCa), subject, {
        now: this.now,
        names: [...new Set(wanted.hosts)],
      }),
    );
  }

  private async ensure(
    files: CredentialFiles,
    authority: CredentialFiles,
    issue: Parameters<typeof ensureCredential>[1]['issue'],
  ): Promise<void> {
    const issuerCertPem = readFileSync(authority.certPath, 'utf8');
    const { issued } = await ensureCredential(files, { issuerCertPem, now: this.now, issue });
    if (issued) this.issued.push(files.certPath);
  }
}

/** What every MSP folder of the organisation has in common: its roots and the rules for NodeOUs. */
function writeVerifyingMsp(mspDir: string, tree: OrganisationTree): void {
  const caFile = basename(tree.ca.certPath);
  writeIfDifferent(join(mspDir, 'cacerts', caFile), tree.ca.certPath);
  writeIfDifferent(join(mspDir, 'tlscacerts', basename(tree.tlsCa.certPath)), tree.tlsCa.certPath);
  const config = join(mspDir, 'config.yaml');
  // A member's own tree may name other units or authorities; then its file stays as it is.
  if (!existsSync(config)) writeWhole(config, nodeUnitsYaml(`cacerts/${caFile}`));
}

function writeIfDifferent(target: string, source: string): void {
  const content = readFileSync(source, 'utf8');
  if (!existsSync(target) || readFileSync(target, 'utf8') !== content) writeWhole(target, content);
}

function nodeUnitsYaml(certificate: string): string {
  const units = (['Client', 'Peer', 'Admin', 'Orderer'] as const).map((unit) =>
    [
      `  ${unit}OUIdentifier:`,
      `    Certificate: ${certificate}`,
      `    OrganizationalUnitIdentifier: ${unit.toLowerCase()}`,
    ].join('\n'),
  );
  return ['NodeOUs:', '  Enable: true', ...units, ''].join('\n');
}
