// An address as the columns in which each table keeps it.
import type { DeliveryAddress } from '../../protocol/api/addresses.js';

export interface AddressColumns {
  readonly recipient: string;
  readonly address: string;
  readonly phone: string | null;
}

export function addressOf({ recipient, address, phone }: AddressColumns): DeliveryAddress {
  return { recipient, text: address, phone };
}

export function columnsOf({ recipient, text, phone }: DeliveryAddress): AddressColumns {
  return { recipient, address: text, phone };
}
