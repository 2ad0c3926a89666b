// The invented marketplace, banks and courier that the fake gateway speaks for. Nobody here exists.
import type { LinkedAccountInfo } from '../../../gateway/protocol/api/accounts.js';
import type { BankInfo, ConsortiumInfo } from '../../../gateway/protocol/api/consortium.js';
import type { DealPage } from '../../../gateway/protocol/api/deals.js';
import type { OfferPage } from '../../../gateway/protocol/api/offers.js';
import type { Parcel } from '../../../gateway/protocol/api/parcels.js';
import type { PersonInfo } from '../../../gateway/protocol/api/people.js';
import {
  DAY_MS,
  deal,
  HOUR_MS,
  MARINA,
  MASKED_SELLER,
  MINUTE_MS,
  offerTerms,
  payment,
  TIMOFEY,
} from './deals.js';
import { invitations } from './invitations.js';

export type FakeKind = 'marketplace' | 'bank' | 'courier';

export const MSP_OF = { marketplace: 'MarketplaceMSP', bank: 'BankAMSP', courier: 'CourierMSP' } as const;

/** `webs`: addresses of the fake gateways that run, by kind. */
export function consortium(kind: FakeKind, webs: ReadonlyMap<FakeKind, string>): ConsortiumInfo {
  const member = (mspId: string, name: string, of: FakeKind, bankId: string | null) => ({
    mspId,
    name,
    kind: of,
    bankId,
    web: mspId === MSP_OF[of] ? (webs.get(of) ?? '') : '',
  });
  return {
    channel: 'escrow',
    mspId: MSP_OF[kind],
    members: [
      member('MarketplaceMSP', 'Базар', 'marketplace', null),
      member('BankAMSP', 'Северный банк', 'bank', '10'),
      member('BankBMSP', 'Банк Восток', 'bank', '20'),
      member('CourierMSP', 'Курьер Стрела', 'courier', null),
    ],
    isDemo: true,
    canRegister: kind === 'marketplace',
    windowMs: 30_000,
    slackMs: 10_000,
  };
}

export function banks(sealingKey: string): BankInfo[] {
  const tariffSince = Date.now() - 26 * DAY_MS;
  return [
    {
      id: '10',
      owner: 'BankAMSP',
      name: 'Северный банк',
      bic: '044525010',
      tariff: { usualBasisPoints: 200, toBank: { '20': 150 } },
      tariffSince,
      debitCaps: { RUB: '100000000' },
      sealingKey,
    },
    {
      id: '20',
      owner: 'BankBMSP',
      name: 'Банк Восток',
      bic: '044525020',
      tariff: { usualBasisPoints: 120, toBank: {} },
      tariffSince,
      debitCaps: { RUB: '100000000' },
      sealingKey,
    },
  ];
}

export function accounts(): LinkedAccountInfo[] {
  const account = (bank: '10' | '20', label: string, lastFour: string): LinkedAccountInfo => ({
    link: `link_marina${bank}00`,
    bank,
    currency: 'RUB',
    status: 'active',
    label,
    lastFour,
  });
  return [
    account('10', 'Зарплатный', '4719'),
    account('20', 'Накопительный', '0352'),
    {
      link: 'link_marina3000',
      bank: '20',
      currency: 'RUB',
      status: 'asked',
      label: 'Новый счёт',
      lastFour: '8810',
    },
  ];
}

const GOODS: readonly (readonly [id: string, title: string, price: string, available: number])[] = [
  ['offer_bicycle01', 'Велосипед городской, 7 передач', '1240000', 3],
  ['offer_pump00001', 'Насос погружной, 20 л/мин, кабель 15 м', '893050', 12],
  ['offer_samovar01', 'Самовар латунный на дровах, 5 литров, Тула, в отличном состоянии', '2500000', 1],
  ['offer_lamp00001', 'Лампа настольная, зелёный абажур', '349000', 7],
  ['offer_tent00001', 'Палатка трёхместная', '1799900', 2],
  ['offer_books0001', 'Собрание сочинений Чехова, 12 томов', '560000', 1],
  ['offer_drill0001', 'Дрель-шуруповёрт, два аккумулятора', '724500', 5],
  ['offer_chess0001', 'Шахматы резные, бук', '415000', 0],
];

