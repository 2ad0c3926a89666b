// The ledger browser: blocks, transactions and histories of deals, as the viewer may see them.
import type {
  LedgerBlockInfo,
  ledgerEndpoints,
  LedgerTransactionPage,
} from '../../../protocol/api/ledger.js';
import { Refused } from '../../../refused.js';
import type { DealReads } from '../../../store/deal-reads.js';
import type { LedgerReads, StoredBlock, StoredTransaction } from '../../../store/ledger-reads.js';
import { dealSight } from '../../../views/deal-page.js';
import { dealHistory, type LedgerViewer, transactionPage } from '../../../views/ledger-page.js';
import { isOfMember, type Names, type Observer } from '../../../views/viewer.js';
import type { HandlersOf } from '../binding.js';
import { found, observer } from './answers.js';
import { peopleOf, seenDeal } from './deals.js';
import { partRequest } from './offers.js';

export interface LedgerHandlersOptions {
  readonly ledger: LedgerReads;
  readonly deals: DealReads;
  readonly names: (people: readonly string[]) => Promise<Names>;
}

const BLOCK_NUMBER = /^(0|[1-9][0-9]{0,14})$/;

export function ledgerHandlers(options: LedgerHandlersOptions): HandlersOf<keyof typeof ledgerEndpoints> {
  const { ledger, deals } = options;
  return {
    listBlocks: async ({ query }) => {
      const part = await ledger.blocks(partRequest(query));
      return { items: part.items.map(blockInfo), next: part.next };
    },
    getBlock: async ({ path }, { viewer }) => {
      if (!BLOCK_NUMBER.test(path.block)) throw new Refused('NOT_FOUND');
      const { block, transactions } = found(await ledger.block(Number(path.block)));
      const items = await shownOf(options, transactions, observer(viewer));
      return {
        ...blockInfo(block),
        dataHash: block.dataHash,
        newest: await ledger.newestBlock(),
        items,
        hidden: block.transactions - items.length,
      };
    },
    getTransaction: async ({ path }, { viewer }) => {
      return found(await pageOf(options, path.transaction, observer(viewer)));
    },
    getDealHistory: async ({ path: { deal } }, { viewer }) => {
      const { events, block } = await deals.find(deal);
      const signers = events.flatMap(({ person }) => person ?? []);
      const by = await viewerOf(options, observer(viewer), { deals: [deal], signers });
      return found(dealHistory({ deal, newest: block, events }, by));
    },
  };
}

/** Null: there is no such transaction for this viewer. */
async function pageOf(
  options: LedgerHandlersOptions,
  txId: string,
  viewer: Observer,
): Promise<LedgerTransactionPage | null> {
  const seen = await options.ledger.transaction(txId);
  if (seen === null) return null;
  const named = seen.events.flatMap(({ deal }) => deal ?? []);
  const signers = seen.commands.flatMap(({ person }) => person ?? []);
  const by = await viewerOf(options, viewer, { deals: [...new Set(named)], signers });
  return transactionPage(seen, by);
}

/** Of a client's own, those that have something to show him. */
async function shownOf(
  options: LedgerHandlersOptions,
  transactions: readonly StoredTransaction[],
  viewer: Observer,
): Promise<StoredTransaction[]> {
  const [first] = transactions;
  if (first === undefined || isOfMember(viewer)) return [...transactions];
  const own = await options.ledger.ownIn(first.block, viewer.person);
  const shown: StoredTransaction[] = [];
  for (const transaction of transactions) {
    if (!own.has(transaction.index)) continue;
    if ((await pageOf(options, transaction.txId, viewer)) !== null) shown.push(transaction);
  }
  return shown;
}

/** Members' people see every deal as it is; of a client, those that he takes part in. */
async function viewerOf(
  { ledger, deals, names }: LedgerHandlersOptions,
  viewer: Observer,
  of: { readonly deals: readonly string[]; readonly signers: readonly string[] },
): Promise<LedgerViewer> {
  if (isOfMember(viewer)) return { viewer, names: await names([...of.signers]), sights: new Map() };
  const own = await ledger.dealsOf(viewer.person, of.deals);
  const seen = (await deals.findMany(own)).map(seenDeal);
  const named = await names([...of.signers, ...seen.flatMap(peopleOf)]);
  const sights = seen.flatMap((deal) => {
    const sight = dealSight(deal, viewer, named);
    const id = deal.view.terms?.terms.deal;
    return sight === null || id === undefined ? [] : [[id, sight] as const];
  });
  return { viewer, names: named, sights: new Map(sights) };
}

function blockInfo({ number, hash, previousHash, at, transactions, valid }: StoredBlock): LedgerBlockInfo {
  return { number, hash, previousHash, at, transactions, valid };
}
