// The consortium of the worked example on the real engine in process, with people registered and money in it; all of it
// came there by commands, as a gateway sends them. `test/README.md` shows its use.
import { accountNumber } from '../../chaincode/protocol/account-number.js';
import type { Command, IntentParams } from '../../chaincode/protocol/commands.js';
import type { Role } from '../../chaincode/protocol/forms.js';
import { linkCodeHash } from '../../chaincode/protocol/link-code.js';
import type { OfferTerms } from '../../chaincode/protocol/offer.js';
import type { PaymentRow } from '../../chaincode/protocol/payment.js';
import { netOfOffer, offerTermsOf } from '../../chaincode/protocol/terms.js';
import { askLink, confirmLink, deposit, openAccount } from '../../gateway/sdk/commands/accounts.js';
import { draftOffer, listOffer, moderateOffer } from '../../gateway/sdk/commands/offers.js';
import { confirmPerson, registerPerson } from '../../gateway/sdk/commands/people.js';

import { randomBytes } from 'node:crypto';
import { found, type Founder, type Staff } from './founding.js';
import type { InProcessLedger } from './in-process-ledger.js';
import {
  agreed,
  BANK_A,
  BANK_B,
  BANK_ID,
  COURIER,
  type GroundOptions,
  MARKETPLACE,
  MemberAccess,
  openGround,
  owned,
} from './member-access.js';
import type { TestLedger } from './test-ledger.js';
import { makePerson, newId, type Person, randomHash } from './people.js';

/** An account that a client holds and has linked. */
export interface Account {
  readonly msp: string;
  readonly bank: string;
  readonly account: string;
  readonly holder: string;
  readonly link: string;
}
export interface TestClient {
  readonly person: Person;
  /** By the bank's MSP. */
  readonly accounts: { readonly [msp: string]: Account };
}

export type OfferChanges = Partial<IntentParams['draftOffer']> & { readonly commissionBasisPoints?: number };

export interface TestConsortiumOptions extends GroundOptions {
  /** Money on each account of alice and bob, minor units; default 1,000,000.00. */
  readonly money?: string;
}

export class TestConsortium<Network extends TestLedger = TestLedger>
  extends MemberAccess<Network>
  implements Founder
{
  staff: Staff = makeStaff();
  alice: TestClient = { person: makePerson('alice'), accounts: {} };
  bob: TestClient = { person: makePerson('bob'), accounts: {} };

  static async founded(options: TestConsortiumOptions): Promise<EngineConsortium> {
    const consortium = new TestConsortium(await openGround(options));
    await found(consortium);
    const money = options.money ?? '100000000';
    consortium.alice = await consortium.newClient('alice', { [BANK_A]: money, [BANK_B]: money });
    consortium.bob = await consortium.newClient('bob', { [BANK_B]: '0' });
    return consortium;
  }

  /** Registers a client with these roles at the marketplace, opens, funds and links an account per bank named. */
  async newClient(
    name: string,
    money: { readonly [msp: string]: string },
    roles: readonly Role[] = ['client'],
  ): Promise<TestClient> {
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
    const confirmation = confirmPerson({ person: person.id, key: person.key, roles });
    await this.run(
      agreed(this.asked(administrator, registerPerson({ person: person.id }))),
      owned(msp, this.asked(administrator, confirmation)),
    );
  }

  /** S6 to S8: account, first deposit, link proven by code. */
  async openLinkedAccount(person: Person, msp: string, money: string): Promise<Account> {
    const bank = BANK_ID[msp] ?? '';
    const account = accountNumber(bank, randomBytes(5));
    const holder = newId('holder');
    const link = newId('link');
    const asking = askLink({ bank, currency: 'RUB', publicKey: person.key }, link);
    await this.run(
      owned(msp, this.openingOf(msp, { account, holder })),
      ...(money === '0' ? [] : [owned(msp, this.depositOf(msp, account, money))]),
      agreed(this.asked(person, asking)),
      owned(msp, this.confirmationOf(person, { link, account, holder })),
    );
    return { msp, bank, account, holder, link };
  }

  openingOf(msp: string, { account, holder }: { account: string; holder: string }): Command {
    const opening = openAccount({ bank: BANK_ID[msp] ?? '', account, holder, currency: 'RUB' });
    return this.asked(this.operatorOf(msp), opening);
  }

  /** A deposit by the bank's operator, minor units. */
  depositOf(msp: string, account: string, amount: string): Command {
    const payment = deposit({ bank: BANK_ID[msp] ?? '', account, amount, currency: 'RUB' });
    return this.asked(this.operatorOf(msp), payment, { params: { operation: newId('operation') } });
  }

  confirmationOf(person: Person, of: { link: string; account: string; holder: string }): Command {
    const proof = { link: of.link, code: '123456' };
    const beside = { holder: of.holder, expectedCodeHash: linkCodeHash(proof) };
    return this.asked(person, confirmLink({ account: of.account, ...proof }), { params: beside });
  }

  /** S9 to S11: the seller's offer, drafted, approved, listed; its id. Default: the worked example, 10 units. */
  async listOffer(changes: OfferChanges = {}, seller: TestClient = this.bob): Promise<string> {
    const { commissionBasisPoints = null, ...content } = changes;
    const offer = newId('offer');
    const draft = { ...workedOffer(), ...content };
    const verdict = moderateOffer({ offer, version: 1 }, { commissionBasisPoints });
    await this.run(
      agreed(this.asked(seller.person, draftOffer(draft, offer))),
      agreed(this.asked(this.staff.carol, verdict)),
    );
    const terms = await this.offerTerms(offer, seller);
    await this.run(agreed(this.asked(seller.person, listOffer(terms, await this.netOf(offer)))));
    return offer;
  }

  /** What the seller signs when listing, computed as his browser does. */
  async offerTerms(offer: string, seller: TestClient = this.bob): Promise<OfferTerms> {
    const account = Object.values(seller.accounts)[0];
    const parameters = present(await this.row('parameters'));
    const row = present(await this.row('offer', offer));
    return offerTermsOf({
      offer: row,
      sharesNonce: row.sharesNonce ?? '',
      sellerLink: present(await this.row('link', account?.link ?? '')),
      commissionLink: present(await this.row('link', parameters.commissionLinks[row.currency] ?? '')),
      parameters,
    });
  }

  /** What the seller receives of an offer's price, as he is shown before he lists it. */
  async netOf(offer: string): Promise<string> {
    return netOfOffer(present(await this.row('offer', offer)), present(await this.row('parameters')));
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

/** A consortium on the engine in this process. */
export type EngineConsortium = TestConsortium<InProcessLedger>;

/** The worked example's consortium, founded: parameters, banks with tariffs, people, money, links. */
export function openConsortium(options: TestConsortiumOptions = {}): Promise<EngineConsortium> {
  return TestConsortium.founded(options);
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
    shipTimeMs: 3_600_000,
    deliverTimeMs: 3_600_000,
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
