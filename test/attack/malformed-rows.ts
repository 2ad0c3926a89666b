// Rows that two members write without members that each row has, or with others' forms in them: nobody believes them.
import { expect } from 'chai';
import { rowKey, type RowKind } from '../../chaincode/protocol/rows.js';
import { draftOffer } from '../../gateway/sdk/commands/offers.js';
import { buy, type DealPlay, type Stage } from '../support/deal-play.js';
import { BANK_A, BANK_B, COURIER, type Step } from '../support/member-access.js';
import { present, workedOffer, type TestConsortium } from '../support/test-consortium.js';
import type { AttackGround } from './attack-ground.js';
import { codeOf, ColludingMembers, moneySteps, movesNoMoney, rowText, VALID } from './colluding-members.js';

/** Texts and numbers that arithmetic makes NaN or endless of, and what is no number at all. */
const NO_INSTANTS = ['"soon"', '""', 'null', '-1', '1e400', '-1e400', '0.5', '[]', '{}', 'true'];

type Codes = readonly (readonly [step: Step, code: string])[];

export function describeMalformedRows(ground: AttackGround): void {
  const { inspectionTimeMs } = ground.pace;

  describe('attack: marketplace and courier write rows that are none', () => {
    let consortium: TestConsortium;
    let offer: string;
    let deal: DealPlay;
    let colluding: ColludingMembers;
    before(async () => {
      consortium = await ground.open();
      offer = await consortium.listOffer({ inspectionTimeMs, stock: 100 });
      colluding = await ColludingMembers.in(ground, consortium);
    });
    after(async () => {
      await colluding.end();
      await ground.close(consortium);
    });

    async function playTo(stage: Stage): Promise<void> {
      deal = await (await buy(consortium, { offer })).playTo(stage);
    }

    async function put(key: string, text: string, endorsers?: readonly string[]): Promise<void> {
      expect(await colluding.forge([['put', key, text]], endorsers, endorsers?.[0]), text).to.equal(VALID);
    }

    /** The codes of these steps, each sent in a list with a good command, which must be taken. */
    async function expectCodes(codes: Codes, why: string): Promise<void> {
      for (const [{ msp, command }, code] of codes) {
        const good = msp === null ? draftOfBob() : depositOf(msp);
        const list = [command, good];
        const [tried] = msp === null ? [] : await consortium.tryOwn(msp, list);
        const { results } = msp === null ? await consortium.agree(list) : await consortium.own(msp, list);
        const found = tried ?? results[0];
        expect([codeOf(found), codeOf(results[1])], `${command.action}: ${why}`).to.deep.equal([code, 'ok']);
      }
    }

    const draftOfBob = () => consortium.asked(consortium.bob.person, draftOffer(workedOffer()));
    const depositOf = (msp: string) =>
      consortium.depositOf(msp, present(consortium.alice.accounts[msp]).account, '1');

    /** Each text in turn stands for the row, then the genuine row again; it is never shown, and its neighbours are. */
    async function spoil(kind: RowKind, texts: readonly string[], codes: () => Codes): Promise<void> {
      const key = rowKey(kind, deal.id);
      const genuine = await consortium.row(kind, deal.id);
      for (const text of texts) {
        await put(key, text);
        expect(await consortium.row(kind, deal.id), text).to.equal(null);
        expect(
          (await consortium.list(kind)).filter((row) => 'deal' in row && row.deal === deal.id),
        ).to.deep.equal([]);
        await expectCodes(codes(), text);
      }
      if (genuine === null) expect(await colluding.forge([['delete', key]])).to.equal(VALID);
      else await put(key, rowText(genuine));
    }

    it('an inspection without a start, or from no instant: no bank pays out', async () => {
      await playTo('delivered');
      const inspection = (start: string, more = '') =>
        `{"acceptance":null,"deal":"${deal.id}",${start}"status":"started","v":1${more}}`;
      const texts = [
        inspection(''),
        ...NO_INSTANTS.map((instant) => inspection(`"startedAt":${instant},`)),
        inspection('"startedAt":0,', ',"x":1'),
        '{}',
        '"started"',
      ];
      const before = await Promise.all([BANK_A, BANK_B].map((msp) => consortium.trialBalance(msp)));
      await spoil('inspection', texts, () => moneySteps(deal).captures.map((step) => [step, 'NOT_DUE']));
      const after = await Promise.all([BANK_A, BANK_B].map((msp) => consortium.trialBalance(msp)));
      const held = (balances: typeof before) =>
        balances.map(({ accounts }) =>
          Object.entries(accounts).filter(([account]) => account.startsWith('held/')),
        );
      expect(held(after)).to.deep.equal(held(before));
      await consortium.run(deal.startInspection());
    });

    it('a phase of another status, or none of a deal: the deal goes neither on nor back', async () => {
      await playTo('held');
      const row = present(await consortium.row('phase', deal.id));
      const texts = [
        rowText({ ...row, status: 'finished' }),
        rowText({ ...row, status: 'Paid' }),
        rowText({ ...row, status: null }),
        rowText({ ...row, status: ['paid'] }),
        rowText({ ...row, at: 'now' }),
        rowText({ ...row, more: 'than a phase has' }),
        rowText({ ...row, deal: 'deal_of_others_0' }),
        'paid',
      ];
      await spoil('phase', texts, () => [
        [deal.markPaid(), 'NOT_FOUND'],
        [deal.closePayments(), 'NOT_FOUND'],
        [deal.expire(), 'NOT_FOUND'],
        ...moneySteps(deal).returns.map((step) => [step, 'NOT_DUE'] as const),
      ]);
      await consortium.run(deal.markPaid());
    });

    it('a reservation that holds text: the deal is not paid by it', async () => {
      await playTo('held');
      const row = present(await consortium.row('reservation', deal.id));
      const texts = [
        rowText({ ...row, payments: row.payments.join(',') }),
        rowText({ ...row, payments: 'all' }),
        rowText({ ...row, payments: [...row.payments, ...row.payments] }),
        rowText({ ...row, payments: [1, null] }),
        rowText({ ...row, released: 'no' }),
      ];
      await movesNoMoney(consortium, () =>
        spoil('reservation', texts, () => [[deal.markPaid(), 'NOT_FULL']]),
      );
      await consortium.run(deal.markPaid());
    });

    it('terms with numbers that are none: no bank holds money, none that does gives it back for them', async () => {
      await playTo('bought');
      const payment = await deal.submit(BANK_A, '500000');
      await consortium.run(deal.admit(payment));
      const answer = deal.answer(payment, 'yes');
      const genuine = rowText(present(await consortium.row('terms', deal.id)));
      const texts = ['inspectionTimeMs', 'windowMs', 'answerTimeMs', 'longStopAt', 'payDeadline'].flatMap(
        (name) =>
          NO_INSTANTS.map((number) => genuine.replace(new RegExp(`"${name}":\\d+`), `"${name}":${number}`)),
      );
      expect(texts).not.to.include(genuine);
      const refused = async (step: Step, code: string) => {
        for (const text of texts) {
          await put(rowKey('terms', deal.id), text);
          expect(codeOf(await consortium.attempt(step)), text).to.equal(code);
        }
        await put(rowKey('terms', deal.id), genuine);
      };
      await movesNoMoney(consortium, () => refused(answer, 'NOT_FOUND'));
      await consortium.run(answer);
      await movesNoMoney(consortium, () => refused(deal.giveBack(payment), 'NOT_DUE'));
    });

    it("the courier's own delivery with a number for the proof: it is no delivery, and spoils no list", async () => {
      await playTo('shipped');
      const key = rowKey('shipment', deal.id);
      const shipment = { v: 1, deal: deal.id, owner: COURIER, status: 'delivered' };
      for (const proof of [{ h1: 5 }, { h1: [] }, { h1: {} }, { h1: 'h1' }, {}, { h1: deal.h1, more: 1 }]) {
        const text = rowText({ ...shipment, ...proof });
        await put(key, text, [COURIER]);
        expect((await consortium.deal(deal.id)).shipment, text).to.equal(null);
        await expectCodes(
          [
            [deal.startInspection(), 'NOT_DELIVERED'],
            [deal.acceptGoods(), 'NOT_DELIVERED'],
            [deal.record(BANK_A), 'ok'],
            ...moneySteps(deal).captures.map((step) => [step, 'NOT_DUE'] as const),
          ],
          text,
        );
      }
    });

    it('bare values of every sort under the key of a deal to come keep nobody from buying', async () => {
      const next = await buy(consortium, { offer });
      for (const text of ['5', 'null', '[]', '"x"', '{', '']) {
        const keys = ['payment', 'credit', 'obligation'].map(
          (kind) => `${kind}/${next.id}/payment_of_nobody`,
        );
        for (const key of keys)
          await put(`${key}${key.startsWith('payment') ? '' : '/seller'}`, text === '' ? ' ' : text);
        expect((await consortium.deal(next.id)).payments).to.deep.equal([]);
      }
      await next.playTo('paid');
    });
  });
}
