// An offer as one viewer may see it. Pure; the commission and what opens the shares are never in it.
import type { OfferCard, OfferListItem, OfferPage } from '../protocol/api/offers.js';
import type { StoredOffer } from '../store/offer-reads.js';
import { type Names, type Observer, personRef } from './viewer.js';

/** Null: there is no such offer for this viewer. */
export function offerPage(offer: StoredOffer, viewer: Observer, names: Names): OfferPage | null {
  const { row, content } = offer;
  const isMine = row.seller === viewer.person;
  if (row.status !== 'listed' && !isMine && !isModerator(viewer)) return null;
  const { payTimeMs, answerTimeMs, inspectionTimeMs, shipTimeMs, deliverTimeMs } = row;
  const { title, reason, ...listed } = offerListItem(offer, viewer, names);
  const text = content ?? { title, description: '', pictures: [] };
  return {
    ...listed,
    content: { ...text, pictures: [...text.pictures] },
    courier: row.courier,
    ...{ payTimeMs, answerTimeMs, inspectionTimeMs, shipTimeMs, deliverTimeMs },
    terms: row.status === 'listed' ? row.terms : null,
    isMine,
    reason,
  };
}

export function offerListItem(
  { row, stock, content, reason, updatedAt }: StoredOffer,
  viewer: Observer,
  names: Names,
): OfferListItem {
  const { id, status, version, price, currency, seller } = row;
  const isOpen = seller === viewer.person || isModerator(viewer);
  return {
    ...{ id, status, version, price, currency, updatedAt },
    title: content?.title ?? id,
    total: stock?.total ?? 0,
    available: stock?.available ?? 0,
    seller: personRef(seller, names, isOpen),
    reason: isOpen ? reason : null,
  };
}

export function offerCard({ row, stock, content }: StoredOffer, viewer: Observer, names: Names): OfferCard {
  const { id, price, currency, seller } = row;
  return {
    ...{ id, price, currency },
    title: content?.title ?? id,
    picture: content?.pictures[0] ?? null,
    available: stock?.available ?? 0,
    seller: personRef(seller, names, seller === viewer.person),
  };
}

function isModerator({ roles }: Observer): boolean {
  return roles.includes('moderator');
}
