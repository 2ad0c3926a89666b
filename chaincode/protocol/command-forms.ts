// Duty: the strict form of every command's parameters and of a signed intent.
// Must not: look at the ledger; a well-formed command may still be refused.
import { isAccountNumberForm } from './account-number.js';
import type { IntentParams, MachineAction, MachineParams, OfferContent, PersonAction } from './commands.js';
import { isP256Key, type DetachedSignature, type Intent, type IntentBody } from './intent.js';
import { isDealOperationId, isOperationIdOf, type DealOperation } from './operation-id.js';
import {
  badInput,
  dictionary,
  distinct,
  exactly,
  integer,
  list,
  membersOf,
  oneOf,
  orNull,
  text,
  words,
  type Parser,
} from './parse.js';
import type { Range, Tariff } from './rows.js';

const INSTANT_LIMIT = 8_640_000_000_000_000;
const WHOLE_BASIS_POINTS = 10_000;
/** Ten years in milliseconds: no time span of a parameter or an offer is longer. */
const SPAN_LIMIT_MS = 315_360_000_000;
const STOCK_LIMIT = 1_000_000_000;
const MEMBERS_LIMIT = 200;
const BANKS_LIMIT = 100;
const FOLDED_LIMIT = 200;

export const id = text(/^[a-z]{1,24}_[0-9a-z]{8,64}$/, 'an id such as deal_0123456789abcdef');
const bank = text(/^[0-9]{2}$/, 'two digits');
const msp = text(/^[A-Za-z0-9][A-Za-z0-9.-]{0,63}$/, 'an MSP id');
const hash = text(/^[0-9a-f]{64}$/, '64 lower-case hexadecimal digits');
const key32 = text(/^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$/, '32 bytes in base64url');
const currency = text(/^[A-Z]{3}$/, 'an ISO 4217 currency');
const amount = text(/^(0|[1-9][0-9]{0,17})$/, 'integer minor units as text');
const positiveAmount = text(/^[1-9][0-9]{0,17}$/, 'positive integer minor units as text');
const instant = integer(0, INSTANT_LIMIT);
const span = integer(0, SPAN_LIMIT_MS);
const basisPoints = integer(0, WHOLE_BASIS_POINTS);
const reason = text(/^[A-Z][A-Z_]{0,39}$/, 'a code');
/** The bank's word for a customer, as its core knows him. */
const holder = text(/^[A-Za-z0-9_.-]{1,64}$/, '1 to 64 letters, digits, dots, dashes, underscores');
const nothing = exactly<Record<string, never>>({});

const account: Parser<string> = (value, at) => {
  if (typeof value === 'string' && isAccountNumberForm(value)) return value;
  throw badInput(at, 'something else', 'two digits, ten hexadecimal digits, two digits');
};
const publicKey: Parser<string> = (value, at) => {
  if (typeof value === 'string' && isP256Key(value)) return value;
  throw badInput(at, 'something else', 'P-256 SubjectPublicKeyInfo DER in base64url');
};

const role = oneOf(['client', 'administrator', 'moderator', 'operator', 'agent']);
const roles = distinct(role, { least: 1, most: 5 });
const tariff = exactly<Tariff>({
  usualBasisPoints: basisPoints,
  toBank: dictionary(/^[0-9]{2}$/, basisPoints, BANKS_LIMIT),
});
const confirmPerson = exactly<IntentParams['confirmPerson']>({ person: id, key: publicKey, roles });
const movement = exactly<IntentParams['deposit']>({ bank, account, amount: positiveAmount, currency });

const offerContent = {
  contentHash: hash,
  price: positiveAmount,
  currency,
  stock: integer(1, STOCK_LIMIT),
  courier: msp,
  payTimeMs: span,
  answerTimeMs: span,
  inspectionTimeMs: span,
} as const satisfies { readonly [K in keyof OfferContent]: Parser<OfferContent[K]> };

/** Parameters that a person signs. */
export const PERSON_FORMS: { readonly [A in PersonAction]: Parser<IntentParams[A]> } = {
  registerBank: exactly({ bank, owner: msp, name: words(100), bic: text(/^[0-9A-Z]{8,11}$/, 'a BIC') }),
  registerPerson: nothing,
  confirmPerson,
  publishBank: exactly({ bank, tariff, sealingKey: key32, debitCap: orNull(amount) }),
  openAccount: exactly({ bank, account, holder, currency }),
  deposit: movement,
  withdraw: movement,
  askLink: exactly({ bank, currency, keyThumbprint: hash }),
  confirmLink: exactly({ link: id, account, codeHash: hash }),
  setCommissionAccount: exactly({ link: id }),
  draftOffer: exactly<OfferContent>(offerContent),
  editOffer: exactly<IntentParams['editOffer']>({ offer: id, ...offerContent }),
  moderateOffer: exactly<IntentParams['moderateOffer']>({
    offer: id,
    version: integer(1, Number.MAX_SAFE_INTEGER),
    verdict: oneOf(['approve', 'reject']),
    commissionBasisPoints: orNull(basisPoints),
    reasonHash: orNull(hash),
  }),
  listOffer: exactly({ offer: id, termsHash: hash, net: amount, link: id }),
  buy: exactly({ offer: id, termsHash: hash, recipientCodeHash: hash, link: id, boughtAt: instant }),
  submitPayment: exactly({
    deal: id,
    termsHash: hash,
    amount,
    fee: amount,
    currency,
    link: id,
    arrivedAt: instant,
  }),
  acceptParcel: exactly({ deal: id }),
  deliver: exactly({ deal: id, h1: hash }),
  acceptGoods: exactly({ deal: id, termsHash: hash }),
};

