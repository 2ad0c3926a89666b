// The ledger at the fake gateway: invented blocks, the transactions of the invented deals, and receipts that fit as
// long as nobody has altered them.
import { canonicalJson, hashOf } from '../../../chaincode/protocol/canonical-json.js';
import type { Intent } from '../../../chaincode/protocol/intent.js';
import type { DealPage } from '../../../gateway/protocol/api/deals.js';
import type {
  LedgerBlockInfo,
  LedgerCommandInfo,
  LedgerTransactionInfo,
} from '../../../gateway/protocol/api/ledger.js';
import {
  CHECK_DOMAIN,
  type MemberSignature,
  type Receipt,
  RECEIPT_DOMAIN,
  type SignedReceipt,
  signedReceiptSchema,
} from '../../../gateway/protocol/api/receipts.js';
import { type Asked, FakeRefusal } from './asked.js';
import { MARINA, MINUTE_MS } from './deals.js';
import { type FakeKind, MSP_OF } from './world.js';

const NEWEST = 1_990;
const hashAt = (block: number): string => hashOf(`block ${String(block)}`);
const txAt = (block: number, index: number): string =>
  hashOf(`transaction ${String(block)}/${String(index)}`);
const FUNCTIONS = ['agreement:apply', 'owner:apply'] as const;
const CREATORS = ['MarketplaceMSP', 'BankAMSP', 'BankBMSP', 'CourierMSP'] as const;
const INVALID = 11;

function block(number: number): LedgerBlockInfo {
  const transactions = 1 + (number % 3);
  return {
    ...{ number, hash: hashAt(number), previousHash: number === 0 ? '' : hashAt(number - 1), transactions },
    at: Date.now() - (NEWEST - number) * MINUTE_MS,
    valid: number % 7 === 0 ? transactions - 1 : transactions,
  };
}

function transaction(number: number, index: number, txId = txAt(number, index)): LedgerTransactionInfo {
  const at = Date.now() - (NEWEST - number) * MINUTE_MS;
  const isInvalid = number % 7 === 0 && index === 0;
  return {
    ...{ txId, block: number, index, at, code: isInvalid ? INVALID : 0, commands: isInvalid ? 0 : 2 },
    creator: CREATORS[(number + index) % CREATORS.length] ?? '',
    function: FUNCTIONS[(number + index) % FUNCTIONS.length] ?? null,
  };
}

function commands(of: DealPage): LedgerCommandInfo[] {
  return [
    {
      ...{
        place: 0,
        action: 'submitPayment',
        id: 'payment_first001',
        isOk: true,
        code: null,
        signer: MARINA,
      },
      params: { deal: of.id, termsHash: of.termsHash, amount: '500000', fee: '7500', currency: 'RUB' },
      without: ['link'],
      signature: { key: 'A'.repeat(122), signature: 'B'.repeat(86), expiresAt: Date.now() },
    },
    {
      ...{ place: 1, action: 'answerPayment', id: 'payment_first001', isOk: false, code: 'TOO_LATE' },
      ...{ signer: null, params: null, without: [], signature: null },
    },
  ];
}

