// Duty: proves that a row which two colluding members create in a later state, or as a copy, is nobody's word.
// Must not: stop at the view: each reader refuses it, and no bank moves money on it.
import { expect } from 'chai';
import type { OperationView } from '../../chaincode/protocol/commands.js';
import { detached, type Intent } from '../../chaincode/protocol/intent.js';
import { refundKeyOf } from '../../chaincode/protocol/refund-key.js';
import { rowKey } from '../../chaincode/protocol/rows.js';
import type { BankRow, LegRow, LinkRow, PersonRow, ShipmentRow } from '../../chaincode/protocol/rows.js';
import { termsHash } from '../../chaincode/protocol/terms.js';
import { machine, buy, type DealPlay } from '../support/deal-play.js';
import { BANK_A, BANK_B, COURIER, owned } from '../support/member-access.js';
import { makePerson, newId, newOperation, randomHash } from '../support/people.js';
import { present, type World } from '../support/world.js';
import {
  Conspiracy,
  POLICY_FAILURE,
  codeOf,
  rowText,
  codesOf,
  moneySteps,
  movesNoMoney,
  opinion,
} from './conspiracy.js';
import type { AttackGround } from './attack-ground.js';

export function describeForgedCreations(ground: AttackGround): void {
  describe('attack: marketplace and courier create what only its owner may say', () => {
    let world: World;
    let deal: DealPlay;
    let conspiracy: Conspiracy;
    before(async () => {
      world = await ground.open();
    });
    beforeEach(async () => {
      deal = await buy(world, { offer: await world.listOffer() });
      conspiracy = await Conspiracy.in(ground, world);
    });
    afterEach(async () => {
      await conspiracy.end();
    });
    after(() => ground.close(world));

    /** A leg that alice, in league with them, has signed as its receipt shows, in a state only her bank could give. */
    async function forgedLeg(amount: string, status: LegRow['status'] = 'held'): Promise<LegRow> {
      const { command } = await deal.submission(BANK_A, amount);
      const account = present(world.alice.accounts[BANK_A]);
      const intent = present(command.intent);
      await conspiracy.writeReceipt(intent.body.id, detached(intent));
      return {
        v: 1,
        id: intent.body.id,
        deal: deal.id,
        owner: BANK_A,
        bank: account.bank,
        status,
        payer: world.alice.person.id,
        link: account.link,
        currency: 'RUB',
        amount,
        fee: present(feeOf(intent)),
        arrivedAt: arrivalOf(intent),
        termsHash: termsHash(deal.terms),
        allocation: null,
      };
    }

    async function playOut(legs: readonly LegRow[]): Promise<void> {
      await conspiracy.writePaid(deal, legs);
      await world.run(deal.acceptParcel(), deal.deliver(), deal.acceptGoods());
    }

    it('a leg already held: shown without evidence, pays for nothing, is neither captured nor given back', async () => {
      const genuine = await deal.pay(BANK_B, '740000');
      const forged = await forgedLeg('500000');
      await movesNoMoney(world, async () => {
        await conspiracy.write('leg', [deal.id, forged.id], forged, BANK_A);
        await conspiracy.write('gate', [forged.id], {
          v: 1,
          leg: forged.id,
          deal: deal.id,
          status: 'admitted',
          answerBy: world.now() + 10_000,
          reason: null,
        });
        const reservation = present(await world.row('reservation', deal.id));
        await conspiracy.write('reservation', [deal.id], { ...reservation, legs: [genuine, forged.id] });
        const seen = (await world.deal(deal.id)).legs.find(({ row }) => row.id === forged.id);
        expect(seen?.evidence).to.equal(false);
        expect(await opinion(world, deal.markPaid().command)).to.equal('NOT_FULL');
        expect(await opinion(world, deal.admit(forged.id).command)).to.equal('ok'); // gated before: nothing to do
        expect(await opinion(world, deal.close(forged.id).command)).to.equal('NO_EVIDENCE');
        const answers = [deal.answer(forged.id, 'yes'), deal.answer(forged.id, 'no')];
        expect(await codesOf(world, answers)).to.deep.equal(['NO_EVIDENCE', 'NO_EVIDENCE']);
        const row = present(await world.leg(deal.id, genuine));
        await playOut([row, forged]);
        const { captures, returns, credits } = moneySteps(deal);
        expect(await codesOf(world, captures)).to.deep.equal(['NO_EVIDENCE', 'NO_EVIDENCE']);
        expect(await codesOf(world, returns)).to.deep.equal(['NOT_EXPIRED', 'NO_EVIDENCE']);
        const refused = new Set(await codesOf(world, credits));
        expect([...refused].sort()).to.deep.equal(['NOT_CAPTURED', 'NOT_FOUND']);
      });
    });

    it("a captured leg: the payee's bank credits nothing", async () => {
      const forged = await forgedLeg('1240000', 'captured');
      const { sellerLink: link, net: amount } = deal.terms.offerTerms;
      const allocation = [{ payee: 'seller', link, bank: '20', amount } as const];
      await movesNoMoney(world, async () => {
        await conspiracy.writePaid(deal, [forged]);
        await conspiracy.write('leg', [deal.id, forged.id], { ...forged, allocation }, BANK_A);
        expect(await codesOf(world, [deal.credit(forged.id, 'seller')])).to.deep.equal(['NOT_CAPTURED']);
      });
    });

    for (const vouched of [false, true]) {
      const how = vouched ? "with the courier's own evidence but not the buyer's code" : 'without evidence';
      it(`a delivered shipment ${how}: nobody inspects, no bank captures`, async () => {
        await deal.playTo('held');
        const legs = deal.legs.map(async ({ id }) => present(await world.leg(deal.id, id)));
        const rows = await Promise.all(legs);
        const delivered: ShipmentRow = {
          v: 1,
          deal: deal.id,
          owner: COURIER,
          status: 'delivered',
          h1: vouched ? randomHash() : deal.h1,
        };
        await movesNoMoney(world, async () => {
          await conspiracy.writePaid(deal, rows);
          await conspiracy.write('shipment', [deal.id], delivered);
          if (vouched) await conspiracy.vouch(COURIER, 'shipment', [deal.id], delivered);
          expect((await world.deal(deal.id)).shipment?.evidence).to.equal(vouched);
          expect(await opinion(world, deal.startInspection().command)).to.equal('NOT_DELIVERED');
          expect(await opinion(world, deal.acceptGoods().command)).to.equal('NOT_DELIVERED');
          const started = { v: 1, deal: deal.id, status: 'started', startedAt: 0, acceptance: null } as const;
          await conspiracy.write('inspection', [deal.id], started);
          expect(
            await codesOf(
              world,
              [BANK_A, BANK_B].map((msp) => deal.noteDelivery(msp)),
            ),
          ).to.deep.equal(['NOT_DELIVERED', 'NOT_DELIVERED']);
          const captures = await codesOf(world, moneySteps(deal).captures);
          expect(captures).to.deep.equal(['NOT_DELIVERED', 'NOT_DELIVERED']);
        });
      });
    }

    it('a tariff (bank already active): the bank answers no leg by it, and does not publish on top of it', async () => {
      const forged: BankRow = {
        ...present(await world.row('bank', '10')),
        id: '11',
        tariff: { usualBasisPoints: 0, toBank: {} },
      };
      await movesNoMoney(world, async () => {
        await conspiracy.write('bank', ['11'], forged, BANK_A);
        const link = await forgedLink('11');
        const leg = {
          ...(await forgedLeg('500000', 'submitted')),
          bank: '11',
          link: link.id,
        };
        await conspiracy.write('leg', [deal.id, leg.id], leg, BANK_A);
        await conspiracy.write('gate', [leg.id], gateOf(leg));
        const operator = world.operatorOf(BANK_A);
        const publication = {
          bank: '11',
          tariff: { usualBasisPoints: 1, toBank: {} },
          sealingKey: Buffer.alloc(32).toString('base64url'),
          debitCap: null,
        };
        const account = { bank: '11', account: present(world.alice.accounts[BANK_A]).account, holder: 'x' };
        const steps = [
          owned(BANK_A, world.signed(operator, 'publishBank', publication)),
          owned(BANK_A, world.signed(operator, 'openAccount', { ...account, currency: 'RUB' })),
          owned(BANK_A, world.confirmationOf(world.alice.person, { ...ownAccount(), link: link.id })),
          deal.answer(leg.id, 'yes'),
        ];
        const refusals = ['NO_EVIDENCE', 'NO_EVIDENCE', 'NO_ACCOUNT', 'NOT_FOUND'];
        expect(await codesOf(world, steps)).to.deep.equal(refusals);
        const key = rowKey('bank', '10');
        expect(await conspiracy.forge([['put', key, rowText({ ...forged, id: '10' })]])).to.equal(
          POLICY_FAILURE,
        );
      });
    });

    it('an unpublished bank with a planted tariff: its owner does not take it for the previous one', async () => {
      const planted: BankRow = {
        ...present(await world.row('bank', '10')),
        id: '12',
        status: 'new',
        tariff: { usualBasisPoints: 0, toBank: {} },
      };
      await movesNoMoney(world, async () => {
        await conspiracy.write('bank', ['12'], planted, BANK_A);
        const publication = {
          bank: '12',
          tariff: { usualBasisPoints: 200, toBank: {} },
          sealingKey: Buffer.alloc(32).toString('base64url'),
          debitCap: null,
        };
        const publish = world.signed(world.operatorOf(BANK_A), 'publishBank', publication);
        expect(await codesOf(world, [owned(BANK_A, publish)])).to.deep.equal(['NO_EVIDENCE']);
      });
    });

    for (const [what, owner] of [
      ['in its name', BANK_A],
      ["in the courier's name, with evidence", COURIER],
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
        const { account } = present(world.alice.accounts[BANK_A]);
        const movement = { bank: '10', account, amount: '100', currency: 'RUB' };
        const beside = () => ({ params: { operation: newId('operation') } });
        const commands = [
          world.signed(mallory, 'deposit', movement, beside()),
          world.signed(mallory, 'withdraw', movement, beside()),
          world.signed(mallory, 'openAccount', { bank: '10', account, holder: 'mallory', currency: 'RUB' }),
          world.signed(mallory, 'confirmPerson', {
            person: mallory.id,
            key: mallory.key,
            roles: ['operator'],
          }),
        ];
        await movesNoMoney(world, async () => {
          await conspiracy.write('person', [mallory.id], row);
          if (owner === COURIER) await conspiracy.vouch(COURIER, 'person', [mallory.id], row);
          const codes = await codesOf(
            world,
            commands.map((command) => owned(BANK_A, command)),
          );
          expect([...new Set(codes)]).to.deep.equal([
            owner === BANK_A ? 'NO_EVIDENCE' : 'WRONG_ORGANISATION',
          ]);
        });
      });
    }

    it("a copy of a payer's genuine leg under another id: his bank holds his money once", async () => {
      const id = await deal.submit(BANK_A, '500000');
      const leg = present(await world.leg(deal.id, id));
      await world.run(deal.admit(id), deal.answer(id, 'yes'));
      const copy = newId('leg');
      const gate = { ...gateOf(leg), leg: copy };
      await movesNoMoney(world, async () => {
        await conspiracy.write('leg', [deal.id, copy], leg, BANK_A);
        await conspiracy.write('gate', [copy], gate);
        expect(codeOf(await world.attempt(answerOf(copy, BANK_A)))).to.equal('NO_EVIDENCE');
      });
    });

    it('two deals whose payer signed one leg id: his bank keeps the money of each apart', async () => {
      const id = await deal.submit(BANK_A, '500000');
      await world.run(deal.admit(id), deal.answer(id, 'yes'));
      const other = await buy(world, { offer: await world.listOffer() });
      const params = present((await deal.submission(BANK_A, '500000')).command.intent).body.params;
      const twin = { ...params, deal: other.id, termsHash: termsHash(other.terms) };
      const intent = present(world.signed(world.alice.person, 'submitLeg', twin as never, { id }).intent);
      const row = present(await world.leg(deal.id, id));
      const signed = { deal: other.id, termsHash: twin.termsHash, arrivedAt: arrivalOf(intent) };
      const leg: LegRow = { ...row, ...signed, status: 'submitted' };
      const before = await world.balance(BANK_A, ownAccount().account);
      await conspiracy.writeReceipt(id, detached(intent));
      await conspiracy.write('leg', [other.id, id], leg, BANK_A);
      await conspiracy.write('gate', [id], { ...gateOf(leg), deal: other.id });
      expect(codeOf(await world.attempt(answerOf(id, BANK_A, other.id)))).to.equal('ok');
      const after = await world.balance(BANK_A, ownAccount().account);
      expect(BigInt(after.held) - BigInt(before.held)).to.equal(507_500n);
      for (const { id: each } of [deal, other]) {
        const journal = await world.privately<OperationView[]>(BANK_A, { about: 'operations', deal: each });
        expect(journal.map(({ kind, leg: of }) => [kind, of])).to.deep.equal([['hold', id]]);
      }
    });

    it('a copy of a credit under another payee: the seller is credited once', async () => {
      await deal.playTo('captured');
      const [item] = present(await world.row('plan', deal.id)).items;
      const { leg, payee } = present(item);
      const credit = present(await world.row('credit', deal.id, leg, payee));
      expect(payee).to.equal('seller');
      expect(await world.row('credit', deal.id, leg, 'commission')).to.equal(null);
      await world.run(...(await deal.credits()));
      await movesNoMoney(world, async () => {
        await conspiracy.write('credit', [deal.id, leg, 'commission'], credit, BANK_B);
        const again = machine('credit', {
          deal: deal.id,
          leg,
          payee: 'commission',
          operation: newOperation({ kind: 'credit', deal: deal.id, leg, payee: 'commission' }),
        });
        expect(await codesOf(world, [owned(BANK_B, again)])).to.deep.equal(['NO_EVIDENCE']);
      });
    });

    for (const guard of [undefined, COURIER]) {
      it(`a leg guarded by ${guard ?? 'nobody'}, changed after its bank's word: no bank pays it out`, async () => {
        const leg = await forgedLeg('1240000', 'submitted');
        await conspiracy.write('leg', [deal.id, leg.id], leg, guard);
        await conspiracy.write('gate', [leg.id], gateOf(leg));
        await world.run(answerOf(leg.id, BANK_A));
        const seen = async () => present((await world.deal(deal.id)).legs[0]);
        expect(await seen()).to.deep.include({ evidence: true, row: { ...leg, status: 'held' } });
        await movesNoMoney(world, async () => {
          await conspiracy.write('leg', [deal.id, leg.id], { ...leg, amount: '1' });
          expect((await seen()).evidence).to.equal(false);
          expect(await codesOf(world, [answerOf(leg.id, BANK_A)])).to.deep.equal(['NO_EVIDENCE']);
          await conspiracy.write('leg', [deal.id, leg.id], leg);
          await playOut([{ ...leg, status: 'held' }]);
          deal.addLeg(leg.id, BANK_A);
          expect(await codesOf(world, [deal.capture(leg.id)])).to.deep.equal(['NO_EVIDENCE']);
        });
      });
    }

    it('a leg whose signed sum is not a plain number of minor units: no money is held', async () => {
      for (const amount of ['0', '-500000', '0x7a120', ' 500000', '0500000', '1e5']) {
        const submission = await deal.submission(BANK_A, '500000', { params: { amount, fee: '0' } });
        const intent = present(submission.command.intent);
        const row = {
          ...(await forgedLeg('500000', 'submitted')),
          id: intent.body.id,
          amount,
          fee: '0',
        };
        const leg: LegRow = { ...row, arrivedAt: arrivalOf(intent) };
        await movesNoMoney(world, async () => {
          await conspiracy.writeReceipt(leg.id, detached(intent));
          await conspiracy.write('leg', [deal.id, leg.id], leg, BANK_A);
          await conspiracy.write('gate', [leg.id], gateOf(leg));
          const [code] = await codesOf(world, [deal.answer(leg.id, 'yes')]);
          expect(code, amount).to.equal('BAD_INPUT');
        });
      }
    });

    it("a link to Bank B in Bank A's name: Bank A does not confirm it for an account of its own", async () => {
      const link = await forgedLink('20');
      const confirmation = world.confirmationOf(world.alice.person, { ...ownAccount(), link: link.id });
      await movesNoMoney(world, async () => {
        expect(await codesOf(world, [owned(BANK_A, confirmation)])).to.deep.equal(['NO_ACCOUNT']);
      });
    });

    function ownAccount(): { account: string; holder: string } {
      const { account, holder } = present(world.alice.accounts[BANK_A]);
      return { account, holder };
    }

    async function forgedLink(bank: string): Promise<LinkRow> {
      const { id: person, thumbprint: keyThumbprint } = world.alice.person;
      const id = newId('link');
      const status = 'asked';
      const link: LinkRow = { v: 1, id, owner: BANK_A, bank, person, currency: 'RUB', keyThumbprint, status };
      await conspiracy.write('link', [id], link, BANK_A);
      return link;
    }

    function gateOf(leg: LegRow) {
      const answerBy = world.now() + 10_000;
      return { v: 1, leg: leg.id, deal: deal.id, status: 'admitted', answerBy, reason: null } as const;
    }

    function answerOf(leg: string, msp: string, of = deal.id) {
      return owned(
        msp,
        machine('answerLeg', {
          deal: of,
          leg,
          verdict: 'yes',
          codeBinding: randomHash(),
          reason: null,
          holdOperation: newOperation({ kind: 'hold', deal: of, leg }),
          voidOperation: newOperation({ kind: 'void', deal: of, leg }),
          refundKey: refundKeyOf(present(world.secrets.get(msp)), of),
        }),
      );
    }
  });
}

function arrivalOf({ body }: Intent): number {
  return Number(body.params['arrivedAt']);
}

function feeOf({ body }: Intent): string | null {
  const { fee } = body.params;
  return typeof fee === 'string' ? fee : null;
}
