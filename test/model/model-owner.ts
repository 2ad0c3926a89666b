// The model's rules for the owner lane of a deal: banks answer, credit, post; the courier delivers.
// It must not import the product's rules or formulas.
import type { PaymentRow } from '../../chaincode/protocol/payment.js';
import type { CreditRow } from '../../chaincode/protocol/payout.js';
import type { ShipmentRow } from '../../chaincode/protocol/shipment.js';
import { enter, entryOf, journal, payersAccount, release, reserve, saveAccount } from './model-books.js';
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
  type ModelCommand,
  type Rules,
} from './model-command.js';
import { dealTerms, paymentsIn } from './model-deal-rows.js';
import { mustBeRefundKey, provenDeal, recordHeld, trusts } from './model-finish.js';
import { share } from './model-offers.js';

/** How long a bank still takes the fee of its previous tariff. */
const QUOTE_LIFE_MS = 15 * 60_000;

/** The fee of today's tariff, or of the one before while quotes live. */
function mustBePublishedFee(call: ModelCommand, payment: PaymentRow): void {
  const bank = found(call.state.row('bank', payment.bank));
  const { sellerBank } = dealTerms(call, payment.deal).offerTerms;
  const quoted = payment.arrivedAt <= bank.tariffSince + QUOTE_LIFE_MS;
  const tariffs = [bank.tariff, quoted ? bank.previousTariff : null];
  const right = tariffs.some((tariff) => {
    if (tariff === null) return false;
    const rate = sellerBank === payment.bank ? 0 : (tariff.toBank[sellerBank] ?? tariff.usualBasisPoints);
    return share(payment.amount, rate).toString() === payment.fee;
  });
  must(right, 'FEE');
}

function holdFor(call: ModelCommand, payment: PaymentRow, late: boolean): void {
  const { holdOperation, voidOperation, codeBinding } = machineOf(call, 'answerPayment');
  const taken = reserve(call, payersAccount(call, payment), payment, {
    operation: holdOperation,
    codeBinding,
  });
  if (late) {
    enter(call, [taken.entry, release(call, taken.account, payment, voidOperation).entry]);
    return;
  }
  saveAccount(call, taken.account);
  enter(call, [taken.entry]);
}

/** The courier carries what banks that he knows hold the whole price of. */
function mustBeHeldByKnown(call: ModelCommand, deal: string): void {
  const { state } = call;
  const planned = new Set(found(state.row('plan', deal)).items.map(({ payment }) => payment));
  const held = [...planned].map((id) => found(state.row('payment', deal, id)));
  const believed = held.filter(
    (payment) => trusts(call, payment) && (payment.status === 'held' || payment.status === 'captured'),
  );
  must(total(believed) === BigInt(dealTerms(call, deal).offerTerms.price), 'NOT_FULL');
}

function isPlanned({ state }: ModelCommand, deal: string, id: string): boolean {
  return state.row('plan', deal)?.items.some(({ payment }) => payment === id) === true;
}

/** A bank credits on another's word up to what it has published for the currency, until that is settled. */
function spendCap(
  { state, msp }: ModelCommand,
  { bank: own, currency, amount }: CreditRow,
  payment: PaymentRow,
): void {
  const { bank } = payment;
  if (bank === own) return;
  const id = `${bank}/${currency}`;
  const used = plus(state.secret(msp, 'exposure', id)?.used ?? '0', amount);
  const cap = found(state.row('bank', own)).debitCaps[currency] ?? '0';
  must(BigInt(used) <= BigInt(cap), 'CAP_REACHED');
  state.putSecret(msp, 'exposure', id, { v: 1, bank, currency, used });
}

function noteCredited({ state, msp }: ModelCommand, { deal, payment, payee, amount }: CreditRow): void {
  const before = state.secret(msp, 'creditedDeal', deal);
  const { termsHash } = found(state.row('terms', deal));
  const credits = [...(before?.credits ?? []), { payment, payee, amount }];
  state.putSecret(msp, 'creditedDeal', deal, { v: 1, deal, termsHash, credits });
}

function agentsShipment(call: ModelCommand, deal: string): ShipmentRow {
  signer(call, 'agent', call.msp);
  return found(call.state.row('shipment', deal));
}

/** What becomes of a payment by a yes, by its admission. */
const AFTER_YES = { admitted: 'held', closed: 'late' } as const;

function wasAnswered({ status }: PaymentRow, verdict: 'yes' | 'no'): boolean {
  return verdict === 'no' ? status === 'rejected' : status === 'held' || status === 'late';
}

