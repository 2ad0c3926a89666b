// What administrators and staff of a marketplace look after, on a real ledger: labels of deals, members, figures; and
// who gets none of it.
import { expect } from 'chai';
import type { ClientSession } from '../../../gateway/sdk/session.js';
import { ClientConsortium } from '../../support/client-consortium.js';
import { inDatabase } from '../../support/database.js';
import { buy, type DealPlay } from '../../support/deal-play.js';
import { BANK_A, COURIER, MARKETPLACE } from '../../support/member-access.js';
import { WireGround } from '../../support/wire-ground.js';
import { openWebOrganisation, type WebOrganisation } from '../support/web-organisation.js';
import { codeOf, enrolled, firstAdministrator, until } from '../support/web-people.js';

const START_LIMIT_MS = 180_000;
const DAY_MS = 86_400_000;

function keyed(idempotencyKey: string) {
  return { idempotencyKey };
}

describe('administration at the web door', function () {
  this.timeout(START_LIMIT_MS);
  let consortium: ClientConsortium;
  let completed: DealPlay;
  let partPaid: DealPlay;
  before(async () => {
    consortium = await ClientConsortium.open(await WireGround.start(3_000));
    const offer = await consortium.listOffer();
    completed = await (await buy(consortium, { offer })).playTo('completed');
    partPaid = await buy(consortium, { offer });
    await partPaid.pay(BANK_A, '500000');
  });
  after(() => consortium.close());

  async function atMarketplace(
    run: (web: WebOrganisation, admin: ClientSession) => Promise<void>,
  ): Promise<void> {
    await inDatabase(async (database) => {
      const config = consortium.ground.config(MARKETPLACE);
      const ledger = consortium.ledger(MARKETPLACE);
      const web = await openWebOrganisation({ config, ledger, database });
      try {
        await run(web, await firstAdministrator(consortium, web));
      } finally {
        await web.close();
      }
    });
  }

  it('staff label deals and find them by label; who did it stands in the list of changes; no party sees it', () =>
    atMarketplace(async (web, admin) => {
      await until(async () => (await admin.api.call('listDeals')).items.length === 2);
      const made = { body: { name: 'Спорный случай' } };
      const label = await admin.api.call('createLabel', made, keyed('label-one'));
      expect(await admin.api.call('createLabel', made, keyed('label-one'))).to.deep.equal(label);
      const twice = admin.api.call('createLabel', { body: { name: 'спорный СЛУЧАЙ' } }, keyed('label-two'));
      expect(await codeOf(twice)).to.equal('LABEL_TAKEN');
      for (const name of [' ', 'a ', 'a\u202eb', 'a\nb', 'x'.repeat(41)]) {
        const bad = admin.api.call('createLabel', { body: { name } }, keyed('label-bad'));
        expect(await codeOf(bad), name).to.equal('BAD_INPUT');
      }
      const mia = await enrolled(web, admin, 'mia', 'moderator');
      expect(await codeOf(mia.api.call('createLabel', made, keyed('label-mia')))).to.equal('FORBIDDEN');
      const path = { deal: completed.id, label: label.id };
      await mia.api.call('attachLabel', { path });
      await mia.api.call('attachLabel', { path });
      const nowhere = { deal: 'deal_00000000000000000000', label: label.id };
      expect(await codeOf(mia.api.call('attachLabel', { path: nowhere }))).to.equal('NOT_FOUND');
      const unknown = { deal: completed.id, label: 'label_0000' };
      expect(await codeOf(mia.api.call('attachLabel', { path: unknown }))).to.equal('NOT_FOUND');

      const labelled = await mia.api.call('listDeals', { query: { label: label.id } });
      expect(labelled.items.map(({ id, labels }) => [id, labels])).to.deep.equal([
        [completed.id, [{ id: label.id, name: 'Спорный случай' }]],
      ]);
      expect(labelled.items[0]?.status).to.equal('completed');
      const renamed = { path: { label: label.id }, body: { name: 'Разобрано', isArchived: true } };
      expect(await admin.api.call('changeLabel', renamed)).to.include({ isArchived: true, deals: 1 });
      const archived = { deal: partPaid.id, label: label.id };
      expect(await codeOf(mia.api.call('attachLabel', { path: archived }))).to.equal('LABEL_ARCHIVED');
      await mia.api.call('detachLabel', { path });
      const { items } = await admin.api.call('listLabelChanges', { query: { label: label.id } });
      expect(items.map(({ what, by, deal }) => [what, by, deal])).to.deep.equal([
        ['detached', 'mia', completed.id],
        ['archived', 'Administrator', null],
        ['renamed', 'Administrator', null],
        ['attached', 'mia', completed.id],
        ['created', 'Administrator', null],
      ]);

      const clara = await enrolled(web, admin, 'clara', 'client');
      for (const asked of [
        clara.api.call('listDeals'),
        clara.api.call('listLabels'),
        clara.api.call('getDealLabels', { path: { deal: completed.id } }),
        clara.api.call('attachLabel', { path }),
        clara.api.call('listLabelChanges'),
        clara.api.call('getFigures', { query: { from: '2026-01-01', until: '2026-01-02' } }),
        clara.api.call('getParameters'),
        clara.api.call('listMembers'),
      ]) {
        expect(await codeOf(asked)).to.equal('FORBIDDEN');
      }
    }));

  it('all deals are listed newest first, page by page, by phase and by person', () =>
    atMarketplace(async (_web, admin) => {
      await until(async () => (await admin.api.call('listDeals')).items.length === 2);
      const idsOf = async (query: object) =>
        (await admin.api.call('listDeals', { query })).items.map(({ id }) => id);
      expect(await idsOf({})).to.deep.equal([partPaid.id, completed.id]);
      expect(await idsOf({ phase: 'completed' })).to.deep.equal([completed.id]);
      expect(await idsOf({ person: consortium.bob.person.id, phase: 'open' })).to.deep.equal([partPaid.id]);
      expect(await idsOf({ person: 'person_nobody0000' })).to.deep.equal([]);
      expect(await idsOf({ words: completed.id })).to.deep.equal([completed.id]);
      const first = await admin.api.call('listDeals', { query: { limit: 1 } });
      const rest = await admin.api.call('listDeals', { query: { limit: 1, cursor: first.next ?? '' } });
      expect([first, rest].flatMap(({ items }) => items.map(({ id }) => id))).to.deep.equal([
        partPaid.id,
        completed.id,
      ]);
      expect(rest.next).to.equal(null);
    }));

  it('figures are the sums of the deals, day by day, and bounded by their range', () =>
    atMarketplace(async (_web, admin) => {
      await until(
        async () => (await admin.api.call('listDeals', { query: { phase: 'completed' } })).items.length > 0,
      );
      const today = new Date().toISOString().slice(0, 10);
      const from = new Date(Date.now() - 2 * DAY_MS).toISOString().slice(0, 10);
      const figures = await admin.api.call('getFigures', { query: { from, until: today } });
      const [rub] = figures.currencies;
      expect(rub?.currency).to.equal('RUB');
      expect(rub?.days.map(({ turnover, paid, held }) => [turnover, paid, held])).to.deep.equal([
        ['0', 0, '0'],
        ['0', 0, '0'],
        ['1240000', 1, '500000'],
      ]);
      expect(figures.funnel).to.deep.equal({
        ...{ bought: 2, partPaid: 2, paid: 1, delivered: 1, completed: 1, expired: 0, cancelled: 0 },
      });
      expect(figures.release.map(({ day, completed: count }) => [day, count])).to.deep.equal([[today, 1]]);
      expect(figures.release[0]?.medianMs).to.be.within(1, 600_000);
      const past = await admin.api.call('getFigures', { query: { from, until: from } });
      expect(past.currencies[0]?.days).to.deep.equal([{ day: from, turnover: '0', paid: 0, held: '0' }]);
      expect(past.funnel.bought).to.equal(0);
      expect(JSON.stringify(figures)).not.to.match(/"(?:1178000|62000)"/);
      for (const query of [
        { from: today, until: from },
        { from: '2020-01-01', until: today },
        { from: '2026-02-30', until: today },
        { from: '2999-01-01', until: '2999-01-02' },
      ]) {
        expect(await codeOf(admin.api.call('getFigures', { query })), query.from).to.equal('BAD_RANGE');
      }
    }));

  it('members are shown as the ledger has them', () =>
    atMarketplace(async (_web, admin) => {
      await until(async () => {
        const found = (await admin.api.call('listMembers')).items;
        return found.every(({ people }) => people > 0);
      });
      const { items } = await admin.api.call('listMembers');
      const bank = items.find(({ mspId }) => mspId === BANK_A);
      expect(bank).to.deep.include({ kind: 'bank' });
      expect(bank?.banks.map(({ id, isPublished }) => [id, isPublished])).to.deep.equal([['10', true]]);
      expect(items.find(({ mspId }) => mspId === COURIER)).to.deep.include({ kind: 'courier', banks: [] });
      expect(items.map(({ mspId }) => mspId)).to.include(MARKETPLACE);
    }));
});
