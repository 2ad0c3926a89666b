// What may be said of a deal that does not go on: late, or given back by its seller.
// It must not judge: what is proposed may be refused.
import { machine, type Cast, type DealBook, type GeneratedCommand } from './cast.js';
import { marginOf } from './model-times.js';
import { must } from './opening.js';
import type { Random } from './random.js';

/** A coin that falls the same way for one name. */
export function oddByName(name: string): boolean {
  return parseInt(name.slice(-1), 16) % 2 === 1;
}

/** Conceded, or said to be late; some banks wait until a parcel that was not shipped is overdue as well. */
export function isGoingBack(cast: Cast, deal: string): boolean {
  if (cast.row('concession', deal) !== null) return true;
  const outcome = cast.row('outcome', deal)?.status;
  return outcome === 'overdue' || (outcome === 'unshipped' && /[0-7]$/.test(deal));
}

/** Anybody says what is late, now and then too early; some deals nobody looks at before the long stop. */
export function decisions(cast: Cast, book: DealBook, random: Random): GeneratedCommand[] {
  const { id: deal } = book;
  const isLeft = cast.row('concession', deal) !== null || oddByName(deal) || book.fate === 'neverInspected';
  const outcome = isLeft ? null : lateness(cast, book, random);
  return outcome === null ? [] : [machine(null, 'decideDeal', { deal, outcome }, book.offer)];
}

function lateness(cast: Cast, { id: deal, fate }: DealBook, random: Random): 'unshipped' | 'overdue' | null {
  const { offerTerms } = must(cast.row('terms', deal)).terms;
  const { shipTimeMs, deliverTimeMs, inspectionTimeMs, stepTimeMs } = offerTerms;
  const unshipped = must(cast.row('phase', deal)).at + shipTimeMs + marginOf(offerTerms);
  const overdue = unshipped + deliverTimeMs + Math.max(inspectionTimeMs, stepTimeMs);
  const { now } = cast.consortium;
  const decided = cast.row('outcome', deal)?.status;
  const isFirst = fate === 'neverShipped' && now >= unshipped && decided === undefined;
  if (isFirst && (now < overdue || random.chance(75))) return 'unshipped';
  if (now >= overdue && decided !== 'overdue') return 'overdue';
  return random.chance(1) ? random.pick(['unshipped', 'overdue'] as const) : null;
}

/** By the seller, now and then by somebody else. */
export function conceding(cast: Cast, deal: string, random: Random): GeneratedCommand {
  const { terms, termsHash } = must(cast.row('terms', deal));
  const { seller, offer } = terms.offerTerms;
  const person = must(random.chance(4) ? random.pick([...cast.people.values()]) : cast.people.get(seller));
  return cast.signed(person, 'concedeDeal', { deal, termsHash }, { id: random.id('intent'), topic: offer });
}
