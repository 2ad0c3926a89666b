// Scripts about range queries: what they return, what they record, phantoms, reading ahead, pages.
import { readsAndWrites } from '../block-view.js';
import type { Json, Operation } from '../operations.js';
import { seen } from '../outcome.js';
import type { Script } from '../play.js';
import type { Stage } from '../stage.js';

type Keyed = (key: (name: string) => string) => readonly Operation[];

/** Rows are there; one transaction reads; another one changes something; they meet in one block in that order. */
function phantom(name: string, reading: Keyed, change: Keyed, rows = 10): Script {
  return {
    name,
    play: async (stage) => {
      const key = (suffix: string): string => stage.key(suffix);
      await stage.prepare([['putMany', key('r'), rows]]);
      const reader = await stage.endorse([...reading(key), ['put', key('seen'), '1']]);
      const writer = await stage.endorse(change(key));
      return stage.together(writer, reader);
    },
  };
}

const all: Keyed = (key) => [['range', key('r'), key('s')]];
const first =
  (limit: number): Keyed =>
  (key) => [['range', key('r'), key('s'), limit]];
const put =
  (name: string): Keyed =>
  (key) => [['put', key(name), 'new']];
const del =
  (name: string): Keyed =>
  (key) => [['del', key(name)]];

/** What a range read of so many rows records, as the block has it. */
function recorded(name: string, rows: number, limit?: number): Script {
  return {
    name,
    play: async (stage) => {
      const before = await stage.endorse([['putMany', stage.key('r'), rows]]);
      await stage.commit(before);
      const range = ['range', stage.key('r'), stage.key('s')] as const;
      const reader = await stage.endorse([limit === undefined ? range : [...range, limit]]);
      const code = await stage.commit(reader);
      return { code, set: await readsAndWrites(stage, reader.txId, [before.txId]) };
    },
  };
}

async function pages(stage: Stage, size: number): Promise<Json> {
  const seenPages: Json[] = [];
  let bookmark = '';
  for (let page = 0; page < 6; page += 1) {
    const [answer] = await stage.evaluate<{ rows: string[]; bookmark: string }>([
      ['page', stage.key('r'), stage.key('s'), size, bookmark],
    ]);
    seenPages.push(answer ?? null);
    bookmark = answer?.bookmark ?? '';
    if (bookmark === '') break;
  }
  return seenPages;
}

