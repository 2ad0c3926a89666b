// Duty: a ledger client for unit tests whose answers a test sets one by one; what is not set is refused loudly.
// Must not: behave like a ledger; tests of rules use the embedded one.
import type { LedgerClient } from '../../../gateway/ledger/ledger-client.js';

const NO_COUNTERS: LedgerClient['counters'] = {
  transactions: 0,
  commands: 0,
  endorseCalls: 0,
  submitCalls: 0,
  evaluateCalls: 0,
  commitStatusCalls: 0,
  conflicts: 0,
  retries: 0,
  mostInFlight: 0,
};

export function fakeLedger(answers: Partial<LedgerClient>): LedgerClient {
  const unset = (name: string) => () => {
    throw new Error(`the test did not expect a call of ${name}`);
  };
  return {
    ready: () => Promise.resolve(),
    agree: unset('agree'),
    own: unset('own'),
    tryOwn: unset('tryOwn'),
    rows: unset('rows'),
    list: unset('list'),
    deal: unset('deal'),
    privately: unset('privately'),
    follow: unset('follow'),
    settle: unset('settle'),
    counters: NO_COUNTERS,
    close: () => Promise.resolve(),
    ...answers,
  };
}
