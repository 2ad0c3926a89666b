// What two members with altered chaincode write under valid endorsements, with events and used-intent markers to match,
// so that nothing but the forgery is to be found.
import { expect } from 'chai';
import type { CheckName } from '../../audit/findings.js';
import { canonicalJson, hashOf, type Json } from '../../chaincode/protocol/canonical-json.js';
import { type Command, FUNCTIONS } from '../../chaincode/protocol/commands.js';
import { bodyHash, detached, type Intent } from '../../chaincode/protocol/intent.js';
import type { ParametersRow } from '../../chaincode/protocol/member.js';
import type { PaymentRow, TallyRow } from '../../chaincode/protocol/payment.js';
import { rowKey } from '../../chaincode/protocol/rows.js';
import { termsHash } from '../../chaincode/protocol/terms.js';
import type { DealPlay, PaymentOptions } from '../support/deal-play.js';
import { BANK_A, BANK_B, COURIER, listText, MARKETPLACE } from '../support/member-access.js';
import { type EngineConsortium, present } from '../support/test-consortium.js';
import type { ForgedCommand, Forgery } from './altered-agreement.js';
import { audited, blocksOf, failedChecks } from './audit.js';

/** A forged command with what its used-intent marker is to be, where that is not what honest chaincode writes. */
export interface Forged extends ForgedCommand {
  /** The intent whose signature the marker holds; null: it holds none. */
  readonly kept?: Intent | null;
  /** The person under whom the marker stands. */
  readonly markedFor?: string;
}

export class Forging {
  constructor(private readonly consortium: EngineConsortium) {}

  /** Names of the checks that find something in the chain so far. */
  async found(): Promise<CheckName[]> {
    return failedChecks(await audited(this.consortium, await blocksOf(this.consortium)));
  }

  /** What is found and what the rules or the check need instead, in words. */
  async texts(): Promise<string> {
    const { findings } = await audited(this.consortium, await blocksOf(this.consortium));
    return findings.map(({ check, found, needed }) => `${check}: ${found} | ${needed}`).join('\n');
  }

  /** Just these checks find something, and each of the words is said. */
  async expectFound(checks: readonly CheckName[], ...words: readonly string[]): Promise<void> {
    expect(await this.found()).to.deep.equal(checks);
    const texts = await this.texts();
    for (const word of words) expect(texts).to.include(word);
  }

  /** Only what the rules make of the commands is another thing, and this is said of it. */
  expectRules(...words: readonly string[]): Promise<void> {
    return this.expectFound(['rules'], ...words);
  }

  /** By marketplace and courier, with an event that matches; must be committed as valid. Then they are honest again. */
  async forge(...commands: readonly Forged[]): Promise<void> {
    const tallied = await Promise.all(commands.map((command) => this.withTally(command)));
    const marked = tallied.map(withUsedIntent);
    const list = listText(marked.map(commandOf));
    await this.send(list, { writes: marked.map(({ writes }) => writes) });
  }

  /** A command that altered chaincode calls refused with this code. */
  refuse(command: Command, code: string): Promise<void> {
    return this.send(listText([command]), { refused: code });
  }

  /** A command with these writes, the event to match, and this answer. */
  answer(answer: string, command: Command, writes: ForgedCommand['writes']): Promise<void> {
    return this.send(listText([command]), { writes: [writes], answer });
  }

  /** Writes under a text in the place of a list of commands. */
  forgeText(text: string, writes: ForgedCommand['writes']): Promise<void> {
    return this.send(text, { writes: [writes] });
  }

  private async send(list: string, forgery: Partial<Forgery>): Promise<void> {
    const { network } = this.consortium;
    const { AlteredAgreement, FORGERY } = await import('./altered-agreement.js');
    const endorsers = [MARKETPLACE, COURIER];
    const whole = { writes: [], refused: null, answer: null, ...forgery };
    const transient = { [FORGERY]: JSON.stringify(whole) };
    for (const msp of endorsers) network.alterChaincode(msp, [AlteredAgreement]);
    const client = await this.consortium.client(MARKETPLACE);
    const sent = await network.submit(client, FUNCTIONS.agree, [list], { endorsers, transient });
    expect(sent.code).to.equal(0);
    for (const msp of endorsers) network.alterChaincode(msp);
  }

