// Changes of sums and tables as a terminal shows them.
import { amountText } from '../gateway/protocol/money-text.js';

/** As `amountText`, with a plus sign for what came in; zero has no sign. */
export function changeText(minorUnits: bigint, currency: string): string {
  const text = amountText(minorUnits, currency);
  return minorUnits > 0n ? `+${text}` : text;
}

export interface Column {
  readonly title: string;
  readonly right?: boolean;
}

/** Lines of a table with aligned columns and a rule under the titles. */
export function tableLines(columns: readonly Column[], rows: readonly (readonly string[])[]): string[] {
  const widths = columns.map(({ title }, index) =>
    Math.max(title.length, ...rows.map((row) => (row[index] ?? '').length)),
  );
  const line = (cells: readonly string[]): string =>
    columns
      .map(({ right }, index) => {
        const [cell, width] = [cells[index] ?? '', widths[index] ?? 0];
        return right === true ? cell.padStart(width) : cell.padEnd(width);
      })
      .join('  ')
      .trimEnd();
  const rule = widths.map((width) => '─'.repeat(width)).join('  ');
  return [line(columns.map(({ title }) => title)), rule, ...rows.map(line)];
}
