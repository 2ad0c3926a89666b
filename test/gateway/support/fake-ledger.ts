// A ledger client for unit tests whose answers a test sets one by one; what is not set is refused loudly.
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
    submit: unset('submit'),
    dryRun: unset('dryRun'),
    rows: unset('rows'),
    list: unset('list'),
    deal: unset('deal'),
    queryPrivate: unset('queryPrivate'),
    follow: unset('follow'),
    blocks: unset('blocks'),
    resolve: unset('resolve'),
    counters: NO_COUNTERS,
    close: () => Promise.resolve(),
    ...answers,
  };
}
