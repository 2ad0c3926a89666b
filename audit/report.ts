// The result of an audit as lines for a person.
import { amountText } from '../gateway/protocol/money-text.js';
import { CHECKS, type CheckName, type Finding } from './findings.js';
import type { VerifyReport } from './verify.js';

const WHAT = { founded: 'founded', commission: 'commission set', applied: 'agreed change' } as const;
const MOST_FINDINGS = 20;
const AMOUNT_WIDTH = 24;

export function reportLines(report: VerifyReport): string[] {
  const { blocks, transactions, findings, ok } = report;
  const found = Object.values(report.checks).reduce((sum, count) => sum + (count?.findings ?? 0), 0);
  return [
    ...checkLines(report),
    ...bookLines(report),
    ...ruleLines(report),
    ...privateLines(report),
    ...findings.slice(0, MOST_FINDINGS).flatMap(findingLines),
    ...(found > MOST_FINDINGS
      ? [`… and ${String(found - MOST_FINDINGS)} more findings (--json shows them).`]
      : []),
    `First block ${report.firstHash ?? 'none'}`,
    `Last block  ${report.lastHash ?? 'none'}`,
    `${String(blocks)} blocks, ${String(transactions)} transactions: ` +
      (ok ? 'everything verified.' : `${String(found)} findings.`),
  ];
}

function checkLines({ checks }: VerifyReport): string[] {
  const names = Object.keys(checks) as CheckName[]; // names of CHECKS
  const width = Math.max(0, ...names.map((name) => name.length));
  return names.map((name) => {
    const { checked, findings } = checks[name] ?? { checked: 0, findings: 0 };
    const verdict = findings === 0 ? 'ok      ' : `${String(findings)} WRONG`.padEnd(8);
    return `${verdict} ${String(checked).padStart(8)}  ${name.padEnd(width)}  ${CHECKS[name]}`;
  });
}

function bookLines({ books }: VerifyReport): string[] {
  if (books.length === 0) return [];
  const width = Math.max(...books.map(({ account }) => account.length));
  const lines = books.map(({ currency, account, sum }) => {
    const amount = amountText(BigInt(sum), currency).padStart(AMOUNT_WIDTH);
    return `  ${account.padEnd(width)} ${amount} ${currency}`;
  });
  return ['Trial balance (owed by the bank +, owed to it −):', ...lines];
}

function ruleLines({ ruleChanges }: VerifyReport): string[] {
  if (ruleChanges.length === 0) return [];
  const lines = ruleChanges.map(({ what, block, version, commissionBasisPoints, voices }) => {
    const by = voices.length === 0 ? '' : `, accepted by ${voices.join(', ')}`;
    const commission = `commission ${String(commissionBasisPoints)} basis points`;
    return `  block ${String(block)}: ${WHAT[what]}, version ${String(version)}, ${commission}${by}`;
  });
  return ['Rules of the channel:', ...lines];
}

function privateLines({ notReplayed }: VerifyReport): string[] {
  if (notReplayed.length === 0) return [];
  const owners = [...new Set(notReplayed.map(({ mspId }) => mspId))];
  const lines = owners.map((owner) => {
    const own = notReplayed.filter(({ mspId }) => mspId === owner);
    const commands = own.map(({ action, commands: count }) => `${action || 'unknown'} ${String(count)}`);
    return `  ${owner}: ${commands.join(', ')}`;
  });
  return ['Not replayed, since no block holds them; checked by what they left in public:', ...lines];
}

function findingLines({ check, block, transaction, found, needed }: Finding): string[] {
  const where = transaction === null ? '' : `, transaction ${transaction}`;
  return [`FOUND ${check}: block ${String(block)}${where}`, `  found:  ${found}`, `  needed: ${needed}`];
}
