// Whether a signature that rows hold is genuine and covers just what the rows say.
import type { LinkRow } from '../chaincode/protocol/account.js';
import type { Json } from '../chaincode/protocol/canonical-json.js';
import { attached, keyThumbprint, type DetachedSignature } from '../chaincode/protocol/intent.js';
import { isSigned } from '../chaincode/signatures/intent-signatures.js';
import type { LedgerRows } from './escrow-transaction.js';

export interface SignedStatement {
  readonly channel: string;
  readonly action: string;
  readonly params: { readonly [name: string]: Json };
  /** The person's link: its bank proved the key. */
  readonly link: LinkRow | null;
}

/** Whether the used-intent marker of this intent holds a signature under just this, by the holder of the link. */
export function isMarked(ledger: LedgerRows, id: string, statement: SignedStatement): boolean {
  const { link } = statement;
  const signed = link === null ? null : (ledger.row('usedIntent', link.person, id)?.signed ?? null);
  return signed !== null && covers({ id, ...signed }, statement);
}

/** Whether the signature is genuine and covers just this, by the holder of the link. */
export function covers(
  { id, ...signed }: DetachedSignature & { readonly id: string },
  { channel, action, params, link }: SignedStatement,
): boolean {
  if (link === null || keyThumbprint(signed.key) !== link.keyThumbprint) return false;
  return isSigned(attached(signed, { channel, id, person: link.person, action, params }));
}
