// The cache of what was read. It belongs to one person: the next who signs in starts with none.
import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query';
import { ApiProblem } from '../../gateway/sdk/api-client.js';
import { mayHelpAgain } from './answers.js';

const FRESH_MS = 1_000;
const MOST_TRIES = 3;
const LONGEST_PAUSE_MS = 3_000;

/** `onSessionOver`: the gateway no longer knows the session. */
export function makeQueries(onSessionOver: () => void): QueryClient {
  const onError = (error: Error): void => {
    if (!(error instanceof ApiProblem) || error.problem.status !== 401) return;
    queries.clear();
    onSessionOver();
  };
  const queries: QueryClient = new QueryClient({
    queryCache: new QueryCache({ onError }),
    mutationCache: new MutationCache({ onError }),
    defaultOptions: {
      queries: {
        staleTime: FRESH_MS,
        retry: (count, error) => count < MOST_TRIES && mayHelpAgain(error),
        retryDelay: (count) => Math.min(1_000 * 2 ** count, LONGEST_PAUSE_MS),
        networkMode: 'always',
      },
      mutations: { networkMode: 'always' },
    },
  });
  return queries;
}
