// Duty: the agreement lane's part of a deal: loads rows, lets the domain decide, saves what it says.
// Must not: hold rules.
import { decideAdmit, decideCloseAdmission, type ReservedPayment } from '../domain/admission.js';
import { decideAcceptGoods, decideStartInspection } from '../domain/delivery.js';
import { decideExpire, decideClosePayments } from '../domain/expiry.js';
import type { Owned } from '../domain/owned.js';
import { decideSubmitPayment } from '../domain/payment.js';
import { decideComplete, decideMarkPaid, type PayeeLinks, type Payout } from '../domain/payout.js';
import { decideBuy } from '../domain/purchase.js';
import {
  rowKey,
  type CreditRow,
  type LinkRow,
  type ReservationRow,
  type TermsRow,
} from '../protocol/rows.js';
import type { AgreementSession } from '../state/sessions.js';
import { agreement, type MachineCall, type PersonCall, type Rule } from './handler.js';

type PersonRule<A extends 'buy' | 'submitPayment' | 'acceptGoods'> = Rule<PersonCall<A>, AgreementSession>;
type DealAction =
  | 'admitPayment'
  | 'closeAdmission'
  | 'markPaid'
  | 'startInspection'
  | 'complete'
  | 'closePayments'
  | 'expire';
type MachineRule<A extends DealAction> = Rule<MachineCall<A>, AgreementSession>;

/** D1. Emits: terms, phase. Rejects: as `decideBuy`. */
const buying: PersonRule<'buy'> = {
  keepsSignature: true,
  keys: ({ intent, params }, loaded) => {
    const sellerLink = loaded.loadedRow('offer', params.offer)?.terms?.sellerLink;
    return [
      rowKey('offer', params.offer),
      rowKey('link', params.link),
      rowKey('terms', intent.body.id),
      ...(sellerLink === undefined ? [] : [rowKey('link', sellerLink)]),
    ];
  },
  async decide(call, session) {
    const { params, intent, keyThumbprint, now } = call;
    const offer = await session.row('offer', params.offer);
    const sellerLink = offer?.terms?.sellerLink;
    const deal = intent.body.id;
    const { terms, phase } = decideBuy({
      intent,
      params,
      keyThumbprint,
      now,
      parameters: call.parameters(),
      offer,
      buyerLink: await session.owned('link', params.link),
      sellerLink: sellerLink === undefined ? null : await session.owned('link', sellerLink),
      existing: await session.row('terms', deal),
    });
    session.put('terms', [deal], terms);
    session.put('phase', [deal], phase);
    return 'done';
  },
};

/** D2. Emits: payment (submitted). Rejects: as `decideSubmitPayment`. */
const submittingPayment: PersonRule<'submitPayment'> = {
  keepsSignature: true,
  keys: ({ params }, loaded) => {
    const terms = loaded.loadedRow('terms', params.deal)?.terms;
    const others =
      terms === undefined || terms.buyerLink === params.link ? [] : [rowKey('link', params.link)];
    return [rowKey('terms', params.deal), rowKey('phase', params.deal), ...others];
  },
  async decide(call, session) {
    const { params, intent, keyThumbprint, now } = call;
    const ids = [params.deal, intent.body.id];
    const terms = await session.row('terms', params.deal);
    const payment = decideSubmitPayment({
      intent,
      params,
      keyThumbprint,
      now,
      parameters: call.parameters(),
      terms,
      phase: await session.row('phase', params.deal),
      link: await payersLink(session, params.link, terms),
    });
    // Its used-intent marker was read as absent, and the two are written together.
    session.createOwned('payment', ids, payment);
    return 'done';
  },
};

/**
 * The payer's link. The buyer's own was proven when this lane made the deal and never changes back; two members who
 * would forge that could forge the payment as well, and the payer's bank proves its link again before it holds money.
 */
async function payersLink(
  session: AgreementSession,
  id: string,
  terms: TermsRow | null,
): Promise<Owned<LinkRow> | null> {
  const isBuyers = terms?.terms.buyerLink === id && terms.buyersLink.id === id;
  return isBuyers ? { row: terms.buyersLink, attested: true } : session.owned('link', id);
}

