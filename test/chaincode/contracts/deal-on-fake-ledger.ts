// A whole deal as rows on a stub over maps, and one command of each action about it, run by the list executor.
import { runList } from '../../../chaincode/contracts/command-list.js';
import type { Deployment } from '../../../chaincode/contracts/rule.js';
import { AGREEMENT_RULES, OWNER_RULES } from '../../../chaincode/contracts/rules.js';
import { attestationOf } from '../../../chaincode/protocol/attestation.js';
import { canonicalJson, type Json } from '../../../chaincode/protocol/canonical-json.js';
import {
  type Action,
  type Command,
  type CommandRecord,
  COMMANDS,
  type PersonAction,
} from '../../../chaincode/protocol/commands.js';
import type { DealRecordRow } from '../../../chaincode/domain/payment/deal-record-row.js';
import type { PhaseRow } from '../../../chaincode/protocol/deal.js';
import type { Role } from '../../../chaincode/protocol/forms.js';
import type { DealOperation } from '../../../chaincode/protocol/operation-id.js';
import type { PersonRow } from '../../../chaincode/protocol/member.js';
import { planOf } from '../../../chaincode/protocol/plan.js';
import { refundKeyOf } from '../../../chaincode/protocol/refund-key.js';
import { isOwnedKind, rowKey, type RowKind, type Rows } from '../../../chaincode/protocol/rows.js';
import { termsHash } from '../../../chaincode/protocol/terms.js';
import { AgreementRows } from '../../../chaincode/state/agreement-session.js';
import { OwnerRows } from '../../../chaincode/state/owner-session.js';
import { StubStore } from '../../../chaincode/state/stub-store.js';
import * as deals from '../../../gateway/sdk/commands/deals.js';
import { submitPayment } from '../../../gateway/sdk/commands/payments.js';
import { makeRecipientCode } from '../../../gateway/sdk/recipient-code.js';
import { machineTemplates, personTemplates } from '../../arguments/templates.js';
import { makePerson, newOperation, type Person } from '../../support/people.js';
import { admissionRow, COMMISSION_LINK, DEAL, reservation, shipment, stock } from '../domain/deal-rows.js';
import {
  acceptance,
  ACCOUNT,
  alice,
  ALICES_LINK_A,
  ALICES_LINK_B,
  bankA,
  bob,
  H1,
  kept,
  LISTING_USED_INTENT,
  mallory,
  PAYMENT_1,
  PAYMENT_2,
  PURCHASE_USED_INTENT,
  recorded,
  SELLERS_LINK,
  signedTermsRow,
  TERMS,
  USED_INTENT_1,
  USED_INTENT_2,
} from '../domain/signed-deal.js';
import { SAMPLE_ROWS } from '../protocol/sample-rows.js';
import { BOUGHT_AT, WORKED_SHARES, workedPayees } from '../protocol/worked-example.js';
import { FakeStub } from '../state/fake-stub.js';

type Phase = PhaseRow['status'];

const CHANNEL = 'escrow';
const MARKETPLACE = 'MarketplaceMSP';
const BANK_A = 'BankAMSP';
const BANK_B = 'BankBMSP';
const COURIER = 'CourierMSP';
const SECRET = Buffer.alloc(32, 7).toString('base64url');
const INVITATION = SAMPLE_ROWS.invitation.id;
const CREDIT = { deal: DEAL, payment: PAYMENT_2.id, payee: 'seller' } as const;
const olga = makePerson('olga', 'person_olga0000');
const dan = makePerson('dan', 'person_dan00000');
/** Times are over for these, and not for the others. */
const LATE: readonly Action[] = ['closePayments', 'closeAdmission', 'expire'];

const nowOf = (action: Action) => BOUGHT_AT + (LATE.includes(action) ? 10_000_000 : 60_000);

/** In whose lane the command is given. */
function ownerOf(action: Action): string {
  if (action === 'acceptParcel' || action === 'deliver') return COURIER;
  return action === 'credit' ? BANK_B : BANK_A;
}

/** A ledger with the deal in that phase, as far as the action needs it; `change`: what stands under one of its keys. */
export async function fakeLedger(
  phase: Phase,
  action: Action,
  change: { readonly key: string; readonly text: string | null } | null = null,
): Promise<FakeStub> {
  const name = `${phase} ${action}`;
  const whole = wholeLedgers.get(name) ?? (await wholeLedger(phase, action));
  wholeLedgers.set(name, whole);
  const fake = new FakeStub();
  for (const [key, text] of whole.rows) fake.rows.set(key, text);
  for (const [key, text] of whole.secrets) fake.secrets.set(key, text);
  if (change === null) return fake;
  if (change.text === null) fake.rows.delete(change.key);
  else fake.rows.set(change.key, change.text);
  return fake;
}

