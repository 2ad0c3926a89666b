// Scripts about the chaincode's process and its answers: throws, differs, hangs, dies, comes back, calls others.
import { BANK_A, COURIER, MARKET } from '../ground.js';
import type { Json, Operation } from '../operations.js';
import { seen } from '../outcome.js';
import type { Script } from '../play.js';
import type { Asking, Stage } from '../stage.js';

/** Evaluated, submitted to named endorsers, submitted to whom the gateway finds. */
async function threeWays(stage: Stage, operations: readonly Operation[], asking: Asking = {}): Promise<Json> {
  return {
    evaluate: await seen(async () => stage.evaluate(operations, asking)),
    named: await seen(async () => stage.submit(operations, asking)),
    planned: await seen(async () => stage.submit(operations, { by: null, ...asking })),
  };
}

/** The chaincode's process starts again after it ended; the peers find it again. */
async function untilBack(stage: Stage, at: string): Promise<void> {
  for (let tries = 0; tries < 40; tries += 1) {
    const answer = await seen(async () => stage.evaluate([['get', stage.key('k')]], { at, by: [at] }));
    if (Array.isArray(answer)) return;
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}

export const CHAINCODE_SCRIPTS: readonly Script[] = [
  {
    name: 'chaincode throws',
    play: async (stage) => threeWays(stage, [['throw', 'the reason']]),
  },
  {
    name: 'chaincode throws odd characters, in several lines',
    play: async (stage) => threeWays(stage, [['throw', 'причина \u{1F600}\nsecond line "quoted"']]),
  },
  {
    name: 'chaincode throws without a word',
    play: async (stage) => seen(async () => stage.submit([['throw', '']])),
  },
  {
    name: 'chaincode throws after it has written',
    play: async (stage) => ({
      answers: await threeWays(stage, [
        ['put', stage.key('k'), '1'],
        ['throw', 'too late'],
      ]),
      after: await stage.evaluate([['get', stage.key('k')]]),
    }),
  },
  {
    name: 'a function that does not exist, and too few or too many arguments',
    play: async (stage) => [
      await threeWays(stage, [], { call: ['missing'] }),
      await threeWays(stage, [], { call: ['two', 'one'] }),
      await threeWays(stage, [], { call: ['two', 'one', 'two', 'three'] }),
      await threeWays(stage, [], { call: ['Other:two', 'one', 'two'] }),
      await threeWays(stage, [], { call: ['Conformance:two', 'one', 'two'] }),
    ],
  },
  {
    name: 'a function that returns nothing',
    play: async (stage) => threeWays(stage, [], { call: ['nothing'] }),
  },
  {
    name: 'endorsers answer differently',
    play: async (stage) => ({
      answer: await seen(async () => stage.submit([['random']], { by: [BANK_A, MARKET] })),
      write: await seen(async () => stage.submit([['putRandom', stage.key('k')]], { by: [BANK_A, MARKET] })),
      alone: await stage.submit([['putRandom', stage.key('k')]], { by: [BANK_A] }),
    }),
  },
  {
    name: 'what chaincode is told about its transaction',
    play: async (stage) => {
      const second = Math.floor(Date.now() / 1000) * 1000;
      const endorsed = await stage.endorse([['txId'], ['channel'], ['timestamp']], {
        change: ({ channel }) => {
          channel.getTimestamp()?.setSeconds(second / 1000);
          channel.getTimestamp()?.setNanos(123_456_789);
        },
      });
      const [txId, channel, timestamp] = endorsed.answers;
      return { txId: txId === endorsed.txId, channel: channel ?? null, ms: Number(timestamp) - second };
    },
  },
  {
    name: 'chaincode asks for the member that it runs for',
    play: async (stage) => stage.evaluate([['try', ['mspId']]]),
  },
  {
    name: 'arguments come as they were sent',
    play: async (stage) => {
      const [fn, ...args] = await stage.evaluate([['arguments']]);
      return { fn: fn ?? null, args };
    },
  },
  {
    name: 'chaincode calls itself, another chaincode, and one on another channel',
    play: async (stage) => {
      const { chaincode, channel } = stage.ground;
      return stage.evaluate([
        ['try', ['invoke', chaincode, ['nothing'], channel]],
        ['try', ['invoke', chaincode, ['nothing'], '']],
        ['try', ['invoke', 'missing', ['nothing'], channel]],
        ['try', ['invoke', chaincode, ['nothing'], 'nowhere']],
      ]);
    },
  },
  {
    name: 'answers of a megabyte',
    play: async (stage) => {
      await stage.prepare([['fill', stage.key('k'), 500_000]]);
      const [value] = await stage.evaluate<string>([['get', stage.key('k')]]);
      const both = await stage.evaluate<string>([
        ['get', stage.key('k')],
        ['get', stage.key('k')],
      ]);
      return [value?.length ?? 0, both.map((each) => each.length)];
    },
  },
  {
    name: 'chaincode does not answer in time',
    alone: true,
    play: async (stage) => {
      const begun = Date.now();
      const [evaluate, named, planned] = await Promise.all([
        seen(async () => stage.evaluate([['hang']], { by: [BANK_A] })),
        seen(async () => stage.submit([['hang']])),
        seen(async () => stage.submit([['hang']], { by: null })),
      ]);
      // Half a minute is three; a busy machine may add to it up to ten seconds.
      const waited = Math.floor((Date.now() - begun) / 10_000);
      const after = await stage.submit([['put', stage.key('k'), '1']]);
      return { evaluate, named, planned, after, waited };
    },
  },
  {
    name: 'chaincode dies and comes back',
    alone: true,
    play: async (stage) => {
      await stage.prepare([['put', stage.key('k'), '1']]);
      const evaluate = await seen(async () => stage.evaluate([['exit']], { at: COURIER, by: [COURIER] }));
      await untilBack(stage, COURIER);
      const submit = await seen(async () => stage.submit([['exit']], { at: COURIER, by: [COURIER] }));
      await untilBack(stage, COURIER);
      const after = await stage.submit([['put', stage.key('k'), '2']], {
        at: COURIER,
        by: [MARKET, COURIER],
      });
      return {
        evaluate,
        submit,
        after,
        value: await stage.evaluate([['get', stage.key('k')]], { at: COURIER }),
      };
    },
  },
];
