// API keys that a bank gives to its partners' gateways: issued and shown once, replaced, ended.
import type { Instant } from '../../../../chaincode/protocol/forms.js';
import type { ApiKeys, IssuedApiKey } from '../../../api-keys/api-keys.js';
import type { Clock } from '../../../clock.js';
import type { Scope } from '../../../protocol/scopes.js';
import { Refused } from '../../../refused.js';
import type { ApiKeyRecord } from '../../../store/api-keys.js';
import type { HandlersOf } from '../binding.js';

export interface BankKeyHandlersOptions {
  /** Members to whom keys may be issued. */
  readonly partners: readonly string[];
  readonly apiKeys: ApiKeys;
  readonly clock: Clock;
}

const LONGEST_LIFE_MS = 2 * 366 * 86_400_000;

export function bankKeyHandlers(
  options: BankKeyHandlersOptions,
): HandlersOf<'listApiKeys' | 'issueApiKey' | 'rotateApiKey' | 'revokeApiKey'> {
  const { apiKeys, partners, clock } = options;
  return {
    listApiKeys: async () => ({ items: (await apiKeys.list()).map(shownKey) }),
    issueApiKey: async ({ body }) => {
      requireLife(body.expiresAt, clock.now());
      if (!partners.includes(body.member)) throw new Refused('NOT_FOUND', { member: body.member });
      return shownOnce(await apiKeys.issue(body));
    },
    rotateApiKey: async ({ path, body }) => {
      requireLife(body.expiresAt, clock.now());
      return shownOnce(await apiKeys.rotate(path.key, body.expiresAt));
    },
    revokeApiKey: async ({ path }) => shownKey(await apiKeys.revoke(path.key)),
  };
}

/** Throws Refused: TOO_LATE, KEY_LIFE. */
function requireLife(expiresAt: Instant, now: Instant): void {
  if (expiresAt <= now) throw new Refused('TOO_LATE', { expiresAt });
  if (expiresAt > now + LONGEST_LIFE_MS) throw new Refused('KEY_LIFE', { expiresAt });
}

function shownOnce({ key, record }: IssuedApiKey) {
  return { key, record: shownKey(record) };
}

/** Without its hash. */
function shownKey(record: ApiKeyRecord) {
  const { id, member, label, createdAt, expiresAt, revokedAt, lastUsedAt, replacedBy } = record;
  // Stored by `issueApiKey` or by a checked configuration.
  const scopes = record.scopes as readonly Scope[];
  return { id, member, scopes: [...scopes], label, createdAt, expiresAt, revokedAt, lastUsedAt, replacedBy };
}
