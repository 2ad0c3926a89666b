// Changes are sent to the people whom they concern, and name only what changed; a reader who missed some gets them, or
// is asked to read everything again.
import { expect } from 'chai';
import { LiveChanges } from '../../../gateway/live/live-changes.js';
import type { Changed } from '../../../gateway/store/live-reads.js';
import { PostgresLiveReads } from '../../../gateway/store/postgres/live-reads.js';
import { PostgresProjectionTables } from '../../../gateway/store/postgres/projection-tables.js';
import { inDatabase } from '../../support/database.js';
import { buy } from '../../support/deal-play.js';
import { BANK_A } from '../../support/member-access.js';
import { openConsortium } from '../../support/test-consortium.js';
import { changesOf, type KnownRows } from '../../../gateway/projection/block-changes.js';
import { blocksOf, project } from '../projection/chain.js';

const NOTHING_KNOWN: KnownRows = { byKeyHash: new Map(), attestations: new Map(), rows: new Map() };

describe('live changes', () => {
  it('reach the parties of a deal and nobody else, and name no more than the deal', async () => {
    const consortium = await openConsortium();
    const { alice, bob } = consortium;
    const eve = await consortium.newClient('eve', { [BANK_A]: '5' });
    const deal = await buy(consortium, { offer: await consortium.listOffer() });
    const before = (await blocksOf(consortium)).length;
    await deal.submit(BANK_A, '500000');
    const blocks = await blocksOf(consortium);
    await inDatabase(async ({ query }) => {
      await project(blocks, new PostgresProjectionTables(query));
      const live = new LiveChanges(new PostgresLiveReads(query));
      const heard: { readonly who: string; readonly changes: readonly Changed[] }[] = [];
      for (const [who, { person }] of Object.entries({ alice, bob, eve })) {
        live.watch(person.id, (_block, changes) => heard.push({ who, changes }));
      }
      for (const block of blocks.slice(before)) await live.publish(changesOf(block, NOTHING_KNOWN));
      const named = [{ kind: 'deal', id: deal.id }];
      expect(heard).to.have.deep.members([
        { who: 'alice', changes: named },
        { who: 'bob', changes: named },
      ]);
      const since = before - 1;
      expect(await live.missed(alice.person.id, since)).to.deep.equal(named);
      expect(await live.missed(eve.person.id, since)).to.deep.equal([]);
      expect(await live.missed(alice.person.id, blocks.length + 5), 'a block of another ledger').to.equal(
        null,
      );
    });
  });

  it('are given to five windows of a person at most', async () => {
    const live = new LiveChanges({
      partiesOf: () => Promise.resolve(new Map()),
      changedSince: () => Promise.resolve([]),
    });
    const ends = Array.from({ length: 5 }, () => live.watch('person_1', () => undefined));
    expect(() => live.watch('person_1', () => undefined)).to.throw('TOO_MANY_REQUESTS');
    ends[0]?.();
    live.watch('person_1', () => undefined);
    await Promise.resolve();
  });
});
