// Duty: the consortium of the worked example on the real engine in process, with people registered and money in it.
// Must not: shortcut a rule; all that it holds came there by commands, as a gateway would send them.
//
//   const world = await openWorld();              // four members, parameters, tariffs
//   const { alice, bob } = world;                 // clients: person, and per bank an account with money and its link
//   const { carol, dan, anna } = world.staff;     // moderator, courier agent, marketplace administrator; see Staff
//   const offer = await world.listOffer();        // bob's offer of the worked example, moderated and listed
//   const deal = await buy(world, { offer });     // deal-play.ts: alice buys; then play it step by step
//   await world.run(step, step);                  // each must succeed, else throws with the code
//   const result = await world.attempt(step);     // CommandResult with the true code (owner lane: tried first)
//   await world.agree([command], { sender });     // one list by hand: { txId, code: Fabric's, results }
//   await world.own(BANK_A, [command]);           // the same in the owner lane, endorsed by the owner alone
//   const held = await world.endorse(step);         // endorsed, not ordered; world.codesTogether(held, other) orders
//   world.advance(900_000);                       // every member's clock, milliseconds
//   await world.balance(BANK_A, account)          // private questions, asked by the owner at its own peer
//   await world.newClient('eve', { [BANK_A]: '5' }) // one more client, funded at these banks
//   world.network                                 // the engine: endorse, withhold, order together, alter chaincode
//
// MSP names, `agreed`, `owned`, Step and what sends them stand in member-access.ts. A Step is one command and where it
// goes: `agreed(command)` or `owned(BANK_A, command)`; its command may be altered before it is sent.
import type { Command, IntentParams } from '../../chaincode/protocol/commands.js';
import { accountNumber } from '../../chaincode/protocol/account-number.js';
import { linkCodeHash } from '../../chaincode/protocol/link-code.js';
import type { PaymentRow, OfferTerms, Role } from '../../chaincode/protocol/rows.js';
import { offerTermsOf, termsHash } from '../../chaincode/protocol/terms.js';
import { randomBytes } from 'node:crypto';
import { found, type Founder, type Staff } from './founding.js';
import {
  BANK_A,
  BANK_B,
  BANK_ID,
  COURIER,
  MARKETPLACE,
  MemberAccess,
  agreed,
  owned,
  openGround,
  type GroundOptions,
} from './member-access.js';
import type { InProcessNetwork } from './in-process-network.js';
import type { MemberNetwork } from './member-network.js';
import { makePerson, newId, randomHash, type Person } from './people.js';

/** An account that a client holds and has linked. */
export interface Account {
  readonly msp: string;
  readonly bank: string;
  readonly account: string;
  readonly holder: string;
  readonly link: string;
}
export interface WorldClient {
  readonly person: Person;
  /** By the bank's MSP. */
  readonly accounts: { readonly [msp: string]: Account };
}

export type OfferChanges = Partial<IntentParams['draftOffer']> & { readonly commissionBasisPoints?: number };

export interface WorldOptions extends GroundOptions {
  /** Money on each account of alice and bob, minor units; default 1,000,000.00. */
  readonly money?: string;
}

