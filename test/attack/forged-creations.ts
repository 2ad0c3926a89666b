// Nobody believes a row that two colluding members create in a later state, or as a copy: no bank moves money on it.
import { expect } from 'chai';
import type { OperationView } from '../../chaincode/protocol/queries.js';
import { detached } from '../../chaincode/protocol/intent.js';
import { refundKeyOf } from '../../chaincode/protocol/refund-key.js';
import type { BankRow, PersonRow } from '../../chaincode/protocol/member.js';
import type { PaymentRow } from '../../chaincode/protocol/payment.js';
import type { ShipmentRow } from '../../chaincode/protocol/shipment.js';
import { rowKey } from '../../chaincode/protocol/rows.js';
import { termsHash } from '../../chaincode/protocol/terms.js';
import { buy, type DealPlay, machine } from '../support/deal-play.js';
import { BANK_A, BANK_B, COURIER, owned } from '../support/member-access.js';
import { makePerson, newId, newOperation, randomHash } from '../support/people.js';
import { present, type TestConsortium } from '../support/test-consortium.js';
import type { AttackGround } from './attack-ground.js';
import {
  codeOf,
  codesOf,
  ColludingMembers,
  moneySteps,
  movesNoMoney,
  opinion,
  POLICY_FAILURE,
  rowText,
  sellersShare,
} from './colluding-members.js';
import { forgedLink } from './forged-links.js';
import { arrivalOf, feeOf } from './signed-params.js';

