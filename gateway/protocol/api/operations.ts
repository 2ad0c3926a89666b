// What became of a signed command.
import { endpoint } from './endpoint.js';
import { operationSchema } from './forms.js';

export const operationEndpoints = {
  getOperation: endpoint({
    at: ['marketplace', 'bank', 'courier'],
    method: 'GET',
    path: '/api/v1/operations/{operation}',
    access: 'signedIn',
    summary:
      "What became of one of the person's own signed commands; its id is the intent's. `Prefer: wait=<s>` waits.",
    answer: operationSchema,
    codes: ['NOT_FOUND'],
  }),
} as const;
