// A bank's partner door over real TLS: who comes in, with which key, and what each refusal is.
import { expect } from 'chai';
import { request as httpsRequest } from 'node:https';
import { readFileSync } from 'node:fs';
import {
  askBalance,
  askCode,
  askLinkCode,
  authorisePayment,
  openBalance,
} from '../../../../gateway/sdk/commands/authorise.js';
import { confirmLink } from '../../../../gateway/sdk/commands/accounts.js';
import { sealConfirmation } from '../../../../gateway/sdk/sealing.js';
import {
  ACCOUNT,
  ASKED_LINK,
  BANK_ID,
  codeOf,
  LINK,
  MARKETPLACE,
  PAYMENT,
} from '../../support/bank-branch.js';
import { DEAL } from '../../support/deal-views.js';
import { atPartnerDoor, OTHER } from '../../support/partner-door.js';

const QUOTE = { path: {}, query: { payeeBank: '20', amount: '500000' }, body: null };
const ASKED = { path: { payment: PAYMENT }, query: { deal: DEAL }, body: null };

describe('partner door', function () {
  this.timeout(30_000);

  it('a marketplace with its certificate and its key gets a quote', () =>
    atPartnerDoor(async ({ partner }) => {
      const quote = await partner.quote(BANK_ID, { payeeBank: '20', amount: '500000' });
      expect(quote).to.include({ amount: '500000', fee: '7500', total: '507500', basisPoints: 150 });
    }));

  it('nobody comes in without a certificate, or with one of an authority that is nobody’s here', () =>
    atPartnerDoor(async ({ connect, credential, issue }) => {
      const foreign = connect(credential('BankAMSP'), await issue());
      expect(await codeOf(foreign.call('getQuote', QUOTE))).to.equal('BANK_UNAVAILABLE');
    }));

  it('a member’s peer is not its gateway, whatever key it shows', () =>
    atPartnerDoor(async ({ connect, credential, issue }) => {
      const peer = connect(credential(MARKETPLACE, 'peer'), await issue());
      expect(await codeOf(peer.call('getQuote', QUOTE))).to.equal('API_KEY_REFUSED');
    }));

  it('the right member without a key, with half of one and with one of another form is refused alike', () =>
    atPartnerDoor(async ({ connect, credential, issue }) => {
      const key = await issue();
      const altered = `${key.slice(0, -1)}${key.endsWith('A') ? 'B' : 'A'}`;
      for (const given of ['none', key.slice(0, 21), altered]) {
        const connection = connect(credential(MARKETPLACE), given);
        expect(await codeOf(connection.call('getQuote', QUOTE))).to.equal('API_KEY_REFUSED');
      }
    }));

  it('another member with the right key is refused, and an alarm is raised', () =>
    atPartnerDoor(async ({ branch, connect, credential, issue }) => {
      const thief = connect(credential(OTHER), await issue());
      expect(await codeOf(thief.call('getQuote', QUOTE))).to.equal('API_KEY_OF_ANOTHER');
      expect(branch.alarms.count('API_KEY_OF_ANOTHER')).to.equal(1);
    }));

  it('a key has its scopes, ends at its instant, and ends when it is revoked', () =>
    atPartnerDoor(async ({ apiKeys, connect, credential, issue }) => {
      const tls = credential(MARKETPLACE);
      const narrow = connect(tls, await issue({ scopes: ['links'] }));
      expect(await codeOf(narrow.call('getQuote', QUOTE))).to.equal('SCOPE_MISSING');
      const over = connect(tls, await issue({ expiresAt: Date.now() }));
      expect(await codeOf(over.call('getQuote', QUOTE))).to.equal('API_KEY_REFUSED');
      const { key, record } = await apiKeys.issue({
        ...{ member: MARKETPLACE, scopes: ['quotes'], label: 'short', expiresAt: Date.now() + 60_000 },
      });
      const connection = connect(tls, key);
      expect(await codeOf(connection.call('getQuote', QUOTE))).to.equal('taken');
      await apiKeys.revoke(record.id);
      expect(await codeOf(connection.call('getQuote', QUOTE))).to.equal('API_KEY_REFUSED');
      const used = (await apiKeys.list()).find(({ id }) => id === record.id);
      expect(used?.lastUsedAt).to.be.a('number');
    }));

  it('during a rotation both keys are valid, and a key is followed by one successor', () =>
    atPartnerDoor(async ({ apiKeys, connect, credential }) => {
      const expiresAt = Date.now() + 60_000;
      const old = await apiKeys.issue({ member: MARKETPLACE, scopes: ['quotes'], label: 'old', expiresAt });
      const next = await apiKeys.rotate(old.record.id, expiresAt + 60_000);
      for (const { key } of [old, next]) {
        const connection = connect(credential(MARKETPLACE), key);
        expect(await codeOf(connection.call('getQuote', QUOTE))).to.equal('taken');
      }
      expect(await codeOf(apiKeys.rotate(old.record.id, expiresAt))).to.equal('WRONG_STATE');
      const stored = await apiKeys.list();
      expect(JSON.stringify(stored)).to.not.include(old.key.slice(-43)).and.not.include(next.key.slice(-43));
    }));

  it('another marketplace’s deal and an unknown one are the same: not found', () =>
    atPartnerDoor(async ({ connect, credential, issue }) => {
      const other = connect(credential(OTHER), await issue({ member: OTHER }));
      const unknown = { ...ASKED, query: { deal: 'deal_unknown00' } };
      expect(await codeOf(other.call('getPayment', ASKED))).to.equal('NOT_FOUND');
      expect(await codeOf(other.call('getPayment', unknown))).to.equal('NOT_FOUND');
      const operations = { path: { deal: DEAL }, query: {}, body: null };
      expect(await codeOf(other.call('listOperations', operations))).to.equal('NOT_FOUND');
      expect(await codeOf(other.call('listWaitingCredits', operations))).to.equal('NOT_FOUND');
    }));

  it('an address, a body and a value of the wrong form are refused as problems', () =>
    atPartnerDoor(async ({ connect, credential, issue, url }) => {
      const key = await issue();
      const connection = connect(credential(MARKETPLACE), key);
      const bad = { path: { payment: 'NO' }, query: { deal: DEAL }, body: null };
      expect(await codeOf(connection.call('getPayment', bad))).to.equal('BAD_INPUT');
      const { certPath, keyPath } = credential(MARKETPLACE);
      const answer = await new Promise<{ type: string; text: string }>((resolve, reject) => {
        const asked = httpsRequest(`${url}/partner/v1/none`, {
          headers: { authorization: `Bearer ${key}`, 'accept-language': 'ru' },
          ...{ cert: readFileSync(certPath), key: readFileSync(keyPath), rejectUnauthorized: false },
        });
        asked.once('error', reject).once('response', (response) => {
          let text = '';
          response.on('data', (chunk: Buffer) => (text += chunk.toString()));
          response.once('end', () => {
            resolve({ type: response.headers['content-type'] ?? '', text });
          });
        });
        asked.end();
      });
      expect(answer.type).to.match(/^application\/problem\+json/);
      expect(JSON.parse(answer.text)).to.include({
        code: 'NO_ROUTE',
        status: 404,
        title: 'Такого адреса нет.',
      });
    }));

  it('the whole path: a link is asked and confirmed, a payment authorised, a balance seen', () =>
    atPartnerDoor(async ({ branch, partner }) => {
      const { bank, sign, newestMessage } = branch;
      const question = await askLinkCode(bank, { link: ASKED_LINK, account: ACCOUNT });
      const asked = await partner.sendLinkCode(BANK_ID, ASKED_LINK, {
        ...{ intent: await sign(question.request), sealed: question.sealed },
      });
      const { code } = await newestMessage();
      const intent = await sign(confirmLink({ link: ASKED_LINK, account: ACCOUNT, code }));
      const challenge = asked.challenge ?? '';
      await partner.confirmLink(
        ...([
          BANK_ID,
          ASKED_LINK,
          await sealConfirmation(bank, { link: ASKED_LINK, intent, code, challenge }),
        ] as const),
      );
      expect(branch.sent.map(({ action }) => action)).to.deep.equal(['confirmLink']);

      await branch.sendPaymentCode();
      const waiting = await partner.authorisation(BANK_ID, { deal: DEAL, payment: PAYMENT });
      expect(waiting).to.include({ scaStatus: 'received', triesLeft: 5 });
      const attempt = await authorisePayment(bank, {
        ...{ payment: PAYMENT, challenge: waiting.challenge ?? '', code: (await newestMessage()).code },
      });
      const carried = {
        intent: await sign(attempt.request),
        sealed: attempt.sealed,
        deal: DEAL,
        refundKey: null,
      };
      for (const times of [1, 2]) {
        const done = await partner.authorise(BANK_ID, carried);
        expect([times, done.scaStatus, done.triesLeft]).to.deep.equal([times, 'finalised', 4]);
      }

      const sent = await partner.sendCode(BANK_ID, {
        ...{ intent: await sign(askCode(bank, { subject: LINK, challenge: null })), deal: null },
      });
      const balance = await askBalance(bank, {
        ...{ link: LINK, challenge: sent.challenge ?? '', code: (await newestMessage()).code },
      });
      const asking = await sign(balance.request);
      const sealed = await partner.balance(BANK_ID, { intent: asking, sealed: balance.sealed });
      const { answerKey } = balance;
      expect(await openBalance(bank, { answerKey, question: asking, sealed })).to.include({
        ...{ amount: '12345', currency: 'RUB' },
      });
    }));

  it('operation and refund key of a hold go to the deal’s marketplace; a wrong refund key has no effect', () =>
    atPartnerDoor(async ({ branch, partner }) => {
      const hold = {
        operation: 'hold_1',
        kind: 'hold',
        at: 1,
        deal: DEAL,
        payment: PAYMENT,
        currency: 'RUB',
      } as const;
      branch.world.operations = [
        {
          ...hold,
          lines: [
            { account: 'held/1', amount: '507500' },
            { account: 'available/1', amount: '-507500' },
          ],
        },
      ];
      const { operation, refundKey } = await partner.payment(BANK_ID, { deal: DEAL, payment: PAYMENT });
      expect(operation).to.equal('hold_1');
      expect(refundKey).to.equal(await branch.operationIds.refundKey(DEAL));
      await branch.sendPaymentCode();
      const { challenge } = await partner.authorisation(BANK_ID, { deal: DEAL, payment: PAYMENT });
      const { code } = await branch.newestMessage();
      const attempt = await authorisePayment(branch.bank, {
        payment: PAYMENT,
        challenge: challenge ?? '',
        code,
      });
      const carried = { intent: await branch.sign(attempt.request), sealed: attempt.sealed, deal: DEAL };
      const wrong = { ...carried, refundKey: 'A'.repeat(43) };
      expect(await codeOf(partner.authorise(BANK_ID, wrong))).to.equal('REFUND_KEY_DIFFERS');
      expect(branch.alarms.count('REFUND_KEY_DIFFERS')).to.equal(1);
      const left = await partner.authorisation(BANK_ID, { deal: DEAL, payment: PAYMENT });
      expect(left.triesLeft).to.equal(5);
      const right = await partner.authorise(BANK_ID, { ...carried, refundKey });
      expect(right.scaStatus).to.equal('finalised');
    }));
});