  /** With the tally of a payment's payer as honest chaincode leaves it, unless the forgery writes one. */
  private async withTally(command: Forged): Promise<Forged> {
    const { action, intent, writes } = command;
    const deal = intent?.body.params['deal'];
    if (action !== 'submitPayment' || intent === undefined || typeof deal !== 'string') return command;
    const { person: payer } = intent.body;
    const key = rowKey('tally', deal, payer);
    if (writes.some((write) => write.key === key)) return command;
    // By a peer whose chaincode is never altered here.
    const client = await this.consortium.client(BANK_B);
    const found = await this.consortium.network.evaluate(client, BANK_B, FUNCTIONS.rows, [
      canonicalJson([key]),
    ]);
    const rows = JSON.parse(found.toString('utf8')) as { readonly [name: string]: TallyRow | null };
    const before = rows[key]?.payments ?? 0;
    return { ...command, writes: [...writes, written(key, { v: 1, deal, payer, payments: before + 1 })] };
  }

  /** What an honest `submitPayment` would write for this payment, by its rules and its intent. */
  async payment(
    deal: DealPlay,
    changes: Partial<PaymentRow> = {},
    { amount = '500000', ...options }: PaymentOptions & { readonly amount?: string } = {},
  ): Promise<{ readonly payment: PaymentRow; readonly command: Omit<ForgedCommand, 'writes'> }> {
    const { command } = await deal.submission(BANK_A, amount, options);
    const { body } = present(command.intent);
    const payment: PaymentRow = {
      v: 1,
      id: body.id,
      deal: deal.id,
      owner: BANK_A,
      bank: '10',
      status: 'submitted',
      payer: body.person,
      link: body.params['link'] as string,
      currency: 'RUB',
      amount: body.params['amount'] as string,
      fee: body.params['fee'] as string,
      arrivedAt: body.params['arrivedAt'] as number,
      termsHash: termsHash(deal.terms),
      invitation: body.params['invitation'] as string | null,
      allocation: null,
      ...changes,
    };
    return { payment, command };
  }
}

export function written(
  key: string,
  row: object,
  guard: string | null = null,
): ForgedCommand['writes'][number] {
  return { key, row: row as Json, guard }; // rows hold JSON values only
}

/** The founding of the channel by these rules. */
export function foundingOf(row: ParametersRow): Forged {
  const made = ['v', 'version', 'channel', 'marketplace', 'commissionLinks'];
  const params = Object.fromEntries(Object.entries(row).filter(([name]) => !made.includes(name)));
  return { action: 'setParameters', params, writes: [written('parameters', row)] };
}

/** The payment's row as its bank will own it. */
export function writtenPayment(payment: PaymentRow, guard: string = BANK_A): ForgedCommand['writes'][number] {
  return written(rowKey('payment', payment.deal, payment.id), payment, guard);
}

/** What stands in the list. */
function commandOf({ action, intent, params }: Forged): Command {
  return { action, ...(intent && { intent }), ...(params && { params }) };
}

/** With a used-intent marker as honest chaincode leaves it, unless the forgery says otherwise. */
function withUsedIntent({ kept: given, markedFor, ...command }: Forged): ForgedCommand {
  const { action, intent, params = null, writes } = command;
  if (intent === undefined) return command;
  const { body } = intent;
  const isKept = ['listOffer', 'buy', 'submitPayment'].includes(action);
  const kept = given === undefined && isKept ? intent : (given ?? null);
  const usedIntent = {
    v: 1,
    content: hashOf({ action, body: bodyHash(body), params }),
    result: hashOf({ ok: true, id: body.id }),
    signed: kept === null ? null : detached(kept),
  };
  const key = rowKey('usedIntent', markedFor ?? body.person, body.id);
  return { ...command, writes: [...writes, written(key, usedIntent)] };
}
