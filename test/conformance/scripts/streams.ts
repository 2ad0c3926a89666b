// Scripts about events and blocks as streams: what they carry, where they start, how they are refused.
import { checkpointers, type ChaincodeEvent, type CloseableAsyncIterable } from '@hyperledger/fabric-gateway';
import type { peer } from '@hyperledger/fabric-protos';
import { BANK_A, COURIER } from '../ground.js';
import type { Json } from '../operations.js';
import { seen } from '../outcome.js';
import type { Script } from '../play.js';
import { ask } from '../seek.js';
import type { Endorsed, Stage } from '../stage.js';

const OF_A = '_implicit_org_BankAMSP';

/** Items until `last` says that this one was the last. */
async function until<T>(stream: CloseableAsyncIterable<T>, last: (item: T) => boolean): Promise<T[]> {
  const taken: T[] = [];
  try {
    for await (const item of stream) {
      taken.push(item);
      if (last(item)) break;
    }
  } finally {
    stream.close();
  }
  return taken;
}

async function withEvent(stage: Stage, name: string, by?: readonly string[]): Promise<Endorsed> {
  return stage.endorse(
    [
      ['put', stage.key(name), '1'],
      ['event', stage.key(name), `payload of ${name}`],
    ],
    by === undefined ? {} : { by },
  );
}

/** This script's own events up to the one of that name, as a client is given them. */
async function events(stage: Stage, options: object, lastName: string): Promise<readonly ChaincodeEvent[]> {
  const network = stage.gateway().getNetwork(stage.ground.channel);
  const stream = await network.getChaincodeEvents(stage.ground.chaincode, options);
  const all = await until(stream, ({ eventName }) => eventName === stage.key(lastName));
  return all.filter(({ eventName }) => eventName.startsWith(stage.prefix));
}

function eventView(sent: readonly Endorsed[]): (event: ChaincodeEvent) => Json {
  return ({ eventName, payload, chaincodeName, transactionId }) => [
    eventName,
    Buffer.from(payload).toString('utf8'),
    chaincodeName,
    sent.findIndex(({ txId }) => txId === transactionId),
  ];
}

async function filteredBlockOf(stage: Stage, txId: string): Promise<readonly peer.FilteredTransaction[]> {
  const { block } = await stage.placement(txId);
  const network = stage.gateway().getNetwork(stage.ground.channel);
  const stream = await network.getFilteredBlockEvents({ startBlock: BigInt(block) });
  const [filtered] = await until(stream, () => true);
  return filtered?.getFilteredTransactionsList() ?? [];
}

