// Duty: a client proves an account to its bank by code; what was sealed, guessed or unknown tells nobody anything.
// Must not: touch a ledger; the command that would be sent is what is looked at.
import { join } from 'node:path';
import { expect } from 'chai';
import type { Command } from '../../../chaincode/protocol/commands.js';
import type { Intent } from '../../../chaincode/protocol/intent.js';
import { linkCodeHash } from '../../../chaincode/protocol/link-code.js';
import { rowKey, type LinkRow } from '../../../chaincode/protocol/rows.js';
import { AccountHolders } from '../../../gateway/bank/account-holders.js';
import { CustomerLinks, LinkNotAsked } from '../../../gateway/bank/customer-links.js';
import { FakePhone } from '../../../gateway/bank/fake-phone.js';
import { CodeRefused, MOST_ISSUES, OneTimeCodes } from '../../../gateway/bank/one-time-codes.js';
import { SealedMail } from '../../../gateway/bank/sealed-mail.js';
import { LedgerRejected } from '../../../gateway/ledger/ledger-errors.js';
import { seal, SealBroken, sealingContext } from '../../../gateway/protocol/sealed-code.js';
import { MadeValues } from '../../../gateway/store/made-values.js';
import { systemClock } from '../../../gateway/workers/clock.js';
import { fakeLedger } from '../support/fake-ledger.js';
import { inTemporaryFolder } from '../support/temporary-folder.js';

const LINK = 'link_00000001';
const ACCOUNT = '10aaaaaaaaaa00';
const asked: LinkRow = {
  v: 1,
  id: LINK,
  owner: 'BankAMSP',
  bank: '10',
  person: 'person_alice000',
  currency: 'RUB',
  keyThumbprint: '1'.repeat(64),
  status: 'asked',
};

interface Scene {
  readonly links: CustomerLinks;
  readonly phone: FakePhone;
  readonly sent: Command[];
  readonly sealed: (purpose: 'link' | 'confirmation', text: object, subject?: string) => Promise<string>;
}

function confirmation(account: string): Intent {
  const params = { link: LINK, account, codeHash: '2'.repeat(64) };
  const ids = { id: 'intent_00000001', person: 'person_alice000', channel: 'escrow' };
  return {
    body: { version: 1, ...ids, action: 'confirmLink', params, expiresAt: 1 },
    key: 'key',
    signature: 'signature',
  };
}

async function onScene(run: (scene: Scene) => Promise<void>, row: LinkRow | null = asked): Promise<void> {
  await inTemporaryFolder(async (folder) => {
    const codes = await OneTimeCodes.open({
      path: join(folder, 'codes'),
      secret: Buffer.alloc(32, 3),
      clock: systemClock,
    });
    const phone = await FakePhone.open(join(folder, 'phone'), systemClock);
    const values = await MadeValues.open(join(folder, 'values'));
    const mail = await SealedMail.withKeptKey('10', values);
    const sent: Command[] = [];
    const own = (commands: readonly Command[]) => {
      sent.push(...commands);
      return Promise.resolve([{ ok: true, id: LINK, txId: 'tx', block: 1 } as const]);
    };
    const privately = ({ account }: { account: string }) =>
      account === ACCOUNT
        ? Promise.resolve({ holder: 'holder-1' })
        : Promise.reject(new LedgerRejected('NO_ACCOUNT', 'none'));
    const ledger = fakeLedger({
      rows: () => Promise.resolve({ [rowKey('link', LINK)]: row }),
      privately: privately as never,
    });
    const links = new CustomerLinks({
      ...{ bank: '10', ledger, codes, phone, mail, clock: systemClock, codeLifeMs: 60_000 },
      holders: new AccountHolders(ledger),
      sending: { own, agree: own },
      codeHash: (code, link) => linkCodeHash({ code, link }),
    });
    const sealed: Scene['sealed'] = (purpose, text, subject = LINK) =>
      seal(mail.publicKey(), sealingContext(purpose, '10', subject), JSON.stringify(text));
    await run({ links, phone, sent, sealed });
    await Promise.all([codes.close(), phone.close(), values.close()]);
  });
}

