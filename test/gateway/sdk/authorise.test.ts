// What a person signs for a bank beside the ledger: the ledger itself takes it for nothing.
import { expect } from 'chai';
import type { Command } from '../../../chaincode/protocol/commands.js';
import { keyThumbprint } from '../../../chaincode/protocol/intent.js';
import {
  makeSealingKeyPair,
  NO_CHALLENGE,
  open,
  seal,
  SealBroken,
  sealedHash,
  sealingContext,
} from '../../../gateway/protocol/sealed-code.js';
import {
  askBalance,
  askCode,
  askLinkCode,
  authorisePayment,
} from '../../../gateway/sdk/commands/authorise.js';
import { BankNotPublished } from '../../../gateway/sdk/errors.js';
import { intentBody, signedIntent } from '../../../gateway/sdk/sign.js';
import { BANK_A, MARKETPLACE } from '../../support/member-access.js';
import { signedBy } from '../../support/people.js';
import { openConsortium } from '../../support/test-consortium.js';

const payment = 'payment_00000001';
const challenge = 'challenge_1';

describe('authorise', () => {
  it('a code is sealed for its bank, payment and challenge, and the signature names key and sealed text', async () => {
    const { publicKey, privateKey } = await makeSealingKeyPair();
    const bank = { id: '10', sealingKey: publicKey };
    const { request, sealed } = await authorisePayment(bank, { payment, challenge, code: '123456' });
    expect(await open(privateKey, sealingContext('code', '10', payment, challenge), sealed)).to.equal(
      '123456',
    );
    expect(request.params).to.deep.include({
      ...{ purpose: 'payment', bank: '10', subject: payment, challenge },
      ...{ sealingKey: keyThumbprint(publicKey), sealed: sealedHash(sealed) },
    });
    for (const context of [
      sealingContext('code', '10', payment, 'challenge_2'),
      sealingContext('balance', '10', payment, challenge),
      sealingContext('code', '20', payment, challenge),
      sealingContext('code', '10', payment),
    ]) {
      const opening: unknown = await open(privateKey, context, sealed).catch((error: unknown) => error);
      expect(opening).to.be.instanceOf(SealBroken);
    }
  });

  it('an account number is sealed before there is a challenge', async () => {
    const { publicKey, privateKey } = await makeSealingKeyPair();
    const bank = { id: '10', sealingKey: publicKey };
    const { sealed, request } = await askLinkCode(bank, { link: 'link_1', account: '10' });
    const text = await open(privateKey, sealingContext('link', '10', 'link_1', NO_CHALLENGE), sealed);
    expect([JSON.parse(text), request.params.challenge]).to.deep.equal([{ account: '10' }, null]);
  });

  it('an answer opens as the bank’s own, and as nobody else’s', async () => {
    const bank = await makeSealingKeyPair();
    const asker = await makeSealingKeyPair();
    const sealed = await seal(asker.publicKey, 'context', 'text', bank);
    expect(await open(asker.privateKey, 'context', sealed, bank.publicKey)).to.equal('text');
    const forged = await seal(asker.publicKey, 'context', 'text', asker);
    for (const other of [forged, await seal(asker.publicKey, 'context', 'text')]) {
      const opening: unknown = await open(asker.privateKey, 'context', other, bank.publicKey).catch(
        (error: unknown) => error,
      );
      expect(opening).to.be.instanceOf(SealBroken);
    }
  });

  it('nothing is sealed for a bank that has published no key', async () => {
    const none = { id: '10', sealingKey: null };
    const asked: unknown = await askBalance(none, { link: 'link_1', challenge, code: '1' }).catch(
      (error: unknown) => error,
    );
    expect(asked).to.be.instanceOf(BankNotPublished);
  });

  it('no rule of the ledger accepts it, in either lane, under its own name or in the place of another', async () => {
    const consortium = await openConsortium();
    const { person: alice } = consortium.alice;
    const context = { channel: consortium.channel, person: alice.id, now: consortium.now() };
    const body = intentBody(context, askCode({ id: '10' }, { subject: payment, challenge: null }));
    const { signature } = signedBy(alice, body);
    const intent = signedIntent(body, alice.key, Buffer.from(signature, 'base64url'));
    const before = await consortium.list('link');
    for (const action of ['authorise', 'askLink', 'submitPayment', 'acceptGoods']) {
      const command: Command = { action, intent };
      for (const send of [
        () => consortium.agree([command], { sender: MARKETPLACE }),
        () => consortium.own(BANK_A, [command]),
      ]) {
        const outcome: unknown = await send().then(
          ({ results }) => results,
          (error: unknown) => error,
        );
        if (outcome instanceof Error) continue;
        expect((outcome as { ok: boolean }[]).map(({ ok }) => ok)).to.deep.equal([false]);
      }
    }
    expect(await consortium.list('link')).to.deep.equal(before);
    await consortium.close();
  });
});
