// Links asked by people who have not proven anything yet: what they learn, how often they may try, and that the
// holder's own payments go on.
import { expect } from 'chai';
import type { Intent } from '../../../chaincode/protocol/intent.js';
import { askLinkCode } from '../../../gateway/sdk/commands/authorise.js';
import { confirmLink } from '../../../gateway/sdk/commands/accounts.js';
import { makeKeyPair } from '../../../gateway/sdk/keys.js';
import { sealConfirmation } from '../../../gateway/sdk/sealing.js';
import {
  ACCOUNT,
  ASKED_LINK,
  atBranch,
  type BankBranch,
  codeOf,
  HOLDER,
  MARKETPLACE,
} from '../support/bank-branch.js';

const UNKNOWN_ACCOUNT = '10044444444444400';

async function asking(branch: BankBranch, link: string, account: string) {
  const { request, sealed } = await askLinkCode(branch.bank, { link, account });
  return branch.links.ask({ partner: MARKETPLACE, link, sealed, intent: await branch.sign(request) });
}

async function confirming(
  branch: BankBranch,
  of: { readonly link: string; readonly code: string; readonly challenge: string; readonly intent?: Intent },
) {
  const { link, code, challenge } = of;
  const intent = of.intent ?? (await branch.sign(confirmLink({ link, account: ACCOUNT, code })));
  const sealed = await sealConfirmation(branch.bank, { link, intent, code, challenge });
  return branch.links.confirmAsked({ partner: MARKETPLACE, link, sealed });
}

function wrong(code: string): string {
  return code === '000000' ? '000001' : '000000';
}

describe('link questions', function () {
  this.timeout(30_000);

  it('a known and an unknown account are answered alike, and only the known one’s holder gets a message', () =>
    atBranch(async (branch) => {
      branch.world.moreLinks.push('link_second000');
      const known = await asking(branch, ASKED_LINK, ACCOUNT);
      const unknown = await asking(branch, 'link_second000', UNKNOWN_ACCOUNT);
      for (const answer of [known, unknown]) {
        expect(answer).to.include({ scaStatus: 'received', triesLeft: 5 });
        expect(answer.challenge).to.match(/^challenge_/);
      }
      const messages = await branch.phones.messages(HOLDER, 0, 1_000);
      expect(messages.map(({ text }) => text.includes('Marketplace'))).to.deep.equal([true]);
    }));

  it('the same question is one message; another marketplace’s is no link at all', () =>
    atBranch(async (branch) => {
      const { request, sealed } = await askLinkCode(branch.bank, { link: ASKED_LINK, account: ACCOUNT });
      const question = { partner: MARKETPLACE, link: ASKED_LINK, sealed, intent: await branch.sign(request) };
      const first = await branch.links.ask(question);
      expect(await branch.links.ask(question)).to.deep.equal(first);
      expect(await branch.phones.messages(HOLDER, 0, 1_000)).to.have.length(1);
      expect(await codeOf(branch.links.ask({ ...question, partner: 'OtherMSP' }))).to.equal('NOT_FOUND');
    }));

  it('a code for one link confirms no other, and a confirmation that another signed costs no try', () =>
    atBranch(async (branch) => {
      const link = 'link_second000';
      branch.world.moreLinks.push(link);
      const first = await asking(branch, ASKED_LINK, ACCOUNT);
      const { code } = await branch.newestMessage();
      const second = await asking(branch, link, ACCOUNT);
      const stolen = { link, code, challenge: second.challenge ?? '' };
      expect(await codeOf(confirming(branch, stolen))).to.equal('CODE_WRONG');
      const mallory = await makeKeyPair();
      const forged = await branch.sign(confirmLink({ link: ASKED_LINK, account: ACCOUNT, code }), mallory);
      const given = { link: ASKED_LINK, code, challenge: first.challenge ?? '' };
      expect(await codeOf(confirming(branch, { ...given, intent: forged }))).to.equal('KEY_DIFFERS');
      expect((await branch.codes.record(`link/${ASKED_LINK}`))?.tries).to.equal(0);
      expect(await codeOf(confirming(branch, given))).to.equal('taken');
    }));

  it('twenty links to one account: three messages, few guesses, a warning, and payments go on', () =>
    atBranch(async (branch) => {
      const faults: string[] = [];
      for (let number = 0; number < 20; number += 1) {
        const link = `link_guess${String(number)}`;
        branch.world.moreLinks.push(link);
        const refused = await codeOf(asking(branch, link, ACCOUNT));
        faults.push(refused);
        const challenge = (await branch.codes.record(`link/${link}`))?.challenge ?? 'none';
        for (let guess = 0; guess < 5; guess += 1) {
          const code = String(guess).padStart(6, '0');
          faults.push(await codeOf(confirming(branch, { link, code, challenge })));
        }
      }
      const messages = await branch.phones.messages(HOLDER, 0, 0);
      expect(messages.filter(({ about }) => about.kind === 'link')).to.have.length(3);
      expect(messages.filter(({ about }) => about.kind === 'notice')).to.have.length(1);
      expect(faults.filter((fault) => fault === 'CODE_WRONG').length).to.be.at.most(10);
      expect(branch.alarms.count('CODES_PAUSED')).to.equal(1);
      await branch.sendPaymentCode();
      expect((await branch.newestMessage()).about.kind).to.equal('payment');
    }));

  it('guesses at an unknown account are answered as at a known one, and are never right', () =>
    atBranch(async (branch) => {
      const { challenge } = await asking(branch, ASKED_LINK, UNKNOWN_ACCOUNT);
      const code = wrong('123456');
      const intent = await branch.sign(confirmLink({ link: ASKED_LINK, account: UNKNOWN_ACCOUNT, code }));
      const guess = { link: ASKED_LINK, code, challenge: challenge ?? '', intent };
      expect(await codeOf(confirming(branch, guess))).to.equal('CODE_WRONG');
      expect(branch.sent).to.deep.equal([]);
    }));
});
