// Scripts about private data: members' own collections, hashes, who sees and who may write, deletion and purge.
import { createHash } from 'node:crypto';
import { payloadInBlock, readsAndWrites } from '../block-view.js';
import { BANK_A, BANK_B, COURIER, MARKET, MEMBERS } from '../ground.js';
import type { Json, Operation, PlainOperation } from '../operations.js';
import { seen } from '../outcome.js';
import type { Script } from '../play.js';
import { allOf, policyBytes } from '../policy.js';
import { AGREED, type Stage } from '../stage.js';

const OF_A = '_implicit_org_BankAMSP';
const OF_B = '_implicit_org_BankBMSP';
const ALONE = { by: [BANK_A] };

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

async function kept(stage: Stage, value = 'secret'): Promise<void> {
  await stage.prepare([['putPrivate', OF_A, stage.key('k'), value]], ALONE);
}

async function everywhere(stage: Stage, operation: PlainOperation): Promise<readonly (readonly Json[])[]> {
  return Promise.all(MEMBERS.map((at) => stage.evaluate([['try', operation]], { at })));
}

export const PRIVATE_DATA_SCRIPTS: readonly Script[] = [
  {
    name: 'a member writes into its own collection alone, and only its peer reads it',
    play: async (stage) => {
      const put = await stage.endorse([['putPrivate', OF_A, stage.key('k'), 'secret']], ALONE);
      const code = await stage.commit(put);
      return {
        code,
        reads: await everywhere(stage, ['getPrivate', OF_A, stage.key('k')]),
        set: await readsAndWrites(stage, put.txId),
      };
    },
  },
  {
    name: 'the hash of a private value is the same everywhere',
    play: async (stage) => {
      await kept(stage);
      const hashes = await everywhere(stage, ['hash', OF_A, stage.key('k')]);
      return hashes.map(([hash]) => hash === sha256('secret'));
    },
  },
  {
    name: 'hashes of what is not there',
    play: async (stage) =>
      stage.evaluate([
        ['hash', OF_A, stage.key('absent')],
        ['hash', OF_B, stage.key('absent')],
        ['getPrivate', OF_A, stage.key('absent')],
      ]),
  },
  {
    name: 'a foreign member’s client reads and writes at the owner’s peer',
    play: async (stage) => {
      await kept(stage);
      const foreign = { at: BANK_A, as: stage.user(BANK_B), by: [BANK_A] };
      return {
        read: await stage.evaluate([['getPrivate', OF_A, stage.key('k')]], foreign),
        write: await stage.submit([['putPrivate', OF_A, stage.key('k'), 'foreign']], foreign),
        after: await stage.evaluate([['getPrivate', OF_A, stage.key('k')]]),
      };
    },
  },
  {
    name: 'others endorse a write into a member’s collection without it',
    play: async (stage) => {
      await kept(stage);
      const foreign = await stage.endorse([['putPrivate', OF_A, stage.key('k'), 'foreign']], {
        at: MARKET,
        by: [MARKET, COURIER],
      });
      const code = await stage.commit(foreign);
      return { code, after: await stage.evaluate([['getPrivate', OF_A, stage.key('k')]]) };
    },
  },
  {
    name: 'the gateway plans private writes by itself',
    play: async (stage) => ({
      own: await seen(async () => stage.submit([['putPrivate', OF_A, stage.key('k'), '1']], { by: null })),
      foreign: await seen(async () =>
        stage.submit([['putPrivate', OF_B, stage.key('k'), '1']], { by: null }),
      ),
      both: await seen(async () =>
        stage.submit(
          [
            ['putPrivate', OF_A, stage.key('k'), '2'],
            ['putPrivate', OF_B, stage.key('k'), '2'],
          ],
          { by: null },
        ),
      ),
    }),
  },
  {
    name: 'a private value from transient data',
    play: async (stage) => {
      const own = { transient: { value: 'from transient' } };
      const keep = ['keepTransient', OF_A, stage.key('k'), 'value'] as const;
      const put = await stage.endorse([keep, ['transient', 'value'], ['transient', 'none']], {
        ...ALONE,
        ...own,
      });
      const code = await stage.commit(put);
      const payload = Buffer.from(await payloadInBlock(stage, put.txId));
      return {
        code,
        read: await stage.evaluate([['getPrivate', OF_A, stage.key('k')]]),
        answers: put.answers,
        hashInBlock: payload.includes(Buffer.from(sha256('from transient'), 'hex')),
        planned: await seen(async () => stage.submit([keep], { ...own, by: null })),
        withPublic: await seen(async () =>
          stage.submit([keep, ['put', stage.key('public'), '1']], { ...own, by: null }),
        ),
        intoForeign: await seen(async () =>
          stage.submit([['keepTransient', OF_B, stage.key('k'), 'value']], { ...own, by: null }),
        ),
      };
    },
  },
  {
    name: 'evaluation with transient data stays with the own peer, or goes to whom is named',
    play: async (stage) => {
      const asking = { transient: { value: 'x' } };
      return {
        own: await stage.evaluate([['transient', 'value']], asking),
        named: await stage.evaluate([['transient', 'value']], { ...asking, by: [COURIER] }),
      };
    },
  },
  {
    name: 'a public and a private write in one transaction',
    play: async (stage) => {
      const operations: readonly Operation[] = [
        ['put', stage.key('k'), 'public'],
        ['putPrivate', OF_A, stage.key('k'), 'private'],
      ];
      const codes = [];
      for (const by of [[BANK_A], [MARKET, COURIER], AGREED])
        codes.push(await stage.submit(operations, { by }));
      const planned = await seen(async () => stage.submit(operations, { by: null }));
      return { codes, planned };
    },
  },
  {
    name: 'a private write beside an owned public key, by the owner alone',
    play: async (stage) => {
      await stage.prepare([
        ['put', stage.key('k'), 'row'],
        ['setPolicy', stage.key('k'), policyBytes(allOf(BANK_A))],
      ]);
      const operations: readonly Operation[] = [
        ['put', stage.key('k'), 'changed'],
        ['putPrivate', OF_A, stage.key('attestation'), 'changed'],
      ];
      const together = await stage.endorse(operations, ALONE);
      return {
        codes: [await stage.commit(together), await stage.submit(operations, { by: null })],
        set: await readsAndWrites(stage, together.txId),
      };
    },
  },
  {
    name: 'two collections in one transaction',
    play: async (stage) => {
      const operations: readonly Operation[] = [
        ['putPrivate', OF_B, stage.key('k'), 'b'],
        ['putPrivate', OF_A, stage.key('k'), 'a'],
        ['putPrivate', OF_A, stage.key('j'), 'a'],
      ];
      const codes = [];
      for (const by of [[BANK_A], [BANK_A, BANK_B]]) codes.push(await stage.submit(operations, { by }));
      const both = await stage.endorse(operations, { by: [BANK_A, BANK_B] });
      codes.push(await stage.commit(both));
      return { codes, set: await readsAndWrites(stage, both.txId) };
    },
  },
  {
    name: 'collections that do not exist',
    play: async (stage) => {
      const collections = ['nope', '_implicit_org_NobodyMSP', '_implicit_org_', ''];
      const tried: Json[] = [];
      for (const collection of collections) {
        tried.push(
          await stage.evaluate([
            ['try', ['getPrivate', collection, stage.key('k')]],
            ['try', ['hash', collection, stage.key('k')]],
            ['try', ['putPrivate', collection, stage.key('k'), 'x']],
            ['try', ['delPrivate', collection, stage.key('k')]],
            ['try', ['purge', collection, stage.key('k')]],
            ['try', ['getPrivatePolicy', collection, stage.key('k')]],
            ['try', ['setPrivatePolicy', collection, stage.key('k'), '']],
          ]),
          await stage.evaluate([['try', ['rangePrivate', collection, stage.key(''), stage.key('~')]]]),
        );
      }
      return tried;
    },
  },
  {
    name: 'a private value is changed between endorsement and commit',
    play: async (stage) => {
      await kept(stage, '1');
      const byValue = await stage.endorse(
        [
          ['getPrivate', OF_A, stage.key('k')],
          ['putPrivate', OF_A, stage.key('v'), '1'],
        ],
        ALONE,
      );
      const byHash = await stage.endorse([
        ['hash', OF_A, stage.key('k')],
        ['put', stage.key('h'), '1'],
      ]);
      const change = await stage.endorse([['putPrivate', OF_A, stage.key('k'), '2']], ALONE);
      const codes = await stage.together(change, byValue, byHash);
      return {
        codes,
        sets: [await readsAndWrites(stage, byValue.txId), await readsAndWrites(stage, byHash.txId)],
      };
    },
  },
  {
    name: 'a private value is read by members that do not hold it, and the policy satisfied',
    play: async (stage) => {
      await kept(stage);
      return seen(async () =>
        stage.submit([['getPrivate', OF_A, stage.key('k')]], { at: MARKET, by: [MARKET, COURIER] }),
      );
    },
  },
  {
    name: 'a private value is deleted',
    play: async (stage) => {
      await kept(stage);
      const deletion = await stage.endorse([['delPrivate', OF_A, stage.key('k')]], ALONE);
      const codes = [
        await stage.commit(deletion),
        await stage.submit([['delPrivate', OF_A, stage.key('k')]], ALONE),
      ];
      return {
        codes,
        read: await everywhere(stage, ['getPrivate', OF_A, stage.key('k')]),
        hash: await everywhere(stage, ['hash', OF_A, stage.key('k')]),
        set: await readsAndWrites(stage, deletion.txId),
      };
    },
  },
  {
    name: 'a private value is purged',
    play: async (stage) => {
      await kept(stage);
      const purge = await stage.endorse([['purge', OF_A, stage.key('k')]], ALONE);
      const codes = [await stage.commit(purge), await stage.submit([['purge', OF_A, stage.key('k')]], ALONE)];
      const others = await stage.submit([['purge', OF_A, stage.key('k')]], {
        at: MARKET,
        by: [MARKET, COURIER],
      });
      codes.push(await stage.submit([['putPrivate', OF_A, stage.key('k'), 'again']], ALONE));
      return {
        codes,
        others,
        read: await stage.evaluate([['getPrivate', OF_A, stage.key('k')]]),
        set: await readsAndWrites(stage, purge.txId),
      };
    },
  },
  {
    name: 'a private value that is empty',
    play: async (stage) => {
      const codes = [await stage.submit([['putPrivate', OF_A, stage.key('k'), '']], ALONE)];
      await kept(stage);
      const empty = await stage.endorse([['putPrivate', OF_A, stage.key('k'), '']], ALONE);
      codes.push(await stage.commit(empty));
      const reads = await stage.evaluate([
        ['getPrivate', OF_A, stage.key('k')],
        ['hash', OF_A, stage.key('k')],
      ]);
      return { codes, reads, set: await readsAndWrites(stage, empty.txId) };
    },
  },
  {
    name: 'a transaction does not read its own private writes',
    play: async (stage) => {
      await kept(stage, 'old');
      return stage.evaluate([
        ['putPrivate', OF_A, stage.key('k'), 'new'],
        ['getPrivate', OF_A, stage.key('k')],
        ['delPrivate', OF_A, stage.key('k')],
        ['getPrivate', OF_A, stage.key('k')],
      ]);
    },
  },
  {
    name: 'private ranges at the owner and elsewhere',
    play: async (stage) => {
      await stage.prepare(
        ['1', '2', '3'].map((id) => ['putPrivate', OF_A, stage.key(`r${id}`), id]),
        ALONE,
      );
      return everywhere(stage, ['rangePrivate', OF_A, stage.key('r'), stage.key('r3')]);
    },
  },
  {
    name: 'a transaction that asked for a private range may not write, one that wrote may not ask',
    play: async (stage) => {
      const range = ['rangePrivate', OF_A, stage.key('r'), stage.key('s')] as const;
      const put = ['put', stage.key('k'), '1'] as const;
      const putPrivate = ['putPrivate', OF_A, stage.key('k'), '1'] as const;
      return [
        await seen(async () => stage.submit([range, put], ALONE)),
        await seen(async () => stage.submit([range, putPrivate], ALONE)),
        await seen(async () => stage.submit([put, range], ALONE)),
        await seen(async () => stage.submit([putPrivate, range], ALONE)),
        await seen(async () => stage.submit([range], { by: AGREED })),
      ];
    },
  },
  {
    name: 'private ranges are not checked for phantoms',
    play: async (stage) => {
      await kept(stage);
      const reader = await stage.endorse([['rangePrivate', OF_A, stage.key(''), stage.key('~')]], ALONE);
      const writer = await stage.endorse([['putPrivate', OF_A, stage.key('new'), '1']], ALONE);
      const codes = await stage.together(writer, reader);
      return { codes, set: await readsAndWrites(stage, reader.txId) };
    },
  },
  {
    name: 'private data of a transaction that is held back until its value is old',
    play: async (stage) => {
      await kept(stage, '1');
      const held = await stage.endorse([['putPrivate', OF_A, stage.key('k'), 'held']], ALONE);
      await stage.prepare([['putPrivate', OF_A, stage.key('k'), '2']], ALONE);
      const code = await stage.commit(held);
      return { code, after: await stage.evaluate([['getPrivate', OF_A, stage.key('k')]]) };
    },
  },
  {
    name: 'a large private value',
    play: async (stage) => {
      const value = 'v'.repeat(300_000);
      const code = await stage.submit([['keepTransient', OF_A, stage.key('k'), 'value']], {
        ...ALONE,
        transient: { value },
      });
      const [read] = await stage.evaluate([['getPrivate', OF_A, stage.key('k')]]);
      return { code, same: read === value };
    },
  },
];
