// The courier's facts about the parcel and the buyer's inspection, which begins with an agreement transaction: the
// courier's clock alone must not start it.
import type { LinkRow } from '../../protocol/account.js';
import type { IntentParams } from '../../protocol/commands.js';
import { isDelivered, type MoneyProof, provenSum } from '../../protocol/deal-state.js';
import type { ConcessionRow, DealTerms, PhaseRow, TermsRow } from '../../protocol/deal.js';
import type { Hash, Instant } from '../../protocol/forms.js';
import { detached, type Intent } from '../../protocol/intent.js';
import { transition } from '../../protocol/life-cycle.js';
import { attestedOrNull, type Owned } from '../../protocol/owned.js';
import { recipientCodeH2 } from '../../protocol/recipient-code.js';
import type { InspectionRow, ShipmentRow } from '../../protocol/shipment.js';
import { acceptGoods, acceptParcel, deliver, startInspection } from '../../protocol/shipment.js';
import { RuleViolation } from '../../protocol/violation.js';
import { signedTerms, termsOfDeal } from '../deal/deal-terms.js';
import { ownLink } from '../account/links.js';
import { present, requireAttested } from '../owned.js';

export interface AcceptParcelInput {
  readonly deal: string;
  readonly terms: TermsRow | null;
  readonly phase: PhaseRow | null;
  readonly shipment: Owned<ShipmentRow> | null;
  /** Whether nobody but this courier can change the parcel's row. */
  readonly isGuarded: boolean;
  /** Those that the plan names. */
  readonly payments: MoneyProof['payments'];
  readonly trusts: MoneyProof['trusts'];
}

/**
 * Requirements: deal paid, and banks that the courier knows say that they hold the price for it, or have paid it out.
 * Rejects: NOT_FOUND, NOT_ATTESTED, TERMS_DIFFER, WRONG_STATE, NOT_FULL.
 */
export function decideAcceptParcel(input: AcceptParcelInput): ShipmentRow {
  const shipment = requireAttested(input.shipment, 'shipment');
  // Others created the row: with a weaker key policy they could take back that he delivered.
  if (!input.isGuarded) throw new RuleViolation('NOT_ATTESTED', { what: 'key policy of the shipment' });
  const { price } = termsOfDeal(input.terms, input.deal).offerTerms;
  const phase = present(input.phase, 'phase');
  if (phase.status !== 'paid') {
    throw new RuleViolation('WRONG_STATE', { kind: 'phase', found: phase.status, needed: 'paid' });
  }
  const sum = provenSum({ ...input, terms: present(input.terms, 'terms') });
  if (sum !== BigInt(price)) throw new RuleViolation('NOT_FULL', { found: sum.toString(), needed: price });
  return { ...shipment, status: transition(acceptParcel, 'shipment', 'accepted', shipment.status) };
}

export interface DeliverInput {
  readonly params: IntentParams['deliver'];
  readonly terms: TermsRow | null;
  readonly shipment: Owned<ShipmentRow> | null;
  /** Those that the plan names. */
  readonly payments: MoneyProof['payments'];
}

/**
 * Requirements: parcel accepted; no bank has given its part of the price back, or the parcel goes back as well; h1 is
 * the one whose hash the buyer signed. Rejects also WRONG_CODE.
 */
export function decideDeliver(input: DeliverInput): ShipmentRow {
  const shipment = requireAttested(input.shipment, 'shipment');
  const status = transition(deliver, 'shipment', 'delivered', shipment.status);
  const terms = termsOfDeal(input.terms, input.params.deal);
  if (input.payments.some((payment) => attestedOrNull(payment)?.status === 'voided')) {
    throw new RuleViolation('WRONG_STATE', { kind: 'payment', found: 'voided', needed: 'held' });
  }
  if (recipientCodeH2(input.params.h1) !== terms.recipientCodeHash) {
    throw new RuleViolation('WRONG_CODE', { deal: terms.deal });
  }
  return { ...shipment, status, h1: input.params.h1 };
}

/** Rejects: NOT_DELIVERED. */
export function requireDelivered(owned: Owned<ShipmentRow> | null, terms: DealTerms): void {
  if (isDelivered(owned, terms)) return;
  const found = owned === null ? null : owned.row.status;
  throw new RuleViolation('NOT_DELIVERED', { deal: terms.deal, found });
}

export interface StartInspectionInput {
  readonly deal: string;
  readonly now: Instant;
  readonly terms: TermsRow | null;
  readonly shipment: Owned<ShipmentRow> | null;
  readonly inspection: InspectionRow | null;
}

/** Anybody may start it. Null: started or accepted before. Rejects: NOT_FOUND, TERMS_DIFFER, NOT_DELIVERED. */
export function decideStartInspection(input: StartInspectionInput): InspectionRow | null {
  if (input.inspection !== null) return null;
  requireDelivered(input.shipment, termsOfDeal(input.terms, input.deal));
  const status = transition(startInspection, 'inspection', 'started', null);
  return { v: 1, deal: input.deal, status, startedAt: input.now, acceptance: null };
}

export interface AcceptGoodsInput extends StartInspectionInput {
  readonly intent: Intent;
  readonly params: IntentParams['acceptGoods'];
  readonly keyThumbprint: Hash;
  readonly concession: ConcessionRow | null;
  readonly buyerLink: Owned<LinkRow> | null;
}

/**
 * The buyer's word ends the inspection; the key is the one of the buyer's link, since money follows.
 * Rejects: NOT_FOUND, TERMS_DIFFER, WRONG_ROLE, KEY_DIFFERS, NOT_DELIVERED, WRONG_STATE.
 */
export function decideAcceptGoods(input: AcceptGoodsInput): InspectionRow {
  const terms = signedTerms(input.terms, input.deal, input.params.termsHash);
  const { person } = input.intent.body;
  if (person !== terms.buyer) throw new RuleViolation('WRONG_ROLE', { needed: 'buyer' });
  const { keyThumbprint, buyerLink } = input;
  ownLink({ link: buyerLink, person, keyThumbprint, currency: terms.offerTerms.currency });
  requireDelivered(input.shipment, terms);
  if (input.concession !== null) {
    throw new RuleViolation('WRONG_STATE', { kind: 'concession', found: 'given', needed: null });
  }
  const found = input.inspection;
  const status = transition(acceptGoods, 'inspection', 'accepted', found?.status ?? null);
  const startedAt = found?.startedAt ?? input.now;
  const acceptance = { id: input.intent.body.id, ...detached(input.intent) };
  return { v: 1, deal: input.deal, status, startedAt, acceptance };
}
