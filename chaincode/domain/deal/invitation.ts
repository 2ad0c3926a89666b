// Who may pay into a deal: the buyer, and whom he has invited by a signed invitation. Nobody else can get in its way.
import type { LinkRow } from '../../protocol/account.js';
import type { Json } from '../../protocol/canonical-json.js';
import type { IntentParams } from '../../protocol/commands.js';
import {
  acceptInvitation,
  type DealTerms,
  type InvitationRow,
  invitePayer,
  MOST_INVITATIONS,
  type PhaseRow,
  type TermsRow,
  withdrawInvitation,
} from '../../protocol/deal.js';
import type { Amount, Hash, Instant } from '../../protocol/forms.js';
import { attached, detached, type Intent, keyThumbprint } from '../../protocol/intent.js';
import { acceptanceBody } from '../../protocol/invitation-text.js';
import { transition } from '../../protocol/life-cycle.js';
import { attestedOrNull, type Owned } from '../../protocol/owned.js';
import type { PaymentRow } from '../../protocol/payment.js';
import { RuleViolation } from '../../protocol/violation.js';
import { isSigned } from '../../signatures/intent-signatures.js';
import { signedTerms, termsOfDeal } from './deal-terms.js';
import { ownLink } from '../account/links.js';
import { present } from '../owned.js';

interface BuyersWord {
  readonly intent: Intent;
  readonly keyThumbprint: Hash;
  readonly terms: TermsRow | null;
}

export interface InviteInput extends BuyersWord {
  readonly params: IntentParams['invitePayer'];
  readonly now: Instant;
  readonly phase: PhaseRow | null;
  /** All invitations of the deal, by range. */
  readonly invitations: readonly InvitationRow[];
}

/**
 * Requirements: the buyer, with the key of the link that he bought with; deal open; not longer than the time to pay.
 * Rejects: NOT_FOUND, TERMS_DIFFER, WRONG_ROLE, KEY_DIFFERS, WRONG_STATE, OVERPAYMENT, TOO_LATE, OUT_OF_RANGE, EXISTS,
 * TOO_MANY_INVITATIONS.
 */
export function decideInvite(input: InviteInput): InvitationRow {
  const { params, intent } = input;
  const { id } = intent.body;
  if (input.invitations.some((other) => other.id === id)) throw new RuleViolation('EXISTS', { what: id });
  const terms = signedTerms(input.terms, params.deal, params.termsHash);
  requireBuyer(input, terms);
  requireOpen(input.phase);
  const { price } = terms.offerTerms;
  if (BigInt(params.most) > BigInt(price)) {
    throw new RuleViolation('OVERPAYMENT', { found: params.most, most: price });
  }
  if (params.until < input.now) throw new RuleViolation('TOO_LATE', { found: params.until, now: input.now });
  if (params.until > terms.payDeadline) {
    throw new RuleViolation('OUT_OF_RANGE', { what: 'until', found: params.until, most: terms.payDeadline });
  }
  requireOneMore(input.invitations.length);
  const { deal, invitationKey, most, until } = params;
  return {
    v: 1,
    id,
    deal,
    status: transition(invitePayer, 'invitation', 'open', null),
    invitationKey,
    most,
    until,
    signed: { id, ...detached(intent) },
    accepted: null,
  };
}

function requireOneMore(found: number): void {
  if (found >= MOST_INVITATIONS) {
    throw new RuleViolation('TOO_MANY_INVITATIONS', { found, most: MOST_INVITATIONS });
  }
}

function requireBuyer({ intent, keyThumbprint: thumbprint, terms: row }: BuyersWord, terms: DealTerms): void {
  if (intent.body.person !== terms.buyer) throw new RuleViolation('WRONG_ROLE', { needed: 'buyer' });
  const link = row === null ? null : { row: row.buyersLink, attested: true };
  ownLink({
    link,
    person: terms.buyer,
    keyThumbprint: thumbprint,
    currency: terms.offerTerms.currency,
  });
}

function requireOpen(found: PhaseRow | null): void {
  const { status } = present(found, 'phase');
  if (status !== 'open')
    throw new RuleViolation('WRONG_STATE', { kind: 'phase', found: status, needed: 'open' });
}

export interface AcceptInvitationInput {
  readonly channel: string;
  readonly intent: Intent;
  readonly keyThumbprint: Hash;
  readonly params: IntentParams['acceptInvitation'];
  readonly now: Instant;
  readonly terms: TermsRow | null;
  readonly invitation: InvitationRow | null;
}

/**
 * The first who signs with the invitation's key takes it; seller and buyer have nothing to take.
 * Rejects: NOT_FOUND, TERMS_DIFFER, WRONG_STATE, TOO_LATE, KEY_DIFFERS, OWN_OFFER, WRONG_ROLE, BAD_SIGNATURE.
 */
