// What the marketplace's administrator may set for deals to come, and the signed order by which it is set: an action
// that no rule of the ledger accepts. The marketplace's own certificate sends the change, as the ledger's rule has it.
import { hashOf, type Json } from '../../chaincode/protocol/canonical-json.js';
import { LEAST_PART_BASIS_POINTS } from '../../chaincode/protocol/fees.js';
import type { Hash } from '../../chaincode/protocol/forms.js';
import type { ParametersRow } from '../../chaincode/protocol/member.js';
import { LONGEST_STOP_MS, LONGEST_TIME_MS, marginMs } from '../../chaincode/protocol/time-bounds.js';

const RATES = ['commissionBasisPoints', 'commissionCapBasisPoints', 'minimumPartBasisPoints'] as const;
const RANGES = ['payTimeMs', 'answerTimeMs', 'inspectionTimeMs', 'shipTimeMs', 'deliverTimeMs'] as const;
const SPANS = ['stepTimeMs', 'creditTimeMs', 'longStopMs'] as const;
export const PARAMETER_NAMES = { rates: RATES, ranges: RANGES, spans: SPANS } as const;
export type ParameterName = (typeof RATES | typeof RANGES | typeof SPANS)[number];

/** Members and clock rules are not among them: these stand in every member's own configuration as well. */
export type ParameterSettings = Pick<ParametersRow, ParameterName>;

export const PARAMETERS_ORDER = 'orderParameters';

/** Signed by an administrator. `replaces`: what stood there when the order was given; another order came first else. */
export interface ParametersOrder {
  readonly action: typeof PARAMETERS_ORDER;
  readonly id: string;
  readonly params: { readonly replaces: Hash; readonly settings: Hash };
}

export function settingsOf(row: ParameterSettings): ParameterSettings {
  const { commissionBasisPoints, commissionCapBasisPoints, minimumPartBasisPoints } = row;
  const { payTimeMs, answerTimeMs, inspectionTimeMs, shipTimeMs, deliverTimeMs } = row;
  const { stepTimeMs, creditTimeMs, longStopMs } = row;
  return {
    ...{ commissionBasisPoints, commissionCapBasisPoints, minimumPartBasisPoints },
    ...{ payTimeMs, answerTimeMs, inspectionTimeMs, shipTimeMs, deliverTimeMs },
    ...{ stepTimeMs, creditTimeMs, longStopMs },
  };
}

export function settingsHash(settings: ParameterSettings): Hash {
  // Numbers and ranges of numbers; the type merely lacks the index signature that Json asks for.
  const values = settingsOf(settings) as unknown as { readonly [name: string]: Json };
  return hashOf({ domain: 'forescrow parameters v1', ...values });
}

export interface Bounds {
  readonly least: number;
  readonly most: number;
}

const RATE: Bounds = { least: 0, most: 10_000 };
const PART: Bounds = { ...RATE, least: LEAST_PART_BASIS_POINTS };

/** What the ledger's rules allow, whatever the other values are; the rules check how they fit together. */
export function parameterBounds(clock: { readonly windowMs: number; readonly slackMs: number }): {
  readonly [N in ParameterName]: Bounds;
} {
  const time = { least: 0, most: LONGEST_TIME_MS };
  // Nothing that clocks decide may be shorter than they differ.
  const step = { least: marginMs(clock), most: LONGEST_TIME_MS };
  return {
    ...{ commissionBasisPoints: RATE, commissionCapBasisPoints: RATE, minimumPartBasisPoints: PART },
    ...{ payTimeMs: time, answerTimeMs: time, inspectionTimeMs: time },
    ...{ shipTimeMs: step, deliverTimeMs: step, stepTimeMs: step, creditTimeMs: step },
    longStopMs: { least: 0, most: LONGEST_STOP_MS },
  };
}
