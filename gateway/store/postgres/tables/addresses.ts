// Tables of delivery addresses.
import type { Announced } from '../../addresses.js';

interface AddressColumns {
  readonly recipient: string;
  readonly address: string;
  readonly phone: string | null;
}

export interface AddressTables {
  readonly kept_address: AddressColumns & {
    readonly id: string;
    readonly person: string;
    readonly at: number;
  };
  readonly deal_address: AddressColumns & {
    readonly deal: string;
    readonly buyer: string;
    readonly changed_at: number;
    readonly announced: Announced;
    readonly failures: number;
    readonly try_at: number;
  };
  readonly parcel_address: AddressColumns & {
    readonly deal: string;
    readonly seller: string;
    readonly changed_at: number;
  };
}
