// The seller of a paid deal gives the money back: his word alone is enough, as long as the buyer's has not come before.
import type { IntentParams } from '../../protocol/commands.js';
import { concedeDeal, type ConcessionRow, type PhaseRow, type TermsRow } from '../../protocol/deal.js';
import type { Hash, Instant } from '../../protocol/forms.js';
import { detached, type Intent } from '../../protocol/intent.js';
import { transition } from '../../protocol/life-cycle.js';
import type { InspectionRow } from '../../protocol/shipment.js';
import { RuleViolation } from '../../protocol/violation.js';
import { ownLink } from '../account/links.js';
import { present } from '../owned.js';
import { signedTerms } from './deal-terms.js';

export interface ConcedeInput {
  readonly intent: Intent;
  readonly params: IntentParams['concedeDeal'];
  readonly keyThumbprint: Hash;
  readonly now: Instant;
  readonly terms: TermsRow | null;
  readonly phase: PhaseRow | null;
  readonly concession: ConcessionRow | null;
  readonly inspection: InspectionRow | null;
}

/**
 * Requirements: deal paid; signed by the seller with the key of the link that the terms keep of him; the buyer has not
 * accepted, and his time for inspection is not over: from then on banks pay out.
 * Rejects: NOT_FOUND, TERMS_DIFFER, WRONG_ROLE, KEY_DIFFERS, WRONG_STATE, TOO_LATE.
 */
export function decideConcede(input: ConcedeInput): ConcessionRow {
  const { params, intent, keyThumbprint, now, inspection } = input;
  const terms = signedTerms(input.terms, params.deal, params.termsHash);
  const { person } = intent.body;
  const { currency, seller, inspectionTimeMs } = terms.offerTerms;
  if (person !== seller) throw new RuleViolation('WRONG_ROLE', { needed: 'seller' });
  const link = { row: present(input.terms, 'terms').sellersLink, attested: true };
  ownLink({ link, person, keyThumbprint, currency });
  requireState('phase', present(input.phase, 'phase').status, 'paid');
  const status = transition(concedeDeal, 'concession', 'given', input.concession?.status ?? null);
  requireState('inspection', inspection?.acceptance == null ? null : 'accepted', null);
  const until = inspection === null ? null : inspection.startedAt + inspectionTimeMs;
  if (until !== null && now >= until) throw new RuleViolation('TOO_LATE', { now, needed: until });
  return { v: 1, deal: terms.deal, status, at: now, signed: { id: intent.body.id, ...detached(intent) } };
}

function requireState(kind: string, found: string | null, needed: string | null): void {
  if (found !== needed) throw new RuleViolation('WRONG_STATE', { kind, found, needed });
}