export function decideAcceptInvitation(input: AcceptInvitationInput): InvitationRow {
  const { params, intent } = input;
  const terms = termsOfDeal(input.terms, params.deal);
  const invitation = present(input.invitation, 'invitation');
  const status = transition(acceptInvitation, 'invitation', 'accepted', invitation.status);
  if (input.now > invitation.until) {
    throw new RuleViolation('TOO_LATE', { now: input.now, needed: invitation.until });
  }
  if (params.keyThumbprint !== input.keyThumbprint) {
    throw new RuleViolation('KEY_DIFFERS', { invitation: invitation.id });
  }
  const { person, id } = intent.body;
  if (person === terms.offerTerms.seller) throw new RuleViolation('OWN_OFFER', { person });
  if (person === terms.buyer)
    throw new RuleViolation('WRONG_ROLE', { needed: 'another person than the buyer' });
  const accepted = {
    person,
    keyThumbprint: params.keyThumbprint,
    invitationSignature: params.invitationSignature,
    signed: { id, ...detached(intent) },
  };
  const taken = { ...invitation, status, accepted };
  if (!isTaken(taken, input.channel)) throw new RuleViolation('BAD_SIGNATURE', { what: 'invitation' });
  return taken;
}

export interface WithdrawInvitationInput extends BuyersWord {
  readonly params: IntentParams['withdrawInvitation'];
  readonly invitation: InvitationRow | null;
  /** All payments of the deal, by range. */
  readonly payments: readonly Owned<PaymentRow>[];
}

/** Rejects: NOT_FOUND, TERMS_DIFFER, WRONG_ROLE, KEY_DIFFERS, WRONG_STATE. */
export function decideWithdrawInvitation(input: WithdrawInvitationInput): InvitationRow {
  const terms = termsOfDeal(input.terms, input.params.deal);
  requireBuyer(input, terms);
  const invitation = present(input.invitation, 'invitation');
  const status = transition(withdrawInvitation, 'invitation', 'withdrawn', invitation.status);
  const used = input.payments.some((payment) => attestedOrNull(payment)?.invitation === invitation.id);
  if (used) throw new RuleViolation('WRONG_STATE', { kind: 'invitation', found: 'used', needed: 'unused' });
  return { ...invitation, status };
}

/** Whether the invitation's own key signed that this person takes it. */
function isTaken({ id, deal, invitationKey, accepted }: InvitationRow, channel: string): boolean {
  if (accepted === null) return false;
  const { person, keyThumbprint: thumbprint, invitationSignature } = accepted;
  const body = acceptanceBody({ channel, deal, invitation: id, person, keyThumbprint: thumbprint });
  return isSigned({ body, key: invitationKey, signature: invitationSignature });
}

export interface PayerInput {
  readonly channel: string;
  readonly terms: DealTerms;
  readonly termsRow: Pick<TermsRow, 'termsHash' | 'buyersLink'>;
  readonly payer: string;
  /** By which he pays; null: he says that he is the buyer. */
  readonly invitation: string | null;
  readonly amount: Amount;
  /** The row of that invitation: anybody may have written it, so each signature in it is proven. */
  readonly row: InvitationRow | null;
}

/**
 * The payer is the buyer, or the buyer invited him and he took the invitation, for no less than this amount.
 * Rejects: WRONG_ROLE, NOT_FOUND, WRONG_STATE, BAD_SIGNATURE, OVERPAYMENT.
 */
export function requirePayer(input: PayerInput): void {
  const { terms, payer, invitation: id } = input;
  if (id === null) {
    if (payer !== terms.buyer) throw new RuleViolation('WRONG_ROLE', { needed: 'buyer, or invited by him' });
    return;
  }
  const row = present(input.row, 'invitation');
  if (!isAcceptedFor(row, id, terms.deal)) {
    throw new RuleViolation('WRONG_STATE', { kind: 'invitation', found: row.status, needed: 'accepted' });
  }
  if (row.accepted?.person !== payer)
    throw new RuleViolation('WRONG_ROLE', { needed: 'who took the invitation' });
  if (!isInvitedByBuyer(input, row) || !isTaken(row, input.channel)) {
    throw new RuleViolation('BAD_SIGNATURE', { what: 'invitation' });
  }
  if (BigInt(input.amount) > BigInt(row.most)) {
    throw new RuleViolation('OVERPAYMENT', { found: input.amount, most: row.most });
  }
}

function isAcceptedFor(row: InvitationRow, id: string, deal: string): boolean {
  return row.id === id && row.deal === deal && row.status === 'accepted';
}

function isInvitedByBuyer({ channel, terms, termsRow }: PayerInput, row: InvitationRow): boolean {
  const { deal, invitationKey, most, until, signed } = row;
  const params: { readonly [name: string]: Json } = {
    deal,
    termsHash: termsRow.termsHash,
    invitationKey,
    most,
    until,
  };
  const said = { channel, id: row.id, person: terms.buyer, action: 'invitePayer', params };
  return (
    signed.id === row.id && isBuyersKey(signed.key, termsRow.buyersLink) && isSigned(attached(signed, said))
  );
}

function isBuyersKey(key: string, link: LinkRow): boolean {
  return keyThumbprint(key) === link.keyThumbprint;
}
