// A bank "captures" money that it does not have, with the marketplace's help: how much an honest bank credits on its
// word.
import { expect } from 'chai';
import type { PaymentRow } from '../../chaincode/protocol/payment.js';
import type { ExposureView } from '../../chaincode/protocol/queries.js';
import { rowKey } from '../../chaincode/protocol/rows.js';
import { buy, type DealPlay } from '../support/deal-play.js';
import { type DebitCaps, publishingCaps } from '../support/debit-caps.js';
import { BANK_A, BANK_B, MARKETPLACE, owned } from '../support/member-access.js';
import { newId } from '../support/people.js';
import { present, type TestConsortium } from '../support/test-consortium.js';
import type { AttackGround } from './attack-ground.js';
import {
  codeOf,
  codesOf,
  ColludingMembers,
  movesNoMoney,
  openedShares,
  rowText,
  sellersShare,
  VALID,
} from './colluding-members.js';

/** A hundred milliards, in minor units: nobody has so much. */
const HUGE = '100000000000000000';
/** What Bank B is ready to lose by Bank A, minor units. */
const CAP = 1_000;

export function describeCreditOnWord(ground: AttackGround): void {
  describe('attack: the marketplace and a bank have money credited that nobody has', () => {
    let consortium: TestConsortium;
    let colluding: ColludingMembers;
    let caps: DebitCaps;
    before(async () => {
      consortium = await ground.open();
      caps = present(await consortium.row('bank', '20')).debitCaps;
    });
    beforeEach(async () => {
      await publish({ RUB: String((await usedOn('10')) + CAP) });
      colluding = await ColludingMembers.in(ground, consortium, [MARKETPLACE, BANK_A]);
    });
    afterEach(() => colluding.end());
    after(async () => {
      await publish(caps);
      await ground.close(consortium);
    });

    async function publish(debitCaps: DebitCaps): Promise<void> {
      await consortium.run(await publishingCaps(consortium, BANK_B, debitCaps));
    }

    /** Credited at Bank B on that bank's word so far. */
    async function usedOn(bank: string): Promise<number> {
      const all = await consortium.privately<ExposureView[]>(BANK_B, { about: 'exposures' });
      return Number(all.find((one) => one.bank === bank)?.used ?? '0');
    }

    /** Seller and buyer are in league: both sign a deal at that price, and the buyer its payment from Bank A. */
    async function signedDeal(price: string): Promise<{ deal: DealPlay; payment: PaymentRow }> {
      const deal = await buy(consortium, { offer: await consortium.listOffer({ price }) });
      const id = await deal.submit(BANK_A, price);
      return { deal, payment: present(await consortium.payment(deal.id, id)) };
    }

    /** Bank A says that it has captured the payment for these payees, whatever stands on the payer's account. */
    async function capture(deal: DealPlay, payment: PaymentRow, held: PaymentRow | null): Promise<void> {
      const key = rowKey('payment', deal.id, payment.id);
      const guard = ['guard', key, BANK_A] as const;
      expect(await colluding.forge([['put', key, rowText(payment)], guard])).to.equal(VALID);
      await colluding.vouch(BANK_A, 'payment', [deal.id, payment.id], payment);
      if (held !== null) await colluding.writePaid(deal, [held]);
    }

    /** The payment captured as the terms share it. */
    async function capturedWhole(deal: DealPlay, payment: PaymentRow): Promise<PaymentRow> {
      const [seller] = await sellersShare(consortium, deal.terms.offerTerms);
      const { commission } = await openedShares(consortium, deal.terms.offerTerms);
      const { commissionLink: link, commissionBank: bank } = deal.terms.offerTerms;
      const markets = {
        payee: 'marketplace',
        purpose: 'commission',
        link,
        bank,
        amount: commission,
      } as const;
      return { ...payment, status: 'captured', allocation: [present(seller), markets] };
    }

    it('10^17 that payer and seller in league have signed: not a unit above the cap', async () => {
      const { deal, payment } = await signedDeal(HUGE);
      await capture(deal, await capturedWhole(deal, payment), payment);
      await movesNoMoney(consortium, async () => {
        expect(await codesOf(consortium, [deal.credit(payment.id, 'seller')])).to.deep.equal(['CAP_REACHED']);
        expect(await withdrawn(HUGE)).to.equal('FUNDS');
      });
    });

    it('10^17 in a payment that its payer did not sign: nothing, whatever the rows say', async () => {
      const { deal, payment } = await signedDeal(String(CAP));
      const [seller] = await sellersShare(consortium, deal.terms.offerTerms);
      const item = { ...present(seller), amount: HUGE };
      await capture(deal, { ...payment, status: 'captured', amount: HUGE, allocation: [item] }, null);
      const of = { v: 1, deal: deal.id, payment: payment.id, owner: BANK_B, currency: 'RUB' } as const;
      const due = { ...of, ...item, status: 'due' } as const;
      await colluding.write('credit', [deal.id, payment.id, 'seller'], due, BANK_B);
      await movesNoMoney(consortium, async () => {
        expect(await codesOf(consortium, [deal.credit(payment.id, 'seller')])).to.deep.equal([
          'BAD_SIGNATURE',
        ]);
      });
    });

    it('many deals below the cap: together no more than the cap', async () => {
      const deals = [
        await signedDeal('400'),
        await signedDeal('400'),
        await signedDeal('400'),
        await signedDeal('300'),
      ];
      const codes: string[] = [];
      for (const { deal, payment } of deals) {
        await capture(deal, await capturedWhole(deal, payment), payment);
        codes.push(...(await codesOf(consortium, [deal.credit(payment.id, 'seller')])));
      }
      // Less 5 % of commission each: 380, 380, 380 and 285.
      expect(codes).to.deep.equal(['ok', 'ok', 'CAP_REACHED', 'CAP_REACHED']);
    });

    it('one deal paid twice, by payments that are both signed: no more than the terms give the seller', async () => {
      const { deal, payment } = await signedDeal('400');
      const again = present(await consortium.payment(deal.id, await deal.submit(BANK_A, '400')));
      await capture(deal, await capturedWhole(deal, payment), payment);
      await capture(deal, await capturedWhole(deal, again), null);
      const first = present(await consortium.row('credit', deal.id, payment.id, 'seller'));
      const second = { ...first, payment: again.id, status: 'due' } as const;
      await colluding.write('credit', [deal.id, again.id, 'seller'], second, BANK_B);
      const credits = [payment, again].map(({ id }) => deal.credit(id, 'seller'));
      expect(await codesOf(consortium, credits)).to.deep.equal(['ok', 'PLAN_DIFFERS']);
    });

    async function withdrawn(amount: string): Promise<string> {
      const { account } = present(consortium.bob.accounts[BANK_B]);
      const params = { bank: '20', account, amount, currency: 'RUB' };
      const operation = newId('operation');
      const by = consortium.operatorOf(BANK_B);
      const command = consortium.signed(by, 'withdraw', params, { params: { operation } });
      return codeOf(await consortium.attempt(owned(BANK_B, command)));
    }
  });
}
