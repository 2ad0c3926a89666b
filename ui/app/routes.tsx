// Which pages there are at which organisation and for which role; each is loaded when it is opened.
import type { ComponentType } from 'react';
import type { MemberKind, Role } from '../../chaincode/protocol/forms.js';
import type { IconName } from '../components/icon.js';
import { lazily } from './lazily.js';
import type { PageProps } from './page-props.js';
import type { Me } from './session.js';

export interface PageRoute {
  readonly path: string;
  readonly View: ComponentType<PageProps>;
  /** In the navigation: its sign, the key of its words, and where its details stand if not under itself. */
  readonly nav?: { readonly icon: IconName; readonly words: string; readonly holds: string | null };
}

interface RouteRow extends PageRoute {
  readonly at: readonly MemberKind[];
  /** Null: everybody who is signed in. */
  readonly roles: readonly Role[] | null;
  /** Of these, who has it in the navigation; absent: all. */
  readonly navRoles?: readonly Role[];
}

const Catalogue = lazily([], async () => (await import('../pages/catalogue/catalogue.js')).Catalogue);
const Offer = lazily(
  ['accounts', 'address', 'offer', 'terms'],
  async () => (await import('../pages/offer/offer.js')).Offer,
);
const Deals = lazily(['deal'], async () => (await import('../pages/deals/deals.js')).Deals);
const Deal = lazily(
  ['address', 'deal', 'event', 'labels', 'terms'],
  async () => (await import('../pages/deal/deal.js')).Deal,
);
const Pay = lazily(['accounts', 'deal', 'pay'], async () => (await import('../pages/pay/pay.js')).Pay);
const Accounts = lazily(['accounts'], async () => (await import('../pages/accounts/accounts.js')).Accounts);
const LinkAccount = lazily(
  ['accounts'],
  async () => (await import('../pages/accounts/link-account.js')).LinkAccount,
);
const MyOffers = lazily(
  ['offer', 'selling'],
  async () => (await import('../pages/my-offers/my-offers.js')).MyOffers,
);
const Sell = lazily(['offer', 'selling'], async () => (await import('../pages/sell/sell.js')).Sell);
const List = lazily(
  ['accounts', 'selling', 'terms'],
  async () => (await import('../pages/list-offer/list-offer.js')).ListOffer,
);
const Moderation = lazily(
  ['moderation', 'terms'],
  async () => (await import('../pages/moderation/moderation.js')).Moderation,
);
const AllDeals = lazily(
  ['deal', 'labels', 'terms'],
  async () => (await import('../pages/all-deals/all-deals.js')).AllDeals,
);
const Figures = lazily(['figures'], async () => (await import('../pages/figures/figures.js')).Figures);
const Administration = lazily(
  ['accounts', 'administration', 'labels'],
  async () => (await import('../pages/administration/administration.js')).Administration,
);
const Parcels = lazily(['parcels'], async () => (await import('../pages/parcels/parcels.js')).Parcels);
const Parcel = lazily(
  ['address', 'parcels'],
  async () => (await import('../pages/parcels/parcel.js')).Parcel,
);
const People = lazily(['people'], async () => (await import('../pages/people/people.js')).People);
const MaskedPeople = lazily(
  ['people'],
  async () => (await import('../pages/masked-people/masked-people.js')).MaskedPeople,
);
const PaymentRequests = lazily(
  ['bank'],
  async () => (await import('../pages/payment-requests/payment-requests.js')).PaymentRequests,
);
const DealOperations = lazily(
  ['bank'],
  async () => (await import('../pages/payment-requests/deal-operations.js')).DealOperations,
);
const Customers = lazily(['bank'], async () => (await import('../pages/customers/customers.js')).Customers);
const Holder = lazily(['bank'], async () => (await import('../pages/customers/holder.js')).Holder);
const Account = lazily(['bank'], async () => (await import('../pages/account/account.js')).Account);
const Books = lazily(['bank'], async () => (await import('../pages/books/books.js')).Books);
const ApiKeys = lazily(['bank'], async () => (await import('../pages/api-keys/api-keys.js')).ApiKeys);
const Tariffs = lazily(['bank'], async () => (await import('../pages/tariffs/tariffs.js')).Tariffs);
const Ledger = lazily(['ledger'], async () => (await import('../pages/ledger/ledger.js')).Ledger);
const LedgerBlock = lazily(['ledger'], async () => (await import('../pages/ledger/block.js')).LedgerBlock);
const LedgerTransaction = lazily(
  ['event', 'ledger'],
  async () => (await import('../pages/ledger/transaction.js')).LedgerTransaction,
);
const LedgerHistory = lazily(
  ['event', 'ledger'],
  async () => (await import('../pages/ledger/history.js')).LedgerHistory,
);
const Receipt = lazily(
  ['deal', 'receipt', 'terms'],
  async () => (await import('../pages/receipt/receipt.js')).Receipt,
);
const Notifications = lazily(
  ['deal', 'event', 'notifications'],
  async () => (await import('../pages/notifications/notifications.js')).Notifications,
);
const Profile = lazily(
  ['address', 'door', 'profile'],
  async () => (await import('../pages/profile/profile.js')).Profile,
);
export const Help = lazily(['help'], async () => (await import('../pages/help/help.js')).Help);
export const Verify = lazily(
  ['deal', 'receipt'],
  async () => (await import('../pages/verify/verify.js')).Verify,
);
export const InvitationAtDoor = lazily(
  ['pay'],
  async () => (await import('../pages/pay/invitation-card.js')).InvitationAtDoor,
);
export const NoRole = lazily([], async () => (await import('../pages/no-role/no-role.js')).NoRole);
export const NothingHere = lazily(
  [],
  async () => (await import('../pages/nothing-here/nothing-here.js')).NothingHere,
);

