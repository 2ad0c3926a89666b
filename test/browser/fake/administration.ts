// What a marketplace's administrators and staff get from the fake gateway: labels, members, registration, figures of
// thirty days.
import type { DealPage } from '../../../gateway/protocol/api/deals.js';
import type { Figures } from '../../../gateway/protocol/api/figures.js';
import type { LabelChangeInfo, LabelInfo, LabelRef } from '../../../gateway/protocol/api/labels.js';
import type { Operation } from '../../../gateway/protocol/api/forms.js';
import type { MemberInfo } from '../../../gateway/protocol/api/members.js';
import type { RegistrationInfo } from '../../../gateway/protocol/api/registration.js';
import type { Intent } from '../../../chaincode/protocol/intent.js';
import { type Asked, FakeRefusal } from './asked.js';
import { DAY_MS, HOUR_MS } from './deals.js';
import { parameterAnswers } from './parameters.js';
import type { FakeKind } from './world.js';

const BY = 'Вера Лапина';

type Done = (asked: Asked) => Operation;

export function administrationAnswers(kind: FakeKind, deals: DealPage[], done: Done) {
  return {
    ...parameterAnswers(kind, done),
    ...labelAnswers(deals),
    ...registrationAnswers(),
    ...memberAnswers(done),
    getFigures: ({ query }: Asked) => figures(query['from'] ?? '', query['until'] ?? ''),
  };
}

function memberAnswers(done: Done) {
  const all = members();
  return {
    listMembers: () => ({ items: all }),
    registerBank: (asked: Asked) => {
      const { params } = (asked.body as { readonly intent: Intent }).intent.body;
      const { bank: id, name, bic, owner } = params as { readonly [name: string]: string };
      const member = all.find(({ mspId }) => mspId === owner);
      if (all.some(({ banks }) => banks.some((bank) => bank.id === id))) throw new FakeRefusal('EXISTS');
      member?.banks.push({ id, name, bic, isPublished: false, tariffSince: null } as BankOfMember);
      return done(asked);
    },
  };
}

function labelAnswers(deals: DealPage[]) {
  const label = (id: string, name: string, isArchived = false): LabelInfo => ({
    ...{ id, name, isArchived, deals: 0, createdAt: Date.now() - 20 * DAY_MS },
  });
  const labels = [
    label('label_call000001', 'Позвонить покупателю'),
    label('label_check00001', 'Проверить'),
    label('label_old0000001', 'Распродажа 2025', true),
  ];
  const attached = new Map<string, string[]>([
    ['deal_transit00001', ['label_call000001', 'label_check00001']],
  ]);
  const changes: LabelChangeInfo[] = [];
  const find = (id = ''): LabelInfo => {
    const found = labels.find((one) => one.id === id);
    if (found === undefined) throw new FakeRefusal('NOT_FOUND');
    return found;
  };
  const refOf = ({ id, name }: LabelInfo): LabelRef => ({ id, name });
  const ofDeal = (deal: string): LabelRef[] => (attached.get(deal) ?? []).map((id) => refOf(find(id)));
  const note = (what: LabelChangeInfo['what'], one: LabelInfo, deal: string | null): void => {
    changes.unshift({ at: Date.now(), by: BY, what, label: refOf(one), deal });
  };
  const counted = (one: LabelInfo): LabelInfo => {
    const of = [...attached.values()].filter((ids) => ids.includes(one.id));
    return { ...one, deals: of.length };
  };
  const move = ({ path }: Asked, isOn: boolean): void => {
    const { deal = '', label: id = '' } = path;
    const others = (attached.get(deal) ?? []).filter((one) => one !== id);
    attached.set(deal, isOn ? [...others, id] : others);
    note(isOn ? 'attached' : 'detached', find(id), deal);
  };
  return {
    listLabels: () => ({ items: labels.map(counted) }),
    createLabel: ({ body }: Asked) => {
      const { name } = body as { readonly name: string };
      if (labels.some((one) => one.name === name)) throw new FakeRefusal('LABEL_TAKEN');
      const made = label(`label_${String(labels.length)}0000000`, name);
      labels.unshift(made);
      note('created', made, null);
      return made;
    },
    changeLabel: ({ path, body }: Asked) => {
      const found = find(path['label']);
      const changed = { ...found, ...(body as { readonly name?: string; readonly isArchived?: boolean }) };
      labels.splice(labels.indexOf(found), 1, changed);
      note('renamed', changed, null);
      return counted(changed);
    },
    getDealLabels: ({ path }: Asked) => ({ items: ofDeal(path['deal'] ?? '') }),
    attachLabel: (asked: Asked) => {
      move(asked, true);
    },
    detachLabel: (asked: Asked) => {
      move(asked, false);
    },
    listLabelChanges: ({ query }: Asked) => ({
      items: changes.filter(({ deal }) => query['deal'] === undefined || deal === query['deal']),
      next: null,
    }),
    listDeals: ({ query }: Asked) => {
      const items = deals
        .map(({ id, title, picture, status, money, terms, buyer, seller }) => ({
          ...{ id, title, picture, status, money, buyer, seller },
          boughtAt: terms.boughtAt,
          labels: ofDeal(id),
        }))
        .filter(
          ({ labels: own, title }) =>
            (query['label'] === undefined || own.some(({ id }) => id === query['label'])) &&
            title.toLowerCase().includes((query['words'] ?? '').toLowerCase()),
        );
      return { items, next: null };
    },
  };
}

