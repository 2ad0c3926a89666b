// A bank's operators at the fake gateway: a few customers and accounts, payments at every stage, two keys, books that
// sum to zero. Deposits and withdrawals are booked.
import type {
  apiKeySchema,
  bankAccountSchema,
  bankOperationSchema,
  holderSchema,
  paymentRequestInfoSchema,
} from '../../../gateway/protocol/api/bank.js';
import type { z } from 'zod';
import type { BankInfo } from '../../../gateway/protocol/api/consortium.js';
import type { Operation } from '../../../gateway/protocol/api/forms.js';
import type { Intent } from '../../../chaincode/protocol/intent.js';
import { type Asked, FakeRefusal } from './asked.js';
import { DAY_MS, HOUR_MS, MINUTE_MS } from './deals.js';

type Account = z.infer<typeof bankAccountSchema>;
type BankOperation = z.infer<typeof bankOperationSchema>;
type PaymentRequest = z.infer<typeof paymentRequestInfoSchema>;

export const NUMBER = '10012345678901258';
const HOLDERS: z.infer<typeof holderSchema>[] = [
  { holder: 'holder_1', name: 'Марина Калинина', phone: '+79000000001' },
  { holder: 'holder_2', name: 'Василиса Белозерова-Преображенская', phone: '+79000000002' },
];

const signed = (amount: bigint): string => amount.toString();

/** Money from one account of the books to another. */
function entry(of: {
  readonly operation: string;
  readonly kind: BankOperation['kind'];
  readonly at: number;
  readonly amount: string;
  readonly from: string;
  readonly to: string;
  readonly payment?: string;
}): BankOperation {
  const { operation, kind, at, amount, from, to, payment = null } = of;
  const lines = [
    { account: to, amount },
    { account: from, amount: signed(-BigInt(amount)) },
  ];
  const deal = payment === null ? null : 'deal_partpaid0001';
  return { operation, kind, at, deal, payment, currency: 'RUB', lines };
}

function operations(): BankOperation[] {
  const now = Date.now();
  const [available, held] = [`available/${NUMBER}`, `held/${NUMBER}`];
  const first = {
    operation: 'posting_1',
    kind: 'deposit',
    at: now - 26 * DAY_MS,
    amount: '2000000',
  } as const;
  const hold = { operation: 'hold_2', kind: 'hold', at: now - 11 * MINUTE_MS, amount: '507500' } as const;
  return [
    entry({ ...hold, from: available, to: held, payment: 'payment_first001' }),
    entry({ ...first, from: 'cash', to: available }),
  ];
}

function payments(): PaymentRequest[] {
  const now = Date.now();
  const payment = (id: string, rest: Partial<PaymentRequest>): PaymentRequest => ({
    payment: `payment_${id}`,
    deal: 'deal_partpaid0001',
    status: 'submitted',
    amount: '500000',
    fee: '7500',
    currency: 'RUB',
    arrivedAt: now - MINUTE_MS,
    answerBy: now + 9 * MINUTE_MS,
    stage: 'core',
    payer: { account: NUMBER, holder: 'holder_1' },
    core: null,
    refusal: null,
    ...rest,
  });
  const asked = { askedAt: now - 40_000, verdict: null, reason: null, answeredAt: null };
  const no = { ...asked, verdict: 'no', reason: 'CUST', answeredAt: now - 38_000 } as const;
  const yes = { ...asked, verdict: 'yes', answeredAt: now - 38_000 } as const;
  return [
    payment('admit001', { stage: 'admission', answerBy: null, payer: null }),
    payment('code0001', { stage: 'code' }),
    payment('core0001', { core: asked }),
    payment('first001', { status: 'held', stage: 'answered', core: yes, arrivedAt: now - HOUR_MS }),
    payment('refused1', { status: 'rejected', stage: 'answered', core: no, arrivedAt: now - 2 * HOUR_MS }),
    payment('refused2', { status: 'rejected', stage: 'answered', refusal: 'CODE', arrivedAt: now - DAY_MS }),
    payment('closed01', { stage: 'closed', arrivedAt: now - 2 * DAY_MS }),
  ];
}

