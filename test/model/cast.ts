// Who plays in a consortium: people with their keys, their accounts and links, what workers keep beside the ledger.
// It must not decide what is played next; it makes commands.
import { accountNumber } from '../../chaincode/protocol/account-number.js';
import type { Json } from '../../chaincode/protocol/canonical-json.js';
import type {
  Command,
  IntentParams,
  MachineAction,
  MachineParams,
  PersonAction,
} from '../../chaincode/protocol/commands.js';
import type { LinkRow } from '../../chaincode/protocol/account.js';
import type { InvitationRow } from '../../chaincode/protocol/deal.js';
import { refundKeyOf } from '../../chaincode/protocol/refund-key.js';
import type { Role } from '../../chaincode/protocol/forms.js';
import type { RowKind, Rows } from '../../chaincode/protocol/rows.js';
import { BANK_A, BANK_B, COURIER, MARKETPLACE } from '../support/member-access.js';
import { makePerson, type Person } from '../support/people.js';
import type { Random } from './random.js';
import type { PlayedCommand, Setting } from './model-command.js';
import type { PlayConsortium } from './play-consortium.js';

/** A command and where it goes: `msp` null is the agreement lane, from any member. */
export interface GeneratedCommand {
  readonly msp: string | null;
  readonly played: PlayedCommand;
  readonly role?: Setting['role'];
  /** Whose machine sends in the agreement lane; default: any member's. */
  readonly sender?: string;
  /** Commands with one topic go into one list, as far as chance lets them. */
  readonly topic: string;
  /** Who signed; to sign something else in his name. */
  readonly signer?: Person;
}

export interface Account {
  readonly msp: string;
  readonly bank: string;
  readonly number: string;
  readonly holder: string;
  readonly currency: string;
  readonly person: string;
}

/** How a deal is meant to go. */
export type Fate =
  | 'conceded'
  | 'neverShipped'
  | 'neverDelivered'
  | 'neverInspected'
  | 'pay'
  | 'closeThenPay'
  | 'closeThenExpireFull'
  | 'cancelFull'
  | 'cancel'
  | 'part'
  | 'silent'
  | 'nothing';
export interface DealBook {
  readonly id: string;
  readonly fate: Fate;
  readonly h1: string;
  readonly offer: string;
}

/** Whom a buyer lets pay, and the key that lets him in. */
export interface Guest {
  readonly deal: string;
  readonly invitation: string;
  readonly key: Person;
  readonly person: Person;
}

export class Cast {
  readonly people = new Map<string, Person>();
  /** By organisation. */
  readonly administrators = new Map<string, Person>();
  readonly operators = new Map<string, Person>();
  readonly moderators: Person[] = [];
  readonly agents: Person[] = [];
  readonly clients: Person[] = [];
  readonly accounts: Account[] = [];
  /** Account that a link was asked for. */
  readonly accountOf = new Map<string, Account>();
  readonly deals = new Map<string, DealBook>();
  readonly open = new Set<string>();
  /** Keys of invitations that were signed, and for whom they are meant, by invitation. */
  readonly guests = new Map<string, Guest>();
  /** Payments for which their bank's "yes" was refused: it will rather say no. */
  readonly refused = new Set<string>();
  /** Ids per kind in the order in which the model got them. */
  private readonly ids = new Map<string, string[][]>();

  constructor(readonly consortium: PlayConsortium) {}

  person(name: string, random: Random): Person {
    const person = makePerson(name, random.id('person'));
    this.people.set(person.id, person);
    return person;
  }

  /** A signed command; sent in the lane of `msp`, or in the agreement lane. */
  signed<A extends PersonAction>(
    signer: Person,
    action: A,
    params: IntentParams[A],
    more: {
      readonly id: string;
      readonly msp?: string;
      readonly topic?: string;
      readonly expiresAt?: number;
      readonly beside?: { readonly [name: string]: Json };
    },
  ): GeneratedCommand {
    const { channel, now } = { channel: this.consortium.access.channel, now: this.consortium.now };
    const expiry = more.expiresAt === undefined ? {} : { expiresAt: more.expiresAt };
    const intent = signer.sign(action, params, { channel, now, id: more.id, ...expiry });
    const beside = more.beside === undefined ? {} : { params: more.beside };
    return command(more.msp ?? null, { action, intent, ...beside }, more.topic ?? signer.id, signer);
  }