export const OWNER_RULES: Rules = {
  answerPayment(call) {
    const { deal, payment: id, verdict, refundKey } = machineOf(call, 'answerPayment');
    const payment = found(call.state.row('payment', deal, id));
    mine(call, payment);
    if (wasAnswered(payment, verdict)) return 'repeated';
    const admission = call.state.row('admission', deal, id)?.status ?? null;
    must(admission === 'admitted' || admission === 'closed', 'NOT_ADMITTED');
    must(payment.status === 'submitted', 'WRONG_STATE');
    const answered = verdict === 'no' ? ('rejected' as const) : AFTER_YES[admission];
    if (verdict === 'yes') {
      const proven = provenDeal(call, deal);
      mustBePublishedFee(call, payment);
      mustBeRefundKey(call, deal, refundKey);
      holdFor(call, payment, admission === 'closed');
      if (admission === 'admitted') recordHeld(call, payment, proven);
    }
    const from = payment.status;
    const status = take(call, 'payment.answerPayment', answered, { from, allowed: ['submitted'] });
    call.state.put('payment', [deal, id], { ...payment, status });
    return 'done';
  },

  credit(call) {
    const { deal, payment: id, payee, operation } = machineOf(call, 'credit');
    const { state, msp } = call;
    const key = [deal, id, payee] as const;
    const credit = found(state.row('credit', ...key));
    mine(call, credit);
    if (credit.status === 'credited') return 'repeated';
    const payment = found(state.row('payment', deal, id));
    must(payment.status === 'captured', 'NOT_CAPTURED');
    must(trusts(call, payment), 'UNKNOWN_BANK');
    spendCap(call, credit, payment);
    noteCredited(call, credit);
    const { account } = found(state.secret(msp, 'linkedAccount', credit.link), 'NO_ACCOUNT');
    const { amount, currency } = credit;
    const from = payment.bank === credit.bank ? 'transit' : `bank/${payment.bank}`;
    const entry = entryOf(call, { operation, kind: 'credit', deal, payment: id, currency }, [
      [from, `-${amount}`],
      [`pending/${account}`, amount],
    ]);
    enter(call, [entry]);
    const pending = { v: 1, credit: key.join('/'), account, currency, amount } as const;
    state.putSecret(msp, 'pendingCredit', `${account}/${pending.credit}`, pending);
    const status = take(call, 'credit.credit', 'credited', { from: credit.status, allowed: ['due'] });
    state.put('credit', key, { ...credit, status });
    return 'done';
  },

  postCredits(call) {
    const { account: number, operation, credits } = machineOf(call, 'postCredits');
    const { state, msp } = call;
    const earlier = state.secret(msp, 'operation', operation);
    if (earlier?.kind === 'posting') return 'repeated';
    must(earlier === null, 'OPERATION_EXISTS');
    const account = found(state.secret(msp, 'account', number), 'NO_ACCOUNT');
    const lines = credits.map((credit) => found(state.secret(msp, 'pendingCredit', `${number}/${credit}`)));
    for (const { credit } of lines) state.removeSecret(msp, 'pendingCredit', `${number}/${credit}`);
    const sum = total(lines).toString();
    saveAccount(call, { ...account, available: plus(account.available, sum) });
    const { currency } = account;
    journal(call, { operation, kind: 'posting', deal: null, payment: null, currency }, [
      [`pending/${number}`, `-${sum}`],
      [`available/${number}`, sum],
    ]);
    return 'done';
  },

  acceptParcel(call) {
    const { deal } = signedBy(call, 'acceptParcel');
    const shipment = agentsShipment(call, deal);
    must(call.state.row('phase', deal)?.status === 'paid', 'WRONG_STATE');
    mustBeHeldByKnown(call, deal);
    must(shipment.status === 'announced', 'WRONG_STATE');
    mine(call, shipment);
    const from = shipment.status;
    const status = take(call, 'shipment.acceptParcel', 'accepted', { from, allowed: ['announced'] });
    call.state.put('shipment', [deal], { ...shipment, status });
    return 'done';
  },

  deliver(call) {
    const { deal, h1 } = signedBy(call, 'deliver');
    const shipment = agentsShipment(call, deal);
    must(shipment.status === 'accepted', 'WRONG_STATE');
    must(
      !paymentsIn(call.state, deal).some(
        ({ id, status }) => status === 'voided' && isPlanned(call, deal, id),
      ),
      'WRONG_STATE',
    );
    must(sha256(Buffer.from(h1, 'hex')) === dealTerms(call, deal).recipientCodeHash, 'WRONG_CODE');
    mine(call, shipment);
    const from = shipment.status;
    const status = take(call, 'shipment.deliver', 'delivered', { from, allowed: ['accepted'] });
    call.state.put('shipment', [deal], { ...shipment, status, h1 });
    return 'done';
  },
};
