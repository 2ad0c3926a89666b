// The receipt of a deal for one of its parties: what he signed, and the rows that he may see. Pure.
import type { Instant } from '../../chaincode/protocol/forms.js';
import type { Rows } from '../../chaincode/protocol/rows.js';
import type { ProjectedEvent } from '../projection/block-changes.js';
import { type Receipt, RECEIPT_DOMAIN, type ReceiptRow } from '../protocol/api/receipts.js';
import type { CarriedIntent, RowVersion } from '../store/ledger-reads.js';
import { type DealSight, dealSight, type SeenDeal } from './deal-page.js';
import { attestationIn, isReceiptKind, type ReceiptKind, receiptForm } from './receipt-rows.js';
import type { Names, Observer } from './viewer.js';

export interface ReceiptSources {
  readonly channel: string;
  readonly seen: SeenDeal;
  /** Every version of the deal's rows. */
  readonly versions: readonly RowVersion[];
  /** What the viewer has signed in transactions of the deal. */
  readonly intents: readonly CarriedIntent[];
  readonly now: Instant;
}

/** Null: the viewer is no party of such a deal. */
export function receiptOf(of: ReceiptSources, viewer: Observer, names: Names): Receipt | null {
  const { channel, seen, intents, now } = of;
  const terms = seen.view.terms?.terms;
  const sight = dealSight(seen, viewer, names);
  if (terms === undefined || sight === null || sight.role === 'staff') return null;
  const { deal } = terms;
  const listing = seen.view.terms?.listing;
  const isOfDeal = ({ intent: { body } }: CarriedIntent): boolean =>
    body.params['deal'] === deal || body.id === deal || body.id === listing;
  return {
    ...{ v: 1, domain: RECEIPT_DOMAIN, channel, deal, holder: viewer.person, role: sight.role },
    ...{ issuedAt: now, block: seen.block },
    intents: intents.filter(isOfDeal).map(({ intent, block, txId }) => ({ intent, block, txId })),
    rows: newest(of).flatMap((version) => receiptRow(version, { sight, viewer, events: seen.events }) ?? []),
  };
}

/** Of each row the version that counts in the newest block that the deal was read at. */
function newest({ versions, seen: { block } }: ReceiptSources): readonly RowVersion[] {
  const byKey = new Map<string, RowVersion>();
  for (const version of versions) if (version.block <= block) byKey.set(version.key, version);
  return [...byKey.values()];
}

/** Null: it stands in no receipt of this holder, or its owner does not stand behind it. */
function receiptRow(
  { key, kind, block, body, isAttested }: RowVersion,
  of: {
    readonly sight: DealSight;
    readonly viewer: Observer;
    readonly events: readonly ProjectedEvent[];
  },
): ReceiptRow | null {
  if (!isAttested || !isReceiptKind(kind)) return null;
  const [, ...ids] = key.split('/');
  if (!of.sight.shows({ kind, ids })) return null;
  const txId = carrierOf(of.events, block, `${kind}/${ids.join('/')}`);
  if (txId === null) return null;
  const found = body as Rows[ReceiptKind]; // the body is of the version's kind
  const row = receiptForm(kind, found, isOwn(kind, found, of.viewer));
  return { key, row, attestation: attestationIn(kind, row, found), block, txId };
}

function isOwn(kind: ReceiptKind, body: Rows[ReceiptKind], { person }: Observer): boolean {
  return kind !== 'payment' || ('payer' in body && body.payer === person);
}

/** The transaction that made the row so; one of the deal in the same block where no event names the row. */
function carrierOf(events: readonly ProjectedEvent[], block: number, key: string): string | null {
  const there = events.filter((event) => event.block === block);
  const named = there.find(({ kind, ids }) => `${kind}/${ids.join('/')}` === key);
  return (named ?? there[0])?.txId ?? null;
}
