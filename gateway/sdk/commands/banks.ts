// Commands about banks: the marketplace's administrator registers one, its operator publishes tariff and sealing key.
import type { IntentParams } from '../../../chaincode/protocol/commands.js';
import { request } from '../request.js';

export function registerBank(params: IntentParams['registerBank']) {
  return request('registerBank', params);
}

/** The previous tariff counts a while longer, so that what was quoted can be paid. */
export function publishBank(params: IntentParams['publishBank']) {
  return request('publishBank', params);
}
