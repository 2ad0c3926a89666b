// Deals as their parties see them, and the commands of a buyer and of payers.
import type { Clock } from '../../../clock.js';
import type { Operations } from '../../../operations/operations.js';
import type { ClientLimits } from '../../../payments/client-limits.js';
import { dealViewOf } from '../../../projection/deal-view.js';
import type { dealEndpoints, DealPage } from '../../../protocol/api/deals.js';
import { Refused } from '../../../refused.js';
import type { DealAddresses } from '../../../store/addresses.js';
import type { DealReads, StoredDeal } from '../../../store/deal-reads.js';
import { dealListItem, dealPage, type SeenDeal } from '../../../views/deal-page.js';
import type { Names, Observer } from '../../../views/viewer.js';
import type { HandlersOf } from '../binding.js';
import { carry, commandOf, found, observer, requireSubject, type SignedIn } from './answers.js';
import { partRequest } from './offers.js';

export interface DealHandlersOptions {
  readonly deals: DealReads;
  readonly operations: Operations;
  readonly limits: ClientLimits;
  readonly addresses: Pick<DealAddresses, 'begin'>;
  readonly names: (people: readonly string[]) => Promise<Names>;
  readonly clock: Clock;
}

type DealPages = Pick<DealHandlersOptions, 'deals' | 'names' | 'clock'>;

export function dealHandlers(
  options: DealHandlersOptions,
): HandlersOf<keyof typeof dealEndpoints | 'submitPayment'> {
  const { deals, operations, limits, addresses, names, clock } = options;
  return {
    buy: async ({ body: { intent, address } }, context) => {
      const command = commandOf('buy', intent);
      const { id: buyer } = context.viewer.person;
      operations.require(buyer, command);
      // Stored before the command is sent, so that no deal is without what its buyer gave.
      await limits.takePurchase(buyer, command, async () => {
        if (address !== undefined) await addresses.begin(intent.body.id, buyer, { address, at: clock.now() });
      });
      return carry(operations, context, command);
    },
    listMyDeals: async ({ query }, { viewer }) => {
      const { person } = viewer;
      const part = await deals.ofPerson(person.id, query.role ?? null, partRequest(query));
      const seen = (await deals.findMany(part.items)).map(seenDeal);
      const named = await names(seen.flatMap(peopleOf));
      const items = seen.flatMap((deal) => dealListItem(deal, observer(viewer), named, clock.now()) ?? []);
      return { items, next: part.next };
    },
    getDeal: async ({ path }, { viewer }) => pageFor(options, path.deal, observer(viewer)),
    cancelDeal: async ({ path, body }, context) => {
      requireSubject(body.intent, 'deal', path.deal);
      await requireParty(deals, path.deal, context);
      return carry(operations, context, commandOf('cancelDeal', body.intent));
    },
    concedeDeal: async ({ path, body }, context) => {
      requireSubject(body.intent, 'deal', path.deal);
      await requireParty(deals, path.deal, context);
      return carry(operations, context, commandOf('concedeDeal', body.intent));
    },
    acceptGoods: ({ path, body }, context) => {
      requireSubject(body.intent, 'deal', path.deal);
      return carry(operations, context, commandOf('acceptGoods', body.intent));
    },
    submitPayment: async ({ path, body }, context) => {
      requireSubject(body.intent, 'deal', path.deal);
      await requireParty(deals, path.deal, context);
      const command = commandOf('submitPayment', body.intent);
      await limits.takePayment(context.viewer.person.id, path.deal, command);
      return carry(operations, context, command);
    },
  };
}

/** Throws: Refused NOT_FOUND. */
export async function requireParty(
  deals: Pick<DealReads, 'takesPart'>,
  deal: string,
  { viewer }: SignedIn,
): Promise<void> {
  if (!(await deals.takesPart(deal, viewer.person.id))) throw new Refused('NOT_FOUND');
}

export async function pageFor(
  { deals, names, clock }: DealPages,
  deal: string,
  viewer: Observer,
): Promise<DealPage> {
  const seen = seenDeal(await deals.find(deal));
  return found(dealPage(seen, viewer, await names(peopleOf(seen)), clock.now()));
}

export function seenDeal({ rows, shares, content, settlement, events, block }: StoredDeal): SeenDeal {
  const view = dealViewOf(rows, shares);
  const title = content?.title ?? view.terms?.terms.offerTerms.offer ?? '';
  return { view, events, title, picture: content?.pictures[0] ?? null, settlement, block };
}

/** Whose names a view of the deal needs. */
export function peopleOf({ view }: SeenDeal): string[] {
  const terms = view.terms?.terms;
  const parties = terms === undefined ? [] : [terms.buyer, terms.offerTerms.seller];
  const takers = view.invitations.flatMap(({ accepted }) => accepted?.person ?? []);
  return [...parties, ...takers, ...view.payments.map(({ row }) => row.payer)];
}