/** D3. Emits: admission; if admitted also reservation and, for the first payment, stock. Rejects: as `decideAdmit`. */
const admittingPayment: MachineRule<'admitPayment'> = {
  keys: ({ machine: { deal, payment } }, loaded) => {
    const reservation = loaded.loadedRow('reservation', deal);
    const offer = loaded.loadedRow('terms', deal)?.terms.offerTerms.offer;
    return [
      ...(['terms', 'phase', 'reservation'] as const).map((kind) => rowKey(kind, deal)),
      rowKey('payment', deal, payment),
      rowKey('admission', payment),
      ...reservedKeys(deal, reservation),
      ...(reservation !== null || offer === undefined ? [] : [rowKey('stock', offer)]),
    ];
  },
  async decide({ machine, now }, session) {
    const { deal, payment } = machine;
    const terms = await session.row('terms', deal);
    const reservation = await session.row('reservation', deal);
    const offer = terms?.terms.offerTerms.offer;
    const admission = decideAdmit({
      deal,
      now,
      terms,
      phase: await session.row('phase', deal),
      // Banks answer no payment before its admission is there, so nothing that they said of it is asked for.
      payment: await session.created('payment', deal, payment),
      admission: await session.row('admission', payment),
      reservation,
      reserved: await reservedPayments(session, deal, reservation?.payments ?? []),
      stock: reservation !== null || offer === undefined ? null : await session.row('stock', offer),
    });
    if (admission === null) return 'repeated';
    session.put('admission', [payment], admission.admission);
    if (admission.reservation !== null) session.put('reservation', [deal], admission.reservation);
    if (admission.stock !== null) session.put('stock', [admission.stock.offer], admission.stock);
    return 'done';
  },
};

/** L1. Emits: admission (closed). Rejects: as `decideClose`. */
const closingAdmission: MachineRule<'closeAdmission'> = {
  keys: ({ machine: { deal, payment } }) => [
    rowKey('terms', deal),
    rowKey('payment', deal, payment),
    rowKey('admission', payment),
  ],
  async decide(call, session) {
    const { deal, payment } = call.machine;
    const admission = decideCloseAdmission({
      deal,
      now: call.now,
      parameters: call.parameters(),
      terms: await session.row('terms', deal),
      payment: await session.owned('payment', deal, payment),
      admission: await session.row('admission', payment),
    });
    if (admission === null) return 'repeated';
    session.put('admission', [payment], admission);
    return 'done';
  },
};

/** D5. Emits: phase (paid), plan, obligations, credits (due), shipment (announced). Rejects: as `decideMarkPaid`. */
const markingPaid: MachineRule<'markPaid'> = {
  keys: ({ machine: { deal } }, loaded) => [
    rowKey('terms', deal),
    rowKey('phase', deal),
    rowKey('reservation', deal),
    ...reservedKeys(deal, loaded.loadedRow('reservation', deal)),
    ...payeeLinkKeys(loaded.loadedRow('terms', deal)),
  ],
  async decide({ machine: { deal }, now }, session) {
    const terms = await session.row('terms', deal);
    const reservation = await session.row('reservation', deal);
    const payout = decideMarkPaid({
      deal,
      now,
      terms,
      phase: await session.row('phase', deal),
      reservation,
      payments: (await reservedPayments(session, deal, reservation?.payments ?? [])).map(
        ({ payment }) => payment,
      ),
      ...(await payeeLinks(session, terms)),
    });
    if (payout === null) return 'repeated';
    await savePayout(session, deal, payout);
    return 'done';
  },
};

/** X1. Emits: phase (sealed). Rejects: as `decideSeal`. */
const sealing: MachineRule<'closePayments'> = {
  keys: ({ machine: { deal } }) => [rowKey('terms', deal), rowKey('phase', deal)],
  async decide(call, session) {
    const { deal } = call.machine;
    const phase = decideClosePayments({
      deal,
      now: call.now,
      parameters: call.parameters(),
      terms: await session.row('terms', deal),
      phase: await session.row('phase', deal),
    });
    if (phase === null) return 'repeated';
    session.put('phase', [deal], phase);
    return 'done';
  },
};

/** X2. Emits: phase (expired), reservation, stock; or, if the price is held after all, what D5 emits. */
const expiring: MachineRule<'expire'> = {
  keys: ({ machine: { deal } }) => [
    rowKey('terms', deal),
    rowKey('phase', deal),
    rowKey('reservation', deal),
  ],
  async decide({ machine: { deal }, now }, session) {
    const terms = await session.row('terms', deal);
    const reservation = await session.row('reservation', deal);
    const payments: ReservedPayment[] = [];
    for (const payment of await session.ownedUnder('payment', deal)) {
      payments.push({ payment, admission: await session.row('admission', payment.row.id) });
    }
    const expiry = decideExpire({
      deal,
      now,
      terms,
      phase: await session.row('phase', deal),
      payments,
      reservation,
      stock: reservation === null ? null : await session.row('stock', reservation.offer),
      ...(await payeeLinks(session, terms)),
    });
    if (expiry === null) return 'repeated';
    if (expiry.outcome === 'paid') {
      await savePayout(session, deal, expiry.payout);
      return 'done';
    }
    session.put('phase', [deal], expiry.phase);
    if (expiry.reservation !== null) session.put('reservation', [deal], expiry.reservation);
    if (expiry.stock !== null) session.put('stock', [expiry.stock.offer], expiry.stock);
    return 'done';
  },
};

/** D8. Emits: inspection (started). Rejects: as `decideStartInspection`. */
const startingInspection: MachineRule<'startInspection'> = {
  keys: ({ machine: { deal } }) => inspectionKeys(deal),
  async decide({ machine: { deal }, now }, session) {
    const inspection = decideStartInspection({ deal, now, ...(await inspectionRows(session, deal)) });
    if (inspection === null) return 'repeated';
    session.put('inspection', [deal], inspection);
    return 'done';
  },
};

