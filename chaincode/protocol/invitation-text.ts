// What the key of an invitation signs when somebody takes it.
import type { Hash } from './forms.js';
import type { IntentBody } from './intent.js';

/**
 * As the body of an intent that stands for no command: the key of the invitation signs it as a person's key signs an
 * intent, and an action that no rule accepts keeps it from standing for anything else.
 */
export function acceptanceBody(of: {
  readonly channel: string;
  readonly deal: string;
  readonly invitation: string;
  /** Who takes it, and the thumbprint of the key that his links carry. */
  readonly person: string;
  readonly keyThumbprint: Hash;
}): IntentBody {
  const { channel, deal, invitation, person, keyThumbprint } = of;
  return {
    version: 1,
    channel,
    id: invitation,
    person,
    action: 'takeInvitation',
    params: { deal, keyThumbprint },
    expiresAt: 0,
  };
}