const DESCRIPTION =
  'Собран и проверен, ездил один сезон. Рама алюминиевая, колёса 28 дюймов, крылья и багажник в комплекте.\n\n' +
  'Отдам с замком и насосом.';

export function offers(): OfferPage[] {
  const listed = GOODS.map(([id, title, price, available], index): OfferPage => {
    const terms = offerTerms({ offer: id, price, sellerBank: '20' });
    const { payTimeMs, answerTimeMs, inspectionTimeMs, shipTimeMs, deliverTimeMs } = terms;
    return {
      id,
      status: 'listed',
      version: 1,
      content: { title, description: DESCRIPTION, pictures: [] },
      price,
      currency: 'RUB',
      total: available + 2,
      available,
      courier: 'CourierMSP',
      ...{ payTimeMs, answerTimeMs, inspectionTimeMs, shipTimeMs, deliverTimeMs },
      seller: MASKED_SELLER,
      terms,
      isMine: false,
      reason: null,
      updatedAt: Date.now() - index * HOUR_MS,
    };
  });
  return [...listed, ...waitingOffers(listed), ...ownOffers(listed)];
}

/** For a moderator's verdict. */
function waitingOffers([first]: readonly OfferPage[]): OfferPage[] {
  if (first === undefined) return [];
  return [
    ['offer_stool0001', 'Табурет дубовый'],
    ['offer_kettle001', 'Чайник эмалированный, 3 литра, почти новый, со свистком'],
    ['offer_globe0001', 'Глобус школьный'],
  ].map(([id = '', title = '']) => ({
    ...first,
    id,
    status: 'draft',
    content: { ...first.content, title },
    terms: null,
  }));
}

function ownOffers([first]: readonly OfferPage[]): OfferPage[] {
  if (first === undefined) return [];
  const own = (id: string, title: string, status: OfferPage['status'], reason: string | null): OfferPage => ({
    ...first,
    id,
    status,
    content: { ...first.content, title },
    seller: MARINA,
    terms: status === 'listed' ? offerTerms({ offer: id, price: first.price, seller: MARINA.id }) : null,
    isMine: true,
    reason,
  });
  return [
    own('offer_own000001', 'Кресло-качалка плетёное', 'listed', null),
    own('offer_own000002', 'Пишущая машинка «Москва»', 'approved', null),
    own('offer_own000003', 'Фотоаппарат плёночный', 'draft', null),
    own(
      'offer_own000004',
      'Часы карманные',
      'rejected',
      'На фотографии не видно механизма. Добавьте снимок с открытой крышкой.',
    ),
  ];
}

const BICYCLE = offerTerms({ offer: 'offer_bicycle01', price: '1240000', sellerBank: '20' });
const PUMP = offerTerms({ offer: 'offer_pump00001', price: '893050', sellerBank: '20' });
const LAMP = offerTerms({ offer: 'offer_lamp00001', price: '349000', sellerBank: '20' });
const CHAIR = offerTerms({ offer: 'offer_own000001', price: '1240000', sellerBank: '20', seller: MARINA.id });

