// Duty: D3 and L1: the gate of a leg, the deal's reservation and the offer's stock.
// Must not: decide about money; the gate only says whether the bank may be asked.
import { transition } from '../protocol/life-cycle.js';
import type {
  DealTerms,
  GateRow,
  Instant,
  LegRow,
  ParametersRow,
  PhaseRow,
  ReservationRow,
  StockRow,
  TermsRow,
} from '../protocol/rows.js';
import { RuleViolation } from '../protocol/violation.js';
import { termsOfDeal } from './deal-terms.js';
import { answerBy, closableFrom, requireReached } from './deal-times.js';
import { believedOrNull, believedRow, present, type Owned } from './owned.js';

/** A leg of the reservation with its gate. */
export interface GatedLeg {
  readonly leg: Owned<LegRow> | null;
  readonly gate: GateRow | null;
}

export interface AdmitInput {
  readonly deal: string;
  readonly now: Instant;
  readonly terms: TermsRow | null;
  readonly phase: PhaseRow | null;
  readonly leg: Owned<LegRow> | null;
  readonly gate: GateRow | null;
  readonly reservation: ReservationRow | null;
  readonly reserved: readonly GatedLeg[];
  readonly stock: StockRow | null;
}

/** Rows to write; a refused leg changes nothing but its gate. Null: already decided before, nothing to write. */
export interface Admission {
  readonly gate: GateRow;
  readonly reservation: ReservationRow | null;
  readonly stock: StockRow | null;
}

/**
 * Requirements: leg submitted, not yet gated. The first admission of a deal takes one unit of stock (R12).
 * Refused at the gate (not an error): WRONG_STATE, TOO_LATE, OVERPAYMENT, MIN_PART, NO_STOCK.
 * Rejects: NOT_FOUND, NO_EVIDENCE, TERMS_DIFFER, WRONG_STATE.
 */
export function decideAdmit(input: AdmitInput): Admission | null {
  if (input.gate !== null && input.gate.status !== 'closed') return null;
  const terms = termsOfDeal(input.terms, input.deal);
  const leg = believedRow(input.leg, 'leg');
  requireSubmitted(leg);
  const alive = input.reserved.flatMap((reserved) => aliveLeg(reserved) ?? []);
  const reason = refusal(input, terms, leg, alive);
  const gate = gateOf(leg, reason, input);
  if (reason !== null) return { gate, reservation: null, stock: null };
  const reservation: ReservationRow = {
    v: 1,
    deal: input.deal,
    offer: terms.offerTerms.offer,
    legs: [...alive.map(({ id }) => id), leg.id],
    released: false,
  };
  return { gate, reservation, stock: input.reservation === null ? taken(input.stock) : null };

  function gateOf(of: LegRow, refused: string | null, { gate: found, now }: AdmitInput): GateRow {
    const status = transition('gate', refused === null ? 'admitLeg' : 'refuseLeg', found?.status ?? null);
    const due = now + terms.offerTerms.answerTimeMs;
    return { v: 1, leg: of.id, deal: of.deal, status, answerBy: due, reason: refused };
  }
}

function requireSubmitted(leg: LegRow): void {
  if (leg.status !== 'submitted') {
    throw new RuleViolation('WRONG_STATE', { kind: 'leg', found: leg.status, needed: 'submitted' });
  }
}

/** A reserved leg that still counts: held, or admitted and not answered (rule 19). */
function aliveLeg({ leg, gate }: GatedLeg): LegRow | null {
  const row = believedOrNull(leg);
  if (row === null) return null;
  if (row.status === 'held') return row;
  return row.status === 'submitted' && gate?.status === 'admitted' ? row : null;
}

function refusal(input: AdmitInput, terms: DealTerms, leg: LegRow, alive: readonly LegRow[]): string | null {
  const { status } = present(input.phase, 'phase');
  if (status === 'expired') return 'TOO_LATE';
  if (status !== 'open' && status !== 'sealed') return 'WRONG_STATE';
  const sum = alive.reduce((total, { amount }) => total + BigInt(amount), BigInt(leg.amount));
  const rest = BigInt(terms.offerTerms.price) - sum;
  if (rest < 0n) return 'OVERPAYMENT';
  if (rest > 0n && rest < BigInt(terms.offerTerms.minimumPart)) return 'MIN_PART';
  if (input.reservation === null && present(input.stock, 'stock').available < 1) return 'NO_STOCK';
  return null;
}

function taken(row: StockRow | null): StockRow {
  const stock = present(row, 'stock');
  return { ...stock, available: stock.available - 1, taken: stock.taken + 1 };
}

export interface CloseInput {
  readonly deal: string;
  readonly now: Instant;
  readonly parameters: ParametersRow;
  readonly terms: TermsRow | null;
  readonly leg: Owned<LegRow> | null;
  readonly gate: GateRow | null;
}

/**
 * Requirements: leg still submitted; answer time, twice the window and slack are over.
 * Null: closed before. Rejects: NOT_FOUND, NO_EVIDENCE, TERMS_DIFFER, ANSWERED, WRONG_STATE, TOO_EARLY.
 */
export function decideClose(input: CloseInput): GateRow | null {
  if (input.gate?.status === 'closed') return null;
  const terms = termsOfDeal(input.terms, input.deal);
  const leg = believedRow(input.leg, 'leg');
  if (leg.status !== 'submitted') throw new RuleViolation('ANSWERED', { found: leg.status });
  const status = transition('gate', 'closeLeg', input.gate?.status ?? null);
  requireReached(input.now, closableFrom(leg, input.gate, terms, input.parameters));
  const due = answerBy(leg, input.gate, terms);
  return { v: 1, leg: leg.id, deal: leg.deal, status, answerBy: due, reason: null };
}
