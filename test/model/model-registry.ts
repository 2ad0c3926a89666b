// The model's rules for secrets, banks, people, links and accounts.
// It must not import the product's rules.
import type { PersonRow } from '../../chaincode/protocol/member.js';
import {
  create,
  found,
  intentOf,
  machineOf,
  mine,
  minus,
  must,
  parametersOf,
  plus,
  signedBy,
  signer,
  sortedJson,
  take,
  thumbprint,
  type ModelCommand,
  type Rules,
} from './model-command.js';
import { journal } from './model-books.js';

const ROLES: { readonly [kind: string]: readonly string[] } = {
  marketplace: ['client', 'administrator', 'moderator'],
  bank: ['client', 'administrator', 'operator'],
  courier: ['client', 'administrator', 'agent'],
};

function kindOf(call: ModelCommand, msp: string): string {
  const member = parametersOf(call).members.find((candidate) => candidate.msp === msp);
  return found(member, 'WRONG_ORGANISATION').kind;
}

export function mustBe(call: ModelCommand, msp: string, kind: string): void {
  must(kindOf(call, msp) === kind, 'WRONG_ORGANISATION');
}

/** Digits after letters became two digits each: a number is right if it leaves 1 by 97 (ISO 7064). */
function isAccountOf(bank: string, account: string): boolean {
  const digits = account.replace(/[a-f]/g, (letter) => String(letter.charCodeAt(0) - 87));
  return account.startsWith(bank) && BigInt(digits) % 97n === 1n;
}

/** Letters and digits that look alike at a glance, after the one that stands for them. */
const SAME_LOOK = ['lLiI1іІ', 'oO0оО', 'sSѕЅ', 'bBвВьЬъЪ', 'aAаА', 'hHнН', 'kKкК', 'nNпП'];
const ONE_FORM = [...SAME_LOOK, ...['Bб6Б', 'Zз3З', 'Hч4Ч']];

/** Of names in these letters and digits; spaces do not count. */
function lookOf(name: string): string {
  return [...name.replaceAll(' ', '')]
    .map((letter) => ONE_FORM.find((letters) => letters.includes(letter))?.charAt(0) ?? letter)
    .join('');
}

function operator(call: ModelCommand, bank: string): void {
  signer(call, 'operator', call.msp);
  mine(call, found(call.state.row('bank', bank)));
}

function move(call: ModelCommand, action: 'deposit' | 'withdraw'): 'done' {
  const { bank, account, amount, currency } = signedBy(call, action);
  const { operation } = machineOf(call, action);
  const { state, msp } = call;
  operator(call, bank);
  const row = found(state.secret(msp, 'account', account), 'NO_ACCOUNT');
  must(row.currency === currency, 'CURRENCY');
  const incoming = action === 'deposit';
  must(state.secret(msp, 'operation', operation) === null, 'OPERATION_EXISTS');
  must(incoming || BigInt(row.available) >= BigInt(amount), 'FUNDS');
  const available = incoming ? plus(row.available, amount) : minus(row.available, amount);
  state.putSecret(msp, 'account', account, { ...row, available });
  const lines: [string, string][] = incoming
    ? [
        ['cash', `-${amount}`],
        [`available/${account}`, amount],
      ]
    : [
        [`available/${account}`, `-${amount}`],
        ['cash', amount],
      ];
  const kind = incoming ? 'deposit' : 'withdrawal';
  journal(call, { operation, kind, currency, deal: null, payment: null }, lines);
  return 'done';
}

