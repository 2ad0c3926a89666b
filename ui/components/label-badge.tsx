// A label that the marketplace's staff have attached to a deal.
import type { ReactNode } from 'react';
import { Badge } from './status.js';

export function LabelBadge({ name }: { readonly name: string }): ReactNode {
  return (
    <Badge meaning="plain" sign="offers">
      {name}
    </Badge>
  );
}
