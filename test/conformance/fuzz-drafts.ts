// Random transactions by seed: what each does, at whose peer, who endorses it.
import { collectionOf } from '../../chaincode/protocol/attestation.js';
import { BANK_A, BANK_B, COURIER, MARKET, MEMBERS } from './ground.js';
import type { PlainOperation } from './operations.js';
import { allOf, anyOf, outOf, policyBytes, signedBy } from './policy.js';
import type { Random } from './random.js';

export interface Draft {
  readonly at: string;
  readonly by: readonly string[];
  readonly operations: readonly PlainOperation[];
}

/** Fewer than fifty: up to there a range's reads stand in the read set one by one. */
export const KEYS = Array.from({ length: 40 }, (_, index) => `k${String(index).padStart(2, '0')}`);
/** Two that only their owner's peer can hold, and one that only its member's clients may use. */
export const COLLECTIONS = [
  '_implicit_org_BankAMSP',
  '_implicit_org_BankBMSP',
  collectionOf(BANK_A),
] as const;

const POLICIES = [
  allOf(BANK_A),
  allOf(BANK_B),
  anyOf(BANK_A, BANK_B),
  allOf(MARKET, COURIER),
  outOf(2, signedBy(BANK_A), signedBy(BANK_B), signedBy(COURIER)),
  outOf(1, signedBy(COURIER, 'MEMBER'), allOf(BANK_A, BANK_B)),
].map(policyBytes);

const ENDORSERS: readonly (readonly string[])[] = [
  ...Array.from({ length: 3 }, () => MEMBERS),
  ...Array.from({ length: 7 }, () => [MARKET, BANK_A]),
  [MARKET, BANK_B],
  [COURIER, MARKET],
  [MARKET, BANK_A, BANK_B],
  [BANK_A],
  [BANK_B],
  [COURIER],
  [BANK_A, BANK_B],
  [BANK_A, COURIER],
];

/** Which keys are deleted, and which get policies. */
interface Pools {
  readonly passing: readonly string[];
  readonly lasting: readonly string[];
}

type Maker = (random: Random, pools: Pools) => PlainOperation;

const key = (random: Random): string => random.pick(KEYS);
const value = (random: Random): string => String(random.below(1_000));
const collection = (random: Random): string => random.pick(COLLECTIONS);

function ends(random: Random): [string, string] {
  const [start = '', end = ''] = [key(random), key(random)].sort();
  return [start, end];
}

/** Each kind of operation and how often it comes. */
const KINDS: readonly (readonly [weight: number, make: Maker])[] = [
  [22, (random) => ['get', key(random)]],
  [24, (random) => ['put', key(random), value(random)]],
  [7, (random, pools) => ['del', random.pick(pools.passing)]],
  [8, (random) => ['range', ...ends(random)]],
  [3, (random) => ['range', ...ends(random), random.below(4)]],
  [2, (random) => ['page', ...ends(random), 1 + random.below(4)]],
  [3, (random, pools) => ['setPolicy', random.pick(pools.lasting), random.pick(POLICIES)]],
  [2, (random) => ['getPolicy', key(random)]],
  [2, (random) => ['history', key(random), 5]],
  [
    2,
    (random) => ['putComposite', 'type', [random.pick(['a', 'b']), String(random.below(4))], value(random)],
  ],
  [2, (random) => ['composite', 'type', [random.pick(['a', 'b'])]]],
  [8, (random) => ['putPrivate', collection(random), key(random), value(random)]],
  [4, (random) => ['getPrivate', collection(random), key(random)]],
  [4, (random) => ['hash', collection(random), key(random)]],
  [2, (random, pools) => ['delPrivate', collection(random), random.pick(pools.passing)]],
  [1, (random, pools) => ['purge', collection(random), random.pick(pools.passing)]],
  [1, (random) => ['rangePrivate', collection(random), ...ends(random)]],
  [
    1,
    (random, pools) => [
      'setPrivatePolicy',
      collection(random),
      random.pick(pools.lasting),
      random.pick(POLICIES),
    ],
  ],
  [4, (random) => ['event', `event ${value(random)}`, value(random)]],
];

const WEIGHTS = KINDS.reduce((sum, [weight]) => sum + weight, 0);

function operation(random: Random, pools: Pools): PlainOperation {
  let at = random.below(WEIGHTS);
  for (const [weight, make] of KINDS) {
    if (at < weight) return make(random, pools);
    at -= weight;
  }
  throw new Error('the weights do not add up');
}

/**
 * `lastingKeys`: so many keys are never deleted and they alone get policies; with 0 any key may meet either. A deletion
 * and after it, in the same block, a policy without a value stop real Fabric's peers.
 */
export function draft(random: Random, lastingKeys: number): Draft {
  const bound = KEYS.length - lastingKeys;
  const pools =
    lastingKeys === 0
      ? { passing: KEYS, lasting: KEYS }
      : { passing: KEYS.slice(0, bound), lasting: KEYS.slice(bound) };
  const operations = Array.from({ length: 1 + random.below(4) }, () => operation(random, pools));
  return { at: random.pick(MEMBERS), by: random.pick(ENDORSERS), operations };
}
