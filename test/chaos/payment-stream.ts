// Many payments at once through the members' own ledger clients, each taken to its end however often it fails.
import { setTimeout as pause } from 'node:timers/promises';
import type { CommandResult } from '../../chaincode/protocol/commands.js';
import type { DealView } from '../../chaincode/protocol/queries.js';
import type { OfferTerms } from '../../chaincode/protocol/offer.js';
import { accountKey } from '../../chaincode/protocol/account.js';
import { LedgerConflict, LedgerUnavailable, OutcomeUnknown } from '../../gateway/ledger/ledger-errors.js';
import { preparePurchase, type DealPlay } from '../support/deal-play.js';
import { BANK_A, MARKETPLACE, type Step } from '../support/member-access.js';
import type { ClientConsortium } from '../support/client-consortium.js';
import { present } from '../support/test-consortium.js';

export const PRICE = '12400';
/** Long enough for any outage of these tests. */
const LONG_MS = 3_600_000;
const STOCK = 100_000;
const AT_ONCE = 12;
const AGAIN_AFTER_MS = 250;
const LOOK_EVERY_MS = 40;
/** An outage made the signed time too old before anything was ordered: to be signed anew. */
const STALE = 'TOO_LATE';

export class PaymentStream {
  /** Deals whose whole price is held and whose payout plan is on the ledger, acknowledged. */
  readonly paid: DealPlay[] = [];
  /** Whatever the clients threw. */
  readonly failures: Error[] = [];
  private readonly listeners = new Set<() => void>();
  private isOver = false;

  private constructor(
    private readonly consortium: ClientConsortium,
    private readonly listing: { readonly offer: string; readonly offerTerms: OfferTerms },
  ) {}

  static async open(consortium: ClientConsortium): Promise<PaymentStream> {
    const times = { payTimeMs: 24 * LONG_MS, answerTimeMs: LONG_MS };
    const offer = await consortium.listOffer({ price: PRICE, stock: STOCK, ...times });
    const offerTerms = present((await consortium.row('offer', offer))?.terms);
    return new PaymentStream(consortium, { offer, offerTerms });
  }

  /** Resolves when so many more payments are acknowledged, and nobody asks for more. Throws if one is refused. */
  async pay(least: number, isMoreAsked: () => boolean): Promise<void> {
    let left = least;
    const payer = async (): Promise<void> => {
      while (left > 0 || isMoreAsked()) {
        left -= 1;
        await this.payOnce();
      }
    };
    try {
      await Promise.all(Array.from({ length: AT_ONCE }, payer));
    } catch (error) {
      this.isOver = true;
      throw error;
    }
  }

  /** Nobody tries anything again. */
  end(): void {
    this.isOver = true;
  }

  /** Resolves when so many payments are acknowledged in all. */
  async until(count: number): Promise<void> {
    while (this.paid.length < count) {
      await new Promise<void>((resolve) => {
        this.listeners.add(resolve);
      });
    }
  }

  private async payOnce(): Promise<void> {
    const deal = await this.carryFresh(
      async () => preparePurchase(this.consortium, this.listing),
      ({ purchase }) => purchase,
    );
    await this.carryFresh(
      () => deal.submission(BANK_A, PRICE),
      (step) => step,
    );
    const payment = present(deal.payments.at(-1)).id;
    // Submissions that grew old were never ordered; only the last is a payment.
    deal.payments.splice(0, deal.payments.length - 1);
    await this.must(deal.admit(payment));
    await this.untilStatus(
      BANK_A,
      deal.id,
      `${payment} is admitted`,
      ({ admission }) => admission?.status === 'admitted',
    );
    await this.must(deal.answer(payment, 'yes'));
    await this.untilStatus(MARKETPLACE, deal.id, `${payment} is held`, ({ row }) => row.status === 'held');
    await this.must(deal.markPaid());
    this.paid.push(deal);
    for (const listener of [...this.listeners]) listener();
    this.listeners.clear();
  }

  private async must(step: Step): Promise<void> {
    const code = await this.carry(step);
    if (code !== 'ok') throw new Error(`${step.command.action} was refused: ${code}`);
  }

  /** What is committed at one member's peer comes to the next one's a moment later. */
  private async untilStatus(
    msp: string,
    deal: string,
    what: string,
    isSo: (payment: DealView['payments'][number]) => boolean,
  ): Promise<void> {
    for (;;) {
      const { payments } = await this.insist(() => this.consortium.ledger(msp).deal(deal), msp);
      if (payments.some((payment) => payment.attested && isSo(payment))) return;
      if (this.isOver) throw new Error(`not yet so, and the stream is over: ${what}`);
      await pause(LOOK_EVERY_MS);
    }
  }

  /** Makes the step anew as long as its signed time has grown old. */
  private async carryFresh<Made>(make: () => Promise<Made>, stepOf: (made: Made) => Step): Promise<Made> {
    for (;;) {
      const made = await this.insist(make);
      const code = await this.carry(stepOf(made));
      if (code === 'ok') return made;
      if (code !== STALE) throw new Error(`${stepOf(made).command.action} was refused: ${code}`);
    }
  }

  /** Sends the same command until it is answered; 'ok' or the code of its refusal. */
  private async carry(step: Step): Promise<string> {
    const result = await this.insist(() => this.send(step), step.msp ?? MARKETPLACE);
    return result.ok ? 'ok' : result.code;
  }

  /** As a gateway does: the payer's account is named, and a masked refusal in an owner's lane is asked for. */
  private async send({ msp, command }: Step): Promise<CommandResult> {
    const as = 'worker';
    const ledger = this.consortium.ledger(msp ?? MARKETPLACE);
    const { account } = present(this.consortium.alice.accounts[BANK_A]);
    const sent =
      msp === null
        ? ledger.submit('agreement', command)
        : ledger.submit('owner', command, { as, locks: [accountKey(account)] });
    const [outcome] = await sent;
    if (msp === null || outcome?.ok === true) return present(outcome);
    return present((await ledger.dryRun([command], { as }))[0]);
  }

  /** A failure of the ledger is no answer; what is unknown is settled before anything is sent again. */
  private async insist<Result>(act: () => Promise<Result>, msp = MARKETPLACE): Promise<Result> {
    for (;;) {
      try {
        return await act();
      } catch (error) {
        if (!(error instanceof Error)) throw error;
        if (this.isOver) throw error;
        this.failures.push(error);
        if (error instanceof OutcomeUnknown) {
          await this.insist(() => this.consortium.ledger(msp).resolve(error.txId), msp);
        } else if (!(error instanceof LedgerUnavailable || error instanceof LedgerConflict)) throw error;
        await pause(AGAIN_AFTER_MS);
      }
    }
  }
}
