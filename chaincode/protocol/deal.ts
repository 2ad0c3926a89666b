// Deals: one purchase with the terms that both sides signed, its phase, and whom the buyer invites to pay into it.
import { linkRow } from './account.js';
import { machineCommand, personCommand, type RowOf, sharedRow } from './declaration.js';
import { hash, id, instant, namedSignature, ofDeal, positiveAmount, publicKey, version1 } from './forms.js';
import { offerTermsForm } from './offer.js';
import { boolean, distinct, exactly, oneOf, orNull, text } from './parse.js';
import { RESERVED_LIMIT } from './payment.js';

/** What both sides agreed; its hash is signed by the buyer and by every payer. */
const dealTermsForm = exactly({
  v: version1,
  deal: id,
  offerTerms: offerTermsForm,
  buyer: id,
  buyerLink: id,
  /** SHA-256 of h1 (`recipient-code.ts`), made by the buyer. */
  recipientCodeHash: hash,
  boughtAt: instant,
  payDeadline: instant,
  longStopAt: instant,
});
export type DealTerms = Readonly<ReturnType<typeof dealTermsForm>>;

/**
 * `terms/<deal>`: written once and read by every step of the deal. What the seller signed stands with the used-intent
 * marker of the listing, what the buyer signed with that of the purchase; only payouts read them.
 */
export const termsRow = sharedRow({
  kind: 'terms',
  ids: ['deal'],
  form: exactly({
    v: version1,
    deal: id,
    terms: dealTermsForm,
    termsHash: hash,
    /** The seller's intent. */
    listing: id,
    /** Links of buyer, seller and commission as they were proven when the buyer bought. */
    buyersLink: linkRow.form,
    sellersLink: linkRow.form,
    commissionsLink: linkRow.form,
  }),
});
export type TermsRow = RowOf<typeof termsRow>;

/** `phase/<deal>`: agreement lane; "in progress" is derived from payments. */
export const phaseRow = sharedRow({
  kind: 'phase',
  ids: ['deal'],
  form: exactly({
    v: version1,
    deal: id,
    status: oneOf(['open', 'cancelled', 'paymentsClosed', 'paid', 'expired', 'completed']),
    at: instant,
    /** Whose signed word ended it before it was paid; null: nobody's. */
    cancelledBy: orNull(oneOf(['buyer', 'seller'])),
  }),
});
export type PhaseRow = RowOf<typeof phaseRow>;

/** `reservation/<deal>`: the payments that are open or held; made with the first admission. */
export const reservationRow = sharedRow({
  kind: 'reservation',
  ids: ['deal'],
  form: exactly({
    v: version1,
    deal: id,
    offer: id,
    payments: distinct(id, { least: 0, most: RESERVED_LIMIT }),
    released: boolean,
  }),
});
export type ReservationRow = RowOf<typeof reservationRow>;

/** Most invitations of a deal, withdrawn ones among them: each may bring another payer's payments. */
export const MOST_INVITATIONS = 20;

const SIGNATURE = text(/^[A-Za-z0-9_-]{86}$/, '64 bytes in base64url');

/**
 * `invitation/<deal>/<id>`: whom the buyer lets pay into his deal. The first who signs with the invitation key
 * takes it; from then on he may pay up to `most`.
 */
export const invitationRow = sharedRow({
  kind: 'invitation',
  ids: ['deal', 'id'],
  form: exactly({
    v: version1,
    id,
    deal: id,
    status: oneOf(['open', 'accepted', 'withdrawn']),
    /** Public key made for this invitation alone. */
    invitationKey: publicKey,
    /** Most that its payer may hold in the deal, minor units. */
    most: positiveAmount,
    until: instant,
    /** The buyer's signature of the invitation. */
    signed: namedSignature,
    /** Null until it is accepted: who pays, with the key of his links, and what both signed. */
    accepted: orNull(
      exactly({ person: id, keyThumbprint: hash, invitationSignature: SIGNATURE, signed: namedSignature }),
    ),
  }),
});
export type InvitationRow = RowOf<typeof invitationRow>;

const outcomeStatus = oneOf(['unshipped', 'overdue']);

/** `concession/<deal>`: the seller gives the money of a paid deal back; written once. */
export const concessionRow = sharedRow({
  kind: 'concession',
  ids: ['deal'],
  form: exactly({ v: version1, deal: id, status: oneOf(['given']), at: instant, signed: namedSignature }),
});
export type ConcessionRow = RowOf<typeof concessionRow>;

