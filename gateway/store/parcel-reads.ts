// Parcels of a courier, as its tables of the ledger have them.
import type { Instant } from '../../chaincode/protocol/forms.js';
import type { ShipmentRow } from '../../chaincode/protocol/shipment.js';
import type { Part, PartRequest } from './offer-reads.js';

export interface StoredParcel {
  readonly row: ShipmentRow;
  /** When the deal was paid, and how long the seller and the courier have from then on. */
  readonly paidAt: Instant;
  readonly shipTimeMs: number;
  readonly deliverTimeMs: number;
  readonly updatedAt: Instant;
}

export interface ParcelReads {
  /** Of this courier; those that have waited longest first. `deal`: the beginning of the deal's id. */
  list(
    of: {
      readonly courier: string;
      readonly status: ShipmentRow['status'] | null;
      readonly deal: string | null;
    },
    part: PartRequest,
  ): Promise<Part<StoredParcel>>;
  /** Whether the parcel of this deal is the courier's. */
  isOf(courier: string, deal: string): Promise<boolean>;
}
