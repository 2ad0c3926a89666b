// A courier's parcels.
import type { Operations } from '../../../operations/operations.js';
import type { Parcel, parcelEndpoints } from '../../../protocol/api/parcels.js';
import { Refused } from '../../../refused.js';
import type { ParcelAddresses } from '../../../store/addresses.js';
import type { ParcelReads, StoredParcel } from '../../../store/parcel-reads.js';
import type { HandlersOf } from '../binding.js';
import { carry, commandOf, requireSubject } from './answers.js';
import { partRequest } from './offers.js';

export interface ParcelHandlersOptions {
  /** MSP id of the courier. */
  readonly courier: string;
  readonly parcels: ParcelReads;
  readonly addresses: Pick<ParcelAddresses, 'find'>;
  readonly operations: Operations;
}

export function parcelHandlers(options: ParcelHandlersOptions): HandlersOf<keyof typeof parcelEndpoints> {
  const { courier, parcels, addresses, operations } = options;
  return {
    listParcels: async ({ query }) => {
      const wanted = { courier, status: query.status ?? null, deal: query.deal ?? null };
      const part = await parcels.list(wanted, partRequest(query));
      return { items: part.items.map(parcelInfo), next: part.next };
    },
    getParcelAddress: async ({ path }) => {
      if (!(await parcels.isOf(courier, path.deal))) throw new Refused('NOT_FOUND');
      const found = await addresses.find(path.deal);
      return { address: found?.address ?? null, seller: found?.seller ?? null };
    },
    acceptParcel: ({ path, body }, context) => {
      requireSubject(body.intent, 'deal', path.deal);
      return carry(operations, context, commandOf('acceptParcel', body.intent));
    },
    deliverParcel: ({ path, body }, context) => {
      requireSubject(body.intent, 'deal', path.deal);
      return carry(operations, context, commandOf('deliver', body.intent));
    },
  };
}

function parcelInfo({ row, paidAt, shipTimeMs, deliverTimeMs, updatedAt }: StoredParcel): Parcel {
  const shipBy = paidAt + shipTimeMs;
  return { deal: row.deal, status: row.status, shipBy, deliverBy: shipBy + deliverTimeMs, updatedAt };
}
