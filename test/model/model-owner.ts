// The model's rules for the owner lane of a deal: banks answer, capture, credit, fold, void; the courier delivers.
// It must not import the product's rules or formulas.
import { createHmac } from 'node:crypto';
import type { DealTerms, LegRow, ShipmentRow } from '../../chaincode/protocol/rows.js';
import {
  enter,
  entryOf,
  journal,
  payOut,
  payersAccount,
  release,
  reserve,
  saveAccount,
} from './model-books.js';
import {
  found,
  machineOf,
  mine,
  must,
  plus,
  sha256,
  signedBy,
  signer,
  take,
  total,
  type ModelCall,
  type Rules,
} from './model-call.js';
import { dealTerms, legsIn, mustBeDelivered } from './model-deal.js';
import { share } from './model-offers.js';

/** How long a bank still takes the fee of its previous tariff. */
const QUOTE_LIFE_MS = 15 * 60_000;

/** Own money, or a bank that this organisation knows under that MSP. */
function trusts(
  call: ModelCall,
  { bank, owner }: { readonly bank: string; readonly owner: string },
): boolean {
  const known = call.state.secret(call.msp, 'correspondents', '')?.banks ?? [];
  return owner === call.msp || known.some((it) => it.bank === bank && it.msp === owner);
}

/** The fee of today's tariff, or of the one before while quotes live. */
function mustBePublishedFee(call: ModelCall, leg: LegRow): void {
  const bank = found(call.state.row('bank', leg.bank));
  const { sellerBank } = dealTerms(call, leg.deal).offerTerms;
  const quoted = leg.arrivedAt <= bank.tariffSince + QUOTE_LIFE_MS;
  const tariffs = [bank.tariff, quoted ? bank.previousTariff : null];
  const right = tariffs.some((tariff) => {
    if (tariff === null) return false;
    const rate = sellerBank === leg.bank ? 0 : (tariff.toBank[sellerBank] ?? tariff.usualBasisPoints);
    return share(leg.amount, rate).toString() === leg.fee;
  });
  must(right, 'FEE');
}

function holdFor(call: ModelCall, leg: LegRow, late: boolean): void {
  const { holdOperation, voidOperation, codeBinding } = machineOf(call, 'answerLeg');
  const taken = reserve(call, payersAccount(call, leg), leg, { operation: holdOperation, codeBinding });
  if (late) {
    enter(call, [taken.entry, release(call, taken.account, leg, voidOperation).entry]);
    return;
  }
  saveAccount(call, taken.account);
  enter(call, [taken.entry]);
}

/** The deal's key at this bank: HMAC-SHA-256 of the deal under the bank's secret. */
function mustBeRefundKey({ state, msp }: ModelCall, deal: string, refundKey: string): void {
  const { secret } = found(state.secret(msp, 'secret', ''));
  const key = createHmac('sha256', Buffer.from(secret, 'base64url')).update(`refund key|${deal}`);
  must(key.digest('base64url') === refundKey, 'REFUND_KEY');
}

function mustBePayable(call: ModelCall, terms: DealTerms): void {
  const { state } = call;
  const { sellerLink, commissionLink } = terms.offerTerms;
  for (const id of [sellerLink, commissionLink, terms.buyerLink]) {
    must(trusts(call, found(state.row('link', id))), 'UNKNOWN_BANK');
  }
  for (const id of new Set(found(state.row('plan', terms.deal)).items.map(({ leg }) => leg))) {
    const leg = found(state.row('leg', terms.deal, id));
    must(trusts(call, leg), 'UNKNOWN_BANK');
    must(leg.status === 'held' || leg.status === 'captured', 'NOT_FULL');
  }
  mustBeDelivered(call, terms.deal);
  const inspection = found(state.row('inspection', terms.deal), 'NOT_DUE');
  if (inspection.acceptance !== null) return;
  const seenAt = state.secret(call.msp, 'seen', terms.deal)?.at ?? call.now;
  const since = Math.max(inspection.startedAt, seenAt);
  must(call.now >= since + terms.offerTerms.inspectionTimeMs, 'NOT_DUE');
}

/** A leg that the plan names. */
function plannedLeg(call: ModelCall, deal: string, id: string): LegRow {
  const planned = call.state.row('plan', deal)?.items.some(({ leg }) => leg === id) === true;
  const leg = found(planned ? call.state.row('leg', deal, id) : null);
  mine(call, leg);
  return leg;
}

function agentsShipment(call: ModelCall, deal: string): ShipmentRow {
  signer(call, 'agent', call.msp);
  return found(call.state.row('shipment', deal));
}

const ANSWERS = {
  no: ['answerNo', 'rejected'],
  admitted: ['answerYes', 'held'],
  closed: ['answerLate', 'late'],
} as const;

function wasAnswered({ status }: LegRow, verdict: 'yes' | 'no'): boolean {
  return verdict === 'no' ? status === 'rejected' : status === 'held' || status === 'late';
}