export const REGISTRY_RULES: Rules = {
  setSecret(call) {
    const { secret } = machineOf(call, 'setSecret');
    const before = call.state.secret(call.msp, 'secret', '');
    if (before?.secret === secret) return 'repeated';
    must(before === null, 'SECRET_SET');
    call.state.putSecret(call.msp, 'secret', '', { v: 1, secret });
    return 'done';
  },

  trustBanks(call) {
    const { banks } = machineOf(call, 'trustBanks');
    const row = { v: 1 as const, banks };
    const before = call.state.secret(call.msp, 'correspondents', '');
    if (before !== null && sortedJson(before) === sortedJson(row)) return 'repeated';
    call.state.putSecret(call.msp, 'correspondents', '', row);
    return 'done';
  },

  registerBank(call) {
    const { bank, owner, name, bic } = signedBy(call, 'registerBank');
    signer(call, 'administrator', parametersOf(call).marketplace);
    must(call.state.row('bank', bank) === null, 'EXISTS');
    const skeleton = lookOf(name);
    must(call.state.row('bankName', skeleton) === null, 'NAME_TAKEN');
    mustBe(call, owner, 'bank');
    const status = create(call, 'bank.registerBank', 'new');
    const unpublished = {
      tariff: null,
      previousTariff: null,
      tariffSince: 0,
      sealingKey: null,
      debitCaps: {},
    };
    call.state.put('bankName', [skeleton], { v: 1, skeleton, bank });
    call.state.put('bank', [bank], { v: 1, id: bank, owner, status, name, bic, ...unpublished });
    return 'done';
  },

  publishBank(call) {
    const { bank: id, tariff, sealingKey, debitCaps } = signedBy(call, 'publishBank');
    signer(call, 'operator', call.msp);
    const bank = found(call.state.row('bank', id));
    mine(call, bank);
    const from = bank.status;
    const status = take(call, 'bank.publishBank', 'active', { from, allowed: ['new', 'active'] });
    const previousTariff = bank.tariff;
    const published = { tariff, previousTariff, tariffSince: call.now, sealingKey, debitCaps };
    call.state.put('bank', [id], { ...bank, status, ...published });
    return 'done';
  },

  registerPerson(call) {
    const { command, state, msp } = call;
    let id: string;
    let owner = msp;
    if (command.intent === undefined) {
      must(call.role === 'admin' || call.role === 'registrar', 'WRONG_ROLE');
      id = machineOf(call, 'registerPerson').person;
    } else {
      id = command.intent.body.id;
      owner = signer(call, 'administrator', null).owner;
    }
    must(state.row('person', id) === null, 'EXISTS');
    const status = create(call, 'person.registerPerson', 'new');
    state.put('person', [id], { v: 1, id, owner, status, key: null, roles: [] });
    return 'done';
  },

  confirmPerson(call) {
    const signed = call.command.intent !== undefined;
    const {
      person: id,
      key,
      roles,
    } = signed ? signedBy(call, 'confirmPerson') : machineOf(call, 'confirmPerson');
    if (signed) signer(call, 'administrator', call.msp);
    else must(call.role === 'admin' && roles.every((role) => role === 'administrator'), 'WRONG_ROLE');
    const person: PersonRow = found(call.state.row('person', id));
    const allowed = ROLES[kindOf(call, person.owner)] ?? [];
    must(
      roles.every((role) => allowed.includes(role)),
      'WRONG_ROLE',
    );
    must(person.status === 'new', 'WRONG_STATE');
    mine(call, person);
    const status = take(call, 'person.confirmPerson', 'active', { from: person.status, allowed: ['new'] });
    call.state.put('person', [id], { ...person, status, key, roles });
    return 'done';
  },

  confirmClient(call) {
    const { person: id, claim } = machineOf(call, 'confirmClient');
    must(call.role === 'registrar', 'WRONG_ROLE');
    const person: PersonRow = found(call.state.row('person', id));
    kindOf(call, person.owner);
    must(person.status === 'new', 'WRONG_STATE');
    const { params, ...body } = claim.body;
    const named = { person: id, organisation: person.owner, thumbprint: thumbprint(claim.key) };
    const isRight = sortedJson(params) === sortedJson(named) && body.person === id;
    must(isRight && body.action === 'claimPerson' && body.channel === call.channel, 'BAD_SIGNATURE');
    must(call.now <= body.expiresAt, 'INTENT_EXPIRED');
    mine(call, person);
    const status = take(call, 'person.confirmClient', 'active', { from: person.status, allowed: ['new'] });
    call.state.put('person', [id], { ...person, status, key: claim.key, roles: ['client'] });
    return 'done';
  },

  askLink(call) {
    const { bank: bankId, currency, keyThumbprint } = signedBy(call, 'askLink');
    const { body, key } = intentOf(call);
    const person = signer(call, null, null).id;
    const { id } = body;
    const bank = found(call.state.row('bank', bankId));
    must(call.state.row('link', id) === null, 'EXISTS');
    must(keyThumbprint === thumbprint(key), 'KEY_DIFFERS');
    const status = create(call, 'link.askLink', 'asked');
    const whose = { owner: bank.owner, bank: bankId, person };
    call.state.put('link', [id], { v: 1, id, ...whose, currency, keyThumbprint, status });
    return 'done';
  },

  confirmLink(call) {
    const { link: id, account: number, codeHash } = signedBy(call, 'confirmLink');
    const { holder, expectedCodeHash } = machineOf(call, 'confirmLink');
    const { body, key } = intentOf(call);
    const link = found(call.state.row('link', id));
    const account = call.state.secret(call.msp, 'account', number);
    must(body.person === link.person, 'WRONG_ROLE');
    must(thumbprint(key) === link.keyThumbprint, 'KEY_DIFFERS');
    must(link.status === 'asked', 'WRONG_STATE');
    must(account !== null, 'NO_ACCOUNT');
    must(isAccountOf(link.bank, number), 'NO_ACCOUNT');
    must(account.holder === holder, 'NOT_HOLDER');
    must(codeHash === expectedCodeHash, 'CODE');
    must(account.currency === link.currency, 'CURRENCY');
    mine(call, link);
    const status = take(call, 'link.confirmLink', 'active', { from: link.status, allowed: ['asked'] });
    const confirmed = { ...link, status };
    call.state.put('link', [id], confirmed);
    call.state.putSecret(call.msp, 'linkedAccount', id, { v: 1, link: id, account: number, confirmed });
    return 'done';
  },

  openAccount(call) {
    const { bank, account, holder, currency } = signedBy(call, 'openAccount');
    operator(call, bank);
    must(isAccountOf(bank, account), 'CHECK_DIGITS');
    must(call.state.secret(call.msp, 'account', account) === null, 'ACCOUNT_EXISTS');
    const row = { v: 1 as const, account, holder, currency, available: '0', held: '0' };
    call.state.putSecret(call.msp, 'account', account, row);
    return 'done';
  },

  deposit: (call) => move(call, 'deposit'),
  withdraw: (call) => move(call, 'withdraw'),
};
