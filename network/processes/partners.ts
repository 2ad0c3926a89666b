// What members' gateways of a local system need to come to each other: certificates, addresses, and API keys that banks
// and couriers have given marketplaces.
import { randomBytes } from 'node:crypto';
import { apiKeyHash, apiKeyId, makeApiKey } from '../../gateway/protocol/api-key.js';
import type { GatewayConfigInput } from '../../gateway/protocol/gateway-config.js';
import { BANK_SCOPES, COURIER_SCOPES } from '../../gateway/protocol/scopes.js';
import { addressOf, portOf, type Consortium, type Member } from '../consortium.js';
import { organisationTree } from '../identity/layout.js';
import { SetupError } from '../setup-error.js';
import { secretFile, secretMadeAt } from './secret-file.js';
import type { SystemFolder } from './system-folder.js';

export interface LocalMembers {
  readonly folder: SystemFolder;
  readonly consortium: Consortium;
}

type Part<Name extends keyof GatewayConfigInput> = NonNullable<GatewayConfigInput[Name]>;

/** As the certificates of members' gateways; nobody looks at local keys again. */
const KEY_LIFE_MS = 366 * 86_400_000;
const VAULT_KEY_BYTES = 32;

/** Where a bank or a courier takes in marketplaces' gateways. */
export function partnerDoorOf({ folder, consortium }: LocalMembers, host: Member): Part<'partnerDoor'> {
  const tree = organisationTree(folder.organizations, host);
  const callers = marketplacesOf(consortium);
  const scopes = host.kind === 'courier' ? COURIER_SCOPES : BANK_SCOPES;
  return {
    host: host.host,
    port: portOf(consortium, host, 'partner'),
    tls: tree.gatewayServer,
    callers: callers.map((member) => ({
      mspId: member.mspId,
      commonName: `Gateway@${member.domain}`,
      tlsRootCertPath: organisationTree(folder.organizations, member).tlsCa.certPath,
    })),
    apiKeys: callers.map((member) => {
      const path = folder.partnerKey(host, member);
      const key = secretFile(path, () => makeApiKey().key);
      const id = apiKeyId(key);
      if (id === null) throw new SetupError(`The file ${path} holds no API key; remove it, and one is made.`);
      const label = `local system: ${member.name}`;
      const expiresAt = secretMadeAt(path) + KEY_LIFE_MS;
      return { id, hash: apiKeyHash(key), member: member.mspId, scopes: [...scopes], label, expiresAt };
    }),
  };
}

/** How a marketplace's gateway comes to the banks and couriers. */
export function partnersOf(local: LocalMembers, marketplace: Member): Part<'partners'> {
  const { folder, consortium } = local;
  const tree = organisationTree(folder.organizations, marketplace);
  const vaultKeyPath = folder.vaultKey(marketplace);
  secretFile(vaultKeyPath, () => randomBytes(VAULT_KEY_BYTES).toString('base64url'));
  return {
    tls: tree.users.Gateway.tls,
    vaultKeyPath,
    banks: consortium.members.flatMap((bank) =>
      bank.bankId === undefined ? [] : [{ ...doorOf(local, bank, marketplace), bankId: bank.bankId }],
    ),
    couriers: consortium.members
      .filter(({ kind }) => kind === 'courier')
      .map((courier) => doorOf(local, courier, marketplace)),
  };
}

/** One member's door, with the key that it has given. */
function doorOf({ folder, consortium }: LocalMembers, host: Member, marketplace: Member) {
  const apiKeyPath = folder.partnerKey(host, marketplace);
  secretFile(apiKeyPath, () => makeApiKey().key);
  return {
    ...{ mspId: host.mspId, apiKeyPath },
    url: `https://${addressOf(consortium, host, 'partner')}`,
    tlsRootCertPath: organisationTree(folder.organizations, host).tlsCa.certPath,
  };
}

function marketplacesOf({ members }: Consortium): readonly Member[] {
  return members.filter(({ kind }) => kind === 'marketplace');
}
