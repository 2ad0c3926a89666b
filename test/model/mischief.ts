// What goes wrong on purpose: the wrong moment, person, bank, sum or code; commands spoiled on the way; replays.
// It must not judge: the model says what each of them must be answered.
import type { Json } from '../../chaincode/protocol/canonical-json.js';
import type { Command, PersonAction } from '../../chaincode/protocol/commands.js';
import type { IntentBody } from '../../chaincode/protocol/intent.js';
import type { PaymentRow } from '../../chaincode/protocol/rows.js';
import { COURIER, MEMBERS } from '../support/member-access.js';
import { signatureOf, type Person } from '../support/people.js';
import { BANKS, machine, type Cast, type Wish } from './cast.js';
import { accepting, answering, captureOf, creditOf, givingBack, submission } from './deal-wishes.js';
import { aClient, listing, type Maker } from './desk-wishes.js';
import type { Draw } from './draw.js';
import type { Flaw } from './model-call.js';
import { confirming, must } from './opening.js';

const STEPS = ['markPaid', 'closePayments', 'expire', 'startInspection', 'complete'] as const;
const PAYMENT_STEPS = ['admitPayment', 'closeAdmission'] as const;

function aDeal(cast: Cast, draw: Draw): string {
  return cast.any('phase', draw)?.deal ?? draw.id('deal');
}

const onDeal: Maker = (cast, draw) => {
  const deal = draw.chance(95) ? aDeal(cast, draw) : draw.id('deal');
  return machine(null, draw.pick(STEPS), { deal }, deal);
};

const onPayment: Maker = (cast, draw) => {
  const payment = cast.any('payment', draw);
  const deal = draw.chance(95) ? (payment?.deal ?? aDeal(cast, draw)) : aDeal(cast, draw);
  return machine(null, draw.pick(PAYMENT_STEPS), { deal, payment: payment?.id ?? draw.id('payment') }, deal);
};

/** A bank's step about any payment, now and then by the other bank or with another refund key. */
const byBank: Maker = (cast, draw) => {
  const payment = cast.any('payment', draw);
  if (payment === null) return null;
  const made = bankStep(cast, payment, draw);
  const { command } = made.played;
  const altered = draw.chance(20) ? { ...command.params, refundKey: draw.key32() } : command.params;
  const hasKey = command.params?.['refundKey'] !== undefined;
  const played = { command: hasKey ? { ...command, params: altered ?? {} } : command, flaw: null };
  return { ...made, played, msp: draw.chance(15) ? draw.pick(MEMBERS) : made.msp };
};

function bankStep(cast: Cast, payment: PaymentRow, draw: Draw): Wish {
  switch (draw.below(5)) {
    case 0:
      return answering(cast, payment, draw.chance(50) ? 'yes' : 'no', draw);
    case 1:
      return captureOf(cast, payment, draw);
    case 2:
      return creditOf(cast, payment.deal, payment.id, draw.chance(50) ? 'seller' : 'commission', draw);
    case 3:
      return givingBack(cast, payment, draw);
    default:
      return machine(draw.pick(MEMBERS), 'recordDelivery', { deal: payment.deal }, payment.deal);
  }
}

/** A payment into any deal, with any sum. */
const payOddly: Maker = (cast, draw) => {
  const book = cast.deals.get(aDeal(cast, draw));
  if (book === undefined) return null;
  const price = cast.row('terms', book.id)?.terms.offerTerms.price ?? '1';
  const amount = draw.pick([price, '0', '1', String(BigInt(price) + 1n), String(BigInt(price) / 2n)]);
  const made = submission(cast, book, amount, draw);
  if (made === null) return null;
  const offset = draw.pick([0, 0, -3_001, 3_001, -20_000, -3_000, 3_000]);
  const currency = draw.chance(90) ? 'RUB' : 'USD';
  return resign(made, { params: { arrivedAt: cast.world.now + offset, currency } });
};

/** Acceptance by the buyer, at any time, or by somebody else. */
const acceptOddly: Maker = (cast, draw) => {
  const deal = cast.any('terms', draw)?.deal;
  if (deal === undefined) return null;
  const made = accepting(cast, deal, draw);
  const other = draw.chance(30) ? aClient(cast, draw) : null;
  return other === null ? made : resign(made, { person: other });
};

const courierOddly: Maker = (cast, draw) => {
  const deal = aDeal(cast, draw);
  const by = draw.chance(80) ? must(draw.pick(cast.agents)) : aClient(cast, draw);
  if (by === null) return null;
  const msp = draw.chance(85) ? COURIER : draw.pick(MEMBERS);
  const more = { id: draw.id('intent'), msp, topic: deal };
  if (draw.chance(40)) return cast.signed(by, 'acceptParcel', { deal }, more);
  return cast.signed(by, 'deliver', { deal, h1: draw.hex(64) }, more);
};

const moderateOddly: Maker = (cast, draw) => {
  const offer = cast.any('offer', draw);
  const by = draw.chance(50) ? aClient(cast, draw) : must(draw.pick(cast.moderators));
  if (offer === null || by === null) return null;
  const said = { verdict: 'approve' as const, commissionBasisPoints: 1_501, reasonHash: null };
  const params = { offer: offer.id, version: offer.version, ...said };
  return cast.signed(by, 'moderateOffer', params, { id: draw.id('intent'), topic: offer.id });
};

/** Somebody lists another's offer, or lists it at the wrong time. */
const listOddly: Maker = (cast, draw) => {
  const offer = cast.any('offer', draw);
  const made = offer === null ? null : listing(cast, offer, draw);
  const other = aClient(cast, draw);
  if (made === null || other === null || draw.chance(50)) return made;
  return resign(made, { person: other });
};

