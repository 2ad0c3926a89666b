// A payer's signed and sealed code: what is checked before anything is opened or counted, and what an attacker gets.
import { expect } from 'chai';
import { keyThumbprint } from '../../../chaincode/protocol/intent.js';
import type { AnyAuthoriseRequest } from '../../../gateway/protocol/authorise.js';
import { makeSealingKeyPair } from '../../../gateway/protocol/sealed-code.js';
import { askCode, authorisePayment } from '../../../gateway/sdk/commands/authorise.js';
import { newId } from '../../../gateway/sdk/ids.js';
import { makeKeyPair } from '../../../gateway/sdk/keys.js';
import { atBranch, BANK_ID, type BankBranch, codeOf, MARKETPLACE, PAYMENT } from '../support/bank-branch.js';
import { DEAL } from '../support/deal-views.js';

const subject = `payment/${PAYMENT}`;

async function challengeOf({ codes }: BankBranch): Promise<string> {
  return (await codes.record(subject))?.challenge ?? '';
}

async function triesLeft({ authorisations }: BankBranch): Promise<number> {
  const named = { partner: MARKETPLACE, deal: DEAL, payment: PAYMENT };
  return (await authorisations.authorisation(named)).triesLeft;
}

/** A right attempt at the code that was sent, whose parts a test may replace. */
async function attempt(branch: BankBranch, code?: string) {
  const { code: right } = await branch.newestMessage();
  const challenge = await challengeOf(branch);
  const made = await authorisePayment(branch.bank, { payment: PAYMENT, challenge, code: code ?? right });
  const carry = async (request: AnyAuthoriseRequest = made.request, sealed = made.sealed) => ({
    ...{ partner: MARKETPLACE, deal: DEAL, refundKey: null },
    ...{ intent: await branch.sign(request), sealed },
  });
  return { ...made, carry };
}

function wrong(code: string): string {
  return code === '000000' ? '000001' : '000000';
}

describe('payment authorisations', () => {
  it('a swapped sealing key costs no try, is refused and raises an alarm', () =>
    atBranch(async (branch) => {
      await branch.sendPaymentCode();
      const thief = await makeSealingKeyPair();
      const { code } = await branch.newestMessage();
      const challenge = await challengeOf(branch);
      const bank = { id: BANK_ID, sealingKey: thief.publicKey };
      const { request, sealed } = await authorisePayment(bank, { payment: PAYMENT, challenge, code });
      const { carry } = await attempt(branch);
      expect(request.params.sealingKey).to.equal(keyThumbprint(thief.publicKey));
      expect(await codeOf(branch.authorisations.authorise(await carry(request, sealed)))).to.equal(
        'SEALING_KEY_DIFFERS',
      );
      expect(branch.alarms.count('SEALING_KEY_DIFFERS')).to.equal(1);
      expect(await triesLeft(branch)).to.equal(5);
    }));

  it('sealed garbage, another’s signature, another purpose and other sealed text cost no try', () =>
    atBranch(async (branch) => {
      await branch.sendPaymentCode();
      const { request, sealed, carry } = await attempt(branch);
      const forged = await branch.sign(request, await makeKeyPair());
      const question = await carry(askCode(branch.bank, { subject: PAYMENT, challenge: null }));
      const right = await carry();
      const cases: [string, () => Promise<unknown>][] = [
        ['CONTENT_DIFFERS', () => branch.authorisations.authorise({ ...right, sealed: `${sealed}AA` })],
        ['KEY_DIFFERS', () => branch.authorisations.authorise({ ...right, intent: forged })],
        [
          'BAD_SIGNATURE',
          () =>
            branch.authorisations.authorise({
              ...right,
              intent: { ...right.intent, body: { ...right.intent.body, id: newId('intent') } },
            }),
        ],
        ['WRONG_ACTION', () => branch.authorisations.authorise(question)],
      ];
      for (const [code, asked] of cases) expect(await codeOf(asked())).to.equal(code);
      expect(await triesLeft(branch)).to.equal(5);
      expect(await codeOf(branch.authorisations.authorise(right))).to.equal('taken');
    }));

  it('an answer to an earlier challenge is refused without a try, also with the newest code in it', () =>
    atBranch(async (branch) => {
      await branch.sendPaymentCode();
      const { request, carry } = await attempt(branch);
      const params = { ...request.params, challenge: 'challenge_of_before' };
      const replayed = await carry({ ...request, params });
      expect(await codeOf(branch.authorisations.authorise(replayed))).to.equal('CODE_EXPIRED');
      expect(await triesLeft(branch)).to.equal(5);
    }));

  it('the same attempt is counted once; a sixth try is none', () =>
    atBranch(async (branch) => {
      await branch.sendPaymentCode();
      const { code } = await branch.newestMessage();
      for (const left of [4, 3, 2, 1, 0]) {
        const guess = await (await attempt(branch, wrong(code))).carry();
        for (const times of ['first', 'again']) {
          expect([times, await codeOf(branch.authorisations.authorise(guess))]).to.deep.equal([
            times,
            'CODE_WRONG',
          ]);
        }
        expect(await triesLeft(branch)).to.equal(left);
      }
      const late = await (await attempt(branch)).carry();
      expect(await codeOf(branch.authorisations.authorise(late))).to.equal('CODE_TRIES_OVER');
    }));

  it('to another marketplace the payment does not exist, and an intent of another channel is nobody’s', () =>
    atBranch(async (branch) => {
      await branch.sendPaymentCode();
      const right = await (await attempt(branch)).carry();
      const elsewhere = { ...right, partner: 'OtherMSP' };
      expect(await codeOf(branch.authorisations.authorise(elsewhere))).to.equal('NOT_FOUND');
      const intent = { ...right.intent, body: { ...right.intent.body, channel: 'other' } };
      expect(await codeOf(branch.authorisations.authorise({ ...right, intent }))).to.equal(
        'WRONG_ORGANISATION',
      );
    }));

  it('an expired intent is refused', () =>
    atBranch(async (branch) => {
      await branch.sendPaymentCode();
      const right = await (await attempt(branch)).carry();
      const intent = { ...right.intent, body: { ...right.intent.body, expiresAt: Date.now() - 1 } };
      expect(await codeOf(branch.authorisations.authorise({ ...right, intent }))).to.equal('INTENT_EXPIRED');
    }));

  it('the payer may ask for the code again after a pause; the same question is one message', () =>
    atBranch(async (branch) => {
      await branch.sendPaymentCode();
      const challenge = await challengeOf(branch);
      const question = await branch.sign(askCode(branch.bank, { subject: PAYMENT, challenge }));
      const again = { partner: MARKETPLACE, deal: DEAL, intent: question };
      expect(await codeOf(branch.authorisations.sendAgain(again))).to.equal('TOO_MANY_REQUESTS');
      const mallory = await makeKeyPair();
      const forged = await branch.sign(askCode(branch.bank, { subject: PAYMENT, challenge }), mallory);
      expect(await codeOf(branch.authorisations.sendAgain({ ...again, intent: forged }))).to.equal(
        'KEY_DIFFERS',
      );
      expect(await branch.phones.messages('holder-1', 0, 0)).to.have.length(1);
    }));
});
