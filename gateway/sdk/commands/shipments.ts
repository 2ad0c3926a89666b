// Commands of a courier's agent about a deal's parcel.
import { deliveryProof } from '../recipient-code.js';
import { request } from '../request.js';

export function acceptParcel(of: { readonly deal: string }) {
  return request('acceptParcel', { deal: of.deal });
}

/** Proves the hand-over by the recipient's code, however it is written. Throws: NotARecipientCode. */
export function deliver(of: { readonly deal: string; readonly recipientCode: string }) {
  return request('deliver', { deal: of.deal, h1: deliveryProof(of.deal, of.recipientCode) });
}
