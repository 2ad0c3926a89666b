// The channel's rules for deals to come, and how they change, for administrators of every member. They hold the
// commission, so no client is answered.
import { z } from 'zod';
import { endpoint } from './endpoint.js';
import {
  bankIdSchema,
  commandBodySchema,
  currencySchema,
  idSchema,
  instantSchema,
  operationSchema,
} from './forms.js';

const MARKETPLACE = ['marketplace'] as const;
const OTHERS = ['bank', 'courier'] as const;

const basisPointsSchema = z.int().min(0).max(10_000);
const spanSchema = z.int().min(0);
const mspSchema = z.string();
/** `usual`: what a form proposes. */
const rangeSchema = z.strictObject({ least: spanSchema, most: spanSchema, usual: spanSchema });

/** What members agree on. Times in milliseconds, rates in basis points. */
const agreedSettingsSchema = z
  .strictObject({
    members: z.array(z.strictObject({ msp: mspSchema, kind: z.enum(['marketplace', 'bank', 'courier']) })),
    /** The marketplace sets its commission up to here by itself. */
    commissionCapBasisPoints: basisPointsSchema,
    /** Least part payment, of the price. */
    minimumPartBasisPoints: basisPointsSchema,
    windowMs: spanSchema,
    slackMs: spanSchema,
    payTimeMs: rangeSchema,
    answerTimeMs: rangeSchema,
    inspectionTimeMs: rangeSchema,
    shipTimeMs: rangeSchema,
    deliverTimeMs: rangeSchema,
    stepTimeMs: spanSchema,
    creditTimeMs: spanSchema,
    longStopMs: spanSchema,
    /** From the voice that decides a change until it may be applied. */
    changeDelayMs: spanSchema,
  })
  .meta({ id: 'AgreedSettings' });

/** The last proposal, whatever became of it. */
const proposalSchema = z
  .strictObject({
    number: z.int().min(1),
    status: z.enum(['proposed', 'accepted', 'applied', 'withdrawn']),
    /** Version of the rules that it was made for. */
    replaces: z.int().min(1),
    settings: agreedSettingsSchema,
    proposedAt: instantSchema,
    /** Members that have accepted, by MSP id, in the order in which they did. */
    voices: z.array(z.strictObject({ member: mspSchema, at: instantSchema })),
    /** It takes effect then; null: not enough members have accepted. */
    dueAt: instantSchema.nullable(),
  })
  .meta({ id: 'ParametersProposal' });
export type ParametersProposalInfo = z.infer<typeof proposalSchema>;

const parametersSchema = z
  .strictObject({
    /** 1 at first, one more with each change that was agreed on. */
    version: z.int().min(1),
    settings: agreedSettingsSchema,
    /** Of deals whose offer's moderator has set no other. */
    commissionBasisPoints: basisPointsSchema,
    commissionAccounts: z.array(
      z.strictObject({ currency: currencySchema, link: idSchema, bank: bankIdSchema.nullable() }),
    ),
    /** Members that decide a proposal, of all but the marketplace. */
    quorum: z.int().min(1),
    proposal: proposalSchema.nullable(),
  })
  .meta({ id: 'Parameters' });
export type ParametersInfo = z.infer<typeof parametersSchema>;

export const parameterEndpoints = {
  getParameters: endpoint({
    at: ['marketplace', 'bank', 'courier'],
    method: 'GET',
    path: '/api/v1/parameters',
    access: ['administrator'],
    summary: 'The rules of deals to come, as the ledger has them, and the last proposal to change them.',
    answer: parametersSchema,
    codes: ['NOT_READY'],
  }),
  setCommission: endpoint({
    at: MARKETPLACE,
    method: 'PUT',
    path: '/api/v1/parameters/commission',
    access: ['administrator'],
    summary:
      'Sets the commission of offers listed from now on, within the cap that members have agreed on: signed ' +
      '`setCommission`.',
    body: commandBodySchema,
    answer: operationSchema,
    idempotent: 'command',
  }),
  proposeParameters: endpoint({
    at: MARKETPLACE,
    method: 'POST',
    path: '/api/v1/parameters/proposal',
    access: ['administrator'],
    summary:
      'Proposes other rules to the other members: signed `proposeParameters`. Running deals keep theirs; a proposal ' +
      'that is still open is replaced.',
    body: commandBodySchema,
    answer: operationSchema,
    idempotent: 'command',
  }),
  withdrawParameters: endpoint({
    at: MARKETPLACE,
    method: 'POST',
    path: '/api/v1/parameters/proposal/withdrawal',
    access: ['administrator'],
    summary: 'Withdraws the proposal that is not in force yet: signed `withdrawParameters`.',
    body: commandBodySchema,
    answer: operationSchema,
    idempotent: 'command',
  }),
  acceptParameters: endpoint({
    at: OTHERS,
    method: 'POST',
    path: '/api/v1/parameters/proposal/acceptance',
    access: ['administrator'],
    summary: "Gives this member's voice for the proposal: signed `acceptParameters`.",
    body: commandBodySchema,
    answer: operationSchema,
    idempotent: 'command',
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
