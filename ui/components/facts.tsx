// Names and values under each other, as in a document.
import type { ReactNode } from 'react';

export interface Fact {
  readonly name: string;
  readonly value: ReactNode;
  readonly isMain?: boolean;
}

export function Facts({
  of,
  areSums = false,
}: {
  readonly of: readonly Fact[];
  readonly areSums?: boolean;
}): ReactNode {
  return (
    <dl className={areSums ? 'facts facts-sums' : 'facts'}>
      {of.map(({ name, value, isMain = false }) => (
        <div key={name} className={isMain ? 'text-lg font-semibold' : undefined}>
          <dt className={isMain ? 'text-ink!' : undefined}>{name}</dt>
          <dd className="min-w-0">{value}</dd>
        </div>
      ))}
    </dl>
  );
}
