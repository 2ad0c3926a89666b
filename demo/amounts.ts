// Sums and tables as a terminal shows them.
// Formats only; it computes no money.

const MINUS = '−';

/** "12 400.00" from 1240000 minor units of a currency with two decimals. */
export function amountText(minorUnits: bigint): string {
  const digits = (minorUnits < 0n ? -minorUnits : minorUnits).toString().padStart(3, '0');
  const whole = digits.slice(0, -2).replace(/\B(?=(\d{3})+$)/g, ' ');
  return `${minorUnits < 0n ? MINUS : ''}${whole}.${digits.slice(-2)}`;
}

/** As `amountText`, with a plus sign for what came in; zero has no sign. */
export function changeText(minorUnits: bigint): string {
  return minorUnits > 0n ? `+${amountText(minorUnits)}` : amountText(minorUnits);
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
