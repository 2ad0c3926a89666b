// A client proves an account to its bank by code; what was sealed, guessed or unknown gives nothing away.
import { expect } from 'chai';
import { join } from 'node:path';
import type { Command } from '../../../chaincode/protocol/commands.js';
import type { Intent } from '../../../chaincode/protocol/intent.js';
import { linkCodeHash } from '../../../chaincode/protocol/link-code.js';
import { rowKey } from '../../../chaincode/protocol/rows.js';
import { type LinkRow } from '../../../chaincode/protocol/account.js';
import { Phones } from '../../../demo/core/phones.js';
import { AskingLimits } from '../../../gateway/accounts/asking-limits.js';
import { CustomerLinks, LinkNotAsked } from '../../../gateway/accounts/customer-links.js';
import { HolderCodes } from '../../../gateway/accounts/holder-codes.js';
import { CodeRefused, OneTimeCodes } from '../../../gateway/accounts/one-time-codes.js';
import { SealedMail } from '../../../gateway/accounts/sealed-mail.js';
import { SignedQuestions } from '../../../gateway/accounts/signed-questions.js';
import { LinkedAccounts } from '../../../gateway/accounts/linked-accounts.js';
import { LoggedAlarms } from '../../../gateway/alarms.js';
import { systemClock } from '../../../gateway/clock.js';

import { LedgerRejected } from '../../../gateway/ledger/ledger-errors.js';
import { seal, SealBroken, sealingContext } from '../../../gateway/protocol/sealed-code.js';
import { CodeBudgetTable } from '../../../gateway/store/postgres/code-budget-table.js';
import type { Database } from '../../../gateway/store/postgres/database.js';
import { GeneratedValueTable } from '../../../gateway/store/postgres/generated-value-table.js';
import { OneTimeCodeTable } from '../../../gateway/store/postgres/one-time-code-table.js';
import type { WorkerSubmitter } from '../../../gateway/worker/submitter.js';
import { fakeLedger } from '../support/fake-ledger.js';
import { silentLog } from '../support/silent-log.js';
import { inTemporaryFolder } from '../support/temporary-folder.js';
import { inDatabase } from '../../support/database.js';

const LINK = 'link_00000001';
const ACCOUNT = '10011111111111100';
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
  readonly phone: Phones;
  readonly sent: Command[];
  readonly sealedText: (purpose: 'link' | 'confirmation', text: string, subject?: string) => Promise<string>;
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
  await inTemporaryFolder((folder) => inDatabase((database) => onSceneIn(folder, database, { run, row })));
}

