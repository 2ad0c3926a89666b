// Proves to the bank by one-time code that a client holds the account that a link asks for. Callers never learn whether
// an account exists: an unknown one is answered as if a code had been sent.
import type { Logger } from 'pino';
import { z } from 'zod';
import type { LinkRow } from '../../chaincode/protocol/account.js';
import { bodyHash, type Intent } from '../../chaincode/protocol/intent.js';
import { rowKey } from '../../chaincode/protocol/rows.js';
import type { Alarms } from '../alarms.js';
import type { LedgerClient } from '../ledger/ledger-client.js';
import type { Clock } from '../clock.js';
import type { CodeSender } from '../core-bank/core-bank.js';
import { LedgerRejected } from '../ledger/ledger-errors.js';
import type { CommandOutcome, LinkCodeAnswer, LinkCodeRequest } from '../protocol/admin.js';
import { linkConfirmationSecretSchema, linkSecretSchema } from '../protocol/admin.js';
import type { Authorisation } from '../protocol/api/payments.js';
import { NO_CHALLENGE } from '../protocol/sealed-code.js';
import { Refused } from '../refused.js';
import type { WorkerSubmitter } from '../worker/submitter.js';
import type { AskingLimits } from './asking-limits.js';
import { AskingPaused, authorisationOf, type HolderCodes } from './holder-codes.js';
import { linkCodeFacts, linkCodeText, linkingPausedText, linkSubject } from './link-codes.js';
import type { LinkedAccounts } from './linked-accounts.js';
import { CodeRefused, type OneTimeCodes, type SignedAttempt } from './one-time-codes.js';
import { linkOfPartner } from './partner-links.js';
import type { SealedMail } from './sealed-mail.js';
import type { SignedQuestions } from './signed-questions.js';

export interface CustomerLinksOptions {
  readonly bank: string;
  /** As the consortium knows it; its clients alone ask for links. */
  readonly marketplace: string;
  readonly ledger: LedgerClient;
  readonly submitter: WorkerSubmitter;
  readonly accounts: LinkedAccounts;
  readonly codes: OneTimeCodes;
  readonly holderCodes: HolderCodes;
  readonly limits: AskingLimits;
  readonly questions: SignedQuestions;
  readonly phone: CodeSender;
  readonly mail: SealedMail;
  readonly clock: Clock;
  readonly log: Logger;
  readonly alarms: Alarms;
  readonly codeLifeMs: number;
  /** The hash that the client signs and the chaincode compares. */
  readonly codeHash: (code: string, link: string) => string;
}

const WARNING_PAUSE_MS = 3_600_000;
const MOST_WARNED = 10_000;

/** The link is not on the ledger, belongs to another bank, or is not waiting for a code. */
export class LinkNotAsked extends Error {
  constructor(readonly link: string) {
    super(`link ${link} is not waiting for this bank`);
    this.name = 'LinkNotAsked';
  }
}

/** One member's request about a link that its client asked for. */
export interface LinkQuestion {
  /** MSP of the member. */
  readonly partner: string;
  readonly link: string;
  readonly intent: Intent;
  readonly sealed: string;
}

export class CustomerLinks {
  private readonly warnedUntil = new Map<string, number>();

  constructor(private readonly options: CustomerLinksOptions) {}

  /** Sends a code to the account's holder, as an operator asks. Throws LinkNotAsked, SealBroken, as `sendTo`. */
  async sendCode(request: LinkCodeRequest): Promise<LinkCodeAnswer> {
    const mail = { subject: request.link, sealed: request.sealed };
    const { account } = await this.options.mail.json('link', mail, linkSecretSchema);
    const row = await this.askedLink(request.link);
    const { sent, validUntil } = await this.sendTo(row, account);
    await sent;
    return { status: 'codeSent', validUntil };
  }

  /**
   * The same for a client's signed question, which a partner carries. The answer says that a code was sent, for every
   * account. Throws Refused, SealBroken, CodeRefused (CODE_TRIES_OVER).
   */
  async ask(question: LinkQuestion): Promise<Authorisation> {
    const { bank, ledger, mail, questions, codes, log } = this.options;
    const { partner, link, intent, sealed } = question;
    const params = questions.paramsOf(intent, 'link');
    const row = await linkOfPartner(ledger, { link, bank, partner });
    questions.requireOwnBank(params);
    questions.requireAsker(intent, row);
    if (params.subject !== link) throw new Refused('CONTENT_DIFFERS');
    questions.requireSealedHere(params, sealed);
    const content = bodyHash(intent.body);
    const earlier = await codes.record(linkSubject(link));
    if (earlier?.question !== content) {
      const opened = { subject: link, sealed, challenge: NO_CHALLENGE };
      const { account } = await mail.json('link', opened, linkSecretSchema);
      const { sent } = await this.sendTo(row, account, content);
      // Not waited for: how long it takes would say whether there is such an account.
      sent.catch((error: unknown) => {
        log.warn({ link, err: error }, 'the code for a link could not be sent');
      });
    }
    return this.authorisation(link);
  }

  /** Confirms the link, as an operator asks. Throws LinkNotAsked, SealBroken, CodeRefused, as submitting does. */
  async confirm(request: LinkCodeRequest): Promise<CommandOutcome> {
    const mail = { subject: request.link, sealed: request.sealed };
    const secret = await this.options.mail.json('confirmation', mail, linkConfirmationSecretSchema);
    return this.confirmWith(await this.askedLink(request.link), secret);
  }

