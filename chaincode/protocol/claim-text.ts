// What a person's new key signs to show that its holder has it, before it is published on the ledger.
import type { Hash, Instant } from './forms.js';
import type { IntentBody } from './intent.js';

/** No rule accepts this action, so the signature can stand for nothing else. */
export const CLAIM_ACTION = 'claimPerson';

/** As the body of an intent that stands for no command. */
export function claimBody(of: {
  readonly channel: string;
  /** The intent's id. */
  readonly id: string;
  /** Id of the person's row. */
  readonly person: string;
  /** MSP id of the organisation whose person it is. */
  readonly organisation: string;
  /** Of the key that signs. */
  readonly thumbprint: Hash;
  readonly expiresAt: Instant;
}): IntentBody {
  const { channel, id, person, organisation, thumbprint, expiresAt } = of;
  return {
    version: 1,
    channel,
    id,
    person,
    action: CLAIM_ACTION,
    params: { person, organisation, thumbprint },
    expiresAt,
  };
}