export class World<Network extends MemberNetwork = MemberNetwork>
  extends MemberAccess<Network>
  implements Founder
{
  staff: Staff = makeStaff();
  alice: WorldClient = { person: makePerson('alice'), accounts: {} };
  bob: WorldClient = { person: makePerson('bob'), accounts: {} };

  static async founded(options: WorldOptions): Promise<EngineWorld> {
    const world = new World(await openGround(options));
    await found(world);
    const money = options.money ?? '100000000';
    world.alice = await world.newClient('alice', { [BANK_A]: money, [BANK_B]: money });
    world.bob = await world.newClient('bob', { [BANK_B]: '0' });
    return world;
  }

  /** Registers a client with these roles at the marketplace, opens, funds and links an account per bank named. */
  async newClient(
    name: string,
    money: { readonly [msp: string]: string },
    roles: readonly Role[] = ['client'],
  ): Promise<WorldClient> {
    const person = makePerson(name);
    await this.enrol(MARKETPLACE, person, roles);
    const accounts: { [msp: string]: Account } = {};
    for (const [msp, deposit] of Object.entries(money)) {
      accounts[msp] = await this.openLinkedAccount(person, msp, deposit);
    }
    return { person, accounts };
  }

  /** S4 and S5: the organisation's administrator registers the person and confirms key and roles. */
  async enrol(msp: string, person: Person, roles: readonly Role[]): Promise<void> {
    const administrator = this.administratorOf(msp);
    const confirmation = { person: person.id, key: person.key, roles };
    await this.run(
      agreed(this.signed(administrator, 'registerPerson', {}, { id: person.id })),
      owned(msp, this.signed(administrator, 'confirmPerson', confirmation)),
    );
  }

  /** S6 to S8: account, first deposit, link proven by code. */
  async openLinkedAccount(person: Person, msp: string, deposit: string): Promise<Account> {
    const bank = BANK_ID[msp] ?? '';
    const account = accountNumber(bank, randomBytes(5));
    const holder = newId('holder');
    const link = newId('link');
    const asking = { bank, currency: 'RUB', keyThumbprint: person.thumbprint };
    await this.run(
      owned(msp, this.openingOf(msp, { account, holder })),
      ...(deposit === '0' ? [] : [owned(msp, this.depositOf(msp, account, deposit))]),
      agreed(this.signed(person, 'askLink', asking, { id: link })),
      owned(msp, this.confirmationOf(person, { link, account, holder })),
    );
    return { msp, bank, account, holder, link };
  }

  openingOf(msp: string, { account, holder }: { account: string; holder: string }): Command {
    const params = { bank: BANK_ID[msp] ?? '', account, holder, currency: 'RUB' };
    return this.signed(this.operatorOf(msp), 'openAccount', params);
  }

  /** A deposit by the bank's operator, minor units. */
  depositOf(msp: string, account: string, amount: string): Command {
    const params = { bank: BANK_ID[msp] ?? '', account, amount, currency: 'RUB' };
    return this.signed(this.operatorOf(msp), 'deposit', params, {
      params: { operation: newId('operation') },
    });
  }

  confirmationOf(person: Person, of: { link: string; account: string; holder: string }): Command {
    const codeHash = linkCodeHash({ link: of.link, code: '123456' });
    const beside = { params: { holder: of.holder, expectedCodeHash: codeHash } };
    return this.signed(person, 'confirmLink', { link: of.link, account: of.account, codeHash }, beside);
  }

  /** S9 to S11: the seller's offer, drafted, approved, listed; its id. Default: the worked example, 10 units. */
  async listOffer(changes: OfferChanges = {}, seller: WorldClient = this.bob): Promise<string> {
    const { commissionBasisPoints = null, ...content } = changes;
    const offer = newId('offer');
    const draft = { ...workedOffer(), ...content };
    const verdict = {
      offer,
      version: 1,
      verdict: 'approve',
      commissionBasisPoints,
      reasonHash: null,
    } as const;
    await this.run(
      agreed(this.signed(seller.person, 'draftOffer', draft, { id: offer })),
      agreed(this.signed(this.staff.carol, 'moderateOffer', verdict)),
    );
    const terms = await this.offerTerms(offer, seller);
    const link = terms.sellerLink;
    const listing = { offer, termsHash: termsHash(terms), net: terms.net, link };
    await this.run(agreed(this.signed(seller.person, 'listOffer', listing)));
    return offer;
  }

  /** What the seller signs when listing, computed as his browser does. */
  async offerTerms(offer: string, seller: WorldClient = this.bob): Promise<OfferTerms> {
    const account = Object.values(seller.accounts)[0];
    const parameters = present(await this.row('parameters'));
    return offerTermsOf({
      offer: present(await this.row('offer', offer)),
      sellerLink: present(await this.row('link', account?.link ?? '')),
      commissionLink: present(await this.row('link', parameters.commissionLink ?? '')),
      parameters,
    });
  }

  /** A payment's row with what its bank says of it; null: none. */
  async payment(deal: string, payment: string): Promise<PaymentRow | null> {
    return (await this.deal(deal)).payments.find(({ row }) => row.id === payment)?.row ?? null;
  }

  administratorOf(msp: string): Person {
    return present(this.staff.administrators[msp]);
  }

  operatorOf(msp: string): Person {
    return present(this.staff.operators[msp]);
  }
}

/** A world on the engine in this process. */
export type EngineWorld = World<InProcessNetwork>;

/** The worked example's consortium, founded: parameters, banks with tariffs, people, money, links. */
export function openWorld(options: WorldOptions = {}): Promise<EngineWorld> {
  return World.founded(options);
}

/** 12 400.00 RUB; 15 minutes to pay, 10 s to answer, no inspection time, ten units. */
export function workedOffer(): IntentParams['draftOffer'] {
  return {
    contentHash: randomHash(),
    price: '1240000',
    currency: 'RUB',
    stock: 10,
    courier: COURIER,
    payTimeMs: 900_000,
    answerTimeMs: 10_000,
    inspectionTimeMs: 0,
  };
}

function makeStaff(): Staff {
  const anna = makePerson('anna');
  return {
    anna,
    carol: makePerson('carol'),
    dan: makePerson('dan'),
    tina: makePerson('tina'),
    operators: { [BANK_A]: makePerson('olga'), [BANK_B]: makePerson('oleg') },
    administrators: {
      [MARKETPLACE]: anna,
      [BANK_A]: makePerson('ada'),
      [BANK_B]: makePerson('boris'),
      [COURIER]: makePerson('clara'),
    },
  };
}

/** A value that must be there for a test to go on. */
export function present<T>(value: T | null | undefined): T {
  if (value === null || value === undefined) throw new Error('expected a value, found none');
  return value;
}
