// An account's number as people read it: bank, number, check digits in groups; and the way to its page.
import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { withFragment } from '../app/fragment.js';

/** `10 01234 56789 01234` of the digits. */
export function grouped(number: string): string {
  return [number.slice(0, 2), ...(number.slice(2).match(/.{1,5}/g) ?? [])].join('\u00a0');
}

export function AccountNumber({ of }: { readonly of: string }): ReactNode {
  return <span className="amount">{grouped(of)}</span>;
}

export function AccountLink({ of }: { readonly of: string }): ReactNode {
  return (
    <Link href={withFragment('/customers/account', { number: of })}>
      <AccountNumber of={of} />
    </Link>
  );
}

export function HolderLink({ of, name }: { readonly of: string; readonly name?: string }): ReactNode {
  return <Link href={withFragment('/customers/holder', { holder: of })}>{name ?? of}</Link>;
}
