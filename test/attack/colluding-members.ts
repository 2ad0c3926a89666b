// Members with valid certificates and altered chaincode, what they forge, and what honest members make of it.
import { expect } from 'chai';
import { canonicalJson, type Json } from '../../chaincode/protocol/canonical-json.js';
import { FUNCTIONS, type Command, type CommandResult } from '../../chaincode/protocol/commands.js';
import { attestationOf } from '../../chaincode/protocol/attestation.js';
import type { DetachedSignature } from '../../chaincode/protocol/intent.js';
import { payeeShares, planOf, type PayeeShare } from '../../chaincode/protocol/plan.js';
import { openShares, type OpenedShares } from '../../chaincode/protocol/shares.js';
import { type OfferTerms } from '../../chaincode/protocol/offer.js';
import { ROW_KINDS, rowKey, type RowKind, type Rows } from '../../chaincode/protocol/rows.js';
import { type PaymentRow } from '../../chaincode/protocol/payment.js';
import type { DealPlay } from '../support/deal-play.js';
import { EndorsementRefused } from '../support/test-ledger.js';
import { BANK_A, BANK_B, COURIER, MARKETPLACE, listText, type Step } from '../support/member-access.js';
import { randomHash } from '../support/people.js';
import { present, type TestConsortium } from '../support/test-consortium.js';
import type { Forgery } from './altered-contract.js';
import { endorseDiverted } from './altered-peers.js';
import type { AttackGround } from './attack-ground.js';

/** The functions of `altered-contract.ts`, which is loaded only once the network is up. */
export const FORGE = 'altered:forge';
export const PEEK = 'altered:peek';

export const VALID = 0;
export const POLICY_FAILURE = 10;
export const CONFLICT = 11;

/** Text of a row as the ledger holds it. */
export function rowText(row: object): string {
  return canonicalJson(row as Json); // rows hold JSON values only
}

export class ColludingMembers {
  private constructor(
    private readonly ground: AttackGround,
    private readonly consortium: TestConsortium,
    private readonly members: readonly string[],
  ) {}

  /** These members' peers run altered chaincode beside the usual; default: marketplace and courier. */
  static async in(
    ground: AttackGround,
    consortium: TestConsortium,
    members: readonly string[] = [MARKETPLACE, COURIER],
  ): Promise<ColludingMembers> {
    await ground.alter(consortium, members);
    return new ColludingMembers(ground, consortium, members);
  }

  /** All of them honest again. */
  end(): Promise<void> {
    return this.ground.restore(this.consortium, this.members);
  }

  /** Endorsed by all conspirators, or by these organisations, for that member's client; Fabric's validity code. */
  async forge(
    forgeries: readonly Forgery[],
    endorsers = this.members,
    sender = this.members[0] ?? '',
  ): Promise<number> {
    const { network } = this.consortium;
    const client = await this.consortium.client(sender);
    const foreign = forgeries.flatMap(([kind, msp]) => (kind === 'seal' && msp !== sender ? [msp] : []));
    const [into] = foreign;
    if (into === undefined) {
      const args = [JSON.stringify(forgeries)];
      return (await network.submit(client, FORGE, args, { endorsers })).code;
    }
    const own = forgeries.map((forgery) => (forgery[0] === 'seal' ? forgery.with(1, sender) : forgery));
    const call = [FORGE, JSON.stringify(own)] as const;
    const prepared = await endorseDiverted(this.consortium, client, call, { into, endorsers });
    return (await network.order(prepared)).code;
  }

  /** Writes a row nobody owns yet, guarded by that member's key policy if one is named; must succeed. */
  async write<K extends RowKind>(
    kind: K,
    ids: readonly string[],
    row: Rows[K],
    guard?: string,
  ): Promise<void> {
    const key = rowKey(kind, ...ids);
    const guarding: Forgery[] = guard === undefined ? [] : [['guard', key, guard]];
    expect(await this.forge([['put', key, rowText(row)], ...guarding])).to.equal(VALID);
  }

  /** The mark of this intent as used, over a genuine one if there is any, with this signature; must succeed. */
  writeUsedIntent(person: string, id: string, signed: DetachedSignature): Promise<void> {
    const row = { v: 1, content: randomHash(), result: randomHash(), signed } as const;
    return this.write('usedIntent', [person, id], row);
  }

  /** Attestation in a conspirator's own collection, endorsed by him alone; must succeed. */
  async vouch<K extends RowKind>(msp: string, kind: K, ids: readonly string[], row: Rows[K]): Promise<void> {
    const key = `attestation/${rowKey(kind, ...ids)}`;
    expect(await this.forge([['seal', msp, key, attestationOf(rowText(row))]], [msp], msp)).to.equal(VALID);
  }

  /** "Delivered" by a courier among the conspirators, whatever was paid. */
  async deliver({ id: deal, h1 }: DealPlay): Promise<void> {
    const row = { v: 1, deal, owner: COURIER, status: 'delivered', h1 } as const;
    await this.write('shipment', [deal], row);
    await this.vouch(COURIER, 'shipment', [deal], row);
  }

