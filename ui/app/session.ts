// What stands between a person and the pages, by the state of the SDK's session.
import type { CommandEndpoint } from '../../gateway/sdk/command-sender.js';
import type { ClientSession, NextStep } from '../../gateway/sdk/session.js';

export type { Me } from '../../gateway/protocol/api/session.js';
export type { Submission } from '../../gateway/sdk/deadline-sender.js';
export type { CommandInput } from '../../gateway/sdk/command-sender.js';
export type PersonSession = ClientSession;
export type CommandName = CommandEndpoint;

/** What is left to do before the person can work, or that nobody is signed in. */
export type AtDoor = NextStep | 'signIn' | 'openByPassword';

export function atDoor({ me, signer }: Pick<PersonSession, 'me' | 'signer'>): AtDoor {
  if (me === null) return 'signIn';
  if (me.mustSetPassword) return 'setPassword';
  if (!me.hasVault) return 'makeKey';
  return signer === null ? 'openByPassword' : 'ready';
}
