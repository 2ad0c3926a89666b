// Delivery addresses that clients keep, and those of deals.
import { randomBytes } from 'node:crypto';
import type { Clock } from '../../../clock.js';
import type { addressEndpoints, DealAddress, DeliveryAddress } from '../../../protocol/api/addresses.js';
import type { DealPage } from '../../../protocol/api/deals.js';
import { Refused } from '../../../refused.js';
import type { DealAddresses, KeptAddresses } from '../../../store/addresses.js';
import type { DealReads } from '../../../store/deal-reads.js';
import { dealAddress, mayChangeAddress } from '../../../views/deal-address.js';
import type { Names } from '../../../views/viewer.js';
import type { HandlersOf } from '../binding.js';
import { found, observer } from './answers.js';
import { pageFor } from './deals.js';

export interface AddressHandlersOptions {
  readonly kept: KeptAddresses;
  readonly ofDeals: Pick<DealAddresses, 'find' | 'change'>;
  readonly deals: DealReads;
  readonly names: (people: readonly string[]) => Promise<Names>;
  /** An address waits for its courier. */
  readonly announce: () => void;
  readonly clock: Clock;
}

type Part<N extends keyof typeof addressEndpoints> = Pick<HandlersOf<keyof typeof addressEndpoints>, N>;

const ID_BYTES = 10;

export function addressHandlers(options: AddressHandlersOptions): HandlersOf<keyof typeof addressEndpoints> {
  return { ...keepingHandlers(options), ...dealHandlers(options) };
}

function keepingHandlers({
  kept,
  clock,
}: AddressHandlersOptions): Part<'listMyAddresses' | 'addAddress' | 'changeAddress' | 'removeAddress'> {
  return {
    listMyAddresses: async (_input, { viewer }) => ({ items: [...(await kept.ofPerson(viewer.person.id))] }),
    addAddress: async ({ body }, { viewer }) => {
      const address = { id: `address_${randomBytes(ID_BYTES).toString('hex')}`, ...body };
      const result = await kept.add(viewer.person.id, address, clock.now());
      if (result === 'tooMany') throw new Refused('TOO_MANY_ADDRESSES');
      return address;
    },
    changeAddress: async ({ path, body }, { viewer }) => {
      const address = { id: path.address, ...body };
      if ((await kept.change(viewer.person.id, address)) === 'missing') throw new Refused('NOT_FOUND');
      return address;
    },
    removeAddress: async ({ path }, { viewer }) => {
      if ((await kept.remove(viewer.person.id, path.address)) === 'missing') throw new Refused('NOT_FOUND');
      return undefined;
    },
  };
}

function dealHandlers(options: AddressHandlersOptions): Part<'getDealAddress' | 'putDealAddress'> {
  const { ofDeals, announce, clock } = options;
  const shown = async (deal: DealPage): Promise<DealAddress> =>
    found(dealAddress(deal, await ofDeals.find(deal.id, deal.terms.buyer)));
  const change = async ({ id, terms }: DealPage, address: DeliveryAddress): Promise<void> => {
    await ofDeals.change(id, terms.buyer, { address, at: clock.now() });
    announce();
  };
  return {
    getDealAddress: async ({ path }, { viewer }) =>
      shown(await pageFor(options, path.deal, observer(viewer))),
    putDealAddress: async ({ path, body }, { viewer }) => {
      const deal = await pageFor(options, path.deal, observer(viewer));
      if (deal.role !== 'buyer') throw new Refused('NOT_FOUND');
      if (!mayChangeAddress(deal)) throw new Refused('ADDRESS_FIXED', { found: deal.shipment });
      await change(deal, body);
      return shown(deal);
    },
  };
}
