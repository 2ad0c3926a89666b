// Scripts about single keys and values: odd ones, empty ones, large ones, deleted ones, composite ones.
import { readsAndWrites, transactionView } from '../block-view.js';
import type { Json } from '../operations.js';
import { seen } from '../outcome.js';
import type { Script } from '../play.js';
import type { Stage } from '../stage.js';

const ODD_NAMES = [
  '%',
  ' ',
  'a b',
  'ключ',
  '\u{1F600}',
  '\uFFFD',
  '\u007f',
  '\u0001',
  'a\u0000b',
  'a\u{10FFFF}b',
  'é',
  'e\u0301',
];

async function afterwards(stage: Stage, name: string): Promise<Json> {
  return stage.evaluate([['get', stage.key(name)]]);
}

export const STATE_SCRIPTS: readonly Script[] = [
  {
    name: 'a value is put, and read by every member',
    play: async (stage) => {
      await stage.prepare([['put', stage.key('k'), 'value']]);
      const at = ['MarketplaceMSP', 'BankAMSP', 'BankBMSP', 'CourierMSP'];
      return Promise.all(at.map((place) => stage.evaluate([['get', stage.key('k')]], { at: place })));
    },
  },
  {
    name: 'a key that was never written reads as empty',
    play: async (stage) => afterwards(stage, 'absent'),
  },
  {
    name: 'an empty value is put over nothing and over a value',
    play: async (stage) => {
      const fresh = await stage.endorse([['put', stage.key('fresh'), '']]);
      const first = await stage.commit(fresh);
      await stage.prepare([['put', stage.key('k'), 'value']]);
      const second = await stage.submit([['put', stage.key('k'), '']]);
      const range = await stage.evaluate([['range', stage.key(''), stage.key('~')]]);
      return { first, second, range, written: await readsAndWrites(stage, fresh.txId) };
    },
  },
  {
    name: 'a transaction does not read its own writes',
    play: async (stage) => {
      const endorsed = await stage.endorse([
        ['put', stage.key('k'), 'new'],
        ['get', stage.key('k')],
        ['del', stage.key('k')],
        ['get', stage.key('k')],
        ['put', stage.key('k'), 'newer'],
        ['range', stage.key(''), stage.key('~')],
      ]);
      const code = await stage.commit(endorsed);
      return { code, answers: endorsed.answers, set: await readsAndWrites(stage, endorsed.txId) };
    },
  },
  {
    name: 'a key is read twice and written three times in one transaction',
    play: async (stage) => {
      const before = await stage.endorse([['put', stage.key('k'), '0']]);
      await stage.commit(before);
      const endorsed = await stage.endorse([
        ['get', stage.key('k')],
        ['put', stage.key('k'), '1'],
        ['put', stage.key('k'), '2'],
        ['get', stage.key('k')],
        ['put', stage.key('j'), '3'],
        ['del', stage.key('j')],
      ]);
      const code = await stage.commit(endorsed);
      return { code, set: await readsAndWrites(stage, endorsed.txId, [before.txId]) };
    },
  },
  {
    name: 'a key is deleted, deleted again, and written again',
    play: async (stage) => {
      await stage.prepare([['put', stage.key('k'), '1']]);
      const deletion = await stage.endorse([['del', stage.key('k')]]);
      const codes = [await stage.commit(deletion), await stage.submit([['del', stage.key('k')]])];
      const gone = await afterwards(stage, 'k');
      codes.push(await stage.submit([['put', stage.key('k'), '2']]));
      return {
        codes,
        gone,
        back: await afterwards(stage, 'k'),
        set: await readsAndWrites(stage, deletion.txId),
      };
    },
  },
  {
    name: 'an empty key is written and read',
    play: async (stage) => ({
      put: await seen(async () => stage.submit([['put', '', 'x']])),
      get: await seen(async () => stage.evaluate([['get', '']])),
      del: await seen(async () => stage.submit([['del', '']])),
      gone: await seen(async () => stage.evaluate([['get', '']])),
      policy: await seen(async () => stage.evaluate([['setPolicy', '', '']])),
      private: await seen(async () => stage.evaluate([['putPrivate', '_implicit_org_BankAMSP', '', 'x']])),
    }),
  },
  {
    name: 'odd names are keys and come back in the order of their bytes',
    play: async (stage) => {
      const names = await Promise.all(
        ODD_NAMES.map((name) => seen(async () => stage.evaluate([['try', ['put', stage.key(name), 'x']]]))),
      );
      const code = await seen(async () =>
        stage.submit(ODD_NAMES.map((name) => ['put', stage.key(name), 'x'] as const)),
      );
      const range = await stage.evaluate([['range', stage.key(''), `${stage.prefix}\u{10FFFF}`]]);
      return { names, code, range };
    },
  },
  {
    name: 'keys are ordered by UTF-8 bytes, not by UTF-16 units',
    play: async (stage) => {
      await stage.prepare(
        ['\u{1F600}', '\uFFFD', '\uE000', 'z', 'Z'].map((name) => ['put', stage.key(name), '1']),
      );
      return stage.evaluate([['range', stage.key(''), `${stage.prefix}\u{10FFFF}`]]);
    },
  },
  {
    name: 'a lone surrogate in a key and in a value',
    play: async (stage) => {
      const code = await seen(async () => stage.submit([['put', stage.key('a\ud800b'), 'v\udc00v']]));
      return { code, range: await stage.evaluate([['range', stage.key(''), stage.key('~')]]) };
    },
  },
  {
    name: 'a key of ten thousand characters',
    play: async (stage) => {
      const long = 'k'.repeat(10_000);
      const code = await seen(async () => stage.submit([['put', stage.key(long), 'x']]));
      return { code, value: await afterwards(stage, long) };
    },
  },
  {
    name: 'a value of 900 kB',
    play: async (stage) => {
      const endorsed = await stage.endorse([['fill', stage.key('big'), 900_000]]);
      const code = await stage.commit(endorsed);
      const value = JSON.stringify(await afterwards(stage, 'big')).length;
      return { code, value, set: await readsAndWrites(stage, endorsed.txId) };
    },
  },
  {
    name: 'three hundred keys in one transaction',
    play: async (stage) => {
      const code = await stage.submit([['putMany', stage.key('m'), 300]]);
      return { code, range: await stage.evaluate([['range', stage.key('m297'), stage.key('m~')]]) };
    },
  },
  {
    name: 'an evaluated transaction writes nothing',
    play: async (stage) => {
      const answers = await stage.evaluate([
        ['put', stage.key('k'), 'x'],
        ['event', 'Evaluated', ''],
      ]);
      return { answers, after: await afterwards(stage, 'k') };
    },
  },
  {
    name: 'a transaction that does nothing, and one that only reads, are ordered',
    play: async (stage) => {
      const nothing = await stage.endorse([]);
      const reading = await stage.endorse([['get', stage.key('k')]]);
      const codes = [await stage.commit(nothing), await stage.commit(reading)];
      return {
        codes,
        sets: [await readsAndWrites(stage, nothing.txId), await readsAndWrites(stage, reading.txId)],
      };
    },
  },
  {
    name: 'what a block keeps of a transaction besides reads and writes',
    play: async (stage) => {
      const endorsed = await stage.endorse(
        [
          ['put', stage.key('k'), 'x'],
          ['event', 'Kept', 'payload'],
        ],
        { transient: { secret: 'not in the block' } },
      );
      await stage.commit(endorsed);
      return transactionView(stage, endorsed.txId);
    },
  },
  {
    name: 'composite keys are found by type and first attributes',
    play: async (stage) => {
      const type = stage.key('type');
      await stage.prepare([
        ['putComposite', type, ['a', '1'], 'a1'],
        ['putComposite', type, ['a', '2'], 'a2'],
        ['putComposite', type, ['ab', '1'], 'ab1'],
        ['putComposite', type, ['b'], 'b'],
        ['putComposite', type, [], 'bare'],
        ['putComposite', stage.key('types'), ['a'], 'other'],
      ]);
      return stage.evaluate([
        ['composite', type, ['a']],
        ['composite', type, ['a', '2']],
        ['composite', type, []],
        ['composite', type, ['c']],
        ['try', ['composite', type, ['']]],
        ['try', ['putComposite', type, ['', ''], 'empty']],
        ['composite', type, [], 2],
      ]);
    },
  },
  {
    name: 'composite keys of characters that they must not hold',
    play: async (stage) =>
      stage.evaluate([
        ['try', ['putComposite', stage.key('a\u0000b'), [], 'x']],
        ['try', ['putComposite', stage.key('a\u{10FFFF}b'), [], 'x']],
        ['try', ['putComposite', stage.key('t'), ['a\u0000b'], 'x']],
        ['try', ['putComposite', stage.key('t'), ['\u{10FFFF}'], 'x']],
        ['try', ['putComposite', '', [], 'x']],
      ]),
  },
  {
    name: 'a range without ends leaves composite keys out',
    play: async (stage) => {
      await stage.prepare([
        ['put', stage.key('k'), 'simple'],
        ['putComposite', stage.key('t'), ['a'], 'composite'],
      ]);
      const [rows] = await stage.evaluate<readonly string[]>([['range', '', '']]);
      const own = (rows ?? []).filter((row) => row.includes(stage.prefix));
      return { own, rangeFromComposite: await stage.evaluate([['try', ['range', '\u0000', '']]]) };
    },
  },
];
