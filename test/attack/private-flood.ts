// Writes into a bank's collection by others do not hold up the bank's own peer.
import { expect } from 'chai';
import { BANK_A, COURIER, MARKETPLACE } from '../support/member-access.js';
import type { Committed } from '../support/test-ledger.js';
import { newId } from '../support/people.js';
import type { PreparedTransaction } from '../support/proposals.js';
import { endorseDiverted } from './altered-peers.js';
import { FORGE, POLICY_FAILURE, changesNothing } from './colluding-members.js';
import type { FabricAttackGround } from './fabric-attack-ground.js';

/** A peer that looks for what nobody has looks for a second for each block: waves make blocks enough to tell. */
const WAVES = 5;
const WRITES_IN_WAVE = 10;
const MOST_DELAY_MS = 2_000;

export function describePrivateFlood(ground: FabricAttackGround): void {
  describe("attack: a flood of writes into a bank's collection", () => {
    it(`${String(WAVES * WRITES_IN_WAVE)} invalid ones delay its peer by at most 2 s in all`, async () => {
      const consortium = ground.realConsortium;
      const { network } = consortium;
      const client = await consortium.client(COURIER);
      const write = (): Promise<PreparedTransaction> => {
        const forgery = ['seal', COURIER, `attestation/${newId('flood')}`, '{}'];
        const call = [FORGE, JSON.stringify([forgery])] as const;
        return endorseDiverted(consortium, client, call, { into: BANK_A, endorsers: [MARKETPLACE, COURIER] });
      };
      await changesNothing(consortium, async () => {
        const committed: Committed[] = [];
        for (let wave = 0; wave < WAVES; wave += 1) {
          const writes = await Promise.all(Array.from({ length: WRITES_IN_WAVE }, write));
          // The next wave begins when every peer has this one.
          committed.push(...(await network.orderTogether(writes)));
        }
        expect(new Set(committed.map(({ code }) => code))).to.deep.equal(new Set([POLICY_FAILURE]));
        // By how much each block came later to the bank's peer than to the first that had it.
        const blocks = [...new Set(committed.map(({ blockNumber }) => Number(blockNumber)))];
        const delays = network.delaysOf(BANK_A, blocks);
        const inAll = delays.reduce((sum, delay) => sum + delay, 0);
        const each = delays.map((delay) => delay.toFixed(0)).join(' ');
        console.log(`          ${inAll.toFixed(0)} ms in all, by block: ${each}`);
        expect(inAll).to.be.at.most(MOST_DELAY_MS);
      });
    });
  });
}