const MARKET = ['marketplace'] as const;
const HOLDERS = ['client', 'administrator'] as const;
const STAFF = ['moderator', 'administrator'] as const;
const BANK = ['bank'] as const;
const OPERATOR = ['operator'] as const;
const EVERYWHERE = ['marketplace', 'bank', 'courier'] as const;
const MEMBERS = ['operator', 'agent', 'moderator', 'administrator'] as const;
const READERS = ['client', ...MEMBERS] as const;

/** In the order in which they stand in the navigation; the first that a person may see is his home. */
const ROUTES: readonly RouteRow[] = [
  {
    at: MARKET,
    roles: ['moderator'],
    path: '/moderation',
    View: Moderation,
    nav: nav('deals', 'moderation'),
  },
  {
    at: MARKET,
    roles: STAFF,
    path: '/all-deals',
    View: AllDeals,
    nav: nav('search', 'allDeals'),
  },
  {
    at: MARKET,
    roles: ['moderator'],
    path: '/participants',
    View: MaskedPeople,
    nav: nav('person', 'maskedPeople'),
  },
  { at: MARKET, roles: STAFF, path: '/figures', View: Figures, nav: nav('chart', 'figures') },
  {
    at: MARKET,
    roles: ['client'],
    path: '/catalogue',
    View: Catalogue,
    nav: nav('search', 'catalogue', '/offers'),
  },
  { at: MARKET, roles: ['client'], path: '/deals', View: Deals, nav: nav('deals', 'deals') },
  { at: MARKET, roles: ['client'], path: '/selling', View: MyOffers, nav: nav('offers', 'offers') },
  {
    at: MARKET,
    roles: HOLDERS,
    path: '/accounts',
    View: Accounts,
    nav: nav('account', 'accounts'),
    // An administrator comes here for the account that takes the commissions.
    navRoles: ['client'],
  },
  { at: MARKET, roles: ['client', 'moderator', 'administrator'], path: '/offers/:id', View: Offer },
  { at: MARKET, roles: ['client'], path: '/selling/new', View: Sell },
  { at: MARKET, roles: ['client'], path: '/selling/:id', View: Sell },
  { at: MARKET, roles: ['client'], path: '/selling/:id/list', View: List },
  { at: MARKET, roles: ['client', 'moderator', 'administrator'], path: '/deals/:id', View: Deal },
  { at: MARKET, roles: ['client'], path: '/deals/:id/pay', View: Pay },
  { at: MARKET, roles: ['client'], path: '/deals/:id/receipt', View: Receipt },
  { at: MARKET, roles: ['client'], path: '/notifications', View: Notifications },
  { at: MARKET, roles: HOLDERS, path: '/accounts/new', View: LinkAccount },
  { at: MARKET, roles: HOLDERS, path: '/accounts/:id', View: LinkAccount },
  { at: ['courier'], roles: ['agent'], path: '/parcels', View: Parcels, nav: nav('truck', 'parcels') },
  { at: ['courier'], roles: ['agent'], path: '/parcels/:id', View: Parcel },
  { at: BANK, roles: OPERATOR, path: '/payments', View: PaymentRequests, nav: nav('moving', 'requests') },
  { at: BANK, roles: OPERATOR, path: '/payments/:id', View: DealOperations },
  { at: BANK, roles: OPERATOR, path: '/customers', View: Customers, nav: nav('account', 'customers') },
  { at: BANK, roles: OPERATOR, path: '/customers/holder', View: Holder },
  { at: BANK, roles: OPERATOR, path: '/customers/account', View: Account },
  { at: BANK, roles: OPERATOR, path: '/books', View: Books, nav: nav('scales', 'books') },
  {
    at: BANK,
    roles: ['operator', 'administrator'],
    path: '/api-keys',
    View: ApiKeys,
    nav: nav('key', 'apiKeys'),
  },
  { at: BANK, roles: null, path: '/tariffs', View: Tariffs, nav: nav('bank', 'tariffs') },
  { at: EVERYWHERE, roles: ['administrator'], path: '/people', View: People, nav: nav('people', 'people') },
  {
    at: EVERYWHERE,
    roles: READERS,
    path: '/ledger',
    View: Ledger,
    nav: nav('ledger', 'ledger'),
    // A client comes here from his deals.
    navRoles: MEMBERS,
  },
  { at: EVERYWHERE, roles: READERS, path: '/ledger/blocks/:id', View: LedgerBlock },
  { at: EVERYWHERE, roles: READERS, path: '/ledger/transactions/:id', View: LedgerTransaction },
  { at: EVERYWHERE, roles: READERS, path: '/ledger/deals/:id', View: LedgerHistory },
  {
    at: EVERYWHERE,
    roles: ['administrator'],
    path: '/administration',
    View: Administration,
    nav: nav('settings', 'administration'),
  },
  { at: EVERYWHERE, roles: ['administrator'], path: '/administration/:id', View: Administration },
  { at: EVERYWHERE, roles: null, path: '/profile', View: Profile },
];

function nav(icon: IconName, words: string, holds: string | null = null): NonNullable<PageRoute['nav']> {
  return { icon, words, holds };
}

export function pagesOf(kind: MemberKind, { roles }: Me): readonly RouteRow[] {
  return ROUTES.filter(
    (route) => route.at.includes(kind) && (route.roles?.some((role) => roles.includes(role)) ?? true),
  );
}

export function navigationOf(kind: MemberKind, me: Me): readonly PageRoute[] {
  return pagesOf(kind, me).filter(
    ({ nav, navRoles }) => nav !== undefined && (navRoles?.some((role) => me.roles.includes(role)) ?? true),
  );
}
