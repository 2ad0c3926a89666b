// Scripts about the history of keys.
import type { Json } from '../operations.js';
import type { Script } from '../play.js';
import type { Endorsed, Stage } from '../stage.js';

type Entry = {
  readonly txId: string;
  readonly isDelete: boolean;
  readonly value: string;
  readonly at: string;
};

/** The history with transactions named by their position in `writers`. */
async function history(stage: Stage, writers: readonly Endorsed[], limit?: number): Promise<Json> {
  const operation = ['history', stage.key('k')] as const;
  const [entries] = await stage.evaluate<readonly Entry[]>([
    limit === undefined ? operation : [...operation, limit],
  ]);
  return (entries ?? []).map(({ txId, isDelete, value }) => [
    writers.findIndex((writer) => writer.txId === txId),
    isDelete,
    value,
  ]);
}

async function written(stage: Stage, ...values: readonly string[]): Promise<Endorsed[]> {
  const writers: Endorsed[] = [];
  for (const value of values) {
    const endorsed = await stage.endorse([
      value === '' ? ['del', stage.key('k')] : ['put', stage.key('k'), value],
    ]);
    await stage.commit(endorsed);
    writers.push(endorsed);
  }
  return writers;
}

export const HISTORY_SCRIPTS: readonly Script[] = [
  {
    name: 'a history has the newest first, deletions too',
    play: async (stage) => history(stage, await written(stage, '1', '2', '', '3')),
  },
  {
    name: 'a history read in part',
    play: async (stage) => history(stage, await written(stage, '1', '2', '3'), 2),
  },
  {
    name: 'a history that ends with a deletion, and one of a key that never was',
    play: async (stage) => [
      await history(stage, await written(stage, '1', '')),
      await stage.evaluate([['history', stage.key('never')]]),
    ],
  },
  {
    name: 'a history leaves invalid transactions out',
    play: async (stage) => {
      const [first] = await written(stage, '1');
      const weak = await stage.endorse([['put', stage.key('k'), 'weak']], { by: ['BankAMSP'] });
      const code = await stage.commit(weak);
      return { code, history: await history(stage, first === undefined ? [] : [first, weak]) };
    },
  },
  {
    name: 'a history of several writers in one block',
    play: async (stage) => {
      const one = await stage.endorse([['put', stage.key('k'), '1']]);
      const two = await stage.endorse([['put', stage.key('k'), '2']]);
      const three = await stage.endorse([['del', stage.key('k')]]);
      await stage.together(one, two, three);
      return history(stage, [one, two, three]);
    },
  },
  {
    name: 'a history has no policies that were set without a value',
    play: async (stage) => {
      const writers = await written(stage, '1');
      const policy = await stage.endorse([['setPolicy', stage.key('k'), '']]);
      await stage.commit(policy);
      return history(stage, [...writers, policy]);
    },
  },
  {
    name: 'the times of a history are those of its proposals',
    play: async (stage) => {
      const before = Date.now() - 60_000;
      const endorsed = await stage.endorse([['put', stage.key('k'), '1']], {
        change: ({ channel }) => {
          channel.getTimestamp()?.setSeconds(Math.floor(before / 1000));
          channel.getTimestamp()?.setNanos(0);
        },
      });
      await stage.commit(endorsed);
      const [entries] = await stage.evaluate<readonly Entry[]>([['history', stage.key('k')]]);
      return entries?.map(({ at }) => at === String(Math.floor(before / 1000) * 1000)) ?? null;
    },
  },
  {
    name: 'a transaction that read a history may write, and its history is in no read set',
    play: async (stage) => {
      const writers = await written(stage, '1');
      const held = await stage.endorse([
        ['history', stage.key('k')],
        ['put', stage.key('other'), '1'],
      ]);
      writers.push(...(await written(stage, '2')));
      return { code: await stage.commit(held), history: await history(stage, writers) };
    },
  },
  {
    name: 'a history of an unordinary key',
    play: async (stage) => {
      await stage.prepare([['put', stage.key('k\u0000k'), '1']]);
      await stage.prepare([['put', stage.key('k'), '2']]);
      const answers = await stage.evaluate<readonly Entry[]>([
        ['history', stage.key('k')],
        ['history', stage.key('k\u0000k')],
      ]);
      return answers.map((entries) => entries.map(({ value }) => value));
    },
  },
];
