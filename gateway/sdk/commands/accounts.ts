// Commands about accounts: a bank's operator opens them and moves cash, their holders link them to their keys.
import type { IntentParams } from '../../../chaincode/protocol/commands.js';
import { keyThumbprint } from '../../../chaincode/protocol/intent.js';
import { linkCodeHash } from '../../../chaincode/protocol/link-code.js';
import { request } from '../request.js';

export function openAccount(params: IntentParams['openAccount']) {
  return request('openAccount', params);
}

/** Money paid in at the counter, minor units. */
export function deposit(params: IntentParams['deposit']) {
  return request('deposit', params);
}

export function withdraw(params: IntentParams['withdraw']) {
  return request('withdraw', params);
}

/** Asks a bank to link an account to the public key (SubjectPublicKeyInfo, base64url) that will sign for it. */
export function askLink(
  of: { readonly bank: string; readonly currency: string; readonly publicKey: string },
  link?: string,
) {
  const { bank, currency, publicKey } = of;
  return request('askLink', { bank, currency, keyThumbprint: keyThumbprint(publicKey) }, link);
}

/** Names the account to its bank, with the code that the bank sent to its holder. */
export function confirmLink(of: { readonly link: string; readonly account: string; readonly code: string }) {
  const { link, account, code } = of;
  return request('confirmLink', { link, account, codeHash: linkCodeHash({ link, code }) });
}

/** The link to which the marketplace's commission goes. */
export function setCommissionAccount(params: IntentParams['setCommissionAccount']) {
  return request('setCommissionAccount', params);
}