/** By phase and action; copied before use. */
const wholeLedgers = new Map<string, FakeStub>();

async function wholeLedger(phase: Phase, action: Action): Promise<FakeStub> {
  const fake = new FakeStub();
  for (const [key, row, attested] of rowsOf(phase, action)) {
    fake.rows.set(key, textOf(row));
    const { owner } = row as { readonly owner?: string };
    if (owner === undefined) continue;
    fake.secrets.set(`own_${owner} attestation/${key}`, attestationOf(textOf(attested ?? row)));
  }
  await addPrivateRows(fake, recordFor(phase, action));
  return fake;
}

/** Public keys that were read from it. */
export function readKeys(fake: FakeStub): string[] {
  const single = fake.calls
    .filter((call) => call.startsWith('get '))
    .map((call) => call.slice('get '.length));
  const ranges = fake.calls
    .filter((call) => call.startsWith('range '))
    .map((call) => call.slice('range '.length));
  const ranged = [...fake.rows.keys()].filter((key) => ranges.some((range) => key.startsWith(range)));
  return [...new Set([...single, ...ranged])];
}

/** What the list executor says of the action's command. */
export async function outcomeOn(
  fake: FakeStub,
  action: Action,
  rules: { readonly agreement?: typeof AGREEMENT_RULES; readonly owner?: typeof OWNER_RULES } = {},
): Promise<CommandRecord> {
  const of = {
    text: canonicalJson([commandOf(action)] as unknown as Json),
    channel: CHANNEL,
    deployment: { marketplace: MARKETPLACE },
    now: nowOf(action),
  };
  const records = await (COMMANDS[action].lane === 'agreement'
    ? agree(fake, of, rules.agreement)
    : own(fake, ownerOf(action), of, rules.owner));
  const [record] = records;
  if (record === undefined) throw new Error('one command has one record');
  return record;
}

interface List {
  readonly text: string;
  readonly channel: string;
  readonly deployment: Deployment;
  readonly now: number;
}

function agree(fake: FakeStub, of: List, rules = AGREEMENT_RULES): Promise<readonly CommandRecord[]> {
  const session = new AgreementRows(new StubStore(fake.stub, null));
  return runList({
    ...{
      ...of,
      lane: 'agreement',
      rules,
      session,
      caller: { msp: MARKETPLACE, role: 'admin' },
    },
    usedIntents: {
      content: ({ body }) => session.row('usedIntent', body.person, body.id)?.content ?? null,
      write: () => undefined,
    },
  });
}

function own(
  fake: FakeStub,
  owner: string,
  of: List,
  rules = OWNER_RULES,
): Promise<readonly CommandRecord[]> {
  const session = new OwnerRows(new StubStore(fake.stub, `own_${owner}`), owner, 'tx1');
  return runList({
    ...{ ...of, lane: 'owner', rules, session, caller: { msp: owner, role: 'admin' } },
    usedIntents: {
      content: ({ body }) => session.privateRow('usedIntent', `${body.person}/${body.id}`)?.content ?? null,
      write: () => undefined,
    },
  });
}

type Stored = readonly [key: string, row: object, attested?: object];

function stored<K extends RowKind>(
  kind: K,
  ids: readonly string[],
  row: Rows[K],
  attested?: Rows[K],
): Stored {
  const key = rowKey(kind, ...ids);
  if (attested !== undefined && !isOwnedKind(kind)) throw new Error(`${kind} is nobody's`);
  return attested === undefined ? [key, row] : [key, row, attested];
}

