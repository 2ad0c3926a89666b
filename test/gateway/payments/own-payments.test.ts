// What a marketplace does for a payer about his own payments, at a bank's real partner door: nothing for anybody else.
import { expect } from 'chai';
import { OwnLinks } from '../../../gateway/accounts/own-links.js';
import { LoggedAlarms } from '../../../gateway/alarms.js';
import type { BankPartner } from '../../../gateway/partner/bank-partner.js';
import { RefundKeyVault } from '../../../gateway/partner/refund-key-vault.js';
import { OwnPayments } from '../../../gateway/payments/own-payments.js';
import { systemClock } from '../../../gateway/clock.js';
import { makeSealingKeyPair } from '../../../gateway/protocol/sealed-code.js';
import { askCode, authorisePayment } from '../../../gateway/sdk/commands/authorise.js';
import type { SealingBank } from '../../../gateway/sdk/sealing.js';
import { ALICE, BANK_ID, codeOf, LINK, PAYMENT } from '../support/bank-branch.js';
import { DEAL, dealView } from '../support/deal-views.js';
import { atPartnerDoor, type PartnerDoor } from '../support/partner-door.js';
import { silentLog } from '../support/silent-log.js';

const EVE = 'person_eve0000000';
const LIMIT_MS = 60_000;
const HELD = 'payment_00000000';
const OWN = { person: ALICE, deal: DEAL, payment: PAYMENT };

function paymentsAt({ branch, partner }: PartnerDoor, change: Partial<BankPartner> = {}) {
  const alarms = new LoggedAlarms(silentLog);
  const asked: string[] = [];
  // The real door, with a note of what is asked there.
  const at = new Proxy<BankPartner>(partner, {
    get: (target, name) => {
      const member: unknown = Reflect.get({ ...change }, name) ?? Reflect.get(target, name);
      if (typeof member !== 'function') return member;
      return (...given: unknown[]) => {
        asked.push(String(name));
        return (member as (...all: unknown[]) => unknown).apply(target, given);
      };
    },
  });
  const heard: string[] = [];
  const records = new Map<string, string>();
  const vault = new RefundKeyVault(
    {
      find: (deal, bank) => Promise.resolve(records.get(`${deal}/${bank}`) ?? null),
      save: (deal, bank, sealed) => Promise.resolve(void records.set(`${deal}/${bank}`, sealed)),
    },
    Buffer.alloc(32, 5),
  );
  const links = new OwnLinks({
    ...{ ledger: branch.ledger, partner: at, alarms, labels: { find: () => Promise.resolve(null) } },
  });
  const payments = new OwnPayments({
    ...{ ledger: branch.ledger, partner: at, links, vault, alarms, log: silentLog, clock: systemClock },
    sellerName: () => Promise.resolve('Bicycles & Sons'),
    confirmations: { hear: (_of, status) => heard.push(status) },
  });
  return { payments, vault, alarms, asked, heard };
}

/** The right code, sealed and signed. */
async function attempt({ branch }: PartnerDoor, challenge: string, to: SealingBank = branch.bank) {
  const { code } = await branch.newestMessage();
  const { request, sealed } = await authorisePayment(to, { payment: PAYMENT, challenge, code });
  return { ...OWN, intent: await branch.sign(request), sealed };
}