export const STREAM_SCRIPTS: readonly Script[] = [
  {
    name: 'events arrive in the order of the ledger, each with its payload',
    play: async (stage) => {
      const sent = [
        await withEvent(stage, 'one'),
        await withEvent(stage, 'two'),
        await withEvent(stage, 'three'),
      ];
      await stage.together(...sent);
      const { block } = await stage.placement(sent[0]?.txId ?? '');
      const found = await events(stage, { startBlock: BigInt(block) }, 'three');
      return found.map(eventView(sent));
    },
  },
  {
    name: 'events of invalid transactions are not sent',
    play: async (stage) => {
      const weak = await withEvent(stage, 'weak', [BANK_A]);
      const good = await withEvent(stage, 'good');
      const codes = await stage.together(weak, good);
      const { block } = await stage.placement(weak.txId);
      const found = await events(stage, { startBlock: BigInt(block) }, 'good');
      return { codes, events: found.map(eventView([weak, good])) };
    },
  },
  {
    name: 'the last of two events of one transaction is sent',
    play: async (stage) => {
      const both = await stage.endorse([
        ['event', stage.key('first'), '1'],
        ['event', stage.key('last'), '2'],
      ]);
      await stage.commit(both);
      const { block } = await stage.placement(both.txId);
      return (await events(stage, { startBlock: BigInt(block) }, 'last')).map(eventView([both]));
    },
  },
  {
    name: 'an event without payload, one with a large payload, and one without a name',
    play: async (stage) => {
      const empty = await stage.endorse([['event', stage.key('empty'), '']]);
      const large = await stage.endorse([['event', stage.key('large'), 'x'.repeat(200_000)]]);
      await stage.together(empty, large);
      const { block } = await stage.placement(empty.txId);
      const found = await events(stage, { startBlock: BigInt(block) }, 'large');
      return {
        lengths: found.map(({ payload }) => payload.length),
        nameless: await seen(async () => stage.submit([['event', '', 'x']])),
      };
    },
  },
  {
    name: 'a stream of events goes on after the transaction of a checkpoint',
    play: async (stage) => {
      const sent = [
        await withEvent(stage, 'one'),
        await withEvent(stage, 'two'),
        await withEvent(stage, 'three'),
      ];
      await stage.together(...sent);
      const { block } = await stage.placement(sent[0]?.txId ?? '');
      const after = checkpointers.inMemory();
      await after.checkpointTransaction(BigInt(block), sent[0]?.txId ?? '');
      const found = await events(stage, { checkpoint: after }, 'three');
      const later = await withEvent(stage, 'later');
      await stage.commit(later);
      const done = checkpointers.inMemory();
      await done.checkpointBlock(BigInt((await stage.placement(sent[2]?.txId ?? '')).block));
      return {
        afterOne: found.map(eventView(sent)),
        afterBlock: (await events(stage, { checkpoint: done }, 'later')).map(eventView([later])),
      };
    },
  },
  {
    name: 'a stream of events without a start has only what comes after',
    play: async (stage) => {
      await stage.commit(await withEvent(stage, 'before'));
      const network = stage.gateway().getNetwork(stage.ground.channel);
      const stream = await network.getChaincodeEvents(stage.ground.chaincode);
      const taken = until(stream, ({ eventName }) => eventName === stage.key('after'));
      // When the stream begins is the peer's affair: events are made until one of them arrives.
      let waiting = true;
      void taken.then(() => (waiting = false));
      for (let tries = 0; waiting && tries < 20; tries += 1) {
        await stage.commit(await withEvent(stage, 'after'));
      }
      return (await taken).some(({ eventName }) => eventName === stage.key('before'));
    },
  },
  {
    name: 'events of a chaincode that does not exist, and on a channel that does not exist',
    play: async (stage) => {
      const gate = stage.gateway();
      return seen(async () => {
        const stream = await gate.getNetwork('nowhere').getChaincodeEvents(stage.ground.chaincode);
        await until(stream, () => true);
        return null;
      });
    },
  },
  {
    name: 'filtered blocks show ids, codes and events without payloads',
    play: async (stage) => {
      const sent = [await withEvent(stage, 'good'), await withEvent(stage, 'weak', [BANK_A])];
      await stage.together(...sent);
      const ids = sent.map(({ txId }) => txId);
      const filtered = await filteredBlockOf(stage, ids[0] ?? '');
      return filtered
        .filter((transaction) => ids.includes(transaction.getTxid()))
        .map((transaction) => transaction.toObject() as unknown as Json);
    },
  },
  {
    name: 'a filtered block of a transaction without an event',
    play: async (stage) => {
      const put = await stage.endorse([['put', stage.key('k'), '1']]);
      await stage.commit(put);
      const filtered = await filteredBlockOf(stage, put.txId);
      return filtered
        .filter((transaction) => transaction.getTxid() === put.txId)
        .map((transaction) => transaction.toObject() as unknown as Json);
    },
  },
  {
    name: 'blocks with private data show a member its own collections only',
    play: async (stage) => {
      const put = await stage.endorse([['putPrivate', OF_A, stage.key('k'), 'secret']], { by: [BANK_A] });
      await stage.commit(put);
      const { block, index } = await stage.placement(put.txId);
      const view = async (mspId: string): Promise<Json> =>
        seen(async () => {
          const network = stage.gateway({ at: mspId }).getNetwork(stage.ground.channel);
          const stream = await network.getBlockAndPrivateDataEvents({ startBlock: BigInt(block) });
          const [found] = await until(stream, () => true);
          const set = found?.getPrivateDataMapMap().get(index);
          return (set?.getNsPvtRwsetList() ?? []).map((namespace) => [
            namespace.getNamespace(),
            namespace.getCollectionPvtRwsetList().map((collection) => collection.getCollectionName()),
          ]);
        });
      return { owner: await view(BANK_A), other: await view(COURIER) };
    },
  },
  {
    name: 'streams of blocks between two positions',
    play: async (stage) => {
      const first = await stage.endorse([['put', stage.key('k'), '1']]);
      await stage.commit(first);
      await stage.prepare([['put', stage.key('k'), '2']]);
      const { block } = await stage.placement(first.txId);
      return {
        one: await ask(stage, 'deliver', { start: block, stop: block }, block),
        two: await ask(stage, 'deliver', { start: block, stop: block + 1 }, block),
        filtered: await ask(stage, 'deliverFiltered', { start: block, stop: block + 1 }, block),
        private: await ask(stage, 'deliverWithPrivateData', { start: block, stop: block + 1 }, block),
        first: await ask(stage, 'deliver', { start: 'oldest', stop: 'oldest' }),
        headers: await ask(stage, 'deliver', { start: block, stop: block, headersOnly: true }, block),
      };
    },
  },
  {
    name: 'streams of blocks that make no sense',
    play: async (stage) => ({
      backwards: await ask(stage, 'deliver', { start: 2, stop: 1 }),
      noStart: await ask(stage, 'deliver', { start: null, stop: 1 }),
      noStop: await ask(stage, 'deliver', { start: 1, stop: null }),
      farAhead: await ask(stage, 'deliver', { start: 1_000_000, stop: 1_000_001 }),
      farAheadNow: await ask(stage, 'deliver', { start: 1_000_000, stop: 1_000_001, failIfNotReady: true }),
      otherChannel: await ask(stage, 'deliver', { start: 0, stop: 0, channel: 'nowhere' }),
      noChannel: await ask(stage, 'deliver', { start: 0, stop: 0, channel: '' }),
      otherType: await ask(stage, 'deliver', { start: 0, stop: 0, headerType: 3 }),
    }),
  },
  {
    name: 'streams of blocks asked with clocks that are wrong',
    play: async (stage) => ({
      past: await ask(stage, 'deliver', { start: 0, stop: 0, timestampMs: Date.now() - 16 * 60_000 }),
      future: await ask(stage, 'deliver', { start: 0, stop: 0, timestampMs: Date.now() + 16 * 60_000 }),
      near: await ask(stage, 'deliver', { start: 0, stop: 0, timestampMs: Date.now() - 14 * 60_000 }),
      none: await ask(stage, 'deliver', { start: 0, stop: 0, timestampMs: null }),
    }),
  },
  {
    name: 'a stream that fails if a block is not there yet ends after the newest',
    play: async (stage) => {
      const answer = await ask(stage, 'deliver', { start: 0, stop: 1_000_000, failIfNotReady: true });
      const { blocks, outcome } = answer as { blocks: readonly number[]; outcome: Json };
      return { consecutive: blocks.every((number, index) => number === index), outcome };
    },
  },
];
