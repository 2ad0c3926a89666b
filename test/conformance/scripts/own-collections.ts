// Scripts about the collections that the definition gives each member: who reads, writes and is shown their rows.
import { collectionOf } from '../../../chaincode/protocol/attestation.js';
import { readsAndWrites } from '../block-view.js';
import { BANK_A, BANK_B, COURIER, MARKET, MEMBERS } from '../ground.js';
import type { Json, Operation, PlainOperation } from '../operations.js';
import { seen } from '../outcome.js';
import type { Script } from '../play.js';
import { anyOf, policyBytes } from '../policy.js';
import type { Asking, Stage } from '../stage.js';
import { privateRowsWith } from '../../support/private-rows.js';

const OF_A = collectionOf(BANK_A);
const OF_B = collectionOf(BANK_B);
const ALONE = { by: [BANK_A] };

async function kept(stage: Stage, value = 'secret'): Promise<void> {
  await stage.prepare([['putPrivate', OF_A, stage.key('k'), value]], ALONE);
}

/** Each member's own client at its own peer. */
async function everywhere(stage: Stage, operation: PlainOperation): Promise<Json> {
  return Promise.all(MEMBERS.map((at) => stage.evaluate([['try', operation]], { at })));
}

/** The owner's client at each peer. */
async function ownerEverywhere(stage: Stage, operation: PlainOperation): Promise<Json> {
  const as = stage.user(BANK_A);
  return Promise.all(MEMBERS.map((at) => stage.evaluate([['try', operation]], { at, as, by: [at] })));
}

/** This script's rows in the block, as far as the peer shows them to the client. */
async function rowsShown(stage: Stage, asking: Asking, block: number): Promise<Json> {
  return seen(async () => {
    const network = stage.gateway(asking).getNetwork(stage.ground.channel);
    const stream = await network.getBlockAndPrivateDataEvents({ startBlock: BigInt(block) });
    try {
      for await (const delivered of stream) {
        return privateRowsWith(delivered).filter((row) => row.includes(stage.prefix));
      }
      return null;
    } finally {
      stream.close();
    }
  });
}

async function tried(stage: Stage, operation: Operation, asking: Asking): Promise<Json> {
  return seen(async () => stage.submit([operation], asking));
}

