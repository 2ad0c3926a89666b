// Duty: members with valid certificates and altered chaincode, what they forge, and what honest members make of it.
// Must not: assert more than that nothing moved; each test says which refusal it expects.
import { expect } from 'chai';
import { canonicalJson, type Json } from '../../chaincode/protocol/canonical-json.js';
import { FUNCTIONS, type Command, type CommandResult } from '../../chaincode/protocol/commands.js';
import { attestationOf } from '../../chaincode/protocol/attestation.js';
import type { DetachedSignature } from '../../chaincode/protocol/intent.js';
import { planOf } from '../../chaincode/protocol/plan.js';
import {
  ROW_KINDS,
  rowKey,
  type PaymentRow,
  type PayeeRole,
  type RowKind,
  type Rows,
} from '../../chaincode/protocol/rows.js';
import type { DealPlay } from '../support/deal-play.js';
import { EndorsementRefused } from '../support/member-network.js';
import { BANK_A, BANK_B, COURIER, MARKETPLACE, listText, type Step } from '../support/member-access.js';
import { randomHash } from '../support/people.js';
import type { World } from '../support/world.js';
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
    private readonly world: World,
    private readonly members: readonly string[],
  ) {}

  /** These members' peers run altered chaincode beside the usual; default: marketplace and courier. */
  static async in(
    ground: AttackGround,
    world: World,
    members: readonly string[] = [MARKETPLACE, COURIER],
  ): Promise<ColludingMembers> {
    await ground.alter(world, members);
    return new ColludingMembers(ground, world, members);
  }

  /** All of them honest again. */
  end(): Promise<void> {
    return this.ground.restore(this.world, this.members);
  }

  /** Endorsed by all conspirators, or by these organisations, for that member's client; Fabric's validity code. */
  async forge(
    forgeries: readonly Forgery[],
    endorsers = this.members,
    sender = this.members[0] ?? '',
  ): Promise<number> {
    const { network } = this.world;
    const client = await this.world.client(sender);
    const foreign = forgeries.flatMap(([kind, msp]) => (kind === 'seal' && msp !== sender ? [msp] : []));
    const [into] = foreign;
    if (into === undefined) {
      const args = [JSON.stringify(forgeries)];
      return (await network.submit(client, FORGE, args, { endorsers })).code;
    }
    const own = forgeries.map((forgery) => (forgery[0] === 'seal' ? forgery.with(1, sender) : forgery));
    const call = [FORGE, JSON.stringify(own)] as const;
    const prepared = await endorseDiverted(this.world, client, call, { into, endorsers });
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

  /**
   * The used-intent marker of an intent, over a genuine one if there is any, that keeps this signature; must succeed.
   */
  writeUsedIntent(id: string, signed: DetachedSignature): Promise<void> {
    return this.write('usedIntent', [id], { v: 1, content: randomHash(), result: randomHash(), signed });
  }

  /** Attestation in a conspirator's own collection, endorsed by him alone; must succeed. */
  async vouch<K extends RowKind>(msp: string, kind: K, ids: readonly string[], row: Rows[K]): Promise<void> {
    const key = `attestation/${rowKey(kind, ...ids)}`;
    expect(await this.forge([['seal', msp, key, attestationOf(rowText(row))]], [msp], msp)).to.equal(VALID);
  }

  /** What `markPaid` would write for these payments, whoever holds them. */
  async writePaid(deal: DealPlay, payments: readonly PaymentRow[]): Promise<void> {
    const { offerTerms } = deal.terms;
    const items = planOf(payments, offerTerms);
    const bankOf = { '10': BANK_A, '20': BANK_B } as const;
    await this.write('phase', [deal.id], { v: 1, deal: deal.id, status: 'paid', at: this.world.now() });
    await this.write('plan', [deal.id], { v: 1, deal: deal.id, items });
    for (const { payment, payee, link, bank, amount } of items) {
      const owner = bankOf[bank as keyof typeof bankOf]; // the payees of these tests are at these banks
      const { currency } = offerTerms;
      const due = {
        v: 1,
        deal: deal.id,
        payment,
        payee,
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
export async function opinion(world: World, command: Command, msp = BANK_B): Promise<string> {
  const client = await world.client(msp);
  const bytes = await world.network.evaluate(client, msp, FUNCTIONS.agree, [listText([command])]);
  const [result] = JSON.parse(bytes.toString('utf8')) as CommandResult[];
  return codeOf(result);
}

/** Tries and then really sends each command; the codes of the trials. */
export async function codesOf(world: World, steps: readonly Step[]): Promise<string[]> {
  const codes: string[] = [];
  for (const step of steps) {
    codes.push(codeOf(await world.attempt(step)));
    if (step.msp !== null && codes.at(-1) !== 'ok') await sendRefused(world, step);
  }
  return codes;
}

/** A refused command in an owner's lane leaves no transaction, even if it is submitted. */
async function sendRefused(world: World, { msp, command }: Step): Promise<void> {
  try {
    await world.own(msp ?? '', [command]);
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
export async function snapshot(world: World): Promise<Snapshot> {
  const rows: { [key: string]: string } = {};
  const client = await world.client(BANK_B);
  for (const kind of ROW_KINDS) {
    const bytes = await world.network.evaluate(client, BANK_B, FUNCTIONS.list, [kind, '']);
    rows[kind] = bytes.toString('utf8');
  }
  rows['parameters'] = rowText((await world.row('parameters')) ?? {});
  const secrets: { [msp: string]: { [key: string]: string } } = {};
  for (const msp of [BANK_A, BANK_B]) secrets[msp] = await world.network.privateStateOf(msp);
  return { rows, secrets };
}

/** Whatever the action tries, public rows and both banks' stores are as before. */
export async function changesNothing(world: World, action: () => Promise<void>): Promise<void> {
  const before = await snapshot(world);
  expect(Object.keys(before.secrets[BANK_A] ?? {})).not.to.deep.equal([]);
  await action();
  expect(await snapshot(world)).to.deep.equal(before);
}

/** Whatever the action forges in public, neither bank's collection changes: no money moves. */
export async function movesNoMoney(world: World, action: () => Promise<void>): Promise<void> {
  const { secrets } = await snapshot(world);
  await action();
  expect((await snapshot(world)).secrets).to.deep.equal(secrets);
}

/** Steps that would move money for these payments, at each bank: capture, return, credits to both payees. */
export function moneySteps(deal: DealPlay): { captures: Step[]; returns: Step[]; credits: Step[] } {
  const ids = deal.payments.map(({ id }) => id);
  const payees: readonly PayeeRole[] = ['seller', 'commission'];
  return {
    captures: ids.map((id) => deal.capture(id)),
    returns: ids.map((id) => deal.giveBack(id)),
    credits: ids.flatMap((id) => payees.map((payee) => deal.credit(id, payee))),
  };
}
