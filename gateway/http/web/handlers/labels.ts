// Labels of deals, and all deals with their labels, for the marketplace's staff.
import { randomBytes } from 'node:crypto';
import type { Clock } from '../../../clock.js';
import type { labelEndpoints } from '../../../protocol/api/labels.js';
import { Refused } from '../../../refused.js';
import type { DealReads } from '../../../store/deal-reads.js';
import type { By, CountedLabel, Labels } from '../../../store/labels.js';
import { staffDeal } from '../../../views/deal-page.js';
import type { Names } from '../../../views/viewer.js';
import type { HandlersOf } from '../binding.js';
import { found, observer, type SignedIn } from './answers.js';
import { peopleOf, seenDeal } from './deals.js';
import { partRequest } from './offers.js';

export interface LabelHandlersOptions {
  readonly labels: Labels;
  readonly deals: DealReads;
  readonly names: (people: readonly string[]) => Promise<Names>;
  readonly clock: Clock;
}

type Part<N extends keyof typeof labelEndpoints> = Pick<HandlersOf<keyof typeof labelEndpoints>, N>;

export function labelHandlers(options: LabelHandlersOptions): HandlersOf<keyof typeof labelEndpoints> {
  return { ...definingHandlers(options), ...attachingHandlers(options), ...listingHandlers(options) };
}

const CODE_OF = {
  taken: 'LABEL_TAKEN',
  tooMany: 'TOO_MANY_LABELS',
  archived: 'LABEL_ARCHIVED',
  missing: 'NOT_FOUND',
} as const;

const ID_BYTES = 10;

function newLabelId(): string {
  return `label_${randomBytes(ID_BYTES).toString('hex')}`;
}

/** Throws: Refused, unless it is done. */
function requireDone(result: 'done' | keyof typeof CODE_OF): void {
  if (result !== 'done') throw new Refused(CODE_OF[result]);
}

function byOf({ viewer }: SignedIn, clock: Clock): By {
  return { person: viewer.person.id, at: clock.now() };
}

function definingHandlers({
  labels,
  clock,
}: LabelHandlersOptions): Part<'listLabels' | 'createLabel' | 'changeLabel'> {
  const shown = async (id: string): Promise<CountedLabel> => found(await labels.find(id));
  return {
    listLabels: async () => ({ items: [...(await labels.all())] }),
    createLabel: async ({ body }, context) => {
      const label = { id: newLabelId(), name: body.name, isArchived: false, createdAt: clock.now() };
      requireDone(await labels.create(label, byOf(context, clock)));
      return shown(label.id);
    },
    changeLabel: async ({ path, body }, context) => {
      requireDone(await labels.change(path.label, body, byOf(context, clock)));
      return shown(path.label);
    },
  };
}

function attachingHandlers({
  labels,
  deals,
  clock,
}: LabelHandlersOptions): Part<'getDealLabels' | 'attachLabel' | 'detachLabel'> {
  const requireDeal = async (deal: string): Promise<void> => {
    if (!(await deals.isKnown(deal))) throw new Refused('NOT_FOUND', { what: deal });
  };
  return {
    getDealLabels: async ({ path }) => {
      await requireDeal(path.deal);
      return { items: [...((await labels.ofDeals([path.deal])).get(path.deal) ?? [])] };
    },
    attachLabel: async ({ path }, context) => {
      await requireDeal(path.deal);
      requireDone(await labels.attach(path.deal, path.label, byOf(context, clock)));
      return undefined;
    },
    detachLabel: async ({ path }, context) => {
      await requireDeal(path.deal);
      requireDone(await labels.detach(path.deal, path.label, byOf(context, clock)));
      return undefined;
    },
  };
}

function listingHandlers({
  labels,
  deals,
  names,
}: LabelHandlersOptions): Part<'listDeals' | 'listLabelChanges'> {
  return {
    listDeals: async ({ query }, { viewer }) => {
      const { label = null, phase = null, person = null, words = '' } = query;
      const search = { label, phase, person, words: words.trim() === '' ? null : words.trim() };
      const part = await deals.search(search, partRequest(query));
      const seen = (await deals.findMany(part.items)).map(seenDeal);
      const named = await names(seen.flatMap(peopleOf));
      const attached = await labels.ofDeals(part.items);
      const items = seen.flatMap((deal) => {
        const row = staffDeal(deal, observer(viewer), named);
        return row === null ? [] : [{ ...row, labels: [...(attached.get(row.id) ?? [])] }];
      });
      return { items, next: part.next };
    },
    listLabelChanges: async ({ query }) => {
      const { deal = null, label = null } = query;
      const part = await labels.changes({ deal, label }, partRequest(query));
      const named = await names(part.items.map(({ person }) => person));
      const items = part.items.map(({ person, ...change }) => ({
        ...change,
        by: named.nameOf(person) ?? person,
      }));
      return { items, next: part.next };
    },
  };
}
