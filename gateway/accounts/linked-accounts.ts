// Whose account stands behind a link, asked of the bank's own private rows and remembered. The answer stays within the
// bank and out of its logs.
import { z } from 'zod';
import type { Hash } from '../../chaincode/protocol/forms.js';
import type { LedgerClient } from '../ledger/ledger-client.js';

/** The bank's own record of a link that it has confirmed; its key is the one that signs for the account. */
const linkSchema = z.looseObject({
  account: z.string(),
  confirmed: z.looseObject({ person: z.string(), keyThumbprint: z.string(), currency: z.string() }),
});

export interface ConfirmedLink {
  readonly account: string;
  readonly person: string;
  readonly keyThumbprint: Hash;
  readonly currency: string;
}

/** Neither a confirmed link's account nor an account's holder ever changes; beyond this many, all are asked again. */
const MOST_REMEMBERED = 20_000;

export interface HeldAccount {
  readonly account: string;
  /** The bank's own reference of its customer. */
  readonly holder: string;
}

export class LinkedAccounts {
  private readonly links = new Map<string, ConfirmedLink>();
  private readonly holders = new Map<string, string>();

  constructor(private readonly ledger: Pick<LedgerClient, 'queryPrivate'>) {}

  /** Account number behind a link, or null if the bank has confirmed no such link. */
  async accountOf(link: string): Promise<string | null> {
    return (await this.linkOf(link))?.account ?? null;
  }

  /** What the bank has confirmed of a link; null: nothing. */
  async linkOf(link: string): Promise<ConfirmedLink | null> {
    const known = this.links.get(link);
    if (known !== undefined) return known;
    const found = linkSchema.safeParse(await this.ledger.queryPrivate({ about: 'link', link }));
    if (!found.success) return null;
    const { account, confirmed } = found.data;
    const { person, keyThumbprint, currency } = confirmed;
    return remember(this.links, link, { account, person, keyThumbprint, currency });
  }

  /** The holder of an account of this bank. Throws LedgerRejected where there is no such account. */
  async holderOf(account: string): Promise<HeldAccount> {
    const known = this.holders.get(account);
    if (known !== undefined) return { account, holder: known };
    const { holder } = await this.ledger.queryPrivate({ about: 'balance', account });
    return { account, holder: remember(this.holders, account, holder) };
  }
}

function remember<Value>(known: Map<string, Value>, name: string, value: Value): Value {
  if (known.size >= MOST_REMEMBERED) known.clear();
  known.set(name, value);
  return value;
}