export function deals(): DealPage[] {
  const now = Date.now();
  const first = payment({ id: 'payment_first001', bank: '10', amount: '500000', fee: '7500', place: 'held' });
  const second = payment({ id: 'payment_second01', bank: '20', amount: '740000', place: 'held' });
  const paidEvents = [
    ['DealOpened', 3 * DAY_MS, MARINA.id],
    ['PaymentSubmitted', 3 * DAY_MS - 4 * MINUTE_MS, MARINA.id, ['payment_first001']],
    ['PaymentHeld', 3 * DAY_MS - 5 * MINUTE_MS, 'BankAMSP', ['payment_first001']],
    ['PaymentSubmitted', 3 * DAY_MS - 8 * MINUTE_MS, MARINA.id, ['payment_second01']],
    ['PaymentHeld', 3 * DAY_MS - 9 * MINUTE_MS, 'BankBMSP', ['payment_second01']],
    ['DealPaid', 3 * DAY_MS - 9 * MINUTE_MS, null],
    ['ParcelAccepted', 2 * DAY_MS, 'CourierMSP'],
  ] as const;
  const mine = { until: now + 41 * MINUTE_MS, isMine: true } as const;
  return [
    deal({
      id: 'deal_awaiting0001',
      title: 'Велосипед городской, 7 передач',
      terms: BICYCLE,
      boughtAgoMs: 19 * MINUTE_MS,
      next: { who: 'payer', what: 'pay', ...mine },
      events: [['DealOpened', 19 * MINUTE_MS, MARINA.id]],
    }),
    {
      ...deal({
        id: 'deal_partpaid0001',
        title: 'Велосипед городской, 7 передач',
        terms: BICYCLE,
        boughtAgoMs: 19 * MINUTE_MS,
        status: 'inProgress',
        payments: [first],
        next: { who: 'payer', what: 'pay', ...mine },
        events: [
          ['DealOpened', 19 * MINUTE_MS, MARINA.id],
          ['PaymentSubmitted', 12 * MINUTE_MS, MARINA.id, ['payment_first001']],
          ['PaymentAdmitted', 11 * MINUTE_MS, null, ['payment_first001']],
          ['PaymentHeld', 11 * MINUTE_MS, 'BankAMSP', ['payment_first001']],
        ],
      }),
      invitations: invitations(),
    },
    deal({
      id: 'deal_asking000001',
      title: 'Велосипед городской, 7 передач',
      terms: BICYCLE,
      boughtAgoMs: 19 * MINUTE_MS,
      status: 'inProgress',
      payments: [first, payment({ id: 'payment_asked001', bank: '20', amount: '740000', place: 'asked' })],
      next: { who: 'bank', what: 'answer', until: now + 9 * MINUTE_MS, isMine: false },
      events: [
        ['DealOpened', 19 * MINUTE_MS, MARINA.id],
        ['PaymentSubmitted', 12 * MINUTE_MS, MARINA.id, ['payment_first001']],
        ['PaymentHeld', 11 * MINUTE_MS, 'BankAMSP', ['payment_first001']],
        ['PaymentSubmitted', MINUTE_MS, MARINA.id, ['payment_asked001']],
      ],
    }),
    deal({
      id: 'deal_transit00001',
      title: 'Велосипед городской, 7 передач',
      terms: BICYCLE,
      boughtAgoMs: 3 * DAY_MS,
      status: 'paid',
      payments: [first, second],
      shipment: 'accepted',
      next: { who: 'courier', what: 'deliver', until: now + 4 * DAY_MS, isMine: false },
      events: paidEvents,
    }),
    deal({
      id: 'deal_inspect00001',
      title: 'Насос погружной, 20 л/мин, кабель 15 м',
      terms: PUMP,
      boughtAgoMs: 3 * DAY_MS,
      status: 'paid',
      payments: [
        payment({ id: 'payment_first001', bank: '10', amount: '893050', fee: '13395', place: 'held' }),
      ],
      shipment: 'delivered',
      inspection: 'started',
      next: { who: 'buyer', what: 'inspect', until: now + 22 * HOUR_MS, isMine: true },
      events: [
        ...paidEvents.slice(0, 3),
        ['DealPaid', 3 * DAY_MS - 9 * MINUTE_MS, null],
        ['ParcelAccepted', 2 * DAY_MS, 'CourierMSP'],
        ['ParcelDelivered', 2 * HOUR_MS, 'CourierMSP'],
        ['InspectionStarted', 2 * HOUR_MS, null],
      ],
    }),
    ...endedDeals(paidEvents),
  ];
}

