// A sum of money: tabular figures, currency after a narrow no-break space.
import type { ReactNode } from 'react';
import type { MoneyStyle } from '../app/texts.js';
import { useTexts } from '../app/use-texts.js';

interface AmountProps extends MoneyStyle {
  /** Minor units in decimal digits. */
  readonly of: string | bigint;
  readonly currency: string;
}

export function Amount({ of, currency, ...style }: AmountProps): ReactNode {
  const { money } = useTexts();
  return <span className="amount">{money(of, currency, style)}</span>;
}
