// Scripts about key policies inside members' own collections: who may write, who has the value then.
import { readsAndWrites } from '../block-view.js';
import { BANK_A, BANK_B, COURIER, MARKET, MEMBERS } from '../ground.js';
import type { Json, PlainOperation } from '../operations.js';
import { seen } from '../outcome.js';
import type { Script } from '../play.js';
import { allOf, anyOf, policyBytes } from '../policy.js';
import type { Stage } from '../stage.js';

const OF_A = '_implicit_org_BankAMSP';
const ALONE = { by: [BANK_A] };

async function everywhere(stage: Stage, operation: PlainOperation): Promise<readonly (readonly Json[])[]> {
  return Promise.all(MEMBERS.map((at) => stage.evaluate([['try', operation]], { at })));
}

export const PRIVATE_POLICY_SCRIPTS: readonly Script[] = [
  {
    name: 'a key policy inside a collection',
    play: async (stage) => {
      await stage.prepare(
        [
          ['putPrivate', OF_A, stage.key('k'), 'start'],
          ['setPrivatePolicy', OF_A, stage.key('k'), policyBytes(allOf(BANK_B))],
        ],
        ALONE,
      );
      const put = ['putPrivate', OF_A, stage.key('k'), 'changed'] as const;
      const codes = [];
      for (const by of [[BANK_A], [BANK_B], [BANK_A, BANK_B]]) codes.push(await stage.submit([put], { by }));
      const [policy] = await stage.evaluate([['getPrivatePolicy', OF_A, stage.key('k')]]);
      const planned = await seen(async () => stage.submit([put], { by: null }));
      return { codes, same: policy === policyBytes(allOf(BANK_B)), planned };
    },
  },
  {
    name: 'others write a private key that its policy gave them, and its owner reads, changes and deletes it',
    play: async (stage) => {
      const key = stage.key('k');
      const by = [MARKET, COURIER];
      await stage.prepare(
        [
          ['putPrivate', OF_A, key, 'start'],
          ['setPrivatePolicy', OF_A, key, policyBytes(anyOf(BANK_A, COURIER))],
        ],
        ALONE,
      );
      const written = [await stage.submit([['putPrivate', OF_A, key, 'foreign']], { at: MARKET, by })];
      const missing = await everywhere(stage, ['getPrivate', OF_A, key]);
      const hash = await everywhere(stage, ['hash', OF_A, key]);
      const range = await stage.evaluate([['rangePrivate', OF_A, key, `${key}~`]]);
      // The same value is found again in what the owner still holds of it; a policy alone is a new version.
      const policy = policyBytes(anyOf(BANK_A, COURIER, MARKET));
      written.push(await stage.submit([['setPrivatePolicy', OF_A, key, policy]], ALONE));
      const renewed = await everywhere(stage, ['getPrivate', OF_A, key]);
      written.push(await stage.submit([['putPrivate', OF_A, key, 'start']], { at: MARKET, by }));
      const same = await everywhere(stage, ['getPrivate', OF_A, key]);
      written.push(await stage.submit([['setPrivatePolicy', OF_A, key, policy]], ALONE));
      const again = await everywhere(stage, ['getPrivate', OF_A, key]);
      written.push(await stage.submit([['delPrivate', OF_A, key]], { at: MARKET, by }));
      const deleted = await everywhere(stage, ['getPrivate', OF_A, key]);
      const left = await stage.evaluate([['rangePrivate', OF_A, key, `${key}~`]]);
      written.push(await stage.submit([['putPrivate', OF_A, key, 'own']], ALONE));
      const own = await everywhere(stage, ['getPrivate', OF_A, key]);
      return { written, missing, hash, range, renewed, same, again, deleted, left, own };
    },
  },
  {
    name: 'a key policy inside a collection is read everywhere',
    play: async (stage) => {
      const set = await stage.endorse(
        [
          ['putPrivate', OF_A, stage.key('k'), 'start'],
          ['setPrivatePolicy', OF_A, stage.key('k'), policyBytes(allOf(BANK_A))],
        ],
        ALONE,
      );
      await stage.commit(set);
      const policies = await everywhere(stage, ['getPrivatePolicy', OF_A, stage.key('k')]);
      return {
        same: policies.map(([policy]) => policy === policyBytes(allOf(BANK_A))),
        set: await readsAndWrites(stage, set.txId),
      };
    },
  },
];
