// What somebody asks for, before it is signed. Each builder of `commands/` makes one.
import type { IntentParams, PersonAction } from '../../chaincode/protocol/commands.js';
import { newId } from './ids.js';

export interface CommandRequest<A extends PersonAction> {
  readonly action: A;
  /** The intent's id: the id of the row that the command creates, where it creates one. */
  readonly id: string;
  readonly params: IntentParams[A];
}

/** What the created row is called, for ids that people can tell apart; other intents are just that. */
const PREFIX_OF: { readonly [A in PersonAction]?: string } = {
  registerPerson: 'person',
  askLink: 'link',
  draftOffer: 'offer',
  buy: 'deal',
  submitPayment: 'payment',
  invitePayer: 'invitation',
};

/** A request with this id, or a new one. */
export function request<A extends PersonAction>(
  action: A,
  params: IntentParams[A],
  id: string = newIdOf(action),
): CommandRequest<A> {
  return { action, id, params };
}

/** A new id for an intent of this action. */
export function newIdOf(action: PersonAction): string {
  return newId(PREFIX_OF[action] ?? 'intent');
}