async function onSceneIn(
  folder: string,
  database: Database,
  { run, row }: { readonly run: (scene: Scene) => Promise<void>; readonly row: LinkRow | null },
): Promise<void> {
  {
    const clock = systemClock;
    const limits = new AskingLimits(new CodeBudgetTable(database), clock);
    const records = new OneTimeCodeTable(database);
    const codes = new OneTimeCodes({ records, limits, secret: Buffer.alloc(32, 3), clock });
    const phone = Phones.open(join(folder, 'phones'));
    const { signal } = new AbortController();
    const holderCodes = new HolderCodes({ codes, limits, phone, clock, signal });
    const alarms = new LoggedAlarms(silentLog);
    const values = new GeneratedValueTable(database);
    const mail = await SealedMail.withStoredKey('10', values);
    const sent: Command[] = [];
    const submit: WorkerSubmitter['submit'] = (_lane, commands) => {
      sent.push(...commands);
      return Promise.resolve([{ ok: true, id: LINK, txId: 'tx', block: 1 } as const]);
    };
    const privately = ({ account }: { account: string }) =>
      account === ACCOUNT
        ? Promise.resolve({ holder: 'holder-1' })
        : Promise.reject(new LedgerRejected('NO_ACCOUNT', 'none'));
    const ledger = fakeLedger({
      rows: () => Promise.resolve({ [rowKey('link', LINK)]: row }),
      queryPrivate: privately as never,
    });
    const links = new CustomerLinks({
      ...{ bank: '10', marketplace: 'Marketplace', ledger, codes, holderCodes, limits, phone, mail, clock },
      ...{ log: silentLog, alarms, codeLifeMs: 60_000 },
      questions: new SignedQuestions({ bank: '10', channel: 'escrow', mail, clock, alarms }),
      accounts: new LinkedAccounts(ledger),
      submitter: { submit },
      codeHash: (code, link) => linkCodeHash({ code, link }),
    });
    const sealedText: Scene['sealedText'] = (purpose, text, subject = LINK) =>
      seal(mail.publicKey(), sealingContext(purpose, '10', subject), text);
    const sealed: Scene['sealed'] = (purpose, content, subject) =>
      sealedText(purpose, JSON.stringify(content), subject);
    await run({ links, phone, sent, sealed, sealedText });
  }
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

  it('a code typed with blanks confirms the link, by the hash of its one form', () =>
    onScene(async ({ links, phone, sent, sealed }) => {
      await links.sendCode({ link: LINK, sealed: await sealed('link', { account: ACCOUNT }) });
      const code = (await phone.messages('holder-1', 0, 0))[0]?.code ?? '';
      const secret = { intent: confirmation(ACCOUNT), code: ` ${code.slice(0, 3)} ${code.slice(3)}\n` };
      await links.confirm({ link: LINK, sealed: await sealed('confirmation', secret) });
      const expectedCodeHash = linkCodeHash({ code, link: LINK });
      expect(sent.map(({ params }) => params)).to.deep.equal([{ holder: 'holder-1', expectedCodeHash }]);
    }));

  it('what cannot be a code is refused as such, not as a broken seal', () =>
    onScene(async ({ links, sealed }) => {
      await links.sendCode({ link: LINK, sealed: await sealed('link', { account: ACCOUNT }) });
      const secret = { intent: confirmation(ACCOUNT), code: '12345' };
      const attempt = links.confirm({ link: LINK, sealed: await sealed('confirmation', secret) });
      expect(await refusalOf(attempt)).to.deep.include({ code: 'CODE_MALFORMED', triesLeft: 5 });
    }));

  for (const [what, text] of [
    ['a member named __proto__', `{"account":"${ACCOUNT}","__proto__":{}}`],
    ['5,000 levels', '['.repeat(5_000) + ']'.repeat(5_000)],
  ] as const) {
    it(`sealed JSON with ${what} is refused`, () =>
      onScene(async ({ links, sealedText }) => {
        const attempt = links.sendCode({ link: LINK, sealed: await sealedText('link', text) });
        expect(await refusalOf(attempt)).to.be.instanceOf(SealBroken);
      }));
  }

  it('a code for one account confirms no other', () =>
    onScene(async ({ links, phone, sent, sealed }) => {
      await links.sendCode({ link: LINK, sealed: await sealed('link', { account: ACCOUNT }) });
      const [message] = await phone.messages('holder-1', 0, 0);
      const secret = { intent: confirmation('10033333333333300'), code: message?.code };
      const attempt = links.confirm({ link: LINK, sealed: await sealed('confirmation', secret) });
      expect(await refusalOf(attempt)).to.be.instanceOf(CodeRefused);
      expect(sent).to.deep.equal([]);
    }));

  it('an unknown account is answered like a known one, and no code is sent', () =>
    onScene(async ({ links, phone, sealed }) => {
      const account = '10044444444444400';
      const answer = await links.sendCode({ link: LINK, sealed: await sealed('link', { account }) });
      expect(answer.status).to.equal('codeSent');
      expect(await phone.messages('holder-1', 0, 0)).to.deep.equal([]);
      const secret = { intent: confirmation(account), code: '000000' };
      const attempt = links.confirm({ link: LINK, sealed: await sealed('confirmation', secret) });
      expect(await refusalOf(attempt)).to.deep.include({ code: 'CODE_WRONG' });
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
