// Duty: send the agreement steps of one deal that are due.
// Must not: insist: a step that another member has done already is refused or repeated without harm.
import type { Logger } from 'pino';
import type { AgreementStep } from './deal-steps.js';
import type { Sending } from './sending.js';
import { agreementCommand } from './step-commands.js';

/** False: some steps were refused; look at the deal again later. Throws as LedgerClient's sending. */
export async function runAgreementSteps(
  deal: string,
  steps: readonly AgreementStep[],
  means: { readonly sending: Sending; readonly log: Logger },
): Promise<boolean> {
  if (steps.length === 0) return true;
  const outcomes = await means.sending.agree(steps.map((step) => agreementCommand(deal, step)));
  steps.forEach(({ step }, index) => {
    const outcome = outcomes[index];
    if (outcome?.ok === false) {
      means.log.info({ deal, step, code: outcome.code }, 'the ledger refused a step');
    }
  });
  return outcomes.every((outcome) => outcome.ok);
}