  /**
   * The same for a client whose partner carries it. The signature is proved before a try counts; the attempt is the
   * intent. Throws Refused, SealBroken, CodeRefused, as submitting does.
   */
  async confirmAsked(of: Omit<LinkQuestion, 'intent'>): Promise<CommandOutcome> {
    const { bank, ledger, codes, mail, questions } = this.options;
    const { partner, link, sealed } = of;
    const row = await linkOfPartner(ledger, { link, bank, partner });
    const record = await codes.record(linkSubject(link));
    if (record === null) throw new CodeRefused('CODE_NOT_ASKED', 0);
    const { challenge } = record;
    const opened = { subject: link, sealed, challenge };
    const secret = await mail.json('confirmation', opened, linkConfirmationSecretSchema);
    const { body } = secret.intent;
    if (body.action !== 'confirmLink') throw new Refused('WRONG_ACTION', { needed: 'confirmLink' });
    questions.requireAsker(secret.intent, row);
    if (body.params['link'] !== link) throw new Refused('CONTENT_DIFFERS');
    const signed = { attempt: body.id, content: bodyHash(body), challenge };
    return this.confirmWith(row, secret, signed);
  }

  private async confirmWith(
    row: LinkRow,
    { intent, code: typed }: z.infer<typeof linkConfirmationSecretSchema>,
    signed?: SignedAttempt,
  ): Promise<CommandOutcome> {
    const { codes, submitter, codeHash } = this.options;
    const { account } = z.looseObject({ account: z.string() }).parse(intent.body.params);
    const holder = await this.holder(account);
    const { id: link, keyThumbprint } = row;
    const facts = linkCodeFacts({ link, account, holder, keyThumbprint });
    const attempt = { subject: linkSubject(link), code: typed, facts };
    const code = await codes
      .check(signed === undefined ? attempt : { ...attempt, signed })
      .catch((error: unknown) => {
        if (holder !== null && error instanceof CodeRefused && error.pausedUntil !== null) this.warn(holder);
        throw error;
      });
    // A code for no holder is never right.
    if (holder === null) throw new CodeRefused('CODE_WRONG', 0);
    const params = { holder, expectedCodeHash: codeHash(code, link) };
    const [outcome] = await submitter.submit('owner', [{ action: 'confirmLink', intent, params }]);
    if (outcome === undefined) throw new Error('no result for confirmLink');
    return outcome;
  }

  /**
   * A code is made for an unknown account too, though it goes to nobody, so that guesses are answered alike.
   * Throws CodeRefused (CODE_TRIES_OVER), Refused (TOO_MANY_REQUESTS).
   */
  private async sendTo(
    row: LinkRow,
    account: string,
    question?: string,
  ): Promise<{ readonly sent: Promise<void>; readonly validUntil: number }> {
    const { holderCodes, clock, codeLifeMs, marketplace } = this.options;
    const { id: link, keyThumbprint } = row;
    const holder = await this.holder(account);
    const validUntil = clock.now() + codeLifeMs;
    try {
      const { sent } = await holderCodes.send({
        ...{ subject: linkSubject(link), validUntil, budget: `linking/${account}` },
        facts: linkCodeFacts({ link, account, holder, keyThumbprint }),
        holder: holder === null || (await this.isHolderPaused(holder)) ? null : holder,
        about: { kind: 'link', link },
        text: (code) => linkCodeText(code, { marketplace, key: keyThumbprint }),
        ...(question === undefined ? {} : { question }),
      });
      return { sent, validUntil };
    } catch (error) {
      if (holder !== null && error instanceof AskingPaused) this.warn(holder);
      throw error;
    }
  }

  /** A pause over all accounts of one holder shows in no answer: nobody shall learn whose accounts they are. */
  private async isHolderPaused(holder: string): Promise<boolean> {
    const paused = await this.options.limits.spendMessage(`linkingHolder/${holder}`);
    if (paused !== null) this.warn(holder);
    return paused !== null;
  }

  /** A word to the holder, and to the operator; at most one an hour. */
  private warn(holder: string): void {
    const { phone, clock, log, alarms, marketplace } = this.options;
    const now = clock.now();
    if (now < (this.warnedUntil.get(holder) ?? 0)) return;
    if (this.warnedUntil.size >= MOST_WARNED) this.warnedUntil.clear();
    this.warnedUntil.set(holder, now + WARNING_PAUSE_MS);
    alarms.raise('CODES_PAUSED', { what: 'linking' });
    const text = linkingPausedText(marketplace);
    phone
      .send(holder, { about: { kind: 'notice' }, text, code: '', validUntil: now })
      .catch((error: unknown) => {
        log.warn({ err: error }, 'a holder could not be warned');
      });
  }
  private async authorisation(link: string): Promise<Authorisation> {
    const record = await this.options.codes.record(linkSubject(link));
    const shown = record === null ? null : ({ ...record, delivery: 'sent' } as const);
    return authorisationOf(shown, this.options.clock.now());
  }

  private async askedLink(link: string): Promise<LinkRow> {
    const key = rowKey('link', link);
    const row = (await this.options.ledger.rows([key]))[key] as LinkRow | null | undefined; // key names the kind
    if (row?.bank !== this.options.bank) throw new LinkNotAsked(link);
    return row;
  }

  /** Null: the bank has no such account. */
  private async holder(account: string): Promise<string | null> {
    try {
      return (await this.options.accounts.holderOf(account)).holder;
    } catch (error) {
      if (error instanceof LedgerRejected) return null;
      throw error;
    }
  }
}