export function describeForgedCreations(ground: AttackGround): void {
  describe('attack: marketplace and courier create what only its owner may say', () => {
    let consortium: TestConsortium;
    let deal: DealPlay;
    let colluding: ColludingMembers;
    before(async () => {
      consortium = await ground.open();
    });
    beforeEach(async () => {
      deal = await buy(consortium, { offer: await consortium.listOffer() });
      colluding = await ColludingMembers.in(ground, consortium);
    });
    afterEach(async () => {
      await colluding.end();
    });
    after(() => ground.close(consortium));

    /**
     * A payment that alice, in league with them, has signed as its used-intent marker shows, in a state only her bank
     * could give.
     */
    async function forgedPayment(amount: string, status: PaymentRow['status'] = 'held'): Promise<PaymentRow> {
      const { command } = await deal.submission(BANK_A, amount);
      const account = present(consortium.alice.accounts[BANK_A]);
      const intent = present(command.intent);
      await colluding.writeUsedIntent(consortium.alice.person.id, intent.body.id, detached(intent));
      return {
        v: 1,
        id: intent.body.id,
        deal: deal.id,
        owner: BANK_A,
        bank: account.bank,
        status,
        payer: consortium.alice.person.id,
        link: account.link,
        currency: 'RUB',
        amount,
        fee: present(feeOf(intent)),
        arrivedAt: arrivalOf(intent),
        termsHash: termsHash(deal.terms),
        invitation: null,
        allocation: null,
      };
    }

    async function playOut(payments: readonly PaymentRow[], couriersWord: string): Promise<void> {
      await colluding.writePaid(deal, payments);
      expect(await codesOf(consortium, [deal.acceptParcel()])).to.deep.equal([couriersWord]);
      await colluding.deliver(deal);
      await consortium.run(deal.acceptGoods());
    }

    it('a payment already held: not shown as attested, pays nothing, is neither captured nor given back', async () => {
      const genuine = await deal.pay(BANK_B, '740000');
      const forged = await forgedPayment('500000');
      await movesNoMoney(consortium, async () => {
        await colluding.write('payment', [deal.id, forged.id], forged, BANK_A);
        await colluding.write('admission', [deal.id, forged.id], {
          v: 1,
          payment: forged.id,
          deal: deal.id,
          status: 'admitted',
          answerBy: consortium.now() + 10_000,
          reason: null,
        });
        const reservation = present(await consortium.row('reservation', deal.id));
        await colluding.write('reservation', [deal.id], { ...reservation, payments: [genuine, forged.id] });
        const seen = (await consortium.deal(deal.id)).payments.find(({ row }) => row.id === forged.id);
        expect(seen?.attested).to.equal(false);
        expect(await opinion(consortium, deal.markPaid().command)).to.equal('NOT_FULL');
        expect(await opinion(consortium, deal.admit(forged.id).command)).to.equal('ok'); // nothing to do
        expect(await opinion(consortium, deal.close(forged.id).command)).to.equal('NOT_ATTESTED');
        for (const verdict of ['yes', 'no'] as const)
          expect(await codesOf(consortium, [deal.answer(forged.id, verdict)])).to.deep.equal([
            'NOT_ATTESTED',
          ]);
        const row = present(await consortium.payment(deal.id, genuine));
        await playOut([row, forged], 'NOT_FULL');
        const { captures, returns, credits } = moneySteps(deal);
        expect(await codesOf(consortium, captures)).to.deep.equal(['NOT_DUE', 'NOT_FOUND']);
        expect(await codesOf(consortium, returns)).to.deep.equal(['NOT_DUE', 'NOT_FOUND']);
        const refused = new Set(await codesOf(consortium, credits));
        expect([...refused].sort()).to.deep.equal(['NOT_CAPTURED', 'NOT_FOUND']);
      });
    });

    it("a captured payment: the payee's bank credits nothing", async () => {
      const forged = await forgedPayment('1240000', 'captured');
      const allocation = await sellersShare(consortium, deal.terms.offerTerms);
      await movesNoMoney(consortium, async () => {
        await colluding.writePaid(deal, [forged]);
        await colluding.write('payment', [deal.id, forged.id], { ...forged, allocation }, BANK_A);
        expect(await codesOf(consortium, [deal.credit(forged.id, 'seller')])).to.deep.equal(['NOT_CAPTURED']);
      });
    });

    for (const vouched of [false, true]) {
      const how = vouched
        ? "with the courier's own attestation but not the buyer's code"
        : 'without attestation';
      it(`a delivered shipment ${how}: nobody inspects, no bank captures`, async () => {
        await deal.playTo('held');
        const payments = deal.payments.map(async ({ id }) => present(await consortium.payment(deal.id, id)));
        const rows = await Promise.all(payments);
        const delivered: ShipmentRow = {
          v: 1,
          deal: deal.id,
          owner: COURIER,
          status: 'delivered',
          h1: vouched ? randomHash() : deal.h1,
        };
        await movesNoMoney(consortium, async () => {
          await colluding.writePaid(deal, rows);
          await colluding.write('shipment', [deal.id], delivered);
          if (vouched) await colluding.vouch(COURIER, 'shipment', [deal.id], delivered);
          expect((await consortium.deal(deal.id)).shipment?.attested).to.equal(vouched);
          expect(await opinion(consortium, deal.startInspection().command)).to.equal('NOT_DELIVERED');
          expect(await opinion(consortium, deal.acceptGoods().command)).to.equal('NOT_DELIVERED');
          const started = { v: 1, deal: deal.id, status: 'started', startedAt: 0, acceptance: null } as const;
          await colluding.write('inspection', [deal.id], started);
        });
        await consortium.run(...deal.records());
        await movesNoMoney(consortium, async () => {
          const captures = await codesOf(consortium, moneySteps(deal).captures);
          expect(captures).to.deep.equal(['NOT_DUE', 'NOT_DUE']);
        });
      });
    }

    it('a tariff (bank already active): its bank answers no payment by it nor publishes on it', async () => {
      const forged: BankRow = {
        ...present(await consortium.row('bank', '10')),
        id: '11',
        tariff: { usualBasisPoints: 0, toBank: {} },
      };
      await movesNoMoney(consortium, async () => {
        await colluding.write('bank', ['11'], forged, BANK_A);
        const link = await forgedLink(colluding, consortium.alice.person, '11');
        const payment = {
          ...(await forgedPayment('500000', 'submitted')),
          bank: '11',
          link: link.id,
        };
        await colluding.write('payment', [deal.id, payment.id], payment, BANK_A);
        await colluding.write('admission', [deal.id, payment.id], admissionOf(payment));
        const operator = consortium.operatorOf(BANK_A);
        const publication = {
          bank: '11',
          tariff: { usualBasisPoints: 1, toBank: {} },
          sealingKey: Buffer.alloc(32).toString('base64url'),
          debitCaps: {},
        };
        const account = {
          bank: '11',
          account: present(consortium.alice.accounts[BANK_A]).account,
          holder: 'x',
        };
        const steps = [
          owned(BANK_A, consortium.signed(operator, 'publishBank', publication)),
          owned(BANK_A, consortium.signed(operator, 'openAccount', { ...account, currency: 'RUB' })),
          owned(
            BANK_A,
            consortium.confirmationOf(consortium.alice.person, { ...ownAccount(), link: link.id }),
          ),
          deal.answer(payment.id, 'yes'),
        ];
        const refusals = ['NOT_ATTESTED', 'NOT_ATTESTED', 'NO_ACCOUNT', 'NOT_FOUND'];
        expect(await codesOf(consortium, steps)).to.deep.equal(refusals);
        const key = rowKey('bank', '10');
        expect(await colluding.forge([['put', key, rowText({ ...forged, id: '10' })]])).to.equal(
          POLICY_FAILURE,
        );
      });
    });

    it('an unpublished bank with a planted tariff: its owner does not take it for the previous one', async () => {
      const planted: BankRow = {
        ...present(await consortium.row('bank', '10')),
        id: '12',
        status: 'new',
        tariff: { usualBasisPoints: 0, toBank: {} },
      };
      await movesNoMoney(consortium, async () => {
        await colluding.write('bank', ['12'], planted, BANK_A);
        const publication = {
          bank: '12',
          tariff: { usualBasisPoints: 200, toBank: {} },
          sealingKey: Buffer.alloc(32).toString('base64url'),
          debitCaps: {},
        };
        const publish = consortium.signed(consortium.operatorOf(BANK_A), 'publishBank', publication);
        expect(await codesOf(consortium, [owned(BANK_A, publish)])).to.deep.equal(['NOT_ATTESTED']);
      });
    });

    for (const [what, owner] of [
      ['in its name', BANK_A],
      ["in the courier's name, with attestation", COURIER],
    ] as const) {
      it(`an operator of Bank A ${what}: the bank obeys him in nothing`, async () => {
        const mallory = makePerson('mallory');
        const row: PersonRow = {
          v: 1,
          id: mallory.id,
          owner,
          status: 'active',
          key: mallory.key,
          roles: ['operator', 'administrator'],
        };
        const { account } = present(consortium.alice.accounts[BANK_A]);
        const movement = { bank: '10', account, amount: '100', currency: 'RUB' };
        const beside = () => ({ params: { operation: newId('operation') } });
        const commands = [
          consortium.signed(mallory, 'deposit', movement, beside()),
          consortium.signed(mallory, 'withdraw', movement, beside()),
          consortium.signed(mallory, 'openAccount', {
            bank: '10',
            account,
            holder: 'mallory',
            currency: 'RUB',
          }),
          consortium.signed(mallory, 'confirmPerson', {
            person: mallory.id,
            key: mallory.key,
            roles: ['operator'],
          }),
        ];
        await movesNoMoney(consortium, async () => {
          await colluding.write('person', [mallory.id], row);
          if (owner === COURIER) await colluding.vouch(COURIER, 'person', [mallory.id], row);
          const codes = await codesOf(
            consortium,
            commands.map((command) => owned(BANK_A, command)),
          );
          expect([...new Set(codes)]).to.deep.equal([
            owner === BANK_A ? 'NOT_ATTESTED' : 'WRONG_ORGANISATION',
          ]);
        });
      });
    }

    it("a copy of a payer's genuine payment under another id: his bank holds his money once", async () => {
      const id = await deal.submit(BANK_A, '500000');
      const payment = present(await consortium.payment(deal.id, id));
      await consortium.run(deal.admit(id), deal.answer(id, 'yes'));
      const copy = newId('payment');
      const admission = { ...admissionOf(payment), payment: copy };
      await movesNoMoney(consortium, async () => {
        await colluding.write('payment', [deal.id, copy], payment, BANK_A);
        await colluding.write('admission', [deal.id, copy], admission);
        expect(codeOf(await consortium.attempt(answerOf(copy, BANK_A)))).to.equal('NOT_ATTESTED');
      });
    });

    it('two deals whose payer signed one payment id: his bank keeps the money of each apart', async () => {
      const id = await deal.submit(BANK_A, '500000');
      await consortium.run(deal.admit(id), deal.answer(id, 'yes'));
      const other = await buy(consortium, { offer: await consortium.listOffer() });
      const params = present((await deal.submission(BANK_A, '500000')).command.intent).body.params;
      const twin = { ...params, deal: other.id, termsHash: termsHash(other.terms) };
      const intent = present(
        consortium.signed(consortium.alice.person, 'submitPayment', twin as never, { id }).intent,
      );
      const row = present(await consortium.payment(deal.id, id));
      const signed = { deal: other.id, termsHash: twin.termsHash, arrivedAt: arrivalOf(intent) };
      const payment: PaymentRow = { ...row, ...signed, status: 'submitted' };
      const before = await consortium.balance(BANK_A, ownAccount().account);
      await colluding.writeUsedIntent(consortium.alice.person.id, id, detached(intent));
      await colluding.write('payment', [other.id, id], payment, BANK_A);
      await colluding.write('admission', [other.id, id], { ...admissionOf(payment), deal: other.id });
      expect(codeOf(await consortium.attempt(answerOf(id, BANK_A, other.id)))).to.equal('ok');
      const after = await consortium.balance(BANK_A, ownAccount().account);
      expect(BigInt(after.held) - BigInt(before.held)).to.equal(507_500n);
      for (const { id: each } of [deal, other]) {
        const journal = await consortium.privately<OperationView[]>(BANK_A, {
          about: 'operations',
          deal: each,
        });
        expect(journal.map(({ kind, payment: of }) => [kind, of])).to.deep.equal([['hold', id]]);
      }
    });

    it('a copy of a credit under another payee: the seller is credited once', async () => {
      await deal.playTo('captured');
      const [item] = present(await consortium.row('plan', deal.id)).items;
      const { payment, payee } = present(item);
      const credit = present(await consortium.row('credit', deal.id, payment, payee));
      expect(payee).to.equal('seller');
      expect(await consortium.row('credit', deal.id, payment, 'marketplace')).to.equal(null);
      await consortium.run(...(await deal.credits()));
      await movesNoMoney(consortium, async () => {
        await colluding.write('credit', [deal.id, payment, 'marketplace'], credit, BANK_B);
        const again = machine('credit', {
          deal: deal.id,
          payment,
          payee: 'marketplace',
          operation: newOperation({ kind: 'credit', deal: deal.id, payment, payee: 'marketplace' }),
        });
        expect(await codesOf(consortium, [owned(BANK_B, again)])).to.deep.equal(['NOT_ATTESTED']);
      });
    });

    for (const guard of [undefined, COURIER]) {
      it(`a payment guarded by ${guard ?? 'nobody'}: its bank holds no money under such a row`, async () => {
        const payment = await forgedPayment('1240000', 'submitted');
        await movesNoMoney(consortium, async () => {
          await colluding.write('payment', [deal.id, payment.id], payment, guard);
          await colluding.write('admission', [deal.id, payment.id], admissionOf(payment));
          expect(await codesOf(consortium, [answerOf(payment.id, BANK_A)])).to.deep.equal(['NOT_ATTESTED']);
        });
      });
    }

    it('a payment whose signed sum is not a plain number of minor units: no money is held', async () => {
      for (const amount of ['0', '-500000', '0x7a120', ' 500000', '0500000', '1e5']) {
        const submission = await deal.submission(BANK_A, '500000', { params: { amount, fee: '0' } });
        const intent = present(submission.command.intent);
        const row = {
          ...(await forgedPayment('500000', 'submitted')),
          id: intent.body.id,
          amount,
          fee: '0',
        };
        const payment: PaymentRow = { ...row, arrivedAt: arrivalOf(intent) };
        await movesNoMoney(consortium, async () => {
          await colluding.writeUsedIntent(consortium.alice.person.id, payment.id, detached(intent));
          await colluding.write('payment', [deal.id, payment.id], payment, BANK_A);
          await colluding.write('admission', [deal.id, payment.id], admissionOf(payment));
          const [code] = await codesOf(consortium, [deal.answer(payment.id, 'yes')]);
          expect(code, amount).to.equal('NOT_FOUND'); // such a row is none
        });
      }
    });

    function ownAccount(): { account: string; holder: string } {
      const { account, holder } = present(consortium.alice.accounts[BANK_A]);
      return { account, holder };
    }

    function admissionOf(payment: PaymentRow) {
      const admitted = { payment: payment.id, deal: deal.id, status: 'admitted' } as const;
      return { v: 1, ...admitted, answerBy: consortium.now() + 10_000, reason: null } as const;
    }

    function answerOf(payment: string, msp: string, of = deal.id) {
      return owned(
        msp,
        machine('answerPayment', {
          deal: of,
          payment,
          verdict: 'yes',
          codeBinding: randomHash(),
          reason: null,
          holdOperation: newOperation({ kind: 'hold', deal: of, payment }),
          voidOperation: newOperation({ kind: 'void', deal: of, payment }),
          refundKey: refundKeyOf(present(consortium.secrets.get(msp)), of),
        }),
      );
    }
  });
}
