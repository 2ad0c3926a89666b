// The channel's rules: founded by the marketplace, its commission within the cap by its administrator's word, all else
// changed as most of the other members have accepted, after the delay, and always within the bounds.
import type { LinkRow } from '../chaincode/protocol/account.js';
import { LEAST_PART_BASIS_POINTS } from '../chaincode/protocol/fees.js';
import type { ParametersRow } from '../chaincode/protocol/member.js';
import { changeDelayBounds, firstOutOfBounds, leastStopMs } from '../chaincode/protocol/time-bounds.js';
import { firstBroken, sameJson, writesOf, type CheckScope } from './check.js';
import type { EscrowTransaction, LedgerRows, RowWrite } from './escrow-transaction.js';
import type { Place } from './findings.js';
import { RuleReplay, type Rules } from './rule-replay.js';

/** A change of the rules, as verify lists it. */
export interface RuleChange extends Place {
  readonly what: 'founded' | 'commission' | 'applied';
  /** Of the parameters afterwards. */
  readonly version: number;
  readonly commissionBasisPoints: number;
  /** Members whose genuine voices stand behind it; empty: it needs none. */
  readonly voices: readonly string[];
}

interface Writes {
  readonly parameters: RowWrite<'parameters'> | null;
  readonly proposal: RowWrite<'parametersProposal'> | null;
}

const NEEDED =
  'founding by the marketplace, a commission within the cap by its administrator, or what most of the other members ' +
  'have accepted, after the delay, within the bounds of the rules';

export class ParameterCheck {
  readonly changes: RuleChange[] = [];
  private readonly replay = new RuleReplay();

  check(transaction: EscrowTransaction, scope: CheckScope): void {
    const writes: Writes = {
      parameters: writesOf(transaction, 'parameters')[0] ?? null,
      proposal: writesOf(transaction, 'parametersProposal')[0] ?? null,
    };
    if (writes.parameters === null && writes.proposal === null) return;
    const before = rulesBefore(writes, scope);
    const made = this.outcome(before, transaction, scope);
    for (const [name, fault] of faultsOf(writes, made, scope.ledger)) {
      scope.findings.expect('parameters', transaction.place, fault === null, () => ({
        found: `${name}: ${fault ?? ''}`,
        needed: NEEDED,
      }));
    }
    if (writes.parameters !== null) this.note(before, writes.parameters.after, transaction.place);
  }

  /** What the transaction's own commands make of the rules; a text: why one of them may not. */
  private outcome(before: Rules, transaction: EscrowTransaction, scope: CheckScope): Rules | string {
    const { commands, event, sender, timestampMs: now } = transaction;
    let rules = before;
    for (const [index, command] of commands.entries()) {
      const result = event?.results[index]?.result;
      if (result?.ok !== true || result.repeated === true) continue;
      const made = this.replay.after(rules, command, { sender, now, scope });
      if (typeof made === 'string') return made;
      rules = made;
    }
    return rules;
  }

  private note({ parameters, proposal }: Rules, after: ParametersRow, place: Place): void {
    const { version, commissionBasisPoints } = after;
    const what = whatOf(parameters, after);
    if (what === null) return;
    const voices = what === 'applied' && proposal !== null ? this.replay.voicesFor(proposal) : [];
    this.changes.push({ ...place, what, version, commissionBasisPoints, voices });
  }
}

/** Null: a commission account was named, which is listed nowhere. */
function whatOf(before: ParametersRow | null, after: ParametersRow): RuleChange['what'] | null {
  if (before === null) return 'founded';
  if (before.version !== after.version) return 'applied';
  return before.commissionBasisPoints === after.commissionBasisPoints ? null : 'commission';
}

function rulesBefore({ parameters, proposal }: Writes, { ledger }: CheckScope): Rules {
  return {
    parameters: parameters === null ? ledger.row('parameters') : parameters.before,
    proposal: proposal === null ? ledger.row('parametersProposal') : proposal.before,
  };
}

function faultsOf(
  { parameters, proposal }: Writes,
  made: Rules | string,
  ledger: LedgerRows,
): readonly (readonly [string, string | null])[] {
  const fault = (name: keyof Rules, after: object): string | null => {
    if (typeof made === 'string') return made;
    return sameJson(made[name], after) ? null : 'other than its commands make it';
  };
  return [
    ...(parameters === null
      ? []
      : ([
          ['parameters', fault('parameters', parameters.after)],
          ['parameters', boundsFault(parameters.after, ledger)],
        ] as const)),
    ...(proposal === null ? [] : ([['parametersProposal', fault('proposal', proposal.after)]] as const)),
  ];
}

/** What members agree on may lead no offer out of the bounds of time, nor the commission astray. */
function boundsFault(after: ParametersRow, ledger: LedgerRows): string | null {
  const links = Object.entries(after.commissionLinks);
  const { least, most } = changeDelayBounds(after);
  return firstBroken(
    [
      () => links.every(([currency, id]) => activeLinkIn(currency, id, ledger) !== null),
      'a commission account that is not active, or in another currency',
    ],
    [() => isBounded(after, 'least') && isBounded(after, 'most'), 'times out of their bounds'],
    [() => after.changeDelayMs >= least && after.changeDelayMs <= most, 'a delay out of its bounds'],
    [() => after.minimumPartBasisPoints >= LEAST_PART_BASIS_POINTS, 'a smallest part out of its bounds'],
  );
}

/** Whether an offer with all times at this end of their ranges is within the bounds. */
function isBounded(parameters: ParametersRow, end: 'least' | 'most'): boolean {
  const { windowMs, slackMs, stepTimeMs, creditTimeMs } = parameters;
  const times = {
    ...{ windowMs, slackMs, stepTimeMs, creditTimeMs },
    payTimeMs: parameters.payTimeMs[end],
    answerTimeMs: parameters.answerTimeMs[end],
    inspectionTimeMs: parameters.inspectionTimeMs[end],
    shipTimeMs: parameters.shipTimeMs[end],
    deliverTimeMs: parameters.deliverTimeMs[end],
  };
  const longStopMs = Math.max(parameters.longStopMs, leastStopMs(times));
  return firstOutOfBounds({ ...times, longStopMs }) === null;
}

/** The active link of this id in this currency. */
export function activeLinkIn(currency: string, id: string | null, ledger: LedgerRows): LinkRow | null {
  const link = id === null ? null : ledger.attested('link', id);
  return link?.status === 'active' && link.currency === currency ? link : null;
}
