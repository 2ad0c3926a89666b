// Proves to the bank by one-time code that a client holds the account that a link asks for. Callers never learn whether
// an account exists: an unknown one is answered as if a code had been sent.
import { z } from 'zod';
import type { LinkRow } from '../../chaincode/protocol/account.js';
import { rowKey } from '../../chaincode/protocol/rows.js';
import type { LedgerClient } from '../ledger/ledger-client.js';

import type { Clock } from '../clock.js';
import type { CodeSender } from '../core-bank/core-bank.js';

import { LedgerRejected } from '../ledger/ledger-errors.js';
import type { CommandOutcome, LinkCodeAnswer, LinkCodeRequest } from '../protocol/admin.js';
import { linkConfirmationSecretSchema, linkSecretSchema } from '../protocol/admin.js';
import type { WorkerSubmitter } from '../worker/submitter.js';
import { linkCodeFacts, linkCodeText, linkSubject } from './link-codes.js';
import type { HeldAccount, LinkedAccounts } from './linked-accounts.js';
import type { OneTimeCodes } from './one-time-codes.js';
import type { Sealed, SealedMail } from './sealed-mail.js';

export interface CustomerLinksOptions {
  readonly bank: string;
  readonly ledger: LedgerClient;
  readonly submitter: WorkerSubmitter;
  readonly accounts: LinkedAccounts;
  readonly codes: OneTimeCodes;
  readonly phone: CodeSender;
  readonly mail: SealedMail;
  readonly clock: Clock;
  readonly codeLifeMs: number;
  /** The hash that the client signs and the chaincode compares. */
  readonly codeHash: (code: string, link: string) => string;
}

/** The link is not on the ledger, belongs to another bank, or is not waiting for a code. */
export class LinkNotAsked extends Error {
  constructor(readonly link: string) {
    super(`link ${link} is not waiting for this bank`);
    this.name = 'LinkNotAsked';
  }
}

export class CustomerLinks {
  constructor(private readonly options: CustomerLinksOptions) {}

  /** Sends a code to the account's holder. Throws LinkNotAsked, SealBroken. */
  async sendCode(request: LinkCodeRequest): Promise<LinkCodeAnswer> {
    const { mail, codes, phone, clock, codeLifeMs } = this.options;
    const { account } = await mail.json('link', mailOf(request), linkSecretSchema);
    const row = await this.askedLink(request.link);
    const validUntil = clock.now() + codeLifeMs;
    const held = await this.holder(account);
    // A code is made for an unknown account too, though it goes to nobody, so that guesses are answered alike.
    const facts = linkCodeFacts(request.link, account, row.keyThumbprint);
    const code = await codes.issue({ subject: linkSubject(request.link), facts, validUntil });
    if (held !== null) {
      const about = { kind: 'link', link: request.link } as const;
      await phone.send(held.holder, { about, text: linkCodeText(code), code, validUntil });
    }
    return { status: 'codeSent', validUntil };
  }

  /** Checks the code and confirms the link. Throws LinkNotAsked, SealBroken, CodeRefused, and as submitting does. */
  async confirm(request: LinkCodeRequest): Promise<CommandOutcome> {
    const { mail, codes, submitter, accounts, codeHash } = this.options;
    const { intent, code: typed } = await mail.json(
      'confirmation',
      mailOf(request),
      linkConfirmationSecretSchema,
    );
    const { account } = z.looseObject({ account: z.string() }).parse(intent.body.params);
    const row = await this.askedLink(request.link);
    const facts = linkCodeFacts(request.link, account, row.keyThumbprint);
    const code = await codes.check({ subject: linkSubject(request.link), code: typed, facts });
    const { holder } = await accounts.holderOf(account);
    const params = { holder, expectedCodeHash: codeHash(code, request.link) };
    const [outcome] = await submitter.submit('owner', [{ action: 'confirmLink', intent, params }]);
    if (outcome === undefined) throw new Error('no result for confirmLink');
    return outcome;
  }

  private async askedLink(link: string): Promise<LinkRow> {
    const key = rowKey('link', link);
    const row = (await this.options.ledger.rows([key]))[key] as LinkRow | null | undefined; // key names the kind
    if (row?.bank !== this.options.bank) throw new LinkNotAsked(link);
    return row;
  }

  private async holder(account: string): Promise<HeldAccount | null> {
    try {
      return await this.options.accounts.holderOf(account);
    } catch (error) {
      if (error instanceof LedgerRejected) return null;
      throw error;
    }
  }
}

function mailOf(request: LinkCodeRequest): Sealed {
  return { subject: request.link, sealed: request.sealed };
}
