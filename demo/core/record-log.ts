// What a simulated core remembers, one JSON object a line, in a file that its owner alone reads.
import { appendFileSync, existsSync, mkdirSync, readFileSync, truncateSync } from 'node:fs';
import { dirname } from 'node:path';

export class RecordLog {
  private constructor(private readonly path: string) {}

  /** Reads what is there; a last line without its end was never acknowledged and is cut off. */
  static open<Entry>(
    path: string,
    parse: (value: unknown) => Entry,
  ): { readonly log: RecordLog; readonly records: readonly Entry[] } {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    const text = existsSync(path) ? readFileSync(path, 'utf8') : '';
    const whole = text.slice(0, text.lastIndexOf('\n') + 1);
    if (whole !== text) truncateSync(path, Buffer.byteLength(whole));
    const lines = whole.split('\n').filter((line) => line !== '');
    return { log: new RecordLog(path), records: lines.map((line) => parse(JSON.parse(line))) };
  }

  append(record: object): void {
    appendFileSync(this.path, `${JSON.stringify(record)}\n`, { mode: 0o600, flush: true });
  }
}
