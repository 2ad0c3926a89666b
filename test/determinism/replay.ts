// Replays a recording in one process per surroundings and gathers their reports.
import { fork } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serialize } from 'node:v8';
import type { ReplayReport } from './replay-process.js';
import { SURROUNDINGS, type Surroundings } from './runtime-environment.js';
import type { Recording } from './recording.js';

/**
 * Reports in the order of SURROUNDINGS. Processes and not worker threads: a thread shares its process's time zone
 * and locale whatever its environment says.
 */
export async function replayEverywhere(recording: Recording): Promise<readonly ReplayReport[]> {
  const folder = mkdtempSync(join(tmpdir(), 'forescrow-recording-'));
  try {
    const file = join(folder, 'recording');
    writeFileSync(file, serialize(recording));
    return await Promise.all(SURROUNDINGS.map((surroundings) => replayIn(surroundings, file)));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function replayIn({ zone, locale, clockOffsetMs }: Surroundings, file: string): Promise<ReplayReport> {
  const script = join(__dirname, 'replay-process.js');
  const env = { ...process.env, TZ: zone, LC_ALL: locale, LANG: locale };
  const child = fork(script, [file, String(clockOffsetMs)], { env, serialization: 'advanced', execArgv: [] });
  return new Promise((resolve, reject) => {
    let report: ReplayReport | undefined;
    child.on('message', (message) => (report = message as ReplayReport)); // its one message
    child.on('error', reject);
    child.on('exit', (code) => {
      if (report === undefined) reject(new Error(`the replay in ${zone} ended with ${String(code)}`));
      else resolve(report);
    });
  });
}
