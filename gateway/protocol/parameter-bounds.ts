// The settings that an administrator proposes one by one, and what the ledger's rules allow for each.
import { LEAST_PART_BASIS_POINTS } from '../../chaincode/protocol/fees.js';
import type { AgreedSettings } from '../../chaincode/protocol/member.js';
import { changeDelayBounds, LONGEST_STOP_MS, LONGEST_TIME_MS } from '../../chaincode/protocol/time-bounds.js';

const RATES = ['commissionCapBasisPoints', 'minimumPartBasisPoints'] as const;
const RANGES = ['payTimeMs', 'answerTimeMs', 'inspectionTimeMs', 'shipTimeMs', 'deliverTimeMs'] as const;
const SPANS = ['stepTimeMs', 'creditTimeMs', 'longStopMs', 'changeDelayMs'] as const;
export const PARAMETER_NAMES = { rates: RATES, ranges: RANGES, spans: SPANS } as const;
/** Members and clock rules are not among them: these stand in every member's own configuration as well. */
export type ParameterName = (typeof RATES | typeof RANGES | typeof SPANS)[number];
export type ParameterSettings = Pick<AgreedSettings, ParameterName>;

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
  const step = changeDelayBounds(clock);
  return {
    ...{ commissionCapBasisPoints: RATE, minimumPartBasisPoints: PART },
    ...{ payTimeMs: time, answerTimeMs: time, inspectionTimeMs: time },
    ...{ shipTimeMs: step, deliverTimeMs: step, stepTimeMs: step, creditTimeMs: step, changeDelayMs: step },
    longStopMs: { least: 0, most: LONGEST_STOP_MS },
  };
}