/** `outcome/<deal>`: what the agreement's clock says of a paid deal that does not go on; the money goes back. */
export const outcomeRow = sharedRow({
  kind: 'outcome',
  ids: ['deal'],
  form: exactly({
    v: version1,
    deal: id,
    /** Not handed to the courier in time, or not delivered in time. */
    status: outcomeStatus,
    at: instant,
  }),
});
export type OutcomeRow = RowOf<typeof outcomeRow>;

/** The deal's id is the intent's id. */
export const buy = personCommand({
  action: 'buy',
  lane: 'agreement',
  signed: exactly({ offer: id, termsHash: hash, recipientCodeHash: hash, link: id, boughtAt: instant }),
  steps: { phase: { open: [null] } },
  conflictKeys: [],
  cost: 10,
  keepsSignature: true,
});

/** By the buyer; the invitation's id is the intent's id. */
export const invitePayer = personCommand({
  action: 'invitePayer',
  lane: 'agreement',
  signed: exactly({
    deal: id,
    termsHash: hash,
    invitationKey: publicKey,
    most: positiveAmount,
    until: instant,
  }),
  steps: { invitation: { open: [null] } },
  conflictKeys: ['invitations/{deal}'],
  cost: 14,
});

/**
 * By who takes the invitation, with the key of the links that he will pay from. `invitationSignature` is the invitation
 * key's, over what `acceptanceText` makes of the rest (`invitation-text.ts`).
 */
export const acceptInvitation = personCommand({
  action: 'acceptInvitation',
  lane: 'agreement',
  signed: exactly({ deal: id, invitation: id, keyThumbprint: hash, invitationSignature: SIGNATURE }),
  steps: { invitation: { accepted: ['open'] } },
  conflictKeys: ['invitation/{invitation}'],
  cost: 12,
});

/** By the buyer, as long as nothing was paid by it. */
export const withdrawInvitation = personCommand({
  action: 'withdrawInvitation',
  lane: 'agreement',
  signed: exactly({ deal: id, invitation: id }),
  steps: { invitation: { withdrawn: ['open', 'accepted'] } },
  conflictKeys: ['invitation/{invitation}'],
  cost: 12,
});

/** By buyer or seller, as long as the deal is not paid: what is held goes back to who paid it. */
export const cancelDeal = personCommand({
  action: 'cancelDeal',
  lane: 'agreement',
  signed: exactly({ deal: id, termsHash: hash }),
  steps: { phase: { cancelled: ['open'] } },
  conflictKeys: ['deal/{deal}'],
  cost: 8,
});

/** By the seller of a paid deal: what is held goes back, and nobody has to wait. */
export const concedeDeal = personCommand({
  action: 'concedeDeal',
  lane: 'agreement',
  signed: exactly({ deal: id, termsHash: hash }),
  steps: { concession: { given: [null] } },
  conflictKeys: ['deal/{deal}'],
  cost: 10,
});

/** A paid deal was not shipped or not delivered in time. */
export const decideDeal = machineCommand({
  action: 'decideDeal',
  lane: 'agreement',
  machine: exactly({ deal: id, outcome: outcomeStatus }),
  steps: { outcome: { unshipped: [null], overdue: [null, 'unshipped'] } },
  conflictKeys: ['deal/{deal}'],
  cost: 10,
});

/** From now on no payment can be in time. */
export const closePayments = machineCommand({
  action: 'closePayments',
  lane: 'agreement',
  machine: ofDeal,
  steps: { phase: { paymentsClosed: ['open'] } },
  conflictKeys: ['deal/{deal}'],
  cost: 8,
});

/** The end of a deal that was cancelled or not fully paid in time; one that was paid is marked so instead. */
export const expire = machineCommand({
  action: 'expire',
  lane: 'agreement',
  machine: ofDeal,
  steps: {
    phase: { expired: ['paymentsClosed', 'cancelled'], paid: ['paymentsClosed', 'cancelled'] },
    shipment: { announced: [null] },
    credit: { due: [null] },
  },
  conflictKeys: ['deal/{deal}', 'stock'],
  cost: 50,
  movesMoney: true,
});

export const dealRows = {
  terms: termsRow,
  phase: phaseRow,
  reservation: reservationRow,
  invitation: invitationRow,
  concession: concessionRow,
  outcome: outcomeRow,
} as const;
export const dealCommands = {
  buy,
  invitePayer,
  acceptInvitation,
  withdrawInvitation,
  cancelDeal,
  concedeDeal,
  decideDeal,
  closePayments,
  expire,
} as const;