const openOddly: Maker = (cast, draw) => {
  const account = draw.pick(cast.accounts);
  if (account === undefined) return null;
  const { msp, bank, number, holder, currency } = account;
  const last = number.endsWith('0') ? '1' : '0';
  const wrong = draw.chance(50) ? number.slice(0, -1) + last : number;
  const by = must(cast.operators.get(draw.chance(70) ? msp : draw.pick(BANKS)));
  const params = { bank: draw.chance(80) ? bank : '99', account: wrong, holder, currency };
  return cast.signed(by, 'openAccount', params, { id: draw.id('intent'), msp, topic: number });
};

const confirmOddly: Maker = (cast, draw) => {
  const link = cast.any('link', draw);
  const account = draw.pick(cast.accounts);
  if (link === null || account === undefined) return null;
  return confirming(cast, link.id, account, draw);
};

const postOddly: Maker = (cast, draw) => {
  const msp = draw.pick(BANKS);
  const credit = cast.any('credit', draw);
  const account = draw.pick(cast.accounts)?.number;
  if (credit === null || account === undefined) return null;
  const name = [credit.deal, credit.payment, credit.payee].join('/');
  return machine(msp, 'postCredits', { account, operation: draw.id('operation'), credits: [name] }, account);
};

const registerOddly: Maker = (cast, draw) => {
  const person = cast.any('person', draw)?.id ?? draw.id('person');
  const wish = machine(null, 'registerPerson', { person }, person);
  return draw.chance(50) ? { ...wish, role: 'admin' } : wish;
};

export const ODDITIES: readonly [Maker, ...Maker[]] = [
  ...[onDeal, onDeal, onPayment, onPayment, byBank, byBank, byBank, payOddly, payOddly],
  ...[acceptOddly, courierOddly, moderateOddly, listOddly, openOddly, confirmOddly, postOddly],
  registerOddly,
] as const;

/** The same command with something else in it, signed again. */
export function resign(
  made: Wish,
  change: {
    readonly params?: { readonly [name: string]: Json };
    readonly person?: Person;
    readonly body?: Partial<IntentBody>;
  },
): Wish {
  const { intent } = made.played.command;
  const by = change.person ?? made.signer;
  if (intent === undefined || by === undefined) return made;
  const params = { ...intent.body.params, ...change.params };
  const body = { ...intent.body, person: by.id, params, ...change.body };
  const signed = { body, key: by.key, signature: signatureOf(body, by.privateKey) };
  return {
    ...made,
    played: { ...made.played, command: { ...made.played.command, intent: signed } },
    signer: by,
  };
}

/** Spoils a command on its way. */
export function spoiled(cast: Cast, made: Wish, draw: Draw): Wish {
  const { command } = made.played;
  if (command.intent === undefined || made.signer === undefined) return spoiledMachine(made, draw);
  const { now } = cast.world;
  const { body } = command.intent;
  switch (draw.below(8)) {
    case 0: // signed by somebody else with his own key
      return { ...resign(made, { person: cast.person('mallory', draw), body: { person: body.person } }) };
    case 1: // altered after signing
      return flawed(made, 'BAD_SIGNATURE', {
        ...command,
        intent: { ...command.intent, body: { ...body, expiresAt: body.expiresAt + 1 } },
      });
    case 2: // another key beside the signature
      return flawed(made, 'BAD_SIGNATURE', {
        ...command,
        intent: { ...command.intent, key: cast.person('mallory', draw).key },
      });
    case 3:
      return resign(made, { body: { expiresAt: now - 5_000 } });
    case 4:
      return resign(made, { body: { expiresAt: now + 26 * 3_600_000 } });
    case 5:
      return asFlawed(resign(made, { body: { channel: 'elsewhere' } }), 'BAD_INPUT');
    case 6:
      return asFlawed(resign(made, { params: malformed(body.action as PersonAction, draw) }), 'BAD_INPUT');
    default:
      return inTheWrongLane(made, draw);
  }
}

/** A member too many, or an amount that is none. */
function malformed(action: PersonAction, draw: Draw): { readonly [name: string]: Json } {
  const hasAmount = ['deposit', 'withdraw', 'submitPayment'].includes(action);
  if (!hasAmount) return { surplus: 'x' };
  return { amount: draw.pick(['-1', '+5', '01', '1e3', '1.00', '', '1000000000000000000', ' 1']) };
}

/** Where a command names an operation id that must be made for it. */
const BOUND_IDS: { readonly [action: string]: string } = {
  answerPayment: 'holdOperation',
  capture: 'operation',
  credit: 'operation',
  voidPayment: 'operation',
};

function spoiledMachine(made: Wish, draw: Draw): Wish {
  const { command } = made.played;
  if (draw.chance(50)) return inTheWrongLane(made, draw);
  const name = BOUND_IDS[command.action];
  if (name !== undefined && draw.chance(50)) {
    const params = { ...command.params, [name]: draw.operation('hold', draw.id('deal'), draw.id('payment')) };
    return flawed(made, 'BAD_INPUT', { ...command, params });
  }
  return flawed(made, 'BAD_INPUT', { ...command, params: { ...command.params, surplus: 1 } });
}

function inTheWrongLane(made: Wish, draw: Draw): Wish {
  return asFlawed({ ...made, msp: made.msp === null ? draw.pick(MEMBERS) : null }, 'WRONG_LANE');
}

function flawed(made: Wish, flaw: Flaw, command: Command): Wish {
  return { ...made, played: { command, flaw } };
}

function asFlawed(made: Wish, flaw: Flaw): Wish {
  return { ...made, played: { ...made.played, flaw } };
}
