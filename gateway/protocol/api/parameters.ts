// The ledger's parameters for deals to come, for the marketplace's administrators. They hold the commission, so no
// client is answered.
import { z } from 'zod';
import { endpoint } from './endpoint.js';
import {
  bankIdSchema,
  commandBodySchema,
  currencySchema,
  hashSchema,
  idSchema,
  instantSchema,
  intentSchema,
  operationSchema,
} from './forms.js';

const MARKETPLACE = ['marketplace'] as const;

const basisPointsSchema = z.int().min(0).max(10_000);
const spanSchema = z.int().min(0);
/** `usual`: what a form proposes. */
const rangeSchema = z.strictObject({ least: spanSchema, most: spanSchema, usual: spanSchema });

/** Times in milliseconds, rates in basis points. */
export const parameterSettingsSchema = z
  .strictObject({
    /** Of deals whose offer's moderator has set no other. */
    commissionBasisPoints: basisPointsSchema,
    /** No moderator may set more. */
    commissionCapBasisPoints: basisPointsSchema,
    /** Least part payment, of the price. */
    minimumPartBasisPoints: basisPointsSchema,
    payTimeMs: rangeSchema,
    answerTimeMs: rangeSchema,
    inspectionTimeMs: rangeSchema,
    shipTimeMs: rangeSchema,
    deliverTimeMs: rangeSchema,
    stepTimeMs: spanSchema,
    creditTimeMs: spanSchema,
    longStopMs: spanSchema,
  })
  .meta({ id: 'ParameterSettings' });

const changeSchema = z.strictObject({
  /** Id of the administrator's order. */
  id: idSchema,
  at: instantSchema,
  by: z.string(),
  txId: z.string().nullable(),
  before: parameterSettingsSchema,
  after: parameterSettingsSchema,
});

const parametersSchema = z
  .strictObject({
    settings: parameterSettingsSchema,
    /** `settingsHash` of them: what an order replaces. */
    hash: hashSchema,
    windowMs: spanSchema,
    slackMs: spanSchema,
    commissionAccounts: z.array(
      z.strictObject({ currency: currencySchema, link: idSchema, bank: bankIdSchema.nullable() }),
    ),
    /** Newest first, at most twenty. */
    changes: z.array(changeSchema),
  })
  .meta({ id: 'Parameters' });
export type ParametersInfo = z.infer<typeof parametersSchema>;

export const parameterEndpoints = {
  getParameters: endpoint({
    at: MARKETPLACE,
    method: 'GET',
    path: '/api/v1/parameters',
    access: ['administrator'],
    summary: 'The parameters of deals to come, as the ledger has them, and who changed them last.',
    answer: parametersSchema,
    codes: ['NOT_READY'],
  }),
  changeParameters: endpoint({
    at: MARKETPLACE,
    method: 'PUT',
    path: '/api/v1/parameters',
    access: ['administrator'],
    summary:
      'Changes them by the signed order of an administrator (`orderParameters`); running deals keep theirs.',
    body: z.strictObject({ intent: intentSchema, settings: parameterSettingsSchema }),
    answer: parametersSchema,
    codes: [
      ...(['NOT_YOUR_INTENT', 'WRONG_ACTION', 'BAD_SIGNATURE', 'KEY_DIFFERS', 'CONTENT_DIFFERS'] as const),
      ...([
        'INTENT_EXPIRED',
        'OTHER_CONTENT',
        'PARAMETERS_CHANGED',
        'COMMISSION_CAP',
        'OUT_OF_RANGE',
      ] as const),
    ],
  }),
  setCommissionAccount: endpoint({
    at: MARKETPLACE,
    method: 'PUT',
    path: '/api/v1/parameters/commission-account',
    access: ['administrator'],
    summary:
      "Names a linked account of the administrator's own for the commissions in its currency, of offers listed from " +
      'now on: signed `setCommissionAccount`.',
    body: commandBodySchema,
    answer: operationSchema,
    idempotent: 'command',
  }),
} as const;
