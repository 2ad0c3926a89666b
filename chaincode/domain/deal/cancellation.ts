// Buyer or seller ends a deal that is not paid yet. Nobody else's word is needed, and no reason.
import type { LinkRow } from '../../protocol/account.js';
import type { IntentParams } from '../../protocol/commands.js';
import { cancelDeal, type PhaseRow, type TermsRow } from '../../protocol/deal.js';
import type { Hash, Instant } from '../../protocol/forms.js';
import type { Intent } from '../../protocol/intent.js';
import { transition } from '../../protocol/life-cycle.js';
import { RuleViolation } from '../../protocol/violation.js';
import { ownLink } from '../account/links.js';
import { present } from '../owned.js';
import { signedTerms } from './deal-terms.js';

export interface CancelInput {
  readonly intent: Intent;
  readonly params: IntentParams['cancelDeal'];
  readonly keyThumbprint: Hash;
  readonly now: Instant;
  readonly terms: TermsRow | null;
  readonly phase: PhaseRow | null;
}

/**
 * Requirements: deal open; signed by buyer or seller with the key of the link that the terms keep of him. If the price
 * was held before, the deal is paid all the same: `expire` decides.
 * Rejects: NOT_FOUND, TERMS_DIFFER, WRONG_ROLE, KEY_DIFFERS, WRONG_STATE.
 */
export function decideCancel(input: CancelInput): PhaseRow {
  const { params, intent, keyThumbprint } = input;
  const terms = signedTerms(input.terms, params.deal, params.termsHash);
  const { person } = intent.body;
  const party = partyOf(present(input.terms, 'terms'), person);
  const { currency } = terms.offerTerms;
  ownLink({ link: { row: party.link, attested: true }, person, keyThumbprint, currency });
  const phase = present(input.phase, 'phase');
  const status = transition(cancelDeal, 'phase', 'cancelled', phase.status);
  return { ...phase, status, at: input.now, cancelledBy: party.role };
}

interface Party {
  readonly role: 'buyer' | 'seller';
  readonly link: LinkRow;
}

/** Rejects: WRONG_ROLE. */
function partyOf({ terms, buyersLink, sellersLink }: TermsRow, person: string): Party {
  if (person === terms.buyer) return { role: 'buyer', link: buyersLink };
  if (person === terms.offerTerms.seller) return { role: 'seller', link: sellersLink };
  throw new RuleViolation('WRONG_ROLE', { needed: 'buyer or seller' });
}
