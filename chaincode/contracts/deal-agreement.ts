// Duty: the agreement lane's part of a deal: loads rows, lets the domain decide, saves what it says.
// Must not: hold rules.
import { decideAdmit, decideClose, type GatedLeg } from '../domain/admission.js';
import { decideAcceptGoods, decideStartInspection } from '../domain/delivery.js';
import { decideExpire, decideSeal } from '../domain/expiry.js';
import type { Owned } from '../domain/owned.js';
import { decideSubmitLeg } from '../domain/payment.js';
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

type PersonRule<A extends 'buy' | 'submitLeg' | 'acceptGoods'> = Rule<PersonCall<A>, AgreementSession>;
type DealAction = 'admitLeg' | 'closeLeg' | 'markPaid' | 'startInspection' | 'complete' | 'seal' | 'expire';
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

/** D2. Emits: leg (submitted). Rejects: as `decideSubmitLeg`. */
const submittingLeg: PersonRule<'submitLeg'> = {
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
    const leg = decideSubmitLeg({
      intent,
      params,
      keyThumbprint,
      now,
      parameters: call.parameters(),
      terms,
      phase: await session.row('phase', params.deal),
      link: await payersLink(session, params.link, terms),
    });
    // Its receipt was read as absent, and the two are written together.
    session.createOwned('leg', ids, leg);
    return 'done';
  },
};

/**
 * The payer's link. The buyer's own was proven when this lane made the deal and never changes back; two members who
 * would forge that could forge the leg as well, and the payer's bank proves its link again before it holds money.
 */
async function payersLink(
  session: AgreementSession,
  id: string,
  terms: TermsRow | null,
): Promise<Owned<LinkRow> | null> {
  const isBuyers = terms?.terms.buyerLink === id && terms.buyersLink.id === id;
  return isBuyers ? { row: terms.buyersLink, believed: true } : session.owned('link', id);
}

/** D3. Emits: gate; if admitted also reservation and, for the first leg, stock. Rejects: as `decideAdmit`. */
const admittingLeg: MachineRule<'admitLeg'> = {
  keys: ({ machine: { deal, leg } }, loaded) => {
    const reservation = loaded.loadedRow('reservation', deal);
    const offer = loaded.loadedRow('terms', deal)?.terms.offerTerms.offer;
    return [
      ...(['terms', 'phase', 'reservation'] as const).map((kind) => rowKey(kind, deal)),
      rowKey('leg', deal, leg),
      rowKey('gate', leg),
      ...gatedKeys(deal, reservation),
      ...(reservation !== null || offer === undefined ? [] : [rowKey('stock', offer)]),
    ];
  },
  async decide({ machine, now }, session) {
    const { deal, leg } = machine;
    const terms = await session.row('terms', deal);
    const reservation = await session.row('reservation', deal);
    const offer = terms?.terms.offerTerms.offer;
    const admission = decideAdmit({
      deal,
      now,
      terms,
      phase: await session.row('phase', deal),
      // Banks answer no payment before its gate is there, so nothing that they said of it is asked for.
      leg: await session.created('leg', deal, leg),
      gate: await session.row('gate', leg),
      reservation,
      reserved: await gatedLegs(session, deal, reservation?.legs ?? []),
      stock: reservation !== null || offer === undefined ? null : await session.row('stock', offer),
    });
    if (admission === null) return 'repeated';
    session.put('gate', [leg], admission.gate);
    if (admission.reservation !== null) session.put('reservation', [deal], admission.reservation);
    if (admission.stock !== null) session.put('stock', [admission.stock.offer], admission.stock);
    return 'done';
  },
};

/** L1. Emits: gate (closed). Rejects: as `decideClose`. */
const closingLeg: MachineRule<'closeLeg'> = {
  keys: ({ machine: { deal, leg } }) => [
    rowKey('terms', deal),
    rowKey('leg', deal, leg),
    rowKey('gate', leg),
  ],
  async decide(call, session) {
    const { deal, leg } = call.machine;
    const gate = decideClose({
      deal,
      now: call.now,
      parameters: call.parameters(),
      terms: await session.row('terms', deal),
      leg: await session.owned('leg', deal, leg),
      gate: await session.row('gate', leg),
    });
    if (gate === null) return 'repeated';
    session.put('gate', [leg], gate);
    return 'done';
  },
};

/** D5. Emits: phase (paid), plan, obligations, credits (due), shipment (announced). Rejects: as `decideMarkPaid`. */
const markingPaid: MachineRule<'markPaid'> = {
  keys: ({ machine: { deal } }, loaded) => [
    rowKey('terms', deal),
    rowKey('phase', deal),
    rowKey('reservation', deal),
    ...gatedKeys(deal, loaded.loadedRow('reservation', deal)),
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
      legs: (await gatedLegs(session, deal, reservation?.legs ?? [])).map(({ leg }) => leg),
      ...(await payeeLinks(session, terms)),
    });
    if (payout === null) return 'repeated';
    await savePayout(session, deal, payout);
    return 'done';
  },
};

/** X1. Emits: phase (sealed). Rejects: as `decideSeal`. */
const sealing: MachineRule<'seal'> = {
  keys: ({ machine: { deal } }) => [rowKey('terms', deal), rowKey('phase', deal)],
  async decide(call, session) {
    const { deal } = call.machine;
    const phase = decideSeal({
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
    const legs: GatedLeg[] = [];
    for (const leg of await session.ownedUnder('leg', deal)) {
      legs.push({ leg, gate: await session.row('gate', leg.row.id) });
    }
    const expiry = decideExpire({
      deal,
      now,
      terms,
      phase: await session.row('phase', deal),
      legs,
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
    ...(loaded.loadedRow('plan', deal)?.items ?? []).map(({ leg, payee }) =>
      rowKey('credit', deal, leg, payee),
    ),
  ],
  async decide({ machine: { deal }, now }, session) {
    const plan = await session.row('plan', deal);
    const credits: (Owned<CreditRow> | null)[] = [];
    for (const { leg, payee } of plan?.items ?? []) {
      credits.push(await session.owned('credit', deal, leg, payee));
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

/** What `gatedLegs` reads. */
function gatedKeys(deal: string, reservation: ReservationRow | null): string[] {
  return (reservation?.legs ?? []).flatMap((leg) => [rowKey('leg', deal, leg), rowKey('gate', leg)]);
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

async function gatedLegs(
  session: AgreementSession,
  deal: string,
  legs: readonly string[],
): Promise<GatedLeg[]> {
  const gated: GatedLeg[] = [];
  for (const id of legs) {
    gated.push({ leg: await session.owned('leg', deal, id), gate: await session.row('gate', id) });
  }
  return gated;
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
  for (const { payee, row } of payout.obligations) session.put('obligation', [deal, row.leg, payee], row);
  for (const credit of payout.credits) {
    const ids = [deal, credit.leg, credit.payee];
    await session.owned('credit', ...ids);
    session.createOwned('credit', ids, credit);
  }
  await session.owned('shipment', deal);
  session.createOwned('shipment', [deal], payout.shipment);
}

export const AGREEMENT_RULES = [
  agreement.byPerson('buy', buying),
  agreement.byPerson('submitLeg', submittingLeg),
  agreement.byMachine('admitLeg', admittingLeg),
  agreement.byMachine('closeLeg', closingLeg),
  agreement.byMachine('markPaid', markingPaid),
  agreement.byMachine('seal', sealing),
  agreement.byMachine('expire', expiring),
  agreement.byMachine('startInspection', startingInspection),
  agreement.byPerson('acceptGoods', acceptingGoods),
  agreement.byMachine('complete', completing),
] as const;
