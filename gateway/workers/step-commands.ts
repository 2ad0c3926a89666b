// Duty: the commands that carry due steps to the ledger, with operation ids and refund keys kept beforehand.
// Must not: decide whether a step is due, or send.
import type { Command } from '../../chaincode/protocol/commands.js';
import type { AgreementStep, BankStep } from './deal-steps.js';
import type { KeptOperations } from './kept-operations.js';

/** Steps of a bank that are one command each; answers have a path of their own (`payment-answers.ts`). */
export type BankCommandStep = Exclude<BankStep, { readonly step: 'answerPayment' }>;

export function agreementCommand(deal: string, step: AgreementStep): Command {
  if (step.step === 'admitPayment' || step.step === 'closeAdmission') {
    return { action: step.step, params: { deal, payment: step.payment } };
  }
  return { action: step.step, params: { deal } };
}

export async function bankCommand(
  deal: string,
  step: BankCommandStep,
  kept: KeptOperations,
): Promise<Command> {
  switch (step.step) {
    case 'recordDelivery':
      return { action: 'recordDelivery', params: { deal } };
    case 'credit': {
      const { payment, payee } = step;
      const operation = await kept.operation({ kind: 'credit', deal, payment, payee });
      return { action: 'credit', params: { deal, payment, payee, operation } };
    }
    case 'capture':
    case 'voidPayment': {
      // The void of an expired hold has the id that was kept for a late one: a payment is given back once.
      const kind = step.step === 'capture' ? 'capture' : 'void';
      const { payment } = step;
      const operation = await kept.operation({ kind, deal, payment });
      const refundKey = await kept.refundKey(deal);
      return { action: step.step, params: { deal, payment, operation, refundKey } };
    }
  }
}
