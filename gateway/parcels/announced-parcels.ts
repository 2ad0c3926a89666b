// Takes at a courier what a deal's marketplace announces of a parcel. The ledger says whose deal it is, whether it is
// paid, and whether the parcel was accepted; to any other marketplace there is no such deal.
import { attestedOrNull } from '../../chaincode/protocol/owned.js';
import type { DealView } from '../../chaincode/protocol/queries.js';
import type { LedgerClient } from '../ledger/ledger-client.js';
import type { ParcelAnnouncement } from '../protocol/partner/endpoints.js';
import { Refused } from '../refused.js';
import type { ParcelAddress, ParcelAddresses } from '../store/addresses.js';

export interface AnnouncedParcelsOptions {
  /** MSP id of the courier. */
  readonly courier: string;
  readonly ledger: Pick<LedgerClient, 'deal'>;
  readonly addresses: Pick<ParcelAddresses, 'find' | 'save'>;
}

export class AnnouncedParcels {
  constructor(private readonly options: AnnouncedParcelsOptions) {}

  /**
   * Announced again, it acts once; what was given earlier comes too late and changes nothing. Throws Refused:
   * NOT_FOUND, WRONG_STATE, CONTENT_DIFFERS, PARCEL_ACCEPTED.
   */
  async announce(of: {
    /** MSP id of who announces. */
    readonly partner: string;
    readonly deal: string;
    readonly parcel: ParcelAnnouncement;
  }): Promise<void> {
    const { courier, ledger, addresses } = this.options;
    const { partner, deal, parcel } = of;
    const view = await ledger.deal(deal);
    requirePaidDeal(view, { marketplace: partner, courier });
    const kept = await addresses.find(deal);
    if (kept !== null && !isNews(kept, parcel)) return;
    // A first address may come late, when the courier's gateway was away; another one may not.
    if (kept !== null && attestedOrNull(view.shipment)?.status !== 'announced') {
      throw new Refused('PARCEL_ACCEPTED');
    }
    await addresses.save(deal, parcel);
  }
}

/** Throws Refused: NOT_FOUND, WRONG_STATE. */
function requirePaidDeal(
  { terms, phase }: DealView,
  of: { readonly marketplace: string; readonly courier: string },
): void {
  if (terms === null) throw new Refused('NOT_FOUND');
  const { marketplace, courier } = terms.terms.offerTerms;
  if (marketplace !== of.marketplace || courier !== of.courier) throw new Refused('NOT_FOUND');
  const found = phase?.status ?? null;
  if (found !== 'paid') throw new Refused('WRONG_STATE', { found, needed: 'paid' });
}

/** Throws Refused: CONTENT_DIFFERS, where two are of one instant. */
function isNews(kept: ParcelAddress, parcel: ParcelAnnouncement): boolean {
  if (parcel.changedAt !== kept.changedAt) return parcel.changedAt > kept.changedAt;
  const { recipient, text, phone } = kept.address;
  const { address } = parcel;
  const isSame = address.recipient === recipient && address.text === text && address.phone === phone;
  if (!isSame) throw new Refused('CONTENT_DIFFERS');
  return false;
}