/** D8. Emits: inspection (accepted). Rejects: as `decideAcceptGoods`. */
const acceptingGoods: PersonRule<'acceptGoods'> = {
  keys: ({ params: { deal } }, loaded) => {
    const link = loaded.loadedRow('terms', deal)?.terms.buyerLink;
    return [...inspectionKeys(deal), ...(link === undefined ? [] : [rowKey('link', link)])];
  },
  async decide(call, session) {
    const { params, intent, keyThumbprint, now } = call;
    const rows = await inspectionRows(session, params.deal);
    const buyerLink = rows.terms?.terms.buyerLink;
    const inspection = decideAcceptGoods({
      ...rows,
      deal: params.deal,
      now,
      intent,
      params,
      keyThumbprint,
      buyerLink: buyerLink === undefined ? null : await session.owned('link', buyerLink),
    });
    session.put('inspection', [params.deal], inspection);
    return 'done';
  },
};

/** D11. Emits: phase (completed). Rejects: as `decideComplete`. */
const completing: MachineRule<'complete'> = {
  keys: ({ machine: { deal } }, loaded) => [
    rowKey('phase', deal),
    rowKey('plan', deal),
    ...(loaded.loadedRow('plan', deal)?.items ?? []).map(({ payment, payee }) =>
      rowKey('credit', deal, payment, payee),
    ),
  ],
  async decide({ machine: { deal }, now }, session) {
    const plan = await session.row('plan', deal);
    const credits: (Owned<CreditRow> | null)[] = [];
    for (const { payment, payee } of plan?.items ?? []) {
      credits.push(await session.owned('credit', deal, payment, payee));
    }
    const phase = decideComplete({
      deal,
      now,
      phase: await session.row('phase', deal),
      plan,
      credits,
    });
    if (phase === null) return 'repeated';
    session.put('phase', [deal], phase);
    return 'done';
  },
};

/** What `reservedPayments` reads. */
function reservedKeys(deal: string, reservation: ReservationRow | null): string[] {
  return (reservation?.payments ?? []).flatMap((payment) => [
    rowKey('payment', deal, payment),
    rowKey('admission', payment),
  ]);
}

/** What `payeeLinks` reads. */
function payeeLinkKeys(terms: TermsRow | null): string[] {
  if (terms === null) return [];
  const { sellerLink, commissionLink } = terms.terms.offerTerms;
  return [rowKey('link', sellerLink), rowKey('link', commissionLink)];
}

function inspectionKeys(deal: string): string[] {
  return [rowKey('terms', deal), rowKey('shipment', deal), rowKey('inspection', deal)];
}

async function inspectionRows(session: AgreementSession, deal: string) {
  return {
    terms: await session.row('terms', deal),
    shipment: await session.owned('shipment', deal),
    inspection: await session.row('inspection', deal),
  };
}

async function reservedPayments(
  session: AgreementSession,
  deal: string,
  payments: readonly string[],
): Promise<ReservedPayment[]> {
  const decided: ReservedPayment[] = [];
  for (const id of payments) {
    decided.push({
      payment: await session.owned('payment', deal, id),
      admission: await session.row('admission', id),
    });
  }
  return decided;
}

async function payeeLinks(session: AgreementSession, terms: TermsRow | null): Promise<PayeeLinks> {
  if (terms === null) return { sellerLink: null, commissionLink: null };
  const { sellerLink, commissionLink } = terms.terms.offerTerms;
  return {
    sellerLink: await session.owned('link', sellerLink),
    commissionLink: await session.owned('link', commissionLink),
  };
}

/** Owned rows must have been read as absent before they are created. */
async function savePayout(session: AgreementSession, deal: string, payout: Payout): Promise<void> {
  session.put('phase', [deal], payout.phase);
  session.put('plan', [deal], payout.plan);
  for (const { payee, row } of payout.obligations) session.put('obligation', [deal, row.payment, payee], row);
  for (const credit of payout.credits) {
    const ids = [deal, credit.payment, credit.payee];
    await session.owned('credit', ...ids);
    session.createOwned('credit', ids, credit);
  }
  await session.owned('shipment', deal);
  session.createOwned('shipment', [deal], payout.shipment);
}

export const AGREEMENT_RULES = [
  agreement.byPerson('buy', buying),
  agreement.byPerson('submitPayment', submittingPayment),
  agreement.byMachine('admitPayment', admittingPayment),
  agreement.byMachine('closeAdmission', closingAdmission),
  agreement.byMachine('markPaid', markingPaid),
  agreement.byMachine('closePayments', sealing),
  agreement.byMachine('expire', expiring),
  agreement.byMachine('startInspection', startingInspection),
  agreement.byPerson('acceptGoods', acceptingGoods),
  agreement.byMachine('complete', completing),
] as const;
