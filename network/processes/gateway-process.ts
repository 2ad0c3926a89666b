// One gateway process per organisation: its configuration file, its admin API's token, how it is started.
// Each gets the keys of its own organisation alone.
import { adminToken } from '../../gateway/protocol/admin-token.js';
import type { GatewayConfigInput } from '../../gateway/protocol/gateway-config.js';
import { addressOf, portOf, type Consortium, type Member } from '../consortium.js';
import type { GroundAddresses } from '../grounds/ground.js';
import { writeWhole } from '../identity/credential.js';
import { organisationTree } from '../identity/layout.js';
import { GATEWAY_ENTRY, REPOSITORY_ROOT } from '../repository.js';
import { SetupError } from '../setup-error.js';
import type { ProcessSpec } from './managed-process.js';
import type { NeededPort } from './ports.js';
import type { SystemFolder } from './system-folder.js';

export interface GatewayPlan {
  readonly folder: SystemFolder;
  readonly consortium: Consortium;
  readonly ground: GroundAddresses;
}

/** The port of a member's admin API, the loopback door for its operators, the demo and tests. */
export function adminPort(consortium: Consortium, member: Member): NeededPort {
  return { host: member.host, port: portOf(consortium, member, 'admin'), purpose: `${member.name}, admin` };
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
  writeWhole(configFile, `${JSON.stringify(gatewayConfig(plan, member), null, 2)}\n`);
  return {
    name,
    command: process.execPath,
    args: [GATEWAY_ENTRY, configFile],
    cwd: REPOSITORY_ROOT,
    readiness: { kind: 'line' },
  };
}

/** The name of a member's gateway process, log and configuration. */
export function gatewayName(member: Member): string {
  return `gateway-${member.domain}`;
}

/** As it goes into the member's file; the shape is the gateway's own. */
export function gatewayConfig(plan: GatewayPlan, member: Member): GatewayConfigInput {
  const { folder, consortium } = plan;
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
    },
    admin: {
      host: member.host,
      port: portOf(consortium, member, 'admin'),
      tokenPath: folder.adminToken(member),
    },
    dataDir: folder.gatewayData(member),
    members: consortium.members.map(membership),
    timing: { windowMs: consortium.timing.windowMs, slackMs: consortium.timing.slackMs },
    ...(member.kind === 'bank' ? { simulator: consortium.simulator } : {}),
  };
}

function membership({ mspId, name, kind, bankId }: Member): GatewayConfigInput['organisation'] {
  return { mspId, name, kind, ...(bankId === undefined ? {} : { bankId }) };
}