function registrationAnswers() {
  const state = { isOpen: true };
  const changes: RegistrationInfo['changes'] = [{ at: Date.now() - DAY_MS, by: BY, isOpen: true }];
  const info = (): RegistrationInfo => ({
    ...{ isOpen: state.isOpen, mostAnHour: 50, mostByAddress: 10, thisHour: 3 },
    changes: [...changes],
  });
  return {
    getRegistration: info,
    setRegistration: ({ body }: Asked) => {
      state.isOpen = (body as { readonly isOpen: boolean }).isOpen;
      changes.unshift({ at: Date.now(), by: BY, isOpen: state.isOpen });
      return info();
    },
  };
}

type BankOfMember = MemberInfo['banks'][number];

function members() {
  const bank = (id: string, name: string, bic: string, isPublished: boolean): BankOfMember => ({
    ...{ id, name, bic, isPublished },
    tariffSince: isPublished ? Date.now() - 26 * DAY_MS : null,
  });
  const member = (
    mspId: string,
    name: string | null,
    kind: 'marketplace' | 'bank' | 'courier',
    people: number,
  ) => ({
    ...{ mspId, name, kind, people },
    web: name === null ? null : `https://${mspId.toLowerCase()}.example`,
  });
  return [
    { ...member('MarketplaceMSP', 'Базар', 'marketplace', 1_204), banks: [] as BankOfMember[] },
    {
      ...member('BankAMSP', 'Северный банк', 'bank', 4),
      banks: [bank('10', 'Северный банк', 'SEVERUMM', true)],
    },
    {
      ...member('BankBMSP', 'Банк Восток', 'bank', 3),
      banks: [bank('20', 'Банк Восток', 'VOSTRUMM', true)],
    },
    { ...member('BankCMSP', null, 'bank', 0), banks: [] },
    { ...member('CourierMSP', 'Курьер Стрела', 'courier', 31), banks: [] },
  ];
}

/** A wave with a quiet day each week; the second currency has little. */
export function figures(from: string, until: string): Figures {
  const first = Date.parse(from);
  const count = Math.round((Date.parse(until) - first) / DAY_MS) + 1;
  const dayAt = (index: number): string => new Date(first + index * DAY_MS).toISOString().slice(0, 10);
  const days = (scale: number) =>
    Array.from({ length: count }, (_, index) => {
      const paid = index % 7 === 6 ? 0 : Math.round(4 + 3 * Math.sin(index / 3));
      const turnover = String(paid * 893_050 * scale);
      return { day: dayAt(index), turnover, paid: paid * scale, held: String((paid + 6) * 540_000 * scale) };
    });
  return {
    ...{ from, until },
    currencies: [
      { currency: 'EUR', days: days(0) },
      { currency: 'RUB', days: days(1) },
    ],
    funnel: {
      bought: 131,
      partPaid: 118,
      paid: 109,
      delivered: 96,
      completed: 91,
      expired: 10,
      cancelled: 4,
    },
    release: Array.from({ length: count }, (_, index) => ({
      ...{ day: dayAt(index), completed: 1 + (index % 5) },
      medianMs: Math.round(60 + 24 * Math.cos(index / 4)) * HOUR_MS,
      slowestMs: Math.round(120 + 40 * Math.cos(index / 4)) * HOUR_MS,
    })).filter((_, index) => index % 7 !== 5),
  };
}
