// One system for a bench: a fresh ground, many payers at one bank, one seller, deals and payments made ready.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Command } from '../../chaincode/protocol/commands.js';
import type { LedgerClient } from '../../gateway/ledger/ledger-client.js';
import type { OfferTerms } from '../../chaincode/protocol/offer.js';

import { quote } from '../../gateway/sdk/quote.js';
import type { QueueLimits } from '../../gateway/ledger/command-queue.js';
import { accountKey } from '../../chaincode/protocol/account.js';

import type { CommandOutcome } from '../../gateway/protocol/admin.js';

import { REPOSITORY_ROOT } from '../../network/repository.js';
import { accountOf, newPayers } from '../counters/load-day.js';
import { preparePurchase, type DealPlay } from '../support/deal-play.js';
import { BANK_A, MARKETPLACE } from '../support/member-access.js';
import { WireGround } from '../support/wire-ground.js';
import { ClientConsortium } from '../support/client-consortium.js';
import { present, type TestClient } from '../support/test-consortium.js';
import { BenchDoor } from './door.js';
import { PutClient } from './put-client.js';

/** Wide enough that what is signed beforehand is still in time when it is sent. */
const WINDOW_MS = 60_000;
/** Money of each payer, minor units. */
export const MONEY = 1_000_000_000_000n;
const STOCK = 1_000_000;
/** Keys that Bank A alone may change. */
export const OWN_KEYS = Array.from({ length: 64 }, (_, index) => `own/${String(index)}`);

/** A payment of a deal's whole price, signed by its payer and not sent yet. */
export interface Payment {
  readonly payer: TestClient;
  readonly id: string;
  readonly submission: Command;
  readonly admission: Command;
  readonly answer: Command;
  /** Amount and fee, minor units. */
  readonly cost: bigint;
}

export interface BenchConsortiumOptions {
  readonly ground: 'embedded' | 'fabric';
  readonly payers: number;
  /** At the web door. */
  readonly clients: number;
}

export class BenchConsortium {
  /** What each account has paid so far, by its number; minor units. */
  readonly paid = new Map<string, bigint>();
  private next = 0;
  private stopping: Promise<void> | undefined;

  private constructor(
    readonly ground: WireGround,
    readonly consortium: ClientConsortium,
    readonly payers: readonly TestClient[],
    private readonly listing: { readonly offer: string; readonly terms: OfferTerms; readonly fee: string },
    /** One command per transaction. */
    readonly single: LedgerClient,
    readonly puts: PutClient,
    readonly ownPuts: PutClient,
    readonly door: BenchDoor,
    private readonly chaincodePackage: string,
  ) {}

  static async open(options: BenchConsortiumOptions): Promise<BenchConsortium> {
    const chaincodePackage = benchPackage();
    const ground = await WireGround.start(WINDOW_MS, { ground: options.ground, chaincodePackage });
    try {
      return await BenchConsortium.furnish(ground, chaincodePackage, options);
    } catch (error) {
      await ground.stop();
      rmSync(chaincodePackage, { recursive: true, force: true });
      throw error;
    }
  }

  private static async furnish(
    ground: WireGround,
    chaincodePackage: string,
    options: BenchConsortiumOptions,
  ): Promise<BenchConsortium> {
    const consortium = await ClientConsortium.open(ground);
    const payers = await newPayers(consortium, options.payers, String(MONEY), [BANK_A]);
    const offer = await consortium.listOffer({ stock: STOCK, answerTimeMs: 3_600_000 });
    const terms = present((await consortium.row('offer', offer))?.terms);
    const payerBank = present(await consortium.row('bank', '10'));
    const { fee } = quote({ amount: terms.price, payerBank, terms });
    const limits: Partial<QueueLimits> = { listCommands: 1, listsInFlight: 1_000 };
    const single = await ground.client(MARKETPLACE, { limits });
    const puts = new PutClient(ground.config(MARKETPLACE));
    const ownPuts = new PutClient(ground.config(BANK_A));
    await Promise.all([puts.ready(), ownPuts.ready()]);
    await ownPuts.guard(OWN_KEYS);
    const listing = { offer, terms, fee };
    const door = await BenchDoor.open(consortium, { offer, clients: options.clients });
    return new BenchConsortium(
      ...([ground, consortium, payers, listing, single, puts, ownPuts, door, chaincodePackage] as const),
    );
  }

  /** Deals bought by the payers in turn, and for each one signed payment of the whole price, not sent yet. */
  async newPayments(count: number): Promise<readonly Payment[]> {
    const buyers = Array.from({ length: count }, () => this.nextPayer());
    const { offer, terms: offerTerms } = this.listing;
    const deals = await Promise.all(
      buyers.map((buyer) => preparePurchase(this.consortium, { offer, offerTerms, buyer })),
    );
    const purchases = deals.map(({ purchase }) => purchase.command);
    requireDone(
      await this.consortium.everywhere(this.consortium.ledger(MARKETPLACE).submit('agreement', purchases)),
    );
    return Promise.all(deals.map((deal) => this.paymentOf(deal)));
  }

  /** Answers "yes" to admitted payments as Bank A's worker sends them. */
  async answer(payments: readonly Payment[]): Promise<void> {
    const bank = this.consortium.ledger(BANK_A);
    const sent = await Promise.all(
      payments.map(({ answer, payer }) =>
        bank.submit('owner', [answer], { as: 'worker', locks: [accountKey(accountOf(payer).account)] }),
      ),
    );
    requireDone(sent.flat());
    for (const { payer, cost } of payments) {
      const { account } = accountOf(payer);
      this.paid.set(account, (this.paid.get(account) ?? 0n) + cost);
    }
  }

  stop(): Promise<void> {
    this.stopping ??= this.stopAll();
    return this.stopping;
  }

  private async stopAll(): Promise<void> {
    await this.door.close();
    await Promise.all([this.puts.close(), this.ownPuts.close()]);
    await this.consortium.close();
    rmSync(this.chaincodePackage, { recursive: true, force: true });
  }

  private async paymentOf(deal: DealPlay): Promise<Payment> {
    const { price } = deal.terms.offerTerms;
    const { fee } = this.listing;
    const submission = await deal.submission(BANK_A, price, { fee });
    const payment = present(deal.payments[0]).id;
    return {
      payer: deal.buyer,
      id: payment,
      submission: submission.command,
      admission: deal.admit(payment).command,
      answer: deal.answer(payment, 'yes').command,
      cost: BigInt(price) + BigInt(fee),
    };
  }

  private nextPayer(): TestClient {
    const payer = present(this.payers[this.next % this.payers.length]);
    this.next += 1;
    return payer;
  }
}

/** Throws unless every command was carried out. */
export function requireDone(outcomes: readonly CommandOutcome[]): readonly CommandOutcome[] {
  const refused = outcomes.find(({ ok }) => !ok);
  if (refused !== undefined) throw new Error(`a command was refused: ${JSON.stringify(refused)}`);
  return outcomes;
}

/** A package of its own, so that the product's `main` stays what it is. */
function benchPackage(): string {
  const folder = mkdtempSync(join(tmpdir(), 'forescrow-bench-'));
  const main = join(REPOSITORY_ROOT, 'dist', 'test', 'bench', 'bench-chaincode.js');
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'bench', version: '1.0.0', main }));
  return folder;
}
