// A list in the owner lane hides why a command was refused, since every member reads its result. Who may act for the
// owner is given the true code, by trying the command once more without writing.
import type { LedgerClient } from '../ledger/ledger-client.js';

const HIDDEN = 'REFUSED';

/** The same submissions, with true codes. What would be taken on the second look stays as it was. */
export function withTrueCodes(
  ledger: Pick<LedgerClient, 'submit' | 'resolve' | 'dryRun'>,
): Pick<LedgerClient, 'submit' | 'resolve'> {
  return {
    resolve: (txId, signal) => ledger.resolve(txId, signal),
    submit: async (lane, commands, options) => {
      const outcomes = await ledger.submit(lane, commands, options);
      if (lane !== 'owner' || !outcomes.some((outcome) => !outcome.ok && outcome.code === HIDDEN))
        return outcomes;
      const tried = await ledger.dryRun([commands].flat());
      return outcomes.map((outcome, index) => {
        const again = tried[index];
        const isHidden = !outcome.ok && outcome.code === HIDDEN;
        return isHidden && again?.ok === false ? { ...outcome, code: again.code } : outcome;
      });
    },
  };
}