type ApiKey = z.infer<typeof apiKeySchema>;

function keys(): ApiKey[] {
  const now = Date.now();
  const key: ApiKey = {
    id: '0123456789abcdef',
    member: 'MarketplaceMSP',
    scopes: ['links', 'payments', 'balances', 'quotes', 'operations'],
    label: 'Базар, основной шлюз',
    createdAt: now - 40 * DAY_MS,
    expiresAt: now + 320 * DAY_MS,
    revokedAt: null,
    lastUsedAt: now - 2 * MINUTE_MS,
    replacedBy: null,
  };
  const old = { ...key, id: 'fedcba9876543210', scopes: ['quotes'] as ApiKey['scopes'], label: 'Проба' };
  return [key, { ...old, revokedAt: now - DAY_MS, lastUsedAt: null }];
}

const intentOf = ({ body }: Asked): Intent['body'] => (body as { readonly intent: Intent }).intent.body;

export function bankAnswers(done: (asked: Asked) => Operation, banks: BankInfo[]) {
  const accounts: Account[] = [
    {
      account: NUMBER,
      holder: 'holder_1',
      currency: 'RUB',
      available: '1492500',
      held: '507500',
      pending: '0',
    },
  ];
  const booked = operations();
  const issued = keys();
  const find = (number: unknown): Account => {
    const found = accounts.find(({ account }) => account === number);
    if (found === undefined) throw new FakeRefusal('NO_ACCOUNT');
    return found;
  };
  const move = (kind: 'deposit' | 'withdrawal') => (asked: Asked) => {
    const { id, params } = intentOf(asked);
    const found = find(params['account']);
    const amount = params['amount'] as string; // by the form of the command
    const available = BigInt(found.available) + (kind === 'deposit' ? 1n : -1n) * BigInt(amount);
    if (available < 0n) return { ...done(asked), status: 'refused' as const, code: 'FUNDS' };
    accounts.splice(accounts.indexOf(found), 1, { ...found, available: signed(available) });
    const [own, cash] = [`available/${found.account}`, 'cash'];
    const way = kind === 'deposit' ? { from: cash, to: own } : { from: own, to: cash };
    booked.unshift(entry({ operation: id, kind, at: Date.now(), amount, ...way }));
    return done(asked);
  };
  return {
    searchHolders: ({ body }: Asked) => {
      const words = String((body as { readonly words?: string }).words ?? '').toLowerCase();
      const items = HOLDERS.filter(({ name, phone }) => `${name} ${phone}`.toLowerCase().includes(words));
      return { items, next: null };
    },
    getHolder: ({ body }: Asked) => {
      const found = HOLDERS.find(({ holder }) => holder === (body as { readonly holder: string }).holder);
      if (found === undefined) throw new FakeRefusal('NO_HOLDER');
      return found;
    },
    openAccount: (asked: Asked) => {
      const { account, holder, currency } = intentOf(asked).params as { readonly [name: string]: string };
      if (account === undefined || holder === undefined || currency === undefined) {
        throw new FakeRefusal('BAD_INPUT');
      }
      accounts.push({ account, holder, currency, available: '0', held: '0', pending: '0' });
      return done(asked);
    },
    deposit: move('deposit'),
    withdraw: move('withdrawal'),
    publishTariff: (asked: Asked) => {
      const { bank, tariff, debitCaps } = intentOf(asked).params as {
        readonly bank: string;
        readonly tariff: BankInfo['tariff'];
        readonly debitCaps: BankInfo['debitCaps'];
      };
      const index = banks.findIndex(({ id }) => id === bank);
      const found = banks[index];
      if (found === undefined) throw new FakeRefusal('UNKNOWN_BANK');
      banks.splice(index, 1, { ...found, tariff, debitCaps, tariffSince: Date.now() });
      return done(asked);
    },
    getSealingKey: () => ({ bank: '10', sealingKey: 'A'.repeat(43) }),
    searchAccounts: ({ body }: Asked) => {
      const { words = '', holder } = body as { readonly words?: string; readonly holder?: string };
      const found = accounts.filter((one) => holder === undefined || one.holder === holder);
      const items = found.filter((one) => one.account.startsWith(words) || one.holder.startsWith(words));
      return { items, next: null };
    },
    getStatement: ({ body }: Asked) => {
      const account = find((body as { readonly account: string }).account);
      const items = booked.filter(({ lines }) =>
        lines.some((line) => line.account.endsWith(account.account)),
      );
      return { account, operations: { items, next: null } };
    },
    listPaymentRequests: ({ query }: Asked) => {
      const isWaiting = ({ stage }: PaymentRequest): boolean => stage !== 'answered' && stage !== 'closed';
      const { state } = query;
      const items = payments().filter(
        (one) => state === undefined || isWaiting(one) === (state === 'waiting'),
      );
      return { items, next: null };
    },
    listDealOperations: ({ path }: Asked) => {
      const tied = booked.filter(({ deal }) => deal === path['deal']);
      return { refundKeyFingerprint: tied.length === 0 ? null : '0123456789abcdef', tied, others: [] };
    },
    ...bookAndKeyAnswers(issued),
  };
}