  row<K extends RowKind>(kind: K, ...ids: readonly string[]): Rows[K] | null {
    return this.consortium.model.row(kind, ...ids);
  }

  /** Takes note of rows that came to the model. */
  learn(keys: Iterable<string>): void {
    for (const key of keys) {
      if (key.includes(':') || key.startsWith('~')) continue;
      const [kind = '', ...ids] = key.split('/');
      const known = this.ids.get(kind) ?? [];
      this.ids.set(kind, known);
      known.push(ids);
    }
  }

  /** A random row of a kind; recent ones more often. */
  any<K extends RowKind>(kind: K, random: Random): Rows[K] | null {
    const ids = this.ids.get(kind) ?? [];
    const recent = random.chance(70) ? ids.slice(-40) : ids;
    const found = random.pick(recent);
    return found === undefined ? null : this.row(kind, ...found);
  }

  /** A row of a kind that fits, found by a few tries. */
  fitting<K extends RowKind>(kind: K, random: Random, fits: (row: Rows[K]) => boolean): Rows[K] | null {
    for (let tries = 0; tries < 12; tries += 1) {
      const row = this.any(kind, random);
      if (row !== null && fits(row)) return row;
    }
    return null;
  }

  /** Number of a new account of a bank. */
  newAccount(of: { msp: string; bank: string; person: string; currency: string }, random: Random): Account {
    const number = accountNumber(of.bank, Buffer.from(random.hex(10), 'hex'));
    const account = { ...of, number, holder: random.id('holder') };
    this.accounts.push(account);
    return account;
  }

  /** As the organisation's worker makes it. */
  refundKey(deal: string, msp: string, random: Random): string {
    const secret = this.consortium.model.secret(msp, 'secret', '')?.secret;
    return secret === undefined ? random.key32() : refundKeyOf(secret, deal);
  }

  /** A person's confirmed links in a currency. */
  linksOf(person: string, currency: string): LinkRow[] {
    return [...this.accountOf].flatMap(([id, account]) => {
      const row = account.person === person && account.currency === currency ? this.row('link', id) : null;
      return row?.status === 'active' ? [row] : [];
    });
  }

  /** Those of a deal whose invitation has this status. */
  guestsOf(deal: string, status: InvitationRow['status']): Guest[] {
    return [...this.guests.values()].filter(
      (guest) => guest.deal === deal && this.row('invitation', deal, guest.invitation)?.status === status,
    );
  }

  /** Money that the account behind a link could pay, minor units. */
  fundsBehind(link: string): bigint {
    const account = this.accountOf.get(link);
    if (account === undefined) return 0n;
    return BigInt(this.consortium.model.secret(account.msp, 'account', account.number)?.available ?? '0');
  }

  rolesFor(msp: string): readonly Role[] {
    if (msp === MARKETPLACE) return ['client', 'moderator'];
    if (msp === COURIER) return ['client', 'agent'];
    return ['client', 'operator'];
  }
}

export const BANKS = [BANK_A, BANK_B] as const;

export function command(
  msp: string | null,
  command: Command,
  topic: string,
  signer?: Person,
): GeneratedCommand {
  return { msp, played: { command, flaw: null }, topic, ...(signer === undefined ? {} : { signer }) };
}

/** A machine's command. */
export function machine<A extends MachineAction>(
  msp: string | null,
  action: A,
  params: MachineParams[A],
  topic: string,
): GeneratedCommand {
  // Parameter types hold JSON values only; they merely lack the index signature.
  return command(msp, { action, params: params }, topic);
}
