// Commands of an organisation's administrator about its people.
import type { IntentParams } from '../../../chaincode/protocol/commands.js';
import { request } from '../request.js';

/** Creates the person's row under this id. */
export function registerPerson(of: { readonly person: string }) {
  return request('registerPerson', {}, of.person);
}

/** Confirms a person's key and roles. */
export function confirmPerson(params: IntentParams['confirmPerson']) {
  return request('confirmPerson', params);
}
