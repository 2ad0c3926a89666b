// Filters of a list that stand in the address, so that a list can be sent to somebody and the browser's Back works.
import type { ReactNode } from 'react';
import { Link, useSearchParams } from 'wouter';

interface FilterTabsProps {
  readonly label: string;
  /** Name in the address. */
  readonly name: string;
  /** '' is the filter that stands for none. */
  readonly choices: readonly { readonly value: string; readonly words: string }[];
}

export function useFilter(name: string): string {
  const [search] = useSearchParams();
  return search.get(name) ?? '';
}

export function FilterTabs({ label, name, choices }: FilterTabsProps): ReactNode {
  const [search] = useSearchParams();
  const chosen = search.get(name) ?? '';
  const addressOf = (value: string): string => {
    const next = new URLSearchParams(search);
    if (value === '') next.delete(name);
    else next.set(name, value);
    return `?${next.toString()}`;
  };
  return (
    <nav aria-label={label} className="tabs">
      {choices.map(({ value, words }) => (
        <Link
          key={value}
          href={addressOf(value)}
          className="tab"
          aria-current={value === chosen ? 'true' : undefined}
        >
          {words}
        </Link>
      ))}
    </nav>
  );
}