  /** What `markPaid` would write for these payments, held or not. */
  async writePaid(deal: DealPlay, payments: readonly PaymentRow[]): Promise<void> {
    const { offerTerms } = deal.terms;
    const items = planOf(payments, await sharesOf(this.consortium, offerTerms));
    const bankOf = { '10': BANK_A, '20': BANK_B } as const;
    const paid = {
      v: 1,
      deal: deal.id,
      status: 'paid',
      at: this.consortium.now(),
      cancelledBy: null,
    } as const;
    await this.write('phase', [deal.id], paid);
    await this.write('plan', [deal.id], { v: 1, deal: deal.id, items });
    for (const { payment, payee, purpose, link, bank, amount } of items) {
      const owner = bankOf[bank as keyof typeof bankOf]; // the payees of these tests are at these banks
      const { currency } = offerTerms;
      const due = {
        v: 1,
        deal: deal.id,
        payment,
        payee,
        purpose,
        owner,
        bank,
        link,
        currency,
        amount,
        status: 'due',
      } as const;
      await this.write('credit', [deal.id, payment, payee], due, owner);
    }
    const shipment = {
      v: 1,
      deal: deal.id,
      owner: offerTerms.courier,
      status: 'announced',
      h1: null,
    } as const;
    await this.write('shipment', [deal.id], shipment, offerTerms.courier);
  }
}

/** Code with which an honest member answers, or 'ok'. */
export function codeOf(result: CommandResult | undefined): string {
  if (result === undefined) throw new Error('no result');
  return result.ok ? 'ok' : result.code;
}

/** What an honest bank's peer says to an agreement, without ordering it. */
export async function opinion(consortium: TestConsortium, command: Command, msp = BANK_B): Promise<string> {
  const client = await consortium.client(msp);
  const bytes = await consortium.network.evaluate(client, msp, FUNCTIONS.agree, [listText([command])]);
  const [result] = JSON.parse(bytes.toString('utf8')) as CommandResult[];
  return codeOf(result);
}

/** Tries and then really sends each command; the codes of the trials. */
export async function codesOf(consortium: TestConsortium, steps: readonly Step[]): Promise<string[]> {
  const codes: string[] = [];
  for (const step of steps) {
    codes.push(codeOf(await consortium.attempt(step)));
    if (step.msp !== null && codes.at(-1) !== 'ok') await sendRefused(consortium, step);
  }
  return codes;
}

/** A refused command in an owner's lane leaves no transaction, even if it is submitted. */
async function sendRefused(consortium: TestConsortium, { msp, command }: Step): Promise<void> {
  try {
    await consortium.own(msp ?? '', [command]);
  } catch (error) {
    if (error instanceof EndorsementRefused) return;
    throw error;
  }
  throw new Error(`${command.action} was endorsed`);
}

export interface Snapshot {
  /** Every public row by its key. */
  readonly rows: { readonly [key: string]: string };
  /** By organisation, every private row by its key. */
  readonly secrets: { readonly [msp: string]: { readonly [key: string]: string } };
}

/** All that the ledger and the two banks hold. */
export async function snapshot(consortium: TestConsortium): Promise<Snapshot> {
  const rows: { [key: string]: string } = {};
  const client = await consortium.client(BANK_B);
  for (const kind of ROW_KINDS) {
    const bytes = await consortium.network.evaluate(client, BANK_B, FUNCTIONS.list, [kind, '']);
    rows[kind] = bytes.toString('utf8');
  }
  rows['parameters'] = rowText((await consortium.row('parameters')) ?? {});
  const secrets: { [msp: string]: { [key: string]: string } } = {};
  for (const msp of [BANK_A, BANK_B]) secrets[msp] = await consortium.network.privateStateOf(msp);
  return { rows, secrets };
}

/** Whatever the action tries, public rows and both banks' stores are as before. */
export async function changesNothing(consortium: TestConsortium, action: () => Promise<void>): Promise<void> {
  const before = await snapshot(consortium);
  expect(Object.keys(before.secrets[BANK_A] ?? {})).not.to.deep.equal([]);
  await action();
  expect(await snapshot(consortium)).to.deep.equal(before);
}

/** Whatever the action forges in public, neither bank's collection changes: no money moves. */
export async function movesNoMoney(consortium: TestConsortium, action: () => Promise<void>): Promise<void> {
  const { secrets } = await snapshot(consortium);
  await action();
  expect((await snapshot(consortium)).secrets).to.deep.equal(secrets);
}

/** Seller's net and commission of listed terms, as the ledger's own row opens them. */
export async function openedShares(consortium: TestConsortium, terms: OfferTerms): Promise<OpenedShares> {
  return present(openShares(terms, await consortium.row('shares', terms.sharesHash)));
}

/** Who is paid what of a deal's price. */
export async function sharesOf(consortium: TestConsortium, terms: OfferTerms): Promise<PayeeShare[]> {
  return payeeShares(terms, await openedShares(consortium, terms));
}

/** What a payment of the whole price pays the seller, as its allocation says it. */
export async function sellersShare(consortium: TestConsortium, terms: OfferTerms): Promise<PayeeShare[]> {
  return (await sharesOf(consortium, terms)).filter(({ payee }) => payee === 'seller');
}

/** Steps that would move money for these payments, at each bank: capture, return, credits to both payees. */
export function moneySteps(deal: DealPlay): { captures: Step[]; returns: Step[]; credits: Step[] } {
  const ids = deal.payments.map(({ id }) => id);
  const payees = ['seller', 'marketplace'];
  return {
    captures: ids.map((id) => deal.capture(id)),
    returns: ids.map((id) => deal.giveBack(id)),
    credits: ids.flatMap((id) => payees.map((payee) => deal.credit(id, payee))),
  };
}
