// Where the demonstration's buyers have parcels sent: addresses that their profiles keep, to choose from when buying.
import type { DeliveryAddress } from '../gateway/protocol/api/addresses.js';
import { newId } from '../gateway/sdk/ids.js';
import type { SignedInPerson } from './log-ins.js';

type Place = Omit<DeliveryAddress, 'recipient'>;

/** By log-in; streets and telephones are invented. */
const PLACES: { readonly [login: string]: readonly Place[] } = {
  buyer: [
    { text: 'Псков, улица Гоголя, 4, квартира 18', phone: '+7 900 000-00-18' },
    { text: 'Псков, улица Ленина, 1, третий этаж', phone: null },
  ],
  friend: [{ text: 'Нижний Новгород, улица Родионова, 23', phone: '+7 900 000-00-23' }],
};

export async function giveAddresses(people: readonly SignedInPerson[]): Promise<void> {
  for (const { logIn, session } of people) {
    for (const place of PLACES[logIn.login] ?? []) {
      const body = { recipient: logIn.name.ru, ...place };
      await session.api.call('addAddress', { body }, { idempotencyKey: newId('key') });
    }
  }
}
