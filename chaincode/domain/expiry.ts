// Duty: X1, X2, X3: an unpaid deal is sealed, expires, and each payer's bank gives its holds back.
// Must not: believe "expired" alone before a void: the money's own bank counts the deal's legs (rule 4).
import { transition } from '../protocol/life-cycle.js';
import type {
  Instant,
  LegRow,
  ParametersRow,
  PhaseRow,
  ReservationRow,
  StockRow,
  TermsRow,
} from '../protocol/rows.js';
import { RuleViolation } from '../protocol/violation.js';
import type { GatedLeg } from './admission.js';
import { termsOfDeal } from './deal-terms.js';
import { requireReached, sealableFrom } from './deal-times.js';
import { believedOrNull, believedRow, present, type Owned } from './owned.js';
import { payoutOf, sumOf, type PayeeLinks, type Payout } from './payout.js';

export interface SealInput {
  readonly deal: string;
  readonly now: Instant;
  readonly parameters: ParametersRow;
  readonly terms: TermsRow | null;
  readonly phase: PhaseRow | null;
}

/** Null: sealed or expired before. Rejects: NOT_FOUND, TERMS_DIFFER, WRONG_STATE, TOO_EARLY. */
export function decideSeal(input: SealInput): PhaseRow | null {
  const phase = present(input.phase, 'phase');
  if (phase.status === 'sealed' || phase.status === 'expired') return null;
  const status = transition('phase', 'seal', phase.status);
  const terms = termsOfDeal(input.terms, input.deal);
  requireReached(input.now, sealableFrom(terms, input.parameters));
  return { v: 1, deal: input.deal, status, at: input.now };
}

export interface ExpireInput extends PayeeLinks {
  readonly deal: string;
  readonly now: Instant;
  readonly terms: TermsRow | null;
  readonly phase: PhaseRow | null;
  /** All legs of the deal, by range. */
  readonly legs: readonly GatedLeg[];
  readonly reservation: ReservationRow | null;
  readonly stock: StockRow | null;
}

export type Expiry =
  | { readonly outcome: 'paid'; readonly payout: Payout }
  | {
      readonly outcome: 'expired';
      readonly phase: PhaseRow;
      readonly reservation: ReservationRow | null;
      readonly stock: StockRow | null;
    };

/**
 * Requirements: phase sealed; no leg is still open. If the held legs sum to the price, the deal is paid instead.
 * Null: expired before. Rejects: NOT_FOUND, TERMS_DIFFER, WRONG_STATE, LEG_OPEN.
 */
export function decideExpire(input: ExpireInput): Expiry | null {
  const phase = present(input.phase, 'phase');
  if (phase.status === 'expired') return null;
  const status = transition('phase', 'expire', phase.status);
  const terms = termsOfDeal(input.terms, input.deal);
  const open = input.legs.find(isOpen)?.leg?.row.id;
  if (open !== undefined) throw new RuleViolation('LEG_OPEN', { leg: open });
  const held = input.legs.flatMap(({ leg }) => heldOrCaptured(leg) ?? []);
  if (sumOf(held) === BigInt(terms.offerTerms.price)) {
    return { outcome: 'paid', payout: payoutOf({ ...input, terms, phase, held, action: 'expireFull' }) };
  }
  return {
    outcome: 'expired',
    phase: { v: 1, deal: input.deal, status, at: input.now },
    ...givenBack(input.reservation, input.stock),
  };
}

/** Submitted, and its gate neither refused nor closed: its bank may still answer. */
function isOpen({ leg, gate }: GatedLeg): boolean {
  const submitted = believedOrNull(leg)?.status === 'submitted';
  return submitted && gate?.status !== 'refused' && gate?.status !== 'closed';
}

function heldOrCaptured(leg: Owned<LegRow> | null): LegRow | null {
  const row = believedOrNull(leg);
  return row?.status === 'held' || row?.status === 'captured' ? row : null;
}

function givenBack(
  reservation: ReservationRow | null,
  row: StockRow | null,
): { reservation: ReservationRow | null; stock: StockRow | null } {
  if (reservation === null || reservation.released) return { reservation: null, stock: null };
  const stock = present(row, 'stock');
  return {
    reservation: { ...reservation, released: true },
    stock: { ...stock, available: stock.available + 1, taken: stock.taken - 1 },
  };
}

export interface VoidInput {
  readonly deal: string;
  readonly leg: string;
  readonly owner: string;
  readonly terms: TermsRow | null;
  readonly phase: PhaseRow | null;
  /** All legs of the deal, by range. */
  readonly legs: readonly Owned<LegRow>[];
  /** Whether this bank accepts evidence for that bank's money in that organisation's collection (rule 2). */
  readonly trusts: (bank: string, msp: string) => boolean;
}

/**
 * The payer's own bank gives a hold back.
 * Requirements: phase expired; own leg held; believed held and captured legs do not reach the price that the payer
 * himself signed (rule 4). Null: voided before.
 * Rejects: NOT_FOUND, NO_EVIDENCE, WRONG_ORGANISATION, TERMS_DIFFER, WRONG_STATE, NOT_EXPIRED, FULLY_HELD.
 */
export function decideVoid(input: VoidInput): LegRow | null {
  const leg = ownLeg(input);
  if (leg.status === 'voided') return null;
  const status = transition('leg', 'voidLeg', leg.status);
  const terms = termsOfDeal(input.terms, input.deal);
  if (leg.termsHash !== input.terms?.termsHash) {
    throw new RuleViolation('TERMS_DIFFER', { deal: input.deal });
  }
  const counted = input.legs
    .flatMap((owned) => heldOrCaptured(owned) ?? [])
    .filter((other) => input.trusts(other.bank, other.owner));
  if (sumOf(counted) >= BigInt(terms.offerTerms.price)) {
    throw new RuleViolation('FULLY_HELD', { needed: terms.offerTerms.price });
  }
  const phase = present(input.phase, 'phase');
  if (phase.status !== 'expired') throw new RuleViolation('NOT_EXPIRED', { found: phase.status });
  return { ...leg, status };
}

function ownLeg(input: VoidInput): LegRow {
  const owned = input.legs.find(({ row }) => row.id === input.leg) ?? null;
  const leg = believedRow(owned, 'leg');
  if (leg.owner !== input.owner) throw new RuleViolation('WRONG_ORGANISATION', { needed: leg.owner });
  return leg;
}
