// Ids of the operations on a deal's money at a bank: the form of each binds it to what it is for.
import { sha256 } from '#hash';

/** A payment has each of its operations once, a credit has one for each payee. */
export type DealOperation =
  | { readonly kind: 'hold' | 'void' | 'capture'; readonly deal: string; readonly payment: string }
  | { readonly kind: 'credit'; readonly deal: string; readonly payment: string; readonly payee: string };

const KINDS: readonly DealOperation['kind'][] = ['hold', 'void', 'capture', 'credit'];
const RANDOM = /^[0-9a-f]{32}$/;
const TAG_DIGITS = 16;

/**
 * `<kind>_<random><tag>`, `random` being 16 bytes in lower-case hexadecimal. The tag stands for what the operation is
 * for, so no two operations on a bank's deals can share an id, and no row is needed to find that out.
 */
export function operationId(of: DealOperation, random: string): string {
  const { kind, deal, payment } = of;
  const text = ['operation', kind, deal, payment, of.kind === 'credit' ? of.payee : '', random].join('|');
  const tag = sha256(text).slice(0, TAG_DIGITS);
  return `${kind}_${random}${tag}`;
}

/** Whether the id was made for this operation and no other. */
export function isOperationIdOf(of: DealOperation, id: string): boolean {
  const random = id.slice(of.kind.length + 1, -TAG_DIGITS);
  return RANDOM.test(random) && operationId(of, random) === id;
}

/** Whether the id claims to be one of a deal's operations: others have other prefixes. */
export function isDealOperationId(id: string): boolean {
  return KINDS.some((kind) => id.startsWith(`${kind}_`));
}
