// Whose account stands behind a link, asked of the bank's own private rows and remembered. The answer stays within the
// bank and out of its logs.
import { z } from 'zod';
import type { LedgerClient } from '../ledger/ledger-client.js';

const linkSchema = z.looseObject({ account: z.string() });

/** Neither a confirmed link's account nor an account's holder ever changes; beyond this many, all are asked again. */
const MOST_REMEMBERED = 20_000;

export interface HeldAccount {
  readonly account: string;
  /** The bank's own reference of its customer. */
  readonly holder: string;
}

export class LinkedAccounts {
  private readonly accounts = new Map<string, string>();
  private readonly holders = new Map<string, string>();

  constructor(private readonly ledger: Pick<LedgerClient, 'queryPrivate'>) {}

  /** Account number behind a link, or null if the bank has confirmed no such link. */
  async accountOf(link: string): Promise<string | null> {
    const known = this.accounts.get(link);
    if (known !== undefined) return known;
    const found = linkSchema.safeParse(await this.ledger.queryPrivate({ about: 'link', link }));
    return found.success ? remember(this.accounts, link, found.data.account) : null;
  }

  /** The holder of an account of this bank. Throws LedgerRejected where there is no such account. */
  async holderOf(account: string): Promise<HeldAccount> {
    const known = this.holders.get(account);
    if (known !== undefined) return { account, holder: known };
    const { holder } = await this.ledger.queryPrivate({ about: 'balance', account });
    return { account, holder: remember(this.holders, account, holder) };
  }
}

function remember(known: Map<string, string>, name: string, value: string): string {
  if (known.size >= MOST_REMEMBERED) known.clear();
  known.set(name, value);
  return value;
}
