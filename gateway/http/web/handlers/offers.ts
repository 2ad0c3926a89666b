// The catalogue, sellers' offers, moderation.
import type { LinkRow } from '../../../../chaincode/protocol/account.js';
import type { ParametersRow } from '../../../../chaincode/protocol/member.js';
import type { Intent } from '../../../../chaincode/protocol/intent.js';
import { rowKey } from '../../../../chaincode/protocol/rows.js';
import { netOfOffer, offerTermsOf } from '../../../../chaincode/protocol/terms.js';
import type { Clock } from '../../../clock.js';
import type { LedgerClient } from '../../../ledger/ledger-client.js';
import type { Operations } from '../../../operations/operations.js';
import type { Listing, offerEndpoints } from '../../../protocol/api/offers.js';
import {
  moderationReasonHash,
  offerContentHash,
  type OfferContentText,
} from '../../../protocol/offer-content.js';
import { Refused } from '../../../refused.js';
import type { OfferContents, OfferReads, Part, StoredOffer } from '../../../store/offer-reads.js';
import { offerCard, offerListItem, offerPage } from '../../../views/offer-page.js';
import type { Names, Observer } from '../../../views/viewer.js';
import type { HandlersOf } from '../binding.js';
import { carry, commandOf, found, observer, requireSubject, rowAt, type SignedIn } from './answers.js';

export interface OfferHandlersOptions {
  readonly offers: OfferReads & OfferContents;
  readonly ledger: Pick<LedgerClient, 'rows'>;
  readonly operations: Operations;
  readonly names: (people: readonly string[]) => Promise<Names>;
  readonly clock: Clock;
}

type Shown<Item> = (offer: StoredOffer, viewer: Observer, names: Names) => Item;

export function offerHandlers(options: OfferHandlersOptions): HandlersOf<keyof typeof offerEndpoints> {
  const { offers, operations } = options;
  const page = async <Item>(part: Part<StoredOffer>, viewer: Observer, show: Shown<Item>) => {
    const names = await options.names(part.items.map(({ row }) => row.seller));
    return { items: part.items.map((offer) => show(offer, viewer, names)), next: part.next };
  };
  const send = (context: SignedIn, action: OfferAction, intent: Intent) =>
    carry(operations, context, commandOf(action, intent));
  return {
    searchOffers: async ({ query }, { viewer }) => {
      const { words, leastPrice, mostPrice, inStock, order } = query;
      const search = {
        words: words ?? null,
        leastPrice: leastPrice ?? null,
        mostPrice: mostPrice ?? null,
        inStock: inStock ?? false,
        order: order ?? null,
      };
      return page(await offers.search(search, partRequest(query)), observer(viewer), offerCard);
    },
    getOffer: async ({ path }, { viewer }) => {
      const offer = found(await offers.find(path.offer));
      return found(offerPage(offer, observer(viewer), await options.names([offer.row.seller])));
    },
    listMyOffers: async ({ query }, { viewer }) =>
      page(await offers.ofSeller(viewer.person.id, partRequest(query)), observer(viewer), offerListItem),
    listModeration: async ({ query }, { viewer }) =>
      page(await offers.waiting('draft', partRequest(query)), observer(viewer), offerListItem),
    draftOffer: async ({ body }, context) => {
      await saveContent(options, context, 'draftOffer', body);
      return send(context, 'draftOffer', body.intent);
    },
    editOffer: async ({ path, body }, context) => {
      requireSubject(body.intent, 'offer', path.offer);
      await saveContent(options, context, 'editOffer', body);
      return send(context, 'editOffer', body.intent);
    },
    moderateOffer: async ({ path, body }, context) => {
      requireSubject(body.intent, 'offer', path.offer);
      await saveReason(options, context, body);
      return send(context, 'moderateOffer', body.intent);
    },
    getListing: async ({ path, query }, { viewer }) =>
      listingFor(options, viewer.person.id, path.offer, query.link),
    listOffer: ({ path, body }, context) => {
      requireSubject(body.intent, 'offer', path.offer);
      return send(context, 'listOffer', body.intent);
    },
  };
}

type OfferAction = 'draftOffer' | 'editOffer' | 'moderateOffer' | 'listOffer';

export function partRequest(query: { readonly cursor?: string | undefined; readonly limit: number }) {
  return { cursor: query.cursor ?? null, limit: query.limit };
}

/** Stored before the command is sent: the ledger must not name content that nobody has. */
async function saveContent(
  { offers, operations, clock }: OfferHandlersOptions,
  { viewer }: SignedIn,
  action: OfferAction,
  body: { readonly intent: Intent; readonly content: OfferContentText },
): Promise<void> {
  operations.require(viewer.person.id, commandOf(action, body.intent));
  const hash = offerContentHash(body.content);
  if (body.intent.body.params['contentHash'] !== hash) throw new Refused('CONTENT_DIFFERS', { needed: hash });
  await offers.save({ ...body.content, hash, author: viewer.person.id, at: clock.now() });
}

async function saveReason(
  { offers, operations }: OfferHandlersOptions,
  { viewer }: SignedIn,
  { intent, reason }: { readonly intent: Intent; readonly reason: string | null },
): Promise<void> {
  operations.require(viewer.person.id, commandOf('moderateOffer', intent));
  const hash = reason === null ? null : moderationReasonHash(reason);
  if (intent.body.params['reasonHash'] !== hash) throw new Refused('CONTENT_DIFFERS', { needed: hash });
  if (reason !== null && hash !== null) await offers.saveReason({ hash, text: reason });
}

/** What the seller signs to list, from the ledger's rows of now. */
async function listingFor(
  { ledger }: OfferHandlersOptions,
  seller: string,
  offerId: string,
  linkId: string,
): Promise<Listing> {
  const rows = await ledger.rows([rowKey('offer', offerId), rowKey('link', linkId), rowKey('parameters')]);
  const offer = found(rowAt(rows, 'offer', offerId));
  const link = found(rowAt(rows, 'link', linkId));
  const parameters = found(rowAt(rows, 'parameters'));
  if (offer.seller !== seller || link.person !== seller) throw new Refused('NOT_FOUND');
  if (offer.sharesNonce === null || link.status !== 'active') {
    throw new Refused('WRONG_STATE', { found: offer.status, needed: 'approved' });
  }
  const commissionLink = await commissionLinkOf(ledger, parameters, offer.currency);
  const terms = offerTermsOf({
    offer,
    sharesNonce: offer.sharesNonce,
    sellerLink: link,
    commissionLink,
    parameters,
  });
  return { terms, net: netOfOffer(offer, parameters), sharesNonce: offer.sharesNonce };
}

async function commissionLinkOf(
  ledger: Pick<LedgerClient, 'rows'>,
  { commissionLinks }: ParametersRow,
  currency: string,
): Promise<LinkRow> {
  const id = Object.hasOwn(commissionLinks, currency) ? commissionLinks[currency] : undefined;
  if (id === undefined) throw new Refused('NO_COMMISSION_ACCOUNT');
  return found(rowAt(await ledger.rows([rowKey('link', id)]), 'link', id));
}