async function refusalOf(attempt: Promise<unknown>): Promise<unknown> {
  return attempt.then(
    () => 'taken',
    (error: unknown) => error,
  );
}

describe('customer links', () => {
  it('the holder of the account gets the code, and with it the link is confirmed for that holder', () =>
    onScene(async ({ links, phone, sent, sealed }) => {
      await links.sendCode({ link: LINK, sealed: await sealed('link', { account: ACCOUNT }) });
      const [message] = await phone.messages('holder-1', 0, 0);
      const code = message?.code ?? '';
      const secret = { intent: confirmation(ACCOUNT), code };
      const outcome = await links.confirm({ link: LINK, sealed: await sealed('confirmation', secret) });
      expect(outcome.ok).to.equal(true);
      const expectedCodeHash = linkCodeHash({ code, link: LINK });
      expect(sent.map(({ params }) => params)).to.deep.equal([{ holder: 'holder-1', expectedCodeHash }]);
    }));

  it('a code for one account confirms no other', () =>
    onScene(async ({ links, phone, sent, sealed }) => {
      await links.sendCode({ link: LINK, sealed: await sealed('link', { account: ACCOUNT }) });
      const [message] = await phone.messages('holder-1', 0, 0);
      const secret = { intent: confirmation('10cccccccccc00'), code: message?.code };
      const attempt = links.confirm({ link: LINK, sealed: await sealed('confirmation', secret) });
      expect(await refusalOf(attempt)).to.be.instanceOf(CodeRefused);
      expect(sent).to.deep.equal([]);
    }));

  it('an unknown account is answered like a known one, and nobody gets a code', () =>
    onScene(async ({ links, phone, sealed }) => {
      const account = '10dddddddddd00';
      const answer = await links.sendCode({ link: LINK, sealed: await sealed('link', { account }) });
      expect(answer.status).to.equal('codeSent');
      expect(await phone.messages('holder-1', 0, 0)).to.deep.equal([]);
      const secret = { intent: confirmation(account), code: '000000' };
      const attempt = links.confirm({ link: LINK, sealed: await sealed('confirmation', secret) });
      expect(await refusalOf(attempt)).to.deep.include({ code: 'CODE_WRONG' });
    }));

  it('codes for one link come to an end, so that guessing does', () =>
    onScene(async ({ links, sealed }) => {
      const request = { link: LINK, sealed: await sealed('link', { account: ACCOUNT }) };
      for (let issue = 0; issue < MOST_ISSUES; issue += 1) await links.sendCode(request);
      expect(await refusalOf(links.sendCode(request))).to.deep.include({ code: 'CODE_TRIES_OVER' });
    }));

  it('what was sealed for another link or in another shape is refused', () =>
    onScene(async ({ links, sealed }) => {
      const other = await sealed('link', { account: ACCOUNT }, 'link_00000002');
      expect(await refusalOf(links.sendCode({ link: LINK, sealed: other }))).to.be.instanceOf(SealBroken);
      const shapeless = await sealed('link', { number: ACCOUNT });
      expect(await refusalOf(links.sendCode({ link: LINK, sealed: shapeless }))).to.be.instanceOf(SealBroken);
    }));

  for (const [what, row] of [
    ['is not on the ledger', null],
    ['asks another bank', { ...asked, bank: '20' }],
  ] as const) {
    it(`a link that ${what} gets no code`, () =>
      onScene(async ({ links, sealed }) => {
        const request = { link: LINK, sealed: await sealed('link', { account: ACCOUNT }) };
        expect(await refusalOf(links.sendCode(request))).to.be.instanceOf(LinkNotAsked);
      }, row));
  }
});