function rowsOf(phase: Phase, action: Action): Stored[] {
  const isFull = phase !== 'paymentsClosed' && phase !== 'expired';
  const links = [ALICES_LINK_A, ALICES_LINK_B, SELLERS_LINK, { ...COMMISSION_LINK, person: alice.id }];
  const inPayment = [PAYMENT_1.id, PAYMENT_2.id];
  return [
    ...(action === 'setParameters' ? [] : [stored('parameters', [], SAMPLE_ROWS.parameters)]),
    stored('parametersProposal', [], SAMPLE_ROWS.parametersProposal),
    ...[personOf(alice, MARKETPLACE), personOf(bob, MARKETPLACE)].map((row) =>
      stored('person', [row.id], row),
    ),
    ...[personOf(olga, BANK_A), personOf(dan, COURIER)].map((row) => stored('person', [row.id], row)),
    stored('bank', ['10'], bankA()),
    ...links.map((row) => stored('link', [row.id], { ...row, keyThumbprint: thumbprintOf(row.person) })),
    stored('offer', [SAMPLE_ROWS.offer.id], SAMPLE_ROWS.offer),
    stored('stock', [SAMPLE_ROWS.stock.offer], stock(2, 1)),
    stored('shares', [SAMPLE_ROWS.shares.hash], SAMPLE_ROWS.shares),
    stored('terms', [DEAL], signedTermsRow()),
    stored('phase', [DEAL], { v: 1, deal: DEAL, status: phase, at: BOUGHT_AT, cancelledBy: null }),
    stored('reservation', [DEAL], reservation(inPayment)),
    stored('invitation', [DEAL, INVITATION], { ...SAMPLE_ROWS.invitation, status: 'open', accepted: null }),
    stored('payment', [DEAL, PAYMENT_1.id], PAYMENT_1, { ...PAYMENT_1, status: 'held' }),
    stored('payment', [DEAL, PAYMENT_2.id], PAYMENT_2, {
      ...PAYMENT_2,
      status: isFull ? 'held' : 'rejected',
    }),
    ...[PAYMENT_1, PAYMENT_2].map((row) =>
      stored('admission', [DEAL, row.id], admissionRow(row, 'admitted')),
    ),
    stored('usedIntent', [bob.id, signedTermsRow().listing], LISTING_USED_INTENT),
    stored('usedIntent', [alice.id, DEAL], PURCHASE_USED_INTENT),
    stored('usedIntent', [alice.id, PAYMENT_1.id], USED_INTENT_1),
    stored('usedIntent', [alice.id, PAYMENT_2.id], USED_INTENT_2),
    ...(isFull ? payoutRows(action) : []),
  ];
}

function payoutRows(action: Action): Stored[] {
  const items = planOf([PAYMENT_1, PAYMENT_2], workedPayees());
  const status = action === 'credit' ? 'due' : 'credited';
  const credits = items.map((item) => {
    const owner = item.bank === '20' ? BANK_B : BANK_A;
    return { v: 1, deal: DEAL, ...item, owner, currency: 'RUB', status } as const;
  });
  const parcel = action === 'acceptParcel' ? shipment() : shipment({ status: 'accepted' });
  const isOnItsWay = action === 'acceptParcel' || action === 'deliver';
  const delivered = isOnItsWay ? parcel : shipment({ status: 'delivered', h1: H1 });
  const inspected = { v: 1, deal: DEAL, startedAt: BOUGHT_AT } as const;
  const started = { ...inspected, status: 'started', acceptance: null } as const;
  const inspection = { ...inspected, status: 'accepted', acceptance: kept(acceptance()) } as const;
  return [
    stored('plan', [DEAL], { v: 1, deal: DEAL, items }),
    ...credits.map((row) => stored('credit', [DEAL, row.payment, row.payee], row)),
    stored('shipment', [DEAL], delivered),
    ...(action === 'startInspection'
      ? []
      : [stored('inspection', [DEAL], action === 'acceptGoods' ? started : inspection)]),
  ];
}

function personOf({ id, key }: Person, owner: string): PersonRow {
  const roles: Role[] = ['client', 'administrator', 'moderator', 'operator', 'agent'];
  return { v: 1, id, owner, status: 'active', key, roles };
}

function thumbprintOf(person: string): string {
  return person === bob.id ? bob.thumbprint : alice.thumbprint;
}

/** What bank A has recorded before the action. */
function recordFor(phase: Phase, action: Action): DealRecordRow | null {
  const nothing = { full: null, moved: null, delivered: null, word: null };
  if (action === 'answerPayment') return null;
  if (action === 'recordDeal' || phase === 'expired') return recorded(nothing);
  return recorded();
}

/** The banks' own rows: their secret, whom they trust, and the accounts behind links. */
async function addPrivateRows(fake: FakeStub, record: DealRecordRow | null): Promise<void> {
  const banks = [
    { bank: '10', msp: BANK_A },
    { bank: '20', msp: BANK_B },
  ];
  for (const [msp, link] of [
    [BANK_A, ALICES_LINK_A],
    [BANK_B, SELLERS_LINK],
    [COURIER, null],
  ] as const) {
    const collection = `own_${msp}`;
    fake.secrets.set(`${collection} secret`, canonicalJson({ v: 1, secret: SECRET }));
    const session = new OwnerRows(new StubStore(fake.stub, collection), msp, 'tx0');
    await session.read(() => session.privateRow('correspondents', ''));
    session.putPrivate('correspondents', '', { v: 1, banks });
    if (link !== null) {
      const { account } = ACCOUNT;
      session.putPrivate('linkedAccount', link.id, { v: 1, link: link.id, account, confirmed: link });
      session.putPrivate('account', account, { ...ACCOUNT, available: '5000000', held: '507500' });
    }
    if (msp === BANK_A && record !== null) session.putPrivate('dealRecord', DEAL, record);
    session.keep();
    await session.save();
  }
  for (const [name, text] of fake.sealed) fake.secrets.set(name, text);
  fake.sealed.clear();
  fake.calls.length = 0;
}