export function ledgerAnswers(kind: FakeKind, deals: readonly DealPage[]) {
  const find = (id = ''): DealPage => {
    const found = deals.find((one) => one.id === id);
    if (found === undefined) throw new FakeRefusal('NOT_FOUND');
    return found;
  };
  return {
    listBlocks: ({ query }: Asked) => {
      const first = query['cursor'] === undefined ? NEWEST : Number(query['cursor']);
      const limit = Number(query['limit'] ?? 25);
      const items = Array.from({ length: Math.min(limit, first + 1) }, (_, place) => block(first - place));
      return { items, next: first - limit < 0 ? null : String(first - limit) };
    },
    getBlock: ({ path }: Asked) => {
      const number = Number(path['block']);
      if (!Number.isInteger(number) || number < 0 || number > NEWEST) throw new FakeRefusal('NOT_FOUND');
      const head = block(number);
      const items = Array.from({ length: head.transactions }, (_, index) => transaction(number, index));
      return { ...head, dataHash: hashOf(number), newest: NEWEST, items, hidden: 0 };
    },
    getTransaction: ({ path }: Asked) => {
      const txId = path['transaction'] ?? '';
      const [first] = deals;
      if (first === undefined || !/^[0-9a-f]{64}$/.test(txId)) throw new FakeRefusal('NOT_FOUND');
      const ids = [first.id, 'payment_first001'];
      return {
        ...transaction(NEWEST - 1, 0, txId),
        ...{ blockHash: hashAt(NEWEST - 1), items: commands(first), hidden: 1 },
        events: [{ event: 'PaymentSubmitted', kind: 'payment', ids, deal: first.id }],
      };
    },
    getDealHistory: ({ path }: Asked) => {
      const { id, timeline } = find(path['deal']);
      const steps = timeline.map(({ event, ids, at, block: number, txId, isSigned }) => ({
        ...{ event, kind: 'phase', ids, deal: id, at, block: number, txId },
        creator: 'MarketplaceMSP',
        signer: isSigned ? MARINA : null,
      }));
      return { deal: id, newest: NEWEST, steps };
    },
    ...receiptAnswers(kind, find),
  };
}

/** No signature is real here: nobody who looks at the pages could tell, and no test asks. */
const signatureOf = (member: string): MemberSignature => ({
  ...{ member, certificate: '-----BEGIN CERTIFICATE-----', value: 'A'.repeat(86) },
});

function receiptAnswers(kind: FakeKind, find: (id?: string) => DealPage) {
  return {
    getReceipt: ({ path }: Asked): SignedReceipt => {
      const signature = signatureOf(MSP_OF[kind]);
      return { receipt: receiptOf(find(path['deal'])), signature };
    },
    verifyReceipt: ({ body }: Asked) => {
      const parsed = signedReceiptSchema.safeParse(body);
      if (!parsed.success) throw new FakeRefusal('BAD_INPUT');
      const signed = parsed.data;
      const { receipt } = signed;
      const said = (is: boolean) => (is ? ('fits' as const) : ('differs' as const));
      const member = MSP_OF[kind];
      const check = {
        ...({ v: 1 as const, domain: CHECK_DOMAIN, member, at: Date.now(), block: NEWEST } as const),
        receipt: hashOf(signed),
        signature: said(receipt.rows.every(isUnaltered)),
        intents: receipt.intents.map(({ intent }) => ({ id: intent.body.id, verdict: 'fits' as const })),
        rows: receipt.rows.map((row) => ({ key: row.key, verdict: said(isUnaltered(row)), isNewest: true })),
      };
      return { check, signature: signatureOf(member) };
    },
  };
}

/** The fake's attestation is of what it has issued. */
function isUnaltered({ row, attestation }: Receipt['rows'][number]): boolean {
  return attestation === null || attestation === hashOf(canonicalJson(row));
}

function receiptOf({ id, role, terms, termsHash, payments, timeline }: DealPage): Receipt {
  if (role === 'staff') throw new FakeRefusal('NOT_FOUND');
  const [first] = timeline;
  const at = { block: first?.block ?? 0, txId: first?.txId ?? '' };
  const rows = payments.map(({ id: payment, amount, fee, bank, place }) => {
    const row = { id: payment, deal: id, amount, fee, bank, status: place, currency: 'RUB' };
    return { key: `payment/${id}/${payment}`, row, attestation: hashOf(canonicalJson(row)), ...at };
  });
  return {
    ...{ v: 1, domain: RECEIPT_DOMAIN, channel: 'escrow', deal: id, holder: MARINA.id, role },
    ...{ issuedAt: Date.now(), block: NEWEST },
    intents: [{ intent: purchase(id, terms.offerTerms.offer, termsHash), ...at }],
    rows: [
      { key: `terms/${id}`, row: { v: 1, deal: id, terms, termsHash }, attestation: null, ...at },
      ...rows,
    ],
  };
}

function purchase(id: string, offer: string, termsHash: string): Intent {
  const head = { version: 1, channel: 'escrow', id, person: MARINA.id, action: 'buy' } as const;
  const body = { ...head, params: { offer, termsHash }, expiresAt: Date.now() };
  return { body, key: 'A'.repeat(122), signature: 'C'.repeat(86) };
}
