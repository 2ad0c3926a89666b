// Duty: the commands that carry due steps to the ledger, with operation ids and refund keys kept beforehand.
// Must not: decide whether a step is due, or send.
import type { Command } from '../../chaincode/protocol/commands.js';
import type { AgreementStep, BankStep } from './deal-steps.js';
import type { KeptOperations } from './kept-operations.js';

/** Steps of a bank that are one command each; answers have a path of their own (`leg-answers.ts`). */
export type BankCommandStep = Exclude<BankStep, { readonly step: 'answerLeg' }>;

export function agreementCommand(deal: string, step: AgreementStep): Command {
  if (step.step === 'admitLeg' || step.step === 'closeLeg') {
    return { action: step.step, params: { deal, leg: step.leg } };
  }
  return { action: step.step, params: { deal } };
}

export async function bankCommand(
  deal: string,
  step: BankCommandStep,
  kept: KeptOperations,
): Promise<Command> {
  switch (step.step) {
    case 'noteDelivery':
      return { action: 'noteDelivery', params: { deal } };
    case 'credit': {
      const { leg, payee } = step;
      const operation = await kept.operation({ kind: 'credit', deal, leg, payee });
      return { action: 'credit', params: { deal, leg, payee, operation } };
    }
    case 'capture':
    case 'voidLeg': {
      // The void of an expired hold has the id that was kept for a late one: a leg is given back once.
      const kind = step.step === 'capture' ? 'capture' : 'void';
      const { leg } = step;
      const operation = await kept.operation({ kind, deal, leg });
      const refundKey = await kept.refundKey(deal);
      return { action: step.step, params: { deal, leg, operation, refundKey } };
    }
  }
}