const commands = new Map<Action, Command>();

/** Always the same one: its signature is proved once. */
function commandOf(action: Action): Command {
  const known = commands.get(action);
  if (known !== undefined) return known;
  const made = makeCommand(action);
  commands.set(action, made);
  return made;
}

function makeCommand(action: Action): Command {
  const { by } = COMMANDS[action];
  const intent = by === 'machine' ? {} : { intent: intentOf(action as PersonAction) }; // not a machine's
  const params = by === 'machine' || by === 'both' ? { params: machineParams(action) } : {};
  return { action, ...intent, ...params };
}

const SELLERS: readonly Action[] = ['draftOffer', 'editOffer', 'listOffer'];
const CLIENTS: readonly Action[] = ['confirmLink'];

function signerOf(action: PersonAction): Person {
  if (SELLERS.includes(action)) return bob;
  if (action === 'acceptInvitation') return mallory;
  if (COMMANDS[action].lane === 'agreement' || CLIENTS.includes(action)) return alice;
  return ownerOf(action) === COURIER ? dan : olga;
}

function intentOf(action: PersonAction) {
  const id = ID_OF[action] ?? 'intent_00000001';
  const params = replaced(personTemplates(alice)[action], SAID[action]);
  const context = { channel: CHANNEL, now: nowOf(action), id };
  return signerOf(action).sign(action, params as never, context); // the template's form with other values
}

const NEW_DEAL = 'deal_00000002';
const ID_OF: { readonly [A in PersonAction]?: string } = {
  buy: NEW_DEAL,
  submitPayment: 'payment_00000009',
  registerPerson: 'person_newcomer0',
  askLink: 'link_newcomer0',
};

const purchase = deals.buy({
  ...{ offerTerms: TERMS.offerTerms, buyer: alice.id, link: ALICES_LINK_A.id, deal: NEW_DEAL },
  ...{ recipientCode: makeRecipientCode(), boughtAt: nowOf('buy') },
});
const payment = { terms: TERMS, amount: '500000', fee: '7500', link: ALICES_LINK_A.id };

/** What the templates cannot know. */
const SAID: { readonly [A in PersonAction]?: object } = {
  buy: purchase.request.params,
  submitPayment: submitPayment({ ...payment, arrivedAt: nowOf('submitPayment') }).params,
  invitePayer: { most: '500000', until: TERMS.payDeadline },
  listOffer: { termsHash: termsHash(TERMS.offerTerms), net: WORKED_SHARES.net, link: SELLERS_LINK.id },
  deliver: { h1: H1 },
  askLink: { keyThumbprint: alice.thumbprint },
  acceptInvitation: { keyThumbprint: mallory.thumbprint },
  setCommissionAccount: { link: COMMISSION_LINK.id },
};

function machineParams(action: Action): { readonly [name: string]: Json } {
  const templates: { readonly [action: string]: unknown } = machineTemplates(alice);
  const of = { deal: DEAL, payment: PAYMENT_1.id };
  const operationOf = (kind: 'hold' | 'void' | 'capture') => newOperation({ kind, ...of });
  const operations: { readonly [A in Action]?: object } = {
    answerPayment: { holdOperation: operationOf('hold'), voidOperation: operationOf('void'), verdict: 'yes' },
    capture: { operation: operationOf('capture') },
    voidPayment: { operation: operationOf('void') },
    recordDeal: { payments: [PAYMENT_1.id, PAYMENT_2.id] },
    credit: { ...CREDIT, operation: newOperation({ kind: 'credit', ...CREDIT } satisfies DealOperation) },
  };
  return replaced(templates[action] as Json, operations[action]);
}

/** A template with the deal's own names in place of its own. */
function replaced(template: Json, more: object | undefined): { readonly [name: string]: Json } {
  const names: { readonly [name: string]: Json } = {
    ...{ deal: DEAL, payment: PAYMENT_1.id, offer: TERMS.offerTerms.offer, link: ALICES_LINK_A.id },
    ...{ invitation: INVITATION, bank: '10', person: 'person_newcomer0', termsHash: termsHash(TERMS) },
    ...{ account: ACCOUNT.account, refundKey: refundKeyOf(SECRET, DEAL) },
  };
  const known = Object.entries(template as object).map(([name, value]: [string, Json]) => [
    name,
    names[name] ?? value,
  ]);
  return { ...(Object.fromEntries(known) as { [name: string]: Json }), ...more };
}

function textOf(row: object): string {
  return canonicalJson(row as Json); // rows are JSON
}
