// One command of each action whose form is right, and which fits no row of the ledger.
import type { Json } from '../../chaincode/protocol/canonical-json.js';
import type { IntentParams, MachineParams } from '../../chaincode/protocol/commands.js';
import type { AgreedSettings } from '../../chaincode/protocol/member.js';
import { newOperation, type Person } from '../support/people.js';
import { workedOffer } from '../support/test-consortium.js';

const ID = 'row_0123456789abcdef';
const HASH = '0'.repeat(64);
const KEY32 = 'A'.repeat(43);
/** Seventeen digits. */
const ACCOUNT = '10000000000000000';
const RANGE = { least: 1, most: 1, usual: 1 };
const SETTINGS: AgreedSettings = {
  members: [
    { msp: 'MarketplaceMSP', kind: 'marketplace' },
    { msp: 'BankAMSP', kind: 'bank' },
  ],
  commissionCapBasisPoints: 1,
  minimumPartBasisPoints: 1,
  windowMs: 1,
  slackMs: 1,
  payTimeMs: RANGE,
  answerTimeMs: RANGE,
  inspectionTimeMs: RANGE,
  shipTimeMs: RANGE,
  deliverTimeMs: RANGE,
  stepTimeMs: 1,
  creditTimeMs: 1,
  longStopMs: 1,
  changeDelayMs: 1,
};
const movement = { bank: '10', account: ACCOUNT, amount: '1', currency: 'RUB' };
const payout = (kind: 'capture' | 'void') => {
  const operation = newOperation({ kind, deal: ID, payment: ID });
  return { deal: ID, payment: ID, operation, refundKey: KEY32 };
};

export function personTemplates(person: Person): IntentParams {
  return {
    registerBank: { bank: '30', owner: 'BankCMSP', name: 'Bank', bic: 'BK30RUMM' },
    registerPerson: {},
    confirmPerson: { person: ID, key: person.key, roles: ['client', 'operator'] },
    publishBank: {
      bank: '10',
      tariff: { usualBasisPoints: 1, toBank: { '20': 2 } },
      sealingKey: KEY32,
      debitCaps: { RUB: '1' },
    },
    openAccount: { bank: '10', account: ACCOUNT, holder: 'holder', currency: 'RUB' },
    deposit: movement,
    withdraw: movement,
    askLink: { bank: '10', currency: 'RUB', keyThumbprint: HASH },
    confirmLink: { link: ID, account: ACCOUNT, codeHash: HASH },
    setCommission: { commissionBasisPoints: 1 },
    setCommissionAccount: { link: ID },
    proposeParameters: { replaces: 1, settings: SETTINGS },
    acceptParameters: { number: 1, settings: HASH },
    withdrawParameters: { number: 1 },
    draftOffer: workedOffer(),
    editOffer: { offer: ID, ...workedOffer() },
    moderateOffer: {
      offer: ID,
      version: 1,
      verdict: 'reject',
      commissionBasisPoints: 1,
      sharesNonce: KEY32,
      reasonHash: HASH,
    },
    listOffer: { offer: ID, termsHash: HASH, net: '1', link: ID },
    buy: { offer: ID, termsHash: HASH, recipientCodeHash: HASH, link: ID, boughtAt: 1 },
    invitePayer: { deal: ID, termsHash: HASH, invitationKey: person.key, most: '1', until: 1 },
    acceptInvitation: {
      deal: ID,
      invitation: ID,
      keyThumbprint: HASH,
      invitationSignature: 'A'.repeat(86),
    },
    withdrawInvitation: { deal: ID, invitation: ID },
    submitPayment: {
      deal: ID,
      termsHash: HASH,
      amount: '1',
      fee: '1',
      currency: 'RUB',
      link: ID,
      arrivedAt: 1,
      invitation: ID,
    },
    acceptParcel: { deal: ID },
    deliver: { deal: ID, h1: HASH },
    acceptGoods: { deal: ID, termsHash: HASH },
    cancelDeal: { deal: ID, termsHash: HASH },
    concedeDeal: { deal: ID, termsHash: HASH },
  };
}

export function machineTemplates(person: Person): MachineParams {
  return {
    setParameters: { ...SETTINGS, commissionBasisPoints: 1 },
    applyParameters: { number: 1 },
    registerPerson: { person: ID },
    confirmPerson: { person: ID, key: person.key, roles: ['administrator'] },
    confirmClient: {
      person: ID,
      claim: person.sign('registerPerson', {}, { channel: 'escrow', now: 0, id: ID }),
    },
    setSecret: { secret: KEY32 },
    trustBanks: { banks: [{ bank: '10', msp: 'BankAMSP' }] },
    deposit: { operation: ID },
    withdraw: { operation: ID },
    confirmLink: { holder: 'holder', expectedCodeHash: HASH },
    admitPayment: { deal: ID, payment: ID },
    closeAdmission: { deal: ID, payment: ID },
    answerPayment: {
      deal: ID,
      payment: ID,
      verdict: 'no',
      codeBinding: HASH,
      reason: 'CODE',
      holdOperation: newOperation({ kind: 'hold', deal: ID, payment: ID }),
      voidOperation: newOperation({ kind: 'void', deal: ID, payment: ID }),
      refundKey: KEY32,
    },
    markPaid: { deal: ID },
    startInspection: { deal: ID },
    recordDeal: { deal: ID, payments: [ID], acceptance: null, concession: null },
    decideDeal: { deal: ID, outcome: 'unshipped' },
    capture: payout('capture'),
    credit: {
      deal: ID,
      payment: ID,
      payee: 'seller',
      operation: newOperation({ kind: 'credit', deal: ID, payment: ID, payee: 'seller' }),
    },
    postCredits: { account: ACCOUNT, operation: ID, credits: ['deal/payment/seller'] },
    complete: { deal: ID },
    closePayments: { deal: ID },
    expire: { deal: ID },
    voidPayment: payout('void'),
  };
}

/** Commands as JSON, one for each form that an action has; signed by that person where a person gives them. */
export function commandTemplates(
  person: Person,
  channel: string,
  now: number,
): { readonly [name: string]: Json } {
  const persons = personTemplates(person);
  const machines = machineTemplates(person);
  const beside = ['deposit', 'withdraw', 'confirmLink'] as const;
  const signed = (action: keyof IntentParams) => person.sign(action, persons[action], { channel, now });
  const commands: { [name: string]: unknown } = {};
  for (const action of Object.keys(persons) as (keyof IntentParams)[]) {
    const params = beside.find((name) => name === action);
    commands[`${action} by a person`] = {
      action,
      intent: signed(action),
      ...(params === undefined ? {} : { params: machines[params] }),
    };
  }
  for (const action of Object.keys(machines) as (keyof MachineParams)[]) {
    if (beside.some((name) => name === action)) continue;
    commands[`${action} by a machine`] = { action, params: machines[action] };
  }
  return commands as { readonly [name: string]: Json }; // commands are JSON
}