describe('a payer’s own payments', function () {
  this.timeout(LIMIT_MS);

  it('are quoted from the published tariff without the bank, and by the bank when the payer asks', () =>
    atPartnerDoor(async (door) => {
      const { payments, asked } = paymentsAt(door);
      const of = { person: ALICE, deal: DEAL, link: LINK, amount: '500000' };
      const stored = await payments.quote({ ...of, live: false });
      expect(asked).to.deep.equal([]);
      const live = await payments.quote({ ...of, live: true });
      expect(asked).to.deep.equal(['quote']);
      expect(live.fee).to.equal(stored.fee);
      expect(await codeOf(payments.quote({ ...of, person: EVE, live: false }))).to.equal('NOT_FOUND');
      const unknown = payments.quote({ ...of, deal: 'deal_unknown00', live: false });
      expect(await codeOf(unknown)).to.equal('NOT_FOUND');
    }));

  it('are confirmed by code, with the seller’s name in the bank’s message', () =>
    atPartnerDoor(async (door) => {
      const { payments, heard } = paymentsAt(door);
      await payments.nameSeller({ deal: DEAL, link: LINK, person: ALICE });
      await door.branch.sendPaymentCode();
      expect((await door.branch.newestMessage()).text).to.include('Bicycles & Sons');
      const { challenge } = await payments.authorisation(OWN);
      const done = await payments.authorise(await attempt(door, challenge ?? ''));
      expect(done).to.include({ scaStatus: 'finalised' });
      expect(await payments.authorisation(OWN)).to.include({ scaStatus: 'finalised' });
      expect(heard.at(-1)).to.equal('finalised');
    }));

  it('of another person do not exist, and the bank is not asked about them', () =>
    atPartnerDoor(async (door) => {
      const { payments, asked } = paymentsAt(door);
      await door.branch.sendPaymentCode();
      const carried = await attempt(door, 'challenge_1');
      const again = await door.branch.sign(askCode(door.branch.bank, { subject: PAYMENT, challenge: null }));
      for (const other of [{ person: EVE }, { deal: 'deal_unknown00' }, { payment: 'payment_unknown0' }]) {
        const named = { ...OWN, ...other };
        expect(await codeOf(payments.authorisation(named))).to.equal('NOT_FOUND');
        expect(await codeOf(payments.authorise({ ...carried, ...other }))).to.equal('NOT_FOUND');
        expect(await codeOf(payments.sendCodeAgain({ ...named, intent: again }))).to.equal('NOT_FOUND');
      }
      const eves = { ...carried.intent, body: { ...carried.intent.body, person: EVE } };
      expect(await codeOf(payments.authorise({ ...carried, intent: eves }))).to.equal('NOT_YOUR_INTENT');
      const purpose = codeOf(payments.authorise({ ...carried, intent: again }));
      expect(await purpose, 'a question for another code').to.equal('WRONG_ACTION');
      expect(asked).to.deep.equal([]);
    }));

  it('sealed to another key than the bank’s raise an alarm here as well, and cost no try', () =>
    atPartnerDoor(async (door) => {
      const { payments, alarms } = paymentsAt(door);
      await door.branch.sendPaymentCode();
      const { challenge } = await payments.authorisation(OWN);
      const { publicKey } = await makeSealingKeyPair();
      const foreign = await attempt(door, challenge ?? '', { id: BANK_ID, sealingKey: publicKey });
      expect(await codeOf(payments.authorise(foreign))).to.equal('SEALING_KEY_DIFFERS');
      expect(alarms.count('SEALING_KEY_DIFFERS')).to.equal(1);
      expect((await payments.authorisation(OWN)).triesLeft).to.equal(5);
    }));

  it('carry the refund key of an earlier hold, which is fetched once and kept', () =>
    atPartnerDoor(async (door) => {
      const refundKey = await door.branch.operationIds.refundKey(DEAL);
      const given: (string | null)[] = [];
      const { payments, vault, asked } = paymentsAt(door, {
        payment: () => Promise.resolve({ refundKey } as never),
        authorise: (_bank, of) => {
          given.push(of.refundKey);
          return Promise.resolve({ scaStatus: 'finalised' } as never);
        },
      });
      const [payment] = door.branch.world.deal.payments;
      await door.branch.sendPaymentCode();
      const carried = await attempt(door, 'challenge_1');
      await payments.authorise(carried);
      expect(given, 'no hold, no key').to.deep.equal([null]);
      if (payment === undefined) throw new Error('there is no payment');
      const held = { ...payment, row: { ...payment.row, id: HELD, status: 'held' as const } };
      const disowned = { ...held, attested: false };
      door.branch.world.deal = { ...door.branch.world.deal, payments: [disowned, payment] };
      await payments.authorise(carried);
      expect(given[1], 'a row that its bank does not attest is no hold').to.equal(null);
      door.branch.world.deal = { ...door.branch.world.deal, payments: [held, payment] };
      await payments.authorise(carried);
      await payments.authorise(carried);
      expect(given.slice(2)).to.deep.equal([refundKey, refundKey]);
      expect(asked.filter((name) => name === 'payment')).to.have.length(1);
      expect(await vault.find(DEAL, BANK_ID)).to.equal(refundKey);
    }));

  it('go on without a refund key, and without a name, when the bank is away just then', () =>
    atPartnerDoor(async (door) => {
      const away = () => Promise.reject(new Error('the bank is away'));
      const { payments } = paymentsAt(door, { payment: away, nameSeller: away });
      await payments.nameSeller({ deal: DEAL, link: LINK, person: ALICE });
      await door.branch.sendPaymentCode();
      const { challenge } = await payments.authorisation(OWN);
      const [payment] = door.branch.world.deal.payments;
      const held = { id: HELD, amount: '1', fee: '0', arrivedAt: 1, status: 'held' as const };
      const others = dealView({ payments: [held] }).payments;
      if (payment === undefined) throw new Error('there is no payment');
      door.branch.world.deal = { ...door.branch.world.deal, payments: [...others, payment] };
      const done = await payments.authorise(await attempt(door, challenge ?? ''));
      expect(done).to.include({ scaStatus: 'finalised' });
    }));
});
