// Duty: take the payer's sealed one-time code for a leg, open it and compare it.
// Must not: answer the leg; the worker that waits for the code does.
import type { LedgerClient } from '../ledger/ledger-client.js';
import type { AuthorisationAnswer, AuthorisationRequest } from '../protocol/desk.js';
import { legCodeFacts, legSubject } from './leg-codes.js';
import { CodeRefused, type OneTimeCodes } from './one-time-codes.js';
import type { SealedMail } from './sealed-mail.js';

export interface LegAuthorisationsOptions {
  readonly ledger: Pick<LedgerClient, 'deal'>;
  readonly codes: OneTimeCodes;
  readonly mail: SealedMail;
}

/** Throws CodeRefused, SealBroken, LedgerUnavailable. */
export async function authoriseLeg(
  options: LegAuthorisationsOptions,
  request: AuthorisationRequest,
): Promise<AuthorisationAnswer> {
  const { ledger, codes, mail } = options;
  const code = await mail.text('code', { subject: request.leg, sealed: request.sealed });
  const view = await ledger.deal(request.deal);
  const leg = view.legs.find(({ row }) => row.id === request.leg);
  if (leg === undefined || view.terms === null) throw new CodeRefused('CODE_NOT_ASKED', 0);
  const facts = legCodeFacts(leg.row, view.terms.terms);
  await codes.check({ subject: legSubject(request.leg), code, facts });
  return { scaStatus: 'finalised' };
}
