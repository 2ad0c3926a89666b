// How long the stores take for what the busiest pages ask of them: the pages' own questions, each several times. The
// rest of a page, such as the ledger's answer to a balance, is not in it.
import type { ReadTime } from '../protocol/read-times.js';
import type { AccountReads } from '../store/account-reads.js';
import type { BankReads } from '../store/bank-reads.js';
import type { DealReads } from '../store/deal-reads.js';
import type { Notifications } from '../store/notifications.js';
import type { OfferReads } from '../store/offer-reads.js';
import type { PersonRecords } from '../store/person-records.js';

/** What a marketplace's pages read. */
export interface MarketplaceStores {
  readonly offers: OfferReads;
  readonly persons: Pick<PersonRecords, 'find' | 'names'>;
  readonly accounts: Pick<AccountReads, 'ofPerson'>;
  readonly deals: Pick<DealReads, 'ofPerson' | 'findMany'>;
  readonly notifications: Pick<Notifications, 'unread'>;
}

/** What a list shows at once, as pages ask for it. */
const PAGE = { cursor: null, limit: 50 };
/** In both languages, and one that is misspelt. */
const WORDS = ['велосипед', 'самовар тула', 'телескоп псков', 'accordion', 'city bicycle kazan', 'велисопед'];
const TIMES_EACH = 20;
const MOST_UNREAD = 100;

/** Of a marketplace: catalogue, search, and the pages of these people. */
export async function marketplaceReadTimes(
  { offers, persons, accounts, deals, notifications }: MarketplaceStores,
  people: readonly string[],
): Promise<ReadTime[]> {
  const any = { words: null, leastPrice: null, mostPrice: null, inStock: false, order: null };
  const cards = async (words: string | null): Promise<void> => {
    const { items } = await offers.search({ ...any, words }, PAGE);
    await persons.names(items.map(({ row }) => row.seller));
  };
  const cheapest = async (): Promise<void> => {
    await offers.search({ ...any, inStock: true, leastPrice: '1', order: 'cheapest' }, PAGE);
  };
  const personalPage = async (person: string): Promise<void> => {
    await Promise.all([
      persons.find(person),
      accounts.ofPerson(person),
      deals.ofPerson(person, null, PAGE).then(({ items }) => deals.findMany(items)),
      offers.ofSeller(person, PAGE),
      notifications.unread({ person, since: 0 }, MOST_UNREAD),
    ]);
  };
  return [
    await timed('catalogue', [() => cards(null), cheapest]),
    await timed(
      'search',
      WORDS.map((words) => () => cards(words)),
    ),
    await timed(
      'personalPage',
      people.map((person) => () => personalPage(person)),
    ),
  ];
}

/** Of a bank: the list of its accounts from the beginning, its second page, and by the beginning of a number. */
export async function bankReadTimes(reads: Pick<BankReads, 'accounts'>): Promise<ReadTime[]> {
  const all = { words: '', holder: null };
  const first = await reads.accounts(all, PAGE);
  const asks = [
    () => reads.accounts(all, PAGE),
    () => reads.accounts(all, { ...PAGE, cursor: first.next }),
    () => reads.accounts({ ...all, words: first.items.at(-1)?.account.slice(0, 8) ?? '1' }, PAGE),
    () => reads.accounts({ ...all, holder: first.items[0]?.holder ?? '' }, PAGE),
  ];
  return [await timed('bankAccounts', asks)];
}

/** All of them in turn, so that none is answered from what the last one has just read. */
async function timed(what: ReadTime['what'], asks: readonly (() => Promise<unknown>)[]): Promise<ReadTime> {
  for (const ask of asks) await ask();
  const times: number[] = [];
  for (let round = 0; round < TIMES_EACH; round += 1) {
    for (const ask of asks) {
      const begun = performance.now();
      await ask();
      times.push(performance.now() - begun);
    }
  }
  times.sort((left, right) => left - right);
  const medianMs = times[Math.floor(times.length / 2)] ?? 0;
  return { what, times: times.length, medianMs, mostMs: times.at(-1) ?? 0 };
}
