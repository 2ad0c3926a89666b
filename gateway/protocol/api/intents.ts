// The door that needs no session: a person's signed command to the ledger, through the gateway of any member.
import { endpoint } from './endpoint.js';
import { commandBodySchema, operationSchema } from './forms.js';

const EVERYWHERE = ['marketplace', 'bank', 'courier'] as const;
const MOST_BYTES = 16_384;

export const intentEndpoints = {
  submitIntent: endpoint({
    at: EVERYWHERE,
    method: 'POST',
    path: '/ledger/v1/intents',
    access: 'anybody',
    anyOrigin: true,
    mostBytes: MOST_BYTES,
    summary:
      'Takes a signed command of the agreement lane from any active person on the ledger; the signature is the entry.',
    body: commandBodySchema,
    answer: operationSchema,
    idempotent: 'command',
    codes: [
      'WRONG_LANE',
      'WRONG_ACTION',
      'BAD_SIGNATURE',
      'KEY_DIFFERS',
      'INTENT_EXPIRED',
      'OTHER_CONTENT',
      'PAYMENT_OPEN',
      'TOO_MANY_UNPAID',
      'TOO_MANY_UNCONFIRMED',
    ],
  }),
  getIntent: endpoint({
    at: EVERYWHERE,
    method: 'GET',
    path: '/ledger/v1/intents/{person}/{id}',
    access: 'anybody',
    anyOrigin: true,
    summary:
      'What became of a signed command of the agreement lane. `Prefer: wait=<s>` waits for the outcome.',
    answer: operationSchema,
    codes: ['NOT_FOUND'],
  }),
} as const;