export const OWN_COLLECTION_SCRIPTS: readonly Script[] = [
  {
    name: 'a member writes into its defined collection alone, and only its own client reads it at its peer',
    play: async (stage) => {
      const put = await stage.endorse([['putPrivate', OF_A, stage.key('k'), 'secret']], ALONE);
      return {
        code: await stage.commit(put),
        set: await readsAndWrites(stage, put.txId),
        everybody: await everywhere(stage, ['getPrivate', OF_A, stage.key('k')]),
        owner: await ownerEverywhere(stage, ['getPrivate', OF_A, stage.key('k')]),
      };
    },
  },
  {
    name: 'everybody reads hashes of a defined collection, its member alone rows and key policies',
    play: async (stage) => {
      const policy = policyBytes(anyOf(BANK_A));
      const set = ['setPrivatePolicy', OF_A, stage.key('k'), policy] as const;
      await stage.prepare([['putPrivate', OF_A, stage.key('k'), 'secret'], set], ALONE);
      return {
        hash: await everywhere(stage, ['hash', OF_A, stage.key('k')]),
        absent: await everywhere(stage, ['hash', OF_A, stage.key('absent')]),
        policy: await everywhere(stage, ['getPrivatePolicy', OF_A, stage.key('k')]),
        rows: await everywhere(stage, ['rangePrivate', OF_A, stage.key(''), stage.key('~')]),
      };
    },
  },
  {
    name: 'a foreign client at the owner’s peer and elsewhere reads and changes nothing of a defined collection',
    play: async (stage) => {
      await kept(stage);
      const key = stage.key('k');
      const operations: readonly PlainOperation[] = [
        ['getPrivate', OF_A, key],
        ['getPrivate', OF_A, stage.key('absent')],
        ['hash', OF_A, key],
        ['getPrivatePolicy', OF_A, key],
        ['rangePrivate', OF_A, key, ''],
        ['putPrivate', OF_A, key, 'foreign'],
        ['setPrivatePolicy', OF_A, key, policyBytes(anyOf(BANK_B))],
        ['delPrivate', OF_A, key],
        ['purge', OF_A, key],
      ];
      const foreign = { at: BANK_A, as: stage.user(BANK_B), by: [BANK_A] };
      const answers = [];
      for (const operation of operations) {
        answers.push(await stage.evaluate([['try', operation]], foreign));
      }
      const submitted = await tried(stage, ['putPrivate', OF_A, key, 'foreign'], foreign);
      const elsewhere = await tried(stage, ['putPrivate', OF_A, key, 'foreign'], {
        at: BANK_B,
        by: [BANK_B],
      });
      const after = await stage.evaluate([['getPrivate', OF_A, key]]);
      return { answers, submitted, elsewhere, after };
    },
  },
  {
    name: 'others endorse a write into a defined collection for the owner’s client, without the owner',
    play: async (stage) => {
      await kept(stage);
      const by = [MARKET, COURIER];
      const code = await stage.submit([['putPrivate', OF_A, stage.key('k'), 'others']], { by });
      return { code, after: await stage.evaluate([['getPrivate', OF_A, stage.key('k')]]) };
    },
  },
  {
    name: 'others write a private key that its policy gave them, and peers hand the value to its owner',
    play: async (stage) => {
      const key = stage.key('k');
      const set = ['setPrivatePolicy', OF_A, key, policyBytes(anyOf(BANK_A, COURIER))] as const;
      await stage.prepare([['putPrivate', OF_A, key, 'start'], set], ALONE);
      const code = await stage.submit([['putPrivate', OF_A, key, 'others']], { by: [MARKET, COURIER] });
      return { code, after: await ownerEverywhere(stage, ['getPrivate', OF_A, key]) };
    },
  },
  {
    name: 'the gateway plans writes into defined collections by itself',
    play: async (stage) => {
      const put = ['putPrivate', OF_A, stage.key('k'), '1'] as const;
      const plan = { by: null };
      return {
        own: await tried(stage, put, plan),
        foreign: await tried(stage, ['putPrivate', OF_B, stage.key('k'), '1'], plan),
        elsewhere: await tried(stage, put, { ...plan, at: MARKET, as: stage.user(BANK_A) }),
        transient: await tried(stage, ['keepTransient', OF_A, stage.key('t'), 'value'], {
          ...plan,
          transient: { value: 'secret' },
        }),
        read: await seen(async () => {
          const operations = [['getPrivate', OF_A, stage.key('k')], put] as const;
          return stage.submit(operations, plan);
        }),
      };
    },
  },
  {
    name: 'a value in a defined collection is changed, deleted and purged by its owner',
    play: async (stage) => {
      const key = stage.key('k');
      await kept(stage);
      const seenAfter = [];
      for (const operation of [
        ['putPrivate', OF_A, key, 'changed'],
        ['delPrivate', OF_A, key],
        ['putPrivate', OF_A, key, 'again'],
        ['purge', OF_A, key],
      ] as const) {
        const code = await stage.submit([operation], ALONE);
        seenAfter.push([
          code,
          await stage.evaluate([
            ['getPrivate', OF_A, key],
            ['hash', OF_A, key],
          ]),
        ]);
      }
      return seenAfter;
    },
  },
  {
    name: 'the owner’s peer streams rows of a defined collection to the owner’s clients alone',
    play: async (stage) => {
      const puts = [OF_A, '_implicit_org_BankAMSP'].map(
        (collection) => ['putPrivate', collection, stage.key('k'), 'secret'] as const,
      );
      const put = await stage.endorse(puts, ALONE);
      await stage.commit(put);
      const { block } = await stage.placement(put.txId);
      const shown: Record<string, Json> = {};
      for (const member of MEMBERS) {
        const as = stage.user(member);
        shown[member] = [
          await rowsShown(stage, { at: BANK_A, as }, block),
          await rowsShown(stage, { at: MARKET, as }, block),
        ];
      }
      return shown;
    },
  },
];