function endedDeals(paidEvents: Parameters<typeof deal>[0]['events']): DealPage[] {
  const captured = payment({ id: 'payment_first001', bank: '20', amount: '349000', place: 'captured' });
  return [
    deal({
      id: 'deal_toship000001',
      title: 'Кресло-качалка ивовое',
      terms: CHAIR,
      boughtAgoMs: DAY_MS,
      status: 'paid',
      role: 'seller',
      payments: [
        payment({ id: 'payment_first001', bank: '10', amount: '1240000', place: 'held', isMine: false }),
      ],
      shipment: 'announced',
      next: { who: 'seller', what: 'ship', until: Date.now() + 2 * DAY_MS, isMine: true },
      events: paidEvents.slice(0, 3),
    }),
    deal({
      id: 'deal_payout000001',
      title: 'Кресло-качалка плетёное',
      terms: CHAIR,
      boughtAgoMs: 5 * DAY_MS,
      status: 'paid',
      role: 'seller',
      payments: [
        payment({ id: 'payment_first001', bank: '10', amount: '500000', place: 'captured', isMine: false }),
        payment({ id: 'payment_second01', bank: '20', amount: '740000', place: 'captured', isMine: false }),
      ],
      shipment: 'delivered',
      inspection: 'accepted',
      credited: '500000',
      next: { who: 'bank', what: 'settle', until: null, isMine: false },
      settlement: { payeeBank: '10', payerBank: '20' },
      events: paidEvents,
    }),
    deal({
      id: 'deal_complete0001',
      title: 'Лампа настольная, зелёный абажур',
      terms: LAMP,
      boughtAgoMs: 14 * DAY_MS,
      status: 'completed',
      payments: [captured],
      shipment: 'delivered',
      inspection: 'accepted',
      credited: '349000',
      next: null,
      events: [
        ['DealOpened', 14 * DAY_MS, MARINA.id],
        ['PaymentHeld', 14 * DAY_MS, 'BankBMSP', ['payment_first001']],
        ['ParcelDelivered', 9 * DAY_MS, 'CourierMSP'],
        ['GoodsAccepted', 9 * DAY_MS, MARINA.id],
        ['PaymentCaptured', 9 * DAY_MS, 'BankBMSP', ['payment_first001']],
        ['PayeeCredited', 9 * DAY_MS, 'BankBMSP'],
        ['DealCompleted', 9 * DAY_MS, null],
      ],
    }),
    deal({
      id: 'deal_expired00001',
      title: 'Палатка трёхместная',
      terms: offerTerms({ offer: 'offer_tent00001', price: '1799900' }),
      boughtAgoMs: 20 * DAY_MS,
      status: 'expired',
      payments: [
        payment({ id: 'payment_first001', bank: '10', amount: '800000', fee: '12000', place: 'returned' }),
      ],
      next: null,
      events: [
        ['DealOpened', 20 * DAY_MS, MARINA.id],
        ['PaymentHeld', 20 * DAY_MS - 4 * MINUTE_MS, 'BankAMSP', ['payment_first001']],
        ['DealExpired', 20 * DAY_MS - HOUR_MS, null],
        ['PaymentVoided', 20 * DAY_MS - HOUR_MS, 'BankAMSP', ['payment_first001']],
      ],
    }),
  ];
}

export function parcels(): Parcel[] {
  const now = Date.now();
  const parcel = (id: string, status: Parcel['status'], hours: number): Parcel => ({
    deal: `deal_${id}`,
    status,
    shipBy: now + hours * HOUR_MS,
    deliverBy: now + (hours + 48) * HOUR_MS,
    updatedAt: now - HOUR_MS,
  });
  return [
    parcel('c0ffee0000a41b', 'announced', 5),
    parcel('c0ffee00007d02', 'announced', 51),
    parcel('c0ffee0000e915', 'accepted', 2),
    parcel('c0ffee0000330c', 'delivered', -40),
  ];
}

export function people(publicKey: string): PersonInfo[] {
  const person = (login: string, name: string, rest: Partial<PersonInfo>): PersonInfo => ({
    id: `person_${login}00001`.replaceAll('.', ''),
    login,
    name,
    language: 'ru',
    intendedRoles: ['client'],
    roles: ['client'],
    waitingKey: null,
    isSelfRegistered: login === 'gleb',
    createdAt: Date.now() - 12 * DAY_MS,
    picture: null,
    ...rest,
  });
  return [
    person('marina', MARINA.name, {}),
    person('timofey', TIMOFEY.name, { id: TIMOFEY.id, picture: TIMOFEY.picture }),
    person('alisa', 'Алиса Калинина', { intendedRoles: ['moderator'], roles: [], waitingKey: publicKey }),
    person('gleb', 'Глеб Носов', { roles: [] }),
    person('vera', 'Вера Лапина', {
      intendedRoles: ['administrator', 'moderator'],
      roles: ['administrator', 'moderator'],
    }),
  ];
}