function bookAndKeyAnswers(issued: ApiKey[]) {
  const find = ({ path }: Asked): ApiKey => {
    const found = issued.find(({ id }) => id === path['key']);
    if (found === undefined) throw new FakeRefusal('NOT_FOUND');
    return found;
  };
  const replace = (old: ApiKey, change: Partial<ApiKey>): ApiKey => {
    const changed = { ...old, ...change };
    issued.splice(issued.indexOf(old), 1, changed);
    return changed;
  };
  const add = (of: Partial<ApiKey>) => {
    const id = String(issued.length).padStart(16, '0');
    const unused = { createdAt: Date.now(), revokedAt: null, lastUsedAt: null, replacedBy: null };
    const [first] = issued;
    if (first === undefined) throw new FakeRefusal('NOT_FOUND');
    const record: ApiKey = { ...first, ...unused, ...of, id };
    issued.unshift(record);
    return { key: `fsk_${id}_${'A'.repeat(43)}`, record };
  };
  return {
    getTrialBalance: () => ({
      items: [
        {
          currency: 'RUB',
          lines: [
            { kind: 'available', bank: null, accounts: 1, sum: '1492500' },
            { kind: 'held', bank: null, accounts: 1, sum: '507500' },
            { kind: 'bank', bank: '20', accounts: 1, sum: '-740000' },
            { kind: 'cash', bank: null, accounts: 1, sum: '-1260000' },
          ],
          sum: '0',
          operations: 3,
        },
      ],
    }),
    listDebitCaps: () => ({
      items: [
        {
          ...{ bank: '20', currency: 'RUB', cap: '100000000', used: '99900000' },
          waiting: [
            {
              ...{ place: 1, deal: 'deal_partpaid0001', payment: 'payment_waiting1' },
              ...{ amount: '740000', arrivedAt: Date.now() - HOUR_MS },
            },
          ],
        },
      ],
    }),
    listApiKeys: () => ({ items: issued }),
    issueApiKey: ({ body }: Asked) => add(body as Partial<ApiKey>),
    rotateApiKey: (asked: Asked) => {
      const old = find(asked);
      const { expiresAt } = asked.body as { readonly expiresAt: number };
      const next = add({ ...old, expiresAt });
      replace(old, { replacedBy: next.record.id, expiresAt: Date.now() + 7 * DAY_MS });
      return next;
    },
    revokeApiKey: (asked: Asked) => replace(find(asked), { revokedAt: Date.now() }),
    getSimulator: () => ({ switches: 'http://core-bank-a.localhost:7080/switches/secret' }),
  };
}
