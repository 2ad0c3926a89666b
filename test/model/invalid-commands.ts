// What goes wrong on purpose: the wrong moment, person, bank, sum or code; commands spoiled on the way; replays.
// It must not judge: the model says what each of them must be answered.
import type { Json } from '../../chaincode/protocol/canonical-json.js';
import type { Command, PersonAction } from '../../chaincode/protocol/commands.js';
import type { IntentBody } from '../../chaincode/protocol/intent.js';
import type { PaymentRow } from '../../chaincode/protocol/payment.js';
import { COURIER, MEMBERS } from '../support/member-access.js';
import { signedBy, type Person } from '../support/people.js';
import { BANKS, machine, type Cast, type GeneratedCommand } from './cast.js';
import { accepting, answering, captureOf, creditOf, givingBack, recording } from './deal-commands.js';
import { aClient, listing, type Generator } from './registry-commands.js';
import type { Random } from './random.js';
import type { Flaw } from './model-command.js';
import { confirming, must } from './opening.js';
import { submission } from './payer-commands.js';

const STEPS = ['markPaid', 'closePayments', 'expire', 'startInspection', 'complete'] as const;
const PAYMENT_STEPS = ['admitPayment', 'closeAdmission'] as const;

function aDeal(cast: Cast, random: Random): string {
  return cast.any('phase', random)?.deal ?? random.id('deal');
}

const onDeal: Generator = (cast, random) => {
  const deal = random.chance(95) ? aDeal(cast, random) : random.id('deal');
  return machine(null, random.pick(STEPS), { deal }, deal);
};

const onPayment: Generator = (cast, random) => {
  const payment = cast.any('payment', random);
  const deal = random.chance(95) ? (payment?.deal ?? aDeal(cast, random)) : aDeal(cast, random);
  return machine(
    null,
    random.pick(PAYMENT_STEPS),
    { deal, payment: payment?.id ?? random.id('payment') },
    deal,
  );
};

/** A bank's step about any payment, now and then by the other bank or with another refund key. */
const byBank: Generator = (cast, random) => {
  const payment = cast.any('payment', random);
  if (payment === null) return null;
  const made = bankStep(cast, payment, random);
  const { command } = made.played;
  const altered = random.chance(20) ? { ...command.params, refundKey: random.key32() } : command.params;
  const hasKey = command.params?.['refundKey'] !== undefined;
  const played = { command: hasKey ? { ...command, params: altered ?? {} } : command, flaw: null };
  return { ...made, played, msp: random.chance(15) ? random.pick(MEMBERS) : made.msp };
};

function bankStep(cast: Cast, payment: PaymentRow, random: Random): GeneratedCommand {
  switch (random.below(5)) {
    case 0:
      return answering(cast, payment, random.chance(50) ? 'yes' : 'no', random);
    case 1:
      return captureOf(cast, payment, random);
    case 2:
      return creditOf(cast, payment.deal, payment.id, random.chance(50) ? 'seller' : 'marketplace', random);
    case 3:
      return givingBack(cast, payment, random);
    default:
      return recording(cast, random.pick(MEMBERS), payment.deal, random);
  }
}

/** A payment into any deal, with any sum. */
const payOddly: Generator = (cast, random) => {
  const book = cast.deals.get(aDeal(cast, random));
  if (book === undefined) return null;
  const price = cast.row('terms', book.id)?.terms.offerTerms.price ?? '1';
  const amount = random.pick([price, '0', '1', String(BigInt(price) + 1n), String(BigInt(price) / 2n)]);
  const buyer = cast.row('terms', book.id)?.terms.buyer ?? '';
  const link = random.chance(70)
    ? random.pick(cast.linksOf(buyer, 'RUB'))
    : cast.fitting('link', random, ({ status, person }) => status === 'active' && cast.people.has(person));
  const made = link == null ? null : submission(cast, book, { link, amount, invitation: null }, random);
  if (made === null) return null;
  const offset = random.pick([0, 0, -3_001, 3_001, -20_000, -3_000, 3_000]);
  const currency = random.chance(90) ? 'RUB' : 'USD';
  return resign(made, { params: { arrivedAt: cast.consortium.now + offset, currency } });
};