const inOrder: Parser<Range> = (value, at) => {
  const range = exactly<Range>({ least: span, most: span, usual: span })(value, at);
  if (range.least <= range.usual && range.usual <= range.most) return range;
  throw badInput(at, 'values out of order', 'least ≤ usual ≤ most');
};
const deal = exactly({ deal: id });
const dealPayment = exactly({ deal: id, payment: id });
const otherOperation: Parser<string> = (value, at) => {
  const found = id(value, at);
  if (!isDealOperationId(found)) return found;
  throw badInput(at, "the id of a deal's operation", 'an id with another prefix');
};
const operation = exactly({ operation: otherOperation });

type OperationParam = readonly [name: string, id: string, of: DealOperation];

/** A form whose operation ids are made for what they are used for, so that each is used once (rule 29). */
function withOperations<P>(
  form: Parser<P>,
  operationsOf: (params: P) => readonly OperationParam[],
): Parser<P> {
  return (value, at) => {
    const params = form(value, at);
    for (const [name, id, of] of operationsOf(params)) {
      if (isOperationIdOf(of, id)) continue;
      throw badInput(`${at}.${name}`, 'an id made for something else', `an id of this ${of.kind}`);
    }
    return params;
  };
}

const payout = (kind: 'capture' | 'void'): Parser<MachineParams['capture']> =>
  withOperations(
    exactly<MachineParams['capture']>({ deal: id, payment: id, operation: id, refundKey: key32 }),
    ({ operation, deal, payment }) => [['operation', operation, { kind, deal, payment }]],
  );

/** Parameters that a machine gives, alone or beside an intent. */
export const MACHINE_FORMS: { readonly [A in MachineAction]: Parser<MachineParams[A]> } = {
  setParameters: exactly<MachineParams['setParameters']>({
    members: list(exactly({ msp, kind: oneOf(['marketplace', 'bank', 'courier']) }), {
      least: 2,
      most: MEMBERS_LIMIT,
    }),
    commissionBasisPoints: basisPoints,
    commissionCapBasisPoints: basisPoints,
    minimumPartBasisPoints: basisPoints,
    windowMs: span,
    slackMs: span,
    payTimeMs: inOrder,
    answerTimeMs: inOrder,
    inspectionTimeMs: inOrder,
    longStopMs: span,
  }),
  registerPerson: exactly({ person: id }),
  confirmPerson,
  setSecret: exactly({ secret: key32 }),
  trustBanks: exactly({
    banks: list(exactly({ bank, msp, debitCap: orNull(amount) }), { least: 1, most: BANKS_LIMIT }),
  }),
  deposit: operation,
  withdraw: operation,
  confirmLink: exactly({ holder, expectedCodeHash: hash }),
  admitPayment: dealPayment,
  closeAdmission: dealPayment,
  answerPayment: withOperations(
    exactly<MachineParams['answerPayment']>({
      deal: id,
      payment: id,
      verdict: oneOf(['yes', 'no']),
      codeBinding: hash,
      reason: orNull(reason),
      holdOperation: id,
      voidOperation: id,
      refundKey: key32,
    }),
    ({ deal, payment, holdOperation, voidOperation }) => [
      ['holdOperation', holdOperation, { kind: 'hold', deal, payment }],
      ['voidOperation', voidOperation, { kind: 'void', deal, payment }],
    ],
  ),
  markPaid: deal,
  startInspection: deal,
  recordDelivery: deal,
  capture: payout('capture'),
  credit: withOperations(
    exactly<MachineParams['credit']>({
      deal: id,
      payment: id,
      payee: oneOf(['seller', 'commission']),
      operation: id,
    }),
    ({ operation, deal, payment, payee }) => [
      ['operation', operation, { kind: 'credit', deal, payment, payee }],
    ],
  ),
  postCredits: exactly({
    account,
    operation: otherOperation,
    credits: distinct(text(/^[a-z_0-9/]{1,250}$/, 'deal/payment/payee'), { least: 1, most: FOLDED_LIMIT }),
  }),
  complete: deal,
  closePayments: deal,
  expire: deal,
  voidPayment: payout('void'),
};

const SIGNATURE = text(/^[A-Za-z0-9_-]{86}$/, '64 bytes in base64url');
const CHANNEL = text(/^[a-z][a-z0-9.-]{0,248}$/, 'a channel name');
const ACTION = text(/^[a-zA-Z]{1,40}$/, 'an action');

/** What rows keep of an intent. */
export const detachedForm: Parser<DetachedSignature> = (value, at) => {
  const { expiresAt, key, signature } = membersOf(value, at);
  return {
    expiresAt: instant(expiresAt ?? null, `${at}.expiresAt`),
    key: publicKey(key ?? null, `${at}.key`),
    signature: SIGNATURE(signature ?? null, `${at}.signature`),
  };
};

/** The outline of an intent; its parameters are parsed by the form of its action. */
export const intentForm: Parser<Intent> = exactly<Intent>({
  body: exactly<IntentBody>({
    version: (value, at) => {
      if (value === 1) return 1;
      throw badInput(at, 'another version', '1');
    },
    channel: CHANNEL,
    id,
    person: id,
    action: ACTION,
    params: membersOf,
    expiresAt: instant,
  }),
  key: publicKey,
  signature: SIGNATURE,
});
