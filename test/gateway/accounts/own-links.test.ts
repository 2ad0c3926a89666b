// What a marketplace does for a person about his own links, at a bank's real partner door: nothing for anybody else.
import { expect } from 'chai';
import { OwnLinks } from '../../../gateway/accounts/own-links.js';
import { LoggedAlarms } from '../../../gateway/alarms.js';
import type { BankPartner } from '../../../gateway/partner/bank-partner.js';
import { makeSealingKeyPair } from '../../../gateway/protocol/sealed-code.js';
import { confirmLink } from '../../../gateway/sdk/commands/accounts.js';
import { askBalance, askCode, askLinkCode } from '../../../gateway/sdk/commands/authorise.js';
import { sealConfirmation } from '../../../gateway/sdk/sealing.js';
import { ACCOUNT, ALICE, ASKED_LINK, BANK_ID, codeOf, LINK } from '../support/bank-branch.js';
import { atPartnerDoor, type PartnerDoor } from '../support/partner-door.js';
import { silentLog } from '../support/silent-log.js';

const EVE = 'person_eve0000000';
const LIMIT_MS = 60_000;

/** A bank that must not be asked. */
const UNASKED = new Proxy({} as BankPartner, {
  get: () => () => Promise.reject(new Error('the bank was asked')),
});

function linksAt({ branch, partner }: PartnerDoor, at: BankPartner = partner) {
  const alarms = new LoggedAlarms(silentLog);
  const labels = { find: () => Promise.resolve({ label: 'Salary', lastFour: '1100' }) };
  return { links: new OwnLinks({ ledger: branch.ledger, partner: at, labels, alarms }), alarms };
}

describe('a person’s own links', function () {
  this.timeout(LIMIT_MS);

  it('are linked by code: asked, confirmed, shown with the person’s own words; then the balance is asked', () =>
    atPartnerDoor(async (door) => {
      const { links } = linksAt(door);
      const { bank, sign, newestMessage } = door.branch;
      const of = { person: ALICE, link: ASKED_LINK };
      const question = await askLinkCode(bank, { link: ASKED_LINK, account: ACCOUNT });
      const asked = await links.sendCode({
        ...of,
        intent: await sign(question.request),
        sealed: question.sealed,
      });
      expect(asked.scaStatus).to.equal('received');
      const { code } = await newestMessage();
      const intent = await sign(confirmLink({ link: ASKED_LINK, account: ACCOUNT, code }));
      const challenge = asked.challenge ?? '';
      const sealed = await sealConfirmation(bank, { link: ASKED_LINK, intent, code, challenge });
      expect(await links.confirm({ ...of, sealed })).to.deep.equal({
        ...{ link: ASKED_LINK, bank: BANK_ID, currency: 'RUB', status: 'active' },
        ...{ label: 'Salary', lastFour: '1100' },
      });

      const own = { person: ALICE, link: LINK };
      const again = await sign(askCode(bank, { subject: LINK, challenge: null }));
      const sent = await links.askBalanceCode({ ...own, intent: again });
      const balance = await askBalance(bank, {
        ...{ link: LINK, challenge: sent.challenge ?? '', code: (await newestMessage()).code },
      });
      const answer = await links.askBalance({
        ...{ ...own, intent: await sign(balance.request), sealed: balance.sealed },
      });
      expect(answer).to.match(/^[A-Za-z0-9_-]{100,}$/);
      expect(Buffer.from(answer, 'base64url').toString('latin1')).to.not.include('12345');
    }));

  it('of another person do not exist, whatever is asked, and the bank is not asked', () =>
    atPartnerDoor(async (door) => {
      const { links } = linksAt(door, UNASKED);
      const { bank, sign } = door.branch;
      const intent = await sign(askCode(bank, { subject: LINK, challenge: null }));
      for (const link of [LINK, 'link_unknown000']) {
        const of = { person: EVE, link };
        const attempts = [
          links.find(of),
          links.sendCode({ ...of, intent, sealed: 'A' }),
          links.confirm({ ...of, sealed: 'A' }),
          links.askBalanceCode({ ...of, intent }),
          links.askBalance({ ...of, intent, sealed: 'A' }),
        ];
        for (const attempt of attempts) expect(await codeOf(attempt)).to.equal('NOT_FOUND');
      }
    }));

  it('are asked about by the person’s own question on this link, for this purpose, at its bank', () =>
    atPartnerDoor(async (door) => {
      const { links } = linksAt(door, UNASKED);
      const { bank, sign } = door.branch;
      const of = { person: ALICE, link: LINK };
      const about = (subject: string, at = bank) => sign(askCode(at, { subject, challenge: null }));
      const right = await about(LINK);
      const eves = { ...right, body: { ...right.body, person: EVE } };
      const code = async (intent: typeof right) => codeOf(links.askBalanceCode({ ...of, intent }));
      expect(await code(eves)).to.equal('NOT_YOUR_INTENT');
      expect(await code(await about(ASKED_LINK))).to.equal('CONTENT_DIFFERS');
      expect(await code(await about(LINK, { ...bank, id: '20' }))).to.equal('CONTENT_DIFFERS');
      const question = await askLinkCode(bank, { link: LINK, account: ACCOUNT });
      expect(await code(await sign(question.request)), 'of another purpose').to.equal('WRONG_ACTION');
      const command = await sign(confirmLink({ link: LINK, account: ACCOUNT, code: '123456' }));
      expect(await code(command), 'a command').to.equal('WRONG_ACTION');
      expect(await codeOf(links.askBalance({ ...of, intent: right, sealed: 'A' }))).to.equal('WRONG_ACTION');
    }));

  it('sealed to another key than the bank’s raise an alarm here as well, and cost no try', () =>
    atPartnerDoor(async (door) => {
      const { links, alarms } = linksAt(door);
      const { sign, bank } = door.branch;
      const { publicKey } = await makeSealingKeyPair();
      const foreign = { ...bank, sealingKey: publicKey };
      const question = await askLinkCode(foreign, { link: ASKED_LINK, account: ACCOUNT });
      const of = { person: ALICE, link: ASKED_LINK, intent: await sign(question.request) };
      expect(await codeOf(links.sendCode({ ...of, sealed: question.sealed }))).to.equal(
        'SEALING_KEY_DIFFERS',
      );
      expect(alarms.count('SEALING_KEY_DIFFERS')).to.equal(1);
      expect(door.branch.alarms.count('SEALING_KEY_DIFFERS'), 'and at the bank').to.equal(1);
    }));
});
