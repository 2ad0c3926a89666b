// Scripts about key policies: who may change a key, from when on, and what they do to plans and versions.
import { readsAndWrites } from '../block-view.js';
import { BANK_A, BANK_B, COURIER, MARKET } from '../ground.js';
import { seen } from '../outcome.js';
import type { Script } from '../play.js';
import { allOf, anyOf, outOf, policyBytes, signedBy, type Rule } from '../policy.js';
import { AGREED, type Stage } from '../stage.js';

const OTHERS = [MARKET, BANK_A, COURIER];

/** A key is created with that policy; then each set of endorsers tries to change it, in this order. */
function guarded(name: string, rule: Rule, ...sets: readonly (readonly string[])[]): Script {
  return {
    name,
    play: async (stage) => {
      await stage.prepare([
        ['put', stage.key('k'), 'start'],
        ['setPolicy', stage.key('k'), policyBytes(rule)],
      ]);
      const codes = [];
      for (const by of sets) codes.push(await stage.submit([['put', stage.key('k'), by.join()]], { by }));
      return { codes, after: await stage.evaluate([['get', stage.key('k')]]) };
    },
  };
}

async function owned(stage: Stage, mspId: string): Promise<void> {
  await stage.prepare([
    ['put', stage.key('k'), 'start'],
    ['setPolicy', stage.key('k'), policyBytes(allOf(mspId))],
  ]);
}

/** A policy of bytes that are none is set; what happens to it, and to a write after it. */
function senseless(name: string, policy: string): Script {
  return {
    name,
    play: async (stage) => {
      await stage.prepare([['put', stage.key('k'), 'start']]);
      const set = await seen(async () => stage.submit([['setPolicy', stage.key('k'), policy]]));
      const named = await seen(async () => stage.submit([['put', stage.key('k'), '1']]));
      const planned = await seen(async () => stage.submit([['put', stage.key('k'), '2']], { by: null }));
      const removed = await seen(async () => stage.submit([['del', stage.key('k')]]));
      return { set, named, planned, removed, after: await stage.evaluate([['get', stage.key('k')]]) };
    },
  };
}

