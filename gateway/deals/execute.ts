// Submits the agreement actions of one deal that are due. One that another member has taken already is refused or
// repeated without harm.
import type { Logger } from 'pino';
import type { Command } from '../../chaincode/protocol/commands.js';
import type { WorkerSubmitter } from '../worker/submitter.js';
import type { DealAction } from './due-actions.js';

/** False: something was refused; process the deal again later. Throws as LedgerClient.submit. */
export async function executeDealActions(
  deal: string,
  actions: readonly DealAction[],
  means: { readonly submitter: WorkerSubmitter; readonly log: Logger },
): Promise<boolean> {
  if (actions.length === 0) return true;
  const outcomes = await means.submitter.submit(
    'agreement',
    actions.map((action) => commandOf(deal, action)),
  );
  actions.forEach(({ action }, index) => {
    const outcome = outcomes[index];
    if (outcome?.ok === false) {
      means.log.info({ deal, action, code: outcome.code }, 'the ledger refused an action');
    }
  });
  return outcomes.every((outcome) => outcome.ok);
}

function commandOf(deal: string, { action, ...subject }: DealAction): Command {
  return { action, params: { deal, ...subject } };
}
