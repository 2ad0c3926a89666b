// One gateway process per organisation: its configuration file, its admin API's token, how it is started.
// Each gets the keys of its own organisation alone.
import { adminToken } from '../../gateway/protocol/admin-token.js';
import { DATABASE_VARIABLE, type GatewayConfigInput } from '../../gateway/protocol/gateway-config.js';
import { addressOf, portOf, webOrigin, type Consortium, type Member } from '../consortium.js';
import type { GroundAddresses } from '../grounds/ground.js';
import { writeWhole } from '../identity/credential.js';
import { organisationTree } from '../identity/layout.js';
import type { DatabasePlace } from '../postgres/databases.js';
import { GATEWAY_ENTRY, PAGES_FOLDER, REPOSITORY_ROOT } from '../repository.js';
import { SetupError } from '../setup-error.js';
import { coreOf } from './core-process.js';
import type { ProcessSpec } from './managed-process.js';
import { partnerDoorOf, partnersOf } from './partners.js';
import type { NeededPort } from './ports.js';
import type { SystemFolder } from './system-folder.js';

export interface GatewayPlan {
  readonly folder: SystemFolder;
  readonly consortium: Consortium;
  readonly ground: GroundAddresses;
  readonly database: (member: Member) => DatabasePlace;
}

/** What is written of a gateway's configuration: a named database's address is passed by environment. */
export type WrittenConfig = Omit<GatewayConfigInput, 'database'> &
  Partial<Pick<GatewayConfigInput, 'database'>>;

/** The port of a member's admin API, the loopback door for its operators, the demo and tests. */
export function adminPort(consortium: Consortium, member: Member): NeededPort {
  return { host: member.host, port: portOf(consortium, member, 'admin'), purpose: `${member.name}, admin` };
}

/** Where a bank or a courier takes in other members' gateways. */
export function partnerPort(consortium: Consortium, { host, ...member }: Member): NeededPort {
  const port = portOf(consortium, { host, ...member }, 'partner');
  return { host, port, purpose: `${member.name}, partner` };
}

/** The port of a member's pages and web API. */
export function webPort(consortium: Consortium, member: Member): NeededPort {
  return { host: member.host, port: portOf(consortium, member, 'web'), purpose: `${member.name}, web` };
}

/** `http://host:port` of a member's admin API. */
export function adminUrl(consortium: Consortium, member: Member): string {
  return `http://${addressOf(consortium, member, 'admin')}`;
}

/** Writes the member's configuration and token; returns what starts its gateway. */
export function prepareGateway(plan: GatewayPlan, member: Member): Omit<ProcessSpec, 'logPath' | 'pidPath'> {
  const { folder } = plan;
  const name = gatewayName(member);
  adminToken(folder.adminToken(member));
  const configFile = folder.configFile(name);
  const place = plan.database(member);
  writeWhole(configFile, `${JSON.stringify(gatewayConfig(plan, member), null, 2)}\n`);
  return {
    name,
    command: process.execPath,
    args: [GATEWAY_ENTRY, configFile],
    cwd: REPOSITORY_ROOT,
    ...(place.kind === 'named' ? { env: { [DATABASE_VARIABLE]: place.url } } : {}),
    readiness: { kind: 'line' },
  };
}

/** The name of a member's gateway process, log and configuration. */
export function gatewayName(member: Member): string {
  return `gateway-${member.domain}`;
}

/** As it goes into the member's file; the shape is the gateway's own. */
export function gatewayConfig(plan: GatewayPlan, member: Member): WrittenConfig {
  const { folder, consortium } = plan;
  const place = plan.database(member);
  const address = plan.ground.members.find(({ mspId }) => mspId === member.mspId);
  if (address === undefined) throw new SetupError(`The ground has no peer of ${member.name}.`);
  const { users } = organisationTree(folder.organizations, member);
  return {
    organisation: membership(member),
    channel: consortium.channel,
    chaincode: consortium.chaincode.name,
    ledger: {
      address: address.peerAddress,
      tlsRootCertPath: address.tlsRootCertPath,
      hostOverride: address.hostOverride,
    },
    identities: {
      gateway: users.Gateway.signing,
      worker: users.Worker.signing,
      admin: users.Admin.signing,
      registrar: users.Registrar.signing,
    },
    admin: {
      host: member.host,
      port: portOf(consortium, member, 'admin'),
      tokenPath: folder.adminToken(member),
    },
    web: {
      host: member.host,
      port: portOf(consortium, member, 'web'),
      origin: webOrigin(consortium, member),
      pages: PAGES_FOLDER,
      settings: folder.settingsFile,
    },
    world: consortium.world,
    ...(place.kind === 'local' ? { database: { url: place.server.url() } } : {}),
    dataDir: folder.gatewayData(member),
    members: consortium.members.map((each) => ({
      ...membership(each),
      web: webOrigin(consortium, each),
      caCertPath: organisationTree(folder.organizations, each).ca.certPath,
    })),
    timing: { windowMs: consortium.timing.windowMs, slackMs: consortium.timing.slackMs },
    ...partOfKind(plan, member),
  };
}

/** What not every kind of member has. */
function partOfKind(plan: GatewayPlan, member: Member): Partial<WrittenConfig> {
  switch (member.kind) {
    case 'bank':
      return {
        simulator: plan.consortium.simulator,
        core: plan.consortium.world === 'demo' ? coreOf(plan, member) : namedCore(member),
        partnerDoor: partnerDoorOf(plan, member),
      };
    case 'marketplace':
      return { partners: partnersOf(plan, member) };
    case 'courier':
      return { partnerDoor: partnerDoorOf(plan, member) };
  }
}

/** Throws `SetupError` if the consortium file names none. */
function namedCore({ name, core }: Member): NonNullable<Member['core']> {
  if (core !== undefined) return core;
  throw new SetupError(
    `${name} has no core banking system: give the member's core (url, keyPath) in the consortium file, ` +
      'or world: demo for a simulated one.',
  );
}

function membership({ mspId, name, kind, bankId }: Member): GatewayConfigInput['organisation'] {
  return { mspId, name, kind, ...(bankId === undefined ? {} : { bankId }) };
}