export const OWNER_RULES: Rules = {
  answerLeg(call) {
    const { deal, leg: id, verdict, refundKey } = machineOf(call, 'answerLeg');
    const leg = found(call.state.row('leg', deal, id));
    mine(call, leg);
    if (wasAnswered(leg, verdict)) return 'repeated';
    const gate = call.state.row('gate', id)?.status ?? null;
    must(gate === 'admitted' || gate === 'closed', 'NOT_ADMITTED');
    must(leg.status === 'submitted', 'WRONG_STATE');
    const [action, status] = verdict === 'no' ? ANSWERS.no : ANSWERS[gate];
    if (verdict === 'yes') {
      mustBePublishedFee(call, leg);
      mustBeRefundKey(call, deal, refundKey);
      holdFor(call, leg, gate === 'closed');
    }
    take(call, `leg.${action}`, leg.status, ['submitted']);
    call.state.put('leg', [deal, id], { ...leg, status });
    return 'done';
  },

  noteDelivery(call) {
    const { deal } = machineOf(call, 'noteDelivery');
    if (call.state.secret(call.msp, 'seen', deal) !== null) return 'repeated';
    mustBeDelivered(call, deal);
    call.state.putSecret(call.msp, 'seen', deal, { v: 1, deal, at: call.now });
    return 'done';
  },

  capture(call) {
    const { deal, leg: id, operation, refundKey } = machineOf(call, 'capture');
    const leg = plannedLeg(call, deal, id);
    if (leg.status === 'captured') return 'repeated';
    must(leg.status === 'held', 'WRONG_STATE');
    const terms = dealTerms(call, deal);
    mustBePayable(call, terms);
    mustBeRefundKey(call, deal, refundKey);
    const items = found(call.state.row('plan', deal)).items.filter((item) => item.leg === id);
    const allocation = items.map(({ payee, link, bank, amount }) => ({ payee, link, bank, amount }));
    payOut(call, payersAccount(call, leg), { leg, shares: allocation }, operation);
    take(call, 'leg.capture', leg.status, ['held']);
    call.state.put('leg', [deal, id], { ...leg, status: 'captured', allocation });
    return 'done';
  },

  credit(call) {
    const { deal, leg: id, payee, operation } = machineOf(call, 'credit');
    const { state, msp } = call;
    const key = [deal, id, payee] as const;
    const credit = found(state.row('credit', ...key));
    mine(call, credit);
    if (credit.status === 'credited') return 'repeated';
    const leg = found(state.row('leg', deal, id));
    must(leg.status === 'captured', 'NOT_CAPTURED');
    must(trusts(call, leg), 'UNKNOWN_BANK');
    const { account } = found(state.secret(msp, 'token', credit.link), 'NO_ACCOUNT');
    const { amount, currency } = credit;
    const from = leg.bank === credit.bank ? 'transit' : `bank/${leg.bank}`;
    const entry = entryOf(call, { operation, kind: 'credit', deal, leg: id, currency }, [
      [from, `-${amount}`],
      [`unfolded/${account}`, amount],
    ]);
    const line = { v: 1, credit: key.join('/'), account, currency, amount, foldedBy: null, entry } as const;
    state.putSecret(msp, 'line', line.credit, line);
    take(call, 'credit.credit', credit.status, ['due']);
    state.put('credit', key, { ...credit, status: 'credited' });
    return 'done';
  },

  foldCredits(call) {
    const { account: number, operation, credits } = machineOf(call, 'foldCredits');
    const { state, msp } = call;
    const earlier = state.secret(msp, 'operation', operation);
    if (earlier?.kind === 'fold') return 'repeated';
    must(earlier === null, 'OPERATION_EXISTS');
    const account = found(state.secret(msp, 'account', number), 'NO_ACCOUNT');
    const lines = credits.map((credit) => found(state.secret(msp, 'line', credit)));
    for (const line of lines) {
      must(line.account === number, 'NO_ACCOUNT');
      must(line.foldedBy === null, 'WRONG_STATE');
      state.putSecret(msp, 'line', line.credit, { ...line, foldedBy: operation });
    }
    const sum = total(lines).toString();
    saveAccount(call, { ...account, available: plus(account.available, sum) });
    const { currency } = account;
    journal(call, { operation, kind: 'fold', deal: null, leg: null, currency }, [
      [`unfolded/${number}`, `-${sum}`],
      [`available/${number}`, sum],
    ]);
    return 'done';
  },

  voidLeg(call) {
    const { deal, leg: id, operation, refundKey } = machineOf(call, 'voidLeg');
    const { state } = call;
    const leg = found(state.row('leg', deal, id));
    mine(call, leg);
    if (leg.status === 'voided') return 'repeated';
    must(leg.status === 'held', 'WRONG_STATE');
    const { price } = dealTerms(call, deal).offerTerms;
    const money = legsIn(state, deal).filter(({ status }) => status === 'held' || status === 'captured');
    must(total(money.filter((other) => trusts(call, other))) < BigInt(price), 'FULLY_HELD');
    must(state.row('phase', deal)?.status === 'expired', 'NOT_EXPIRED');
    mustBeRefundKey(call, deal, refundKey);
    const back = release(call, payersAccount(call, leg), leg, operation);
    saveAccount(call, back.account);
    enter(call, [back.entry]);
    take(call, 'leg.voidLeg', leg.status, ['held']);
    state.put('leg', [deal, id], { ...leg, status: 'voided' });
    return 'done';
  },

  acceptParcel(call) {
    const { deal } = signedBy(call, 'acceptParcel');
    const shipment = agentsShipment(call, deal);
    must(call.state.row('phase', deal)?.status === 'paid', 'WRONG_STATE');
    must(shipment.status === 'announced', 'WRONG_STATE');
    mine(call, shipment);
    take(call, 'shipment.acceptParcel', shipment.status, ['announced']);
    call.state.put('shipment', [deal], { ...shipment, status: 'accepted' });
    return 'done';
  },

  deliver(call) {
    const { deal, h1 } = signedBy(call, 'deliver');
    const shipment = agentsShipment(call, deal);
    must(shipment.status === 'accepted', 'WRONG_STATE');
    must(sha256(Buffer.from(h1, 'hex')) === dealTerms(call, deal).recipientCodeHash, 'WRONG_CODE');
    mine(call, shipment);
    take(call, 'shipment.deliver', shipment.status, ['accepted']);
    call.state.put('shipment', [deal], { ...shipment, status: 'delivered', h1 });
    return 'done';
  },
};
