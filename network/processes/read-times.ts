// Has the databases of a running system measured, by a program of the gateways', which alone know what they store.
import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';

import {
  readTimesAnswerSchema,
  type ReadTimesAnswer,
  type ReadTimesRequest,
} from '../../gateway/protocol/read-times.js';
import { marketplaceOf, type Consortium, type Member } from '../consortium.js';
import { databasePlace } from '../postgres/databases.js';
import { READ_TIMES_ENTRY, REPOSITORY_ROOT } from '../repository.js';
import { SetupError } from '../setup-error.js';
import type { SystemFolder } from './system-folder.js';

/** Of the marketplace and the first `banks` banks; `people`: whose personal pages. Rejects with `SetupError`. */
export async function readTimes(
  place: { readonly folder: SystemFolder; readonly consortium: Consortium },
  of: { readonly people: readonly string[]; readonly banks: number },
): Promise<ReadTimesAnswer> {
  const { consortium } = place;
  const addressOf = (member: Member): { readonly mspId: string; readonly url: string } => {
    const database = databasePlace(place, member);
    return { mspId: member.mspId, url: database.kind === 'named' ? database.url : database.server.url() };
  };
  const banks = consortium.members.filter(({ kind }) => kind === 'bank').slice(0, of.banks);
  const request: ReadTimesRequest = {
    world: consortium.world,
    marketplace: { ...addressOf(marketplaceOf(consortium)), people: [...of.people] },
    banks: banks.map(addressOf),
  };
  return readTimesAnswerSchema.parse(JSON.parse(await answerTo(request)));
}

/** Addresses may hold passwords: they go by standard input. */
async function answerTo(request: ReadTimesRequest): Promise<string> {
  const child = spawn(process.execPath, [READ_TIMES_ENTRY], {
    cwd: REPOSITORY_ROOT,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('close', resolve);
    child.once('error', reject);
  });
  child.stdin.end(JSON.stringify(request));
  const [answer, words, code] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  if (code === 0) return answer;
  throw new SetupError(`The databases could not be measured: ${words.trim().split('\n').at(-1) ?? ''}`);
}
