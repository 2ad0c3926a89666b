// Labels of deals: defined by administrators, attached by staff, each change with who made it.
import type { Instant } from '../../chaincode/protocol/forms.js';
import type { Part, PartRequest } from './offer-reads.js';

export type LabelChangeKind = 'created' | 'renamed' | 'archived' | 'restored' | 'attached' | 'detached';

export interface Label {
  readonly id: string;
  readonly name: string;
  readonly isArchived: boolean;
  readonly createdAt: Instant;
}

export interface CountedLabel extends Label {
  /** How many deals have it. */
  readonly deals: number;
}

export interface LabelChange {
  readonly at: Instant;
  readonly person: string;
  readonly what: LabelChangeKind;
  readonly label: Pick<Label, 'id' | 'name'>;
  readonly deal: string | null;
}

/** Who does it, and when. */
export interface By {
  readonly person: string;
  readonly at: Instant;
}

export interface LabelBounds {
  /** Labels that are not archived. */
  readonly mostLabels: number;
  readonly mostOfDeal: number;
}

export interface Labels {
  /** Those in use first, by name. */
  all(): Promise<readonly CountedLabel[]>;
  find(id: string): Promise<CountedLabel | null>;
  create(label: Label, by: By): Promise<'done' | 'taken' | 'tooMany'>;
  change(
    id: string,
    change: { readonly name?: string; readonly isArchived?: boolean },
    by: By,
  ): Promise<'done' | 'taken' | 'tooMany' | 'missing'>;
  attach(deal: string, label: string, by: By): Promise<'done' | 'missing' | 'archived' | 'tooMany'>;
  detach(deal: string, label: string, by: By): Promise<'done' | 'missing'>;
  ofDeals(deals: readonly string[]): Promise<ReadonlyMap<string, readonly Pick<Label, 'id' | 'name'>[]>>;
  /** Newest first. */
  changes(
    of: { readonly deal: string | null; readonly label: string | null },
    part: PartRequest,
  ): Promise<Part<LabelChange>>;
}
