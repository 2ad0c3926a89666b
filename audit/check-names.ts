// Names of banks: the row of a name's look names the bank that has it. That a name is readable, the row's form says.
import { nameSkeleton } from '../chaincode/protocol/display-name.js';
import { firstBroken, writesOf, type CheckScope } from './check.js';
import type { EscrowTransaction } from './escrow-transaction.js';

export function checkNames(transaction: EscrowTransaction, { findings, ledger }: CheckScope): void {
  for (const { key, before, after } of writesOf(transaction, 'bank')) {
    const isOwn = () => ledger.row('bankName', nameSkeleton(after.name))?.bank === after.id;
    const trouble = firstBroken(
      [() => before === null || before.name === after.name, 'another name than before'],
      [isOwn, 'a name that looks like that of another bank'],
    );
    findings.expect('names', transaction.place, trouble === null, () => ({
      found: `${key}: ${trouble ?? ''}`,
      needed: "the bank's first name, which looks like no other bank's",
    }));
  }
}
