// Scripts about transactions that meet: in one block, after one another, held back, sent twice.
import { openTransaction } from '../envelope.js';
import type { Operation } from '../operations.js';
import { seen } from '../outcome.js';
import type { Script } from '../play.js';
import { envelopeOf, type Stage } from '../stage.js';

type Keyed = (stage: Stage) => readonly Operation[];

/** A value stands at `k`; both transactions are endorsed over it and ordered in one block, the first one first. */
function meeting(name: string, first: Keyed, second: Keyed, start = true): Script {
  return {
    name,
    play: async (stage) => {
      if (start) await stage.prepare([['put', stage.key('k'), 'start']]);
      const one = await stage.endorse(first(stage));
      const two = await stage.endorse(second(stage));
      const codes = await stage.together(one, two);
      return { codes, after: await stage.evaluate([['get', stage.key('k')]]) };
    },
  };
}

const put =
  (value: string): Keyed =>
  (stage) => [['put', stage.key('k'), value]];
const change =
  (value: string): Keyed =>
  (stage) => [
    ['get', stage.key('k')],
    ['put', stage.key('k'), value],
  ];
const del: Keyed = (stage) => [['del', stage.key('k')]];
const look: Keyed = (stage) => [
  ['get', stage.key('k')],
  ['put', stage.key('other'), 'saw'],
];

export const CONFLICT_SCRIPTS: readonly Script[] = [
  meeting('two blind puts meet', put('1'), put('2')),
  meeting('two changes of a read value meet', change('1'), change('2')),
  meeting('a change and a blind put meet', change('1'), put('2')),
  meeting('a blind put and a change meet', put('1'), change('2')),
  meeting('a reader comes before a writer', look, put('1')),
  meeting('a reader comes after a writer', put('1'), look),
  meeting('a reader comes after a deletion', del, look),
  meeting('two deletions meet', del, del),
  meeting('a deletion and a put meet', del, put('1')),
  meeting('two creations that looked first meet', change('1'), change('2'), false),
  meeting('a reader of nothing comes after a creation', put('1'), look, false),
  meeting('a deletion of nothing and a reader meet', del, look, false),
  {
    name: 'an endorsement over an older version is held back',
    play: async (stage) => {
      await stage.prepare([['put', stage.key('k'), '1']]);
      const held = await stage.endorse([
        ['get', stage.key('k')],
        ['put', stage.key('k'), 'held'],
      ]);
      const blind = await stage.endorse([['put', stage.key('j'), 'held']]);
      await stage.prepare([['put', stage.key('k'), '2']]);
      const codes = [await stage.commit(held), await stage.commit(blind)];
      return { codes, after: await stage.evaluate([['get', stage.key('k')]]) };
    },
  },
  {
    name: 'the same value written again is a new version',
    play: async (stage) => {
      await stage.prepare([['put', stage.key('k'), '1']]);
      const held = await stage.endorse([['get', stage.key('k')]]);
      await stage.prepare([['put', stage.key('k'), '1']]);
      return stage.commit(held);
    },
  },
  {
    name: 'a key deleted and created again is a new version',
    play: async (stage) => {
      await stage.prepare([['put', stage.key('k'), '1']]);
      const present = await stage.endorse([['get', stage.key('k')]]);
      await stage.prepare([['del', stage.key('k')]]);
      const absent = await stage.endorse([['get', stage.key('k')]]);
      await stage.prepare([['put', stage.key('k'), '1']]);
      return [await stage.commit(present), await stage.commit(absent)];
    },
  },
  {
    name: 'an invalid transaction changes nothing and disturbs nobody',
    play: async (stage) => {
      await stage.prepare([['put', stage.key('k'), '1']]);
      const first = await stage.endorse(change('2')(stage));
      const second = await stage.endorse([...change('3')(stage), ['put', stage.key('j'), '3']]);
      const third = await stage.endorse([
        ['get', stage.key('j')],
        ['put', stage.key('j'), '4'],
      ]);
      const codes = await stage.together(first, second, third);
      return { codes, after: await stage.evaluate([['range', stage.key(''), stage.key('~')]]) };
    },
  },
  {
    name: 'a transaction under too few endorsements does not bump a version',
    play: async (stage) => {
      await stage.prepare([['put', stage.key('k'), '1']]);
      const weak = await stage.endorse(put('2')(stage), { by: ['BankAMSP'] });
      const reader = await stage.endorse(look(stage));
      return stage.together(weak, reader);
    },
  },
  {
    name: 'one transaction sent twice at once',
    play: async (stage) => {
      const endorsed = await stage.endorse([['put', stage.key('k'), '1']]);
      const other = await stage.endorse([['put', stage.key('k'), '2']]);
      await stage.order(await stage.altered(endorsed, () => undefined));
      await stage.order(await stage.altered(endorsed, () => undefined));
      await stage.commit(other);
      const codes = (await stage.network.watch.placements(endorsed.txId, 2)).map(({ code }) => code);
      return { codes, after: await stage.evaluate([['get', stage.key('k')]]) };
    },
  },
  {
    name: 'one transaction sent again after its block',
    play: async (stage) => {
      const endorsed = await stage.endorse([['put', stage.key('k'), '1']]);
      const codes = [await stage.commit(endorsed)];
      await stage.prepare([['put', stage.key('k'), '2']]);
      const again = await stage.send(await stage.altered(endorsed, () => undefined), 2);
      return { codes, again, after: await stage.evaluate([['get', stage.key('k')]]) };
    },
  },
  {
    name: 'an id that was used is used for another proposal',
    play: async (stage) => {
      const endorsed = await stage.endorse([['put', stage.key('k'), '1']]);
      await stage.commit(endorsed);
      const { signature } = openTransaction(envelopeOf(endorsed).getPayload_asU8());
      const reuse = async (): Promise<null> => {
        await stage.endorse([['put', stage.key('k'), '2']], {
          by: null,
          change: (parts) => {
            parts.signature.setNonce(signature.getNonce_asU8());
            parts.channel.setTxId(endorsed.txId);
          },
        });
        return null;
      };
      return seen(reuse);
    },
  },
  {
    name: 'twenty blind puts of one key at once are all valid',
    play: async (stage) => {
      const puts = await Promise.all(
        Array.from({ length: 20 }, (_, i) => stage.endorse([['put', stage.key('k'), String(i)]])),
      );
      return Promise.all(puts.map((endorsed) => stage.commit(endorsed)));
    },
  },
  {
    name: 'of twenty concurrent counts each valid one is counted once',
    play: async (stage) => {
      await stage.prepare([['put', stage.key('k'), '0']]);
      const counts = await Promise.all(
        Array.from({ length: 20 }, (_, i) =>
          stage.endorse([
            ['get', stage.key('k')],
            ['put', stage.key('k'), `count ${String(i)}`],
          ]),
        ),
      );
      const codes = await Promise.all(counts.map((endorsed) => stage.commit(endorsed)));
      return { valid: codes.filter((code) => code === 0).length, others: [...new Set(codes)].sort() };
    },
  },
];
