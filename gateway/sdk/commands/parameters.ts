// Commands about the channel's rules: the marketplace proposes, sets its commission and withdraws; others accept.
import type { IntentParams } from '../../../chaincode/protocol/commands.js';
import type { AgreedSettings } from '../../../chaincode/protocol/member.js';
import { settingsHash } from '../../../chaincode/protocol/parameters-proposal.js';
import { request } from '../request.js';

/** Of offers that are listed from now on, within the cap, basis points. */
export function setCommission(params: IntentParams['setCommission']) {
  return request('setCommission', params);
}

/** All settings as they shall be; `replaces`: version of the parameters in force. */
export function proposeParameters(params: IntentParams['proposeParameters']) {
  return request('proposeParameters', params);
}

/** The voice of the signer's organisation for these very settings. */
export function acceptParameters(proposal: { readonly number: number; readonly settings: AgreedSettings }) {
  const { number, settings } = proposal;
  return request('acceptParameters', { number, settings: settingsHash(settings) });
}

export function withdrawParameters(params: IntentParams['withdrawParameters']) {
  return request('withdrawParameters', params);
}
