// What people read of an offer, and its hash, which the seller signs.
import { hashOf } from '../../chaincode/protocol/canonical-json.js';
import type { Hash } from '../../chaincode/protocol/forms.js';

/** Pictures by the SHA-256 under which the marketplace stores them. */
export interface OfferContentText {
  readonly title: string;
  readonly description: string;
  readonly pictures: readonly string[];
}

const DOMAIN = 'forescrow offer content v1';

/** `contentHash` of an offer's row. */
export function offerContentHash({ title, description, pictures }: OfferContentText): Hash {
  return hashOf({ domain: DOMAIN, title, description, pictures: [...pictures] });
}

/** `reasonHash` of a rejected offer's row. */
export function moderationReasonHash(reason: string): Hash {
  return hashOf({ domain: 'forescrow moderation reason v1', reason });
}
