// Answers the balance behind a confirmed link: once per right code, sealed to the asker's own key. Nothing of it is
// kept.
import type { Logger } from 'pino';
import { bodyHash, type Intent } from '../../chaincode/protocol/intent.js';
import type { Clock } from '../clock.js';
import type { LedgerClient } from '../ledger/ledger-client.js';
import type { BalanceAnswer } from '../protocol/authorise.js';
import type { Authorisation } from '../protocol/api/payments.js';
import { Refused } from '../refused.js';
import { authorisationOf, type HolderCodes } from './holder-codes.js';
import { balanceCodeText, balanceSubject } from './link-codes.js';
import type { ConfirmedLink, LinkedAccounts } from './linked-accounts.js';
import { CodeRefused, type OneTimeCodes } from './one-time-codes.js';
import { linkOfPartner } from './partner-links.js';
import type { SealedMail } from './sealed-mail.js';
import type { SignedQuestions } from './signed-questions.js';

export interface BalanceQuestionsOptions {
  readonly bank: string;
  readonly marketplace: string;
  readonly ledger: LedgerClient;
  readonly accounts: LinkedAccounts;
  readonly codes: OneTimeCodes;
  readonly holderCodes: HolderCodes;
  readonly questions: SignedQuestions;
  readonly mail: SealedMail;
  readonly clock: Clock;
  readonly log: Logger;
  readonly codeLifeMs: number;
}

/** Answers that may be given again to the same attempt, should the first have been lost on its way; sealed already. */
const MOST_KEPT = 1_000;

export class BalanceQuestions {
  private readonly given = new Map<string, string>();

  constructor(private readonly options: BalanceQuestionsOptions) {}

  /** Sends the holder a code. Throws Refused, CodeRefused (CODE_TRIES_OVER). */
  async sendCode(of: { readonly partner: string; readonly intent: Intent }): Promise<Authorisation> {
    const { codes, holderCodes, questions, accounts, clock, log, codeLifeMs, marketplace } = this.options;
    const params = questions.paramsOf(of.intent, 'resend');
    questions.requireOwnBank(params);
    const link = await this.linkOf(of.partner, params.subject);
    questions.requireAsker(of.intent, link);
    const subject = balanceSubject(params.subject);
    const question = bodyHash(of.intent.body);
    if ((await codes.record(subject))?.question !== question) {
      const { holder } = await accounts.holderOf(link.account);
      const { sent } = await holderCodes.send({
        ...{ subject, question, holder, facts: factsOf(params.subject, link) },
        validUntil: clock.now() + codeLifeMs,
        budget: `proven/${holder}`,
        about: { kind: 'balance', link: params.subject },
        text: (code) => balanceCodeText(code, marketplace),
      });
      await holderCodes.sentSoon(sent, (error) => {
        log.warn({ link: params.subject, err: error }, 'a code for a balance could not be sent');
      });
    }
    return authorisationOf(await codes.record(subject), clock.now());
  }

  /** The sealed answer. Throws Refused, CodeRefused, SealBroken. */
  async answer(of: {
    readonly partner: string;
    readonly intent: Intent;
    readonly sealed: string;
  }): Promise<string> {
    const { codes, questions, mail, ledger, clock } = this.options;
    const { intent, sealed } = of;
    const params = questions.paramsOf(intent, 'balance');
    questions.requireOwnBank(params);
    const link = await this.linkOf(of.partner, params.subject);
    questions.requireAsker(intent, link);
    questions.requireSealedHere(params, sealed);
    const question = bodyHash(intent.body);
    const earlier = this.given.get(question);
    if (earlier !== undefined) return earlier;
    const subject = balanceSubject(params.subject);
    const { attempt, challenge, answerKey } = params;
    const signed = { attempt, challenge, content: question };
    await codes.expect(subject, signed);
    if (isAnswered(await codes.record(subject), attempt)) throw new CodeRefused('CODE_EXPIRED', 0);
    const code = await mail.text('balance', { subject: params.subject, sealed, challenge });
    await codes.check({ subject, code, signed, facts: factsOf(params.subject, link), once: true });
    const { available, currency } = await ledger.queryPrivate({ about: 'balance', account: link.account });
    const content: BalanceAnswer = { amount: available, currency, at: clock.now() };
    return this.keep(question, await mail.answer(answerKey, question, content));
  }

  private async linkOf(partner: string, link: string): Promise<ConfirmedLink> {
    const { ledger, bank, accounts } = this.options;
    await linkOfPartner(ledger, { link, bank, partner });
    const confirmed = await accounts.linkOf(link);
    if (confirmed === null) throw new Refused('NOT_FOUND');
    return confirmed;
  }

  private keep(question: string, answer: string): string {
    if (this.given.size >= MOST_KEPT) this.given.clear();
    this.given.set(question, answer);
    return answer;
  }
}

/** A code whose answer was given by an earlier process is used up; wrong attempts are answered as they were. */
function isAnswered(record: Awaited<ReturnType<OneTimeCodes['record']>>, attempt: string): boolean {
  return record?.attempts.some((known) => known.attempt === attempt && known.right) === true;
}

function factsOf(link: string, { account, keyThumbprint }: ConfirmedLink): readonly string[] {
  return ['balance', link, account, keyThumbprint];
}