/** Acceptance by the buyer, at any time, or by somebody else. */
const acceptOddly: Generator = (cast, random) => {
  const deal = cast.any('terms', random)?.deal;
  if (deal === undefined) return null;
  const made = accepting(cast, deal, random);
  const other = random.chance(30) ? aClient(cast, random) : null;
  return other === null ? made : resign(made, { person: other });
};

const courierOddly: Generator = (cast, random) => {
  const deal = aDeal(cast, random);
  const by = random.chance(80) ? must(random.pick(cast.agents)) : aClient(cast, random);
  if (by === null) return null;
  const msp = random.chance(85) ? COURIER : random.pick(MEMBERS);
  const more = { id: random.id('intent'), msp, topic: deal };
  if (random.chance(40)) return cast.signed(by, 'acceptParcel', { deal }, more);
  return cast.signed(by, 'deliver', { deal, h1: random.hex(64) }, more);
};

const moderateOddly: Generator = (cast, random) => {
  const offer = cast.any('offer', random);
  const by = random.chance(50) ? aClient(cast, random) : must(random.pick(cast.moderators));
  if (offer === null || by === null) return null;
  const said = {
    verdict: 'approve' as const,
    commissionBasisPoints: 1_501,
    sharesNonce: random.key32(),
    reasonHash: null,
  };
  const params = { offer: offer.id, version: offer.version, ...said };
  return cast.signed(by, 'moderateOffer', params, { id: random.id('intent'), topic: offer.id });
};

/** Somebody lists another's offer, or lists it at the wrong time. */
const listOddly: Generator = (cast, random) => {
  const offer = cast.any('offer', random);
  const made = offer === null ? null : listing(cast, offer, random);
  const other = aClient(cast, random);
  if (made === null || other === null || random.chance(50)) return made;
  return resign(made, { person: other });
};

const openOddly: Generator = (cast, random) => {
  const account = random.pick(cast.accounts);
  if (account === undefined) return null;
  const { msp, bank, number, holder, currency } = account;
  const last = number.endsWith('0') ? '1' : '0';
  const wrong = random.chance(50) ? number.slice(0, -1) + last : number;
  const by = must(cast.operators.get(random.chance(70) ? msp : random.pick(BANKS)));
  const params = { bank: random.chance(80) ? bank : '99', account: wrong, holder, currency };
  return cast.signed(by, 'openAccount', params, { id: random.id('intent'), msp, topic: number });
};

const confirmOddly: Generator = (cast, random) => {
  const link = cast.any('link', random);
  const account = random.pick(cast.accounts);
  if (link === null || account === undefined) return null;
  return confirming(cast, link.id, account, random);
};

const postOddly: Generator = (cast, random) => {
  const msp = random.pick(BANKS);
  const credit = cast.any('credit', random);
  const account = random.pick(cast.accounts)?.number;
  if (credit === null || account === undefined) return null;
  const name = [credit.deal, credit.payment, credit.payee].join('/');
  return machine(
    msp,
    'postCredits',
    { account, operation: random.id('operation'), credits: [name] },
    account,
  );
};

const registerOddly: Generator = (cast, random) => {
  const person = cast.any('person', random)?.id ?? random.id('person');
  const command = machine(null, 'registerPerson', { person }, person);
  return random.chance(50) ? { ...command, role: 'admin' } : command;
};

export const INVALID_COMMANDS: readonly [Generator, ...Generator[]] = [
  ...[onDeal, onDeal, onPayment, onPayment, byBank, byBank, byBank, payOddly, payOddly],
  ...[acceptOddly, courierOddly, moderateOddly, listOddly, openOddly, confirmOddly, postOddly],
  registerOddly,
] as const;