export const RANGE_SCRIPTS: readonly Script[] = [
  {
    name: 'ranges take their start and leave out their end',
    play: async (stage) => {
      await stage.prepare([['putMany', stage.key('r'), 5]]);
      const key = (name: string): string => stage.key(name);
      return stage.evaluate([
        ['range', key('r001'), key('r003')],
        ['range', key('r003'), key('r001')],
        ['range', key('r001'), key('r001')],
        ['range', key('r0015'), key('s')],
        ['range', key('r'), key('s'), 2],
        ['range', key('x'), key('y')],
      ]);
    },
  },
  recorded('a range of ten rows is recorded row by row', 10),
  recorded('an empty range is recorded', 0),
  recorded('a range of 250 rows is recorded by hashes', 250),
  recorded('a range of 101 rows of which ten are taken', 101, 10),
  recorded('a range of 250 rows that is opened and not read', 250, 0),
  recorded('a range that is read up to its last row and no further', 10, 10),
  phantom('an insertion into a range that was read', all, put('r0055')),
  phantom('an update in a range that was read', all, put('r005')),
  phantom('a deletion in a range that was read', all, del('r005')),
  phantom('an insertion at the end of a range that was read', all, put('s')),
  phantom('an insertion after the last row of a range that was read', all, put('r~')),
  phantom('an insertion into an empty range that was read', all, put('r5'), 0),
  phantom('an insertion beyond the rows taken, within those fetched ahead', first(10), put('r0505'), 250),
  phantom('an insertion just before the end of the rows fetched ahead', first(10), put('r0985'), 250),
  phantom('an insertion beyond the rows fetched ahead', first(10), put('r1205'), 250),
  phantom('an insertion into a range that was opened only', first(0), put('r0005'), 250),
  phantom('an insertion into 250 rows that were read', all, put('r1005'), 250),
  phantom('an update among 250 rows that were read', all, put('r200'), 250),
  phantom('a change of a key policy in a range that was read', all, (key) => [
    ['setPolicy', key('r005'), ''],
  ]),
  {
    name: 'a transaction that writes into the range that it read is valid',
    play: async (stage) => {
      await stage.prepare([['putMany', stage.key('r'), 3]]);
      return stage.submit([
        ['range', stage.key('r'), stage.key('s')],
        ['put', stage.key('r0005'), 'own'],
      ]);
    },
  },
  {
    name: 'a composite range meets a phantom',
    play: async (stage) => {
      const type = stage.key('t');
      await stage.prepare([['putComposite', type, ['a', '1'], '1']]);
      const reader = await stage.endorse([
        ['composite', type, ['a']],
        ['put', stage.key('seen'), '1'],
      ]);
      const writer = await stage.endorse([['putComposite', type, ['a', '2'], '2']]);
      return stage.together(writer, reader);
    },
  },
  {
    name: 'pages of three over ten rows',
    play: async (stage) => {
      await stage.prepare([['putMany', stage.key('r'), 10]]);
      return pages(stage, 3);
    },
  },
  {
    name: 'pages of five over ten rows end with an empty bookmark or page',
    play: async (stage) => {
      await stage.prepare([['putMany', stage.key('r'), 10]]);
      return pages(stage, 5);
    },
  },
  {
    name: 'pages of odd sizes and bookmarks',
    play: async (stage) => {
      await stage.prepare([['putMany', stage.key('r'), 4]]);
      const [start, end] = [stage.key('r'), stage.key('s')];
      const page = async (size: number, bookmark: string): Promise<Json> =>
        seen(async () => stage.evaluate([['page', start, end, size, bookmark]]));
      return [
        await page(0, ''),
        await page(100, ''),
        await page(4, ''),
        await page(2, stage.key('r0015')),
        await page(2, stage.key('z')),
        await page(2, stage.key('a')),
      ];
    },
  },
  {
    name: 'pages of composite keys',
    play: async (stage) => {
      const type = stage.key('t');
      await stage.prepare(['1', '2', '3'].map((id) => ['putComposite', type, ['a', id], id]));
      const [first] = await stage.evaluate<{
        rows: Json;
        bookmark: string;
      }>([['pageComposite', type, ['a'], 2]]);
      const rest = await stage.evaluate([['pageComposite', type, ['a'], 2, first?.bookmark ?? '']]);
      return { first: first?.rows ?? null, rest };
    },
  },
  {
    name: 'a transaction that paged may not write, one that wrote may not page',
    play: async (stage) => {
      await stage.prepare([['putMany', stage.key('r'), 4]]);
      const page = ['page', stage.key('r'), stage.key('s'), 2] as const;
      const after = await seen(async () => stage.submit([page, ['put', stage.key('k'), '1']]));
      const before = await seen(async () => stage.submit([['put', stage.key('k'), '1'], page]));
      return { after, before };
    },
  },
  {
    name: 'what a page records, and its phantom',
    play: async (stage) => {
      const before = await stage.endorse([['putMany', stage.key('r'), 10]]);
      await stage.commit(before);
      const inside = await stage.endorse([['page', stage.key('r'), stage.key('s'), 3]]);
      const beyond = await stage.endorse([['page', stage.key('r'), stage.key('s'), 3]]);
      const after = await stage.endorse([['put', stage.key('r005'), 'x']]);
      const within = await stage.endorse([['put', stage.key('r001'), 'x']]);
      const codes = [await stage.together(after, beyond), await stage.together(within, inside)];
      return { codes, set: await readsAndWrites(stage, inside.txId, [before.txId]) };
    },
  },
  {
    name: 'a rich query on this kind of database',
    play: async (stage) => ({
      plain: await seen(async () => stage.evaluate([['query', '{"selector":{}}']])),
      private: await seen(async () =>
        stage.evaluate([['queryPrivate', '_implicit_org_BankAMSP', '{"selector":{}}']]),
      ),
    }),
  },
];
