// Hands a document to the person as a file of his device.

const INDENT = 2;

export function saveJson(name: string, content: unknown): void {
  save(name, JSON.stringify(content, null, INDENT), 'application/json');
}

/** RFC 4180. The caller writes no text that a spreadsheet would take for a formula. */
export function saveCsv(name: string, lines: readonly (readonly (string | number)[])[]): void {
  const text = lines.map((line) => line.map((cell) => quoted(String(cell))).join(',')).join('\r\n');
  save(name, `${text}\r\n`, 'text/csv;charset=utf-8');
}

function save(name: string, text: string, type: string): void {
  const address = URL.createObjectURL(new Blob([text], { type }));
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  URL.revokeObjectURL(address);
}

function quoted(cell: string): string {
  return /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}