export const KEY_POLICY_SCRIPTS: readonly Script[] = [
  guarded('one owner', allOf(BANK_B), OTHERS, [BANK_B], [BANK_B, MARKET]),
  guarded('two owners together', allOf(BANK_A, BANK_B), [BANK_A], [BANK_B, MARKET], [BANK_A, BANK_B]),
  guarded('either of two owners', anyOf(BANK_A, BANK_B), AGREED, [BANK_B], [MARKET, COURIER]),
  guarded(
    'two of three owners',
    outOf(2, signedBy(BANK_A), signedBy(BANK_B), signedBy(COURIER)),
    [BANK_A],
    [BANK_A, COURIER],
    [MARKET, BANK_B],
  ),
  guarded(
    'one owner, or all others',
    outOf(1, signedBy(COURIER), allOf(MARKET, BANK_A, BANK_B)),
    [MARKET, BANK_A],
    [COURIER],
    [MARKET, BANK_A, BANK_B],
  ),
  guarded('a member of whatever role', outOf(1, signedBy(BANK_B, 'MEMBER')), AGREED, [BANK_B]),
  guarded('an administrator, which no peer is', outOf(1, signedBy(BANK_B, 'ADMIN')), [BANK_B]),
  guarded('a client, which no peer is', outOf(1, signedBy(BANK_B, 'CLIENT')), [BANK_B]),
  guarded('an organisation that does not exist', allOf('NobodyMSP'), AGREED, [BANK_B]),
  guarded('nobody at all', outOf(0), [BANK_B], [MARKET]),
  guarded('more signatures than signers', outOf(3, signedBy(BANK_A), signedBy(BANK_B)), [BANK_A, BANK_B]),
  guarded(
    'the same owner twice, by one endorsement',
    outOf(2, signedBy(BANK_A), signedBy(BANK_A)),
    [BANK_A],
    [BANK_A, BANK_B],
  ),
  senseless('a policy of garbage', Buffer.from('garbage').toString('base64')),
  senseless('a policy of no bytes', ''),
  senseless(
    'a policy that names a signer that it does not list',
    Buffer.from('12020800', 'hex').toString('base64'),
  ),
  {
    name: 'the gateway finds the owner of a key by itself',
    play: async (stage) => {
      await owned(stage, COURIER);
      const atOwner = await stage.submit([['put', stage.key('k'), '1']], { at: COURIER, by: null });
      const elsewhere = await stage.submit([['put', stage.key('k'), '2']], { at: BANK_A, by: null });
      return { atOwner, elsewhere };
    },
  },
  {
    name: 'no plan can satisfy a key policy',
    play: async (stage) => {
      await owned(stage, 'NobodyMSP');
      return seen(async () => stage.submit([['put', stage.key('k'), '1']], { by: null }));
    },
  },
  {
    name: 'an owned key and a new key in one transaction',
    play: async (stage) => {
      await owned(stage, BANK_B);
      const operations = [
        ['put', stage.key('k'), '1'],
        ['put', stage.key('new'), '1'],
      ] as const;
      const codes = [];
      for (const by of [[BANK_B], AGREED, [MARKET, BANK_B]])
        codes.push(await stage.submit(operations, { by }));
      return { codes, planned: await stage.submit(operations, { by: null }) };
    },
  },
  {
    name: 'two keys of two owners in one transaction',
    play: async (stage) => {
      await stage.prepare([
        ['put', stage.key('a'), ''],
        ['put', stage.key('a'), '1'],
        ['setPolicy', stage.key('a'), policyBytes(allOf(BANK_A))],
        ['put', stage.key('b'), '1'],
        ['setPolicy', stage.key('b'), policyBytes(allOf(BANK_B))],
      ]);
      const operations = [
        ['put', stage.key('a'), '2'],
        ['put', stage.key('b'), '2'],
      ] as const;
      const codes = [];
      for (const by of [[BANK_A], [MARKET, BANK_B], [BANK_A, BANK_B]]) {
        codes.push(await stage.submit(operations, { by }));
      }
      return { codes, planned: await stage.submit(operations, { by: null }) };
    },
  },
  {
    name: 'a key policy guards itself',
    play: async (stage) => {
      await owned(stage, BANK_B);
      const take = ['setPolicy', stage.key('k'), policyBytes(allOf(BANK_A))] as const;
      const give = ['setPolicy', stage.key('k'), policyBytes(allOf(COURIER))] as const;
      const codes = [await stage.submit([take]), await stage.submit([give], { by: [BANK_B] })];
      codes.push(await stage.submit([['put', stage.key('k'), '1']], { by: [BANK_B] }));
      codes.push(await stage.submit([['put', stage.key('k'), '2']], { by: [COURIER] }));
      return codes;
    },
  },
  {
    name: 'reading an owned key needs the channel’s policy, not the owner',
    play: async (stage) => {
      await owned(stage, BANK_B);
      return [
        await stage.submit([['get', stage.key('k')]], { by: AGREED }),
        await stage.submit([['get', stage.key('k')]], { by: [BANK_B] }),
        await stage.submit([['getPolicy', stage.key('k')]], { by: AGREED }),
      ];
    },
  },
  {
    name: 'deleting an owned key, and creating it again',
    play: async (stage) => {
      await owned(stage, BANK_B);
      const codes = [
        await stage.submit([['del', stage.key('k')]], { by: AGREED }),
        await stage.submit([['del', stage.key('k')]], { by: [BANK_B] }),
      ];
      const [policy] = await stage.evaluate([['getPolicy', stage.key('k')]]);
      codes.push(await stage.submit([['put', stage.key('k'), 'again']], { by: AGREED }));
      return { codes, policy: policy ?? null };
    },
  },
  {
    name: 'a policy is set on a key that does not exist',
    play: async (stage) => {
      const set = await stage.endorse([['setPolicy', stage.key('k'), policyBytes(allOf(BANK_B))]]);
      const codes = [await stage.commit(set)];
      const seenPolicy = await stage.evaluate([
        ['getPolicy', stage.key('k')],
        ['get', stage.key('k')],
      ]);
      codes.push(await stage.submit([['put', stage.key('k'), '1']], { by: AGREED }));
      return { codes, seenPolicy, set: await readsAndWrites(stage, set.txId) };
    },
  },
  {
    name: 'a policy is set on an empty key and on an empty value',
    play: async (stage) =>
      stage.submit([
        ['put', stage.key('k'), ''],
        ['setPolicy', stage.key('k'), policyBytes(allOf(BANK_B))],
      ]),
  },
  {
    name: 'a policy in the same block refuses what comes after it',
    play: async (stage) => {
      await stage.prepare([['put', stage.key('k'), 'start']]);
      const own = await stage.endorse([['setPolicy', stage.key('k'), policyBytes(allOf(BANK_B))]]);
      const put = await stage.endorse([['put', stage.key('k'), '1']]);
      const byOwner = await stage.endorse([['put', stage.key('k'), '2']], { by: [BANK_B] });
      return stage.together(own, put, byOwner);
    },
  },
  {
    name: 'two creations with a policy meet',
    play: async (stage) => {
      const create = async (): ReturnType<Stage['endorse']> =>
        stage.endorse([
          ['get', stage.key('k')],
          ['put', stage.key('k'), '1'],
          ['setPolicy', stage.key('k'), policyBytes(allOf(BANK_B))],
        ]);
      return stage.together(await create(), await create());
    },
  },
  {
    name: 'an invalid change of policy binds nobody in its block',
    play: async (stage) => {
      await stage.prepare([['put', stage.key('k'), 'start']]);
      const weak = await stage.endorse([['setPolicy', stage.key('k'), policyBytes(allOf(BANK_B))]], {
        by: [BANK_B],
      });
      const put = await stage.endorse([['put', stage.key('k'), '1']]);
      return stage.together(weak, put);
    },
  },
  {
    name: 'a change of policy that loses by its reads still refuses what comes after it',
    play: async (stage) => {
      await stage.prepare([['put', stage.key('k'), 'start']]);
      const late = await stage.endorse([
        ['get', stage.key('k')],
        ['setPolicy', stage.key('k'), policyBytes(allOf(BANK_B))],
      ]);
      const put = await stage.endorse([['put', stage.key('k'), '1']]);
      const after = await stage.endorse([['put', stage.key('k'), '2']]);
      return stage.together(put, late, after);
    },
  },
  {
    name: 'a policy alone is a new version of its key',
    play: async (stage) => {
      await stage.prepare([['put', stage.key('k'), 'start']]);
      const value = await stage.endorse([['get', stage.key('k')]]);
      const policy = await stage.endorse([['getPolicy', stage.key('k')]]);
      const own = await stage.endorse([['setPolicy', stage.key('k'), policyBytes(anyOf(BANK_A, BANK_B))]]);
      const codes = await stage.together(own, value, policy);
      return { codes, set: await readsAndWrites(stage, policy.txId) };
    },
  },
  {
    name: 'a policy stays when its key is written again',
    play: async (stage) => {
      await owned(stage, BANK_B);
      const put = await stage.endorse([['put', stage.key('k'), '1']], { by: [BANK_B] });
      const codes = [await stage.commit(put)];
      const before = await stage.evaluate([['getPolicy', stage.key('k')]]);
      codes.push(await stage.submit([['put', stage.key('k'), '2']], { by: AGREED }));
      return { codes, same: JSON.stringify(before) === JSON.stringify([policyBytes(allOf(BANK_B))]) };
    },
  },
  {
    name: 'a key is deleted and given a policy in one transaction',
    play: async (stage) => {
      await stage.prepare([['put', stage.key('k'), 'start']]);
      const both = await stage.endorse([
        ['del', stage.key('k')],
        ['setPolicy', stage.key('k'), policyBytes(allOf(BANK_B))],
      ]);
      const codes = [await stage.commit(both)];
      const after = await stage.evaluate([
        ['get', stage.key('k')],
        ['getPolicy', stage.key('k')],
      ]);
      codes.push(await stage.submit([['put', stage.key('k'), '1']], { by: AGREED }));
      return { codes, after, set: await readsAndWrites(stage, both.txId) };
    },
  },
];
