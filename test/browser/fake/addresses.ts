// Delivery addresses of the fake gateway: what Marina keeps, what her deals have, and what the courier was given.
import { randomBytes } from 'node:crypto';
import type { DealAddress, DeliveryAddress, KeptAddress } from '../../../gateway/protocol/api/addresses.js';
import type { DealPage } from '../../../gateway/protocol/api/deals.js';
import type { Parcel } from '../../../gateway/protocol/api/parcels.js';
import { dealAddress } from '../../../gateway/views/deal-address.js';
import { type Asked, FakeRefusal } from './asked.js';
import { MARINA, TIMOFEY } from './deals.js';

const AT_HOME: DeliveryAddress = {
  recipient: MARINA.name,
  text: 'Нижний Новгород, улица Родионова,\nдом 23, квартира 118, домофон 118',
  phone: '+7 900 000-00-18',
};
const AT_WORK: DeliveryAddress = {
  recipient: 'Склад «Ромашка», Пётр Сергеевич Преображенский-Новосельцев',
  text: 'Москва, Варшавское шоссе, дом 125Ж, корпус 6, строение 2, подъезд 4',
  phone: null,
};
/** Deals whose courier has the parcel's address, and one that changed too late. */
const LATE = 'deal_transit00001';

export class FakeAddresses {
  private readonly kept: KeptAddress[] = [
    { id: 'address_home00001', ...AT_HOME },
    { id: 'address_work00001', ...AT_WORK },
  ];
  /** By deal; null: none was given. */
  private readonly given = new Map<string, DeliveryAddress | null>([
    ['deal_asking000001', null],
    ['deal_expired00001', null],
  ]);

  constructor(
    private readonly deals: readonly DealPage[],
    private readonly parcels: readonly Parcel[],
  ) {}

  /** What stood beside a purchase. */
  take(deal: string, body: unknown): void {
    this.given.set(deal, (body as { readonly address?: DeliveryAddress }).address ?? null);
  }

  answers() {
    return {
      listMyAddresses: () => ({ items: this.kept }),
      addAddress: ({ body }: Asked): KeptAddress => {
        const id = `address_${randomBytes(8).toString('hex')}`;
        const address = { id, ...(body as DeliveryAddress) };
        this.kept.push(address);
        return address;
      },
      changeAddress: ({ path, body }: Asked): KeptAddress => {
        const address = { id: path['address'] ?? '', ...(body as DeliveryAddress) };
        this.kept.splice(this.indexOf(address.id), 1, address);
        return address;
      },
      removeAddress: ({ path }: Asked) => void this.kept.splice(this.indexOf(path['address'] ?? ''), 1),
      getDealAddress: ({ path }: Asked) => this.shown(path['deal'] ?? ''),
      putDealAddress: ({ path, body }: Asked) => {
        this.given.set(path['deal'] ?? '', body as DeliveryAddress);
        return this.shown(path['deal'] ?? '');
      },
      getParcelAddress: ({ path }: Asked) => {
        const parcel = this.parcels.find(({ deal }) => deal === path['deal']);
        if (parcel === undefined) throw new FakeRefusal('NOT_FOUND');
        const isHere = parcel.deal !== 'deal_c0ffee00007d02';
        return { address: isHere ? AT_HOME : null, seller: isHere ? TIMOFEY.name : null };
      },
    };
  }

  private shown(id: string): DealAddress {
    const deal = this.deals.find((one) => one.id === id);
    if (deal === undefined) throw new FakeRefusal('NOT_FOUND');
    const given = this.given.get(id);
    const address = given === undefined ? AT_HOME : given;
    const announced = id === LATE ? 'late' : deal.status === 'paid' ? 'announced' : 'waiting';
    const shown = dealAddress(
      deal,
      address === null ? null : { address, changedAt: deal.terms.boughtAt, announced },
    );
    if (shown === null) throw new FakeRefusal('NOT_FOUND');
    return shown;
  }

  private indexOf(id: string): number {
    const index = this.kept.findIndex((one) => one.id === id);
    if (index < 0) throw new FakeRefusal('NOT_FOUND');
    return index;
  }
}