/** The same command with something else in it, signed again. */
export function resign(
  made: GeneratedCommand,
  change: {
    readonly params?: { readonly [name: string]: Json };
    readonly person?: Person;
    readonly body?: Partial<IntentBody>;
  },
): GeneratedCommand {
  const { intent } = made.played.command;
  const by = change.person ?? made.signer;
  if (intent === undefined || by === undefined) return made;
  const params = { ...intent.body.params, ...change.params };
  const body = { ...intent.body, person: by.id, params, ...change.body };
  const signed = signedBy(by, body);
  return {
    ...made,
    played: { ...made.played, command: { ...made.played.command, intent: signed } },
    signer: by,
  };
}

/** Spoils a command on its way. */
export function spoiled(cast: Cast, made: GeneratedCommand, random: Random): GeneratedCommand {
  const { command } = made.played;
  if (command.intent === undefined || made.signer === undefined) return spoiledMachine(made, random);
  const { now } = cast.consortium;
  const { body } = command.intent;
  switch (random.below(8)) {
    case 0: // signed by somebody else with his own key
      return { ...resign(made, { person: cast.person('mallory', random), body: { person: body.person } }) };
    case 1: {
      const altered = { body: { ...body, expiresAt: body.expiresAt + 1 } }; // after signing
      const rekeyed = { key: cast.person('mallory', random).key };
      const intent = { ...command.intent, ...random.pick([altered, rekeyed]) };
      return flawed(made, 'BAD_SIGNATURE', { ...command, intent });
    }
    case 2:
      return resign(made, { body: { expiresAt: now - 5_000 } });
    case 3:
      return resign(made, { body: { expiresAt: now + 26 * 3_600_000 } });
    case 4: // somebody uses the id for himself
      return resign(made, { person: cast.person('mallory', random) });
    case 5:
      return asFlawed(resign(made, { body: { channel: 'elsewhere' } }), 'BAD_INPUT');
    case 6:
      return asFlawed(resign(made, { params: malformed(body.action as PersonAction, random) }), 'BAD_INPUT');
    default:
      return inTheWrongLane(made, random);
  }
}

/** A member too many, or an amount that is none. */
function malformed(action: PersonAction, random: Random): { readonly [name: string]: Json } {
  const hasAmount = ['deposit', 'withdraw', 'submitPayment'].includes(action);
  if (!hasAmount) return { surplus: 'x' };
  return { amount: random.pick(['-1', '+5', '01', '1e3', '1.00', '', '1000000000000000000', ' 1']) };
}

/** Where a command names an operation id that must be made for it. */
const BOUND_IDS: { readonly [action: string]: string } = {
  answerPayment: 'holdOperation',
  capture: 'operation',
  credit: 'operation',
  voidPayment: 'operation',
};

function spoiledMachine(made: GeneratedCommand, random: Random): GeneratedCommand {
  const { command } = made.played;
  if (random.chance(50)) return inTheWrongLane(made, random);
  const name = BOUND_IDS[command.action];
  if (name !== undefined && random.chance(50)) {
    const params = {
      ...command.params,
      [name]: random.operation('hold', random.id('deal'), random.id('payment')),
    };
    return flawed(made, 'BAD_INPUT', { ...command, params });
  }
  return flawed(made, 'BAD_INPUT', { ...command, params: { ...command.params, surplus: 1 } });
}

function inTheWrongLane(made: GeneratedCommand, random: Random): GeneratedCommand {
  return asFlawed({ ...made, msp: made.msp === null ? random.pick(MEMBERS) : null }, 'WRONG_LANE');
}

function flawed(made: GeneratedCommand, flaw: Flaw, command: Command): GeneratedCommand {
  return { ...made, played: { command, flaw } };
}

function asFlawed(made: GeneratedCommand, flaw: Flaw): GeneratedCommand {
  return { ...made, played: { ...made.played, flaw } };
}
