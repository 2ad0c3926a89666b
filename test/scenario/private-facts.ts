// Duty: harvests what must stay private from the places where it may be, and lists every place where it must not.
// Must not: know what is private by heart: it takes all accounts, balances, customers, codes and keys that are there.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Consortium, Member } from '../../network/consortium.js';
import { LevelStore } from '../../network/embedded/engine/level-store.js';
import { decodeVersioned } from '../../network/embedded/engine/state.js';
import { ownerPrefix, prefixEnd, type Entry } from '../../network/embedded/engine/store.js';
import type { SystemFolder } from '../../network/processes/system-folder.js';
import type { Secret } from './leak-scanner.js';

/** Bytes that somebody holds. `reader` null: everybody, or nobody in particular. */
export interface Place {
  readonly name: string;
  readonly reader: string | null;
  readonly bytes: Uint8Array;
}

export interface Evidence {
  readonly secrets: readonly Secret[];
  readonly places: readonly Place[];
}

/** Shortest sum that is looked for: shorter ones stand everywhere by chance. */
const SUM_DIGITS = 5;
/** LevelDB's greatest limit. */
const MOST_ENTRIES = 2 ** 31 - 1;

/** To be called while the system is down: reads the ledger's files. `publicSums`: amounts that the ledger shows. */
export async function gatherEvidence(
  folder: SystemFolder,
  consortium: Consortium,
  publicSums: ReadonlySet<string>,
): Promise<Evidence> {
  const store = await LevelStore.open(join(folder.ledgerData, 'store'));
  const view = store.snapshot();
  try {
    const all = await view.range('\u0000', '\u00ff', MOST_ENTRIES);
    const secrets: Secret[] = [];
    for (const member of consortium.members) {
      const owned = all.filter(({ key }) => isOwnedBy(key, member.mspId));
      secrets.push(...privateRowSecrets(member, owned, publicSums), ...gatewaySecrets(folder, member));
    }
    return {
      secrets: merged(secrets),
      places: [...ledgerPlaces(all, consortium), ...filePlaces(folder, consortium)],
    };
  } finally {
    view.close();
    await store.close();
  }
}

function isOwnedBy(key: string, mspId: string): boolean {
  const prefix = ownerPrefix(mspId);
  return key >= prefix && key < prefixEnd(prefix);
}

/** Account numbers, holders and balances in a bank's own collection. */
function privateRowSecrets(
  member: Member,
  rows: readonly Entry[],
  publicSums: ReadonlySet<string>,
): Secret[] {
  return rows.flatMap(({ value }) => {
    const row = jsonIn(Buffer.from(decodeVersioned(value).value).toString('utf8'));
    if (!('account' in row && 'holder' in row && 'available' in row)) return [];
    const holders = [member.mspId];
    const texts: [string, unknown][] = [
      ['account number', row['account']],
      ['holder reference', row['holder']],
      ...['available', 'held'].map((name): [string, unknown] => [`balance (${name})`, row[name]]),
    ];
    return texts.flatMap(([label, text]) => {
      if (typeof text !== 'string' || text.length < SUM_DIGITS || publicSums.has(text)) return [];
      return [{ label: `${label} at ${member.name}`, text, holders }];
    });
  });
}

/** Keys are hashed, so a row is known by its fields; what is no JSON object has none. */
function jsonIn(text: string): { readonly [field: string]: unknown } {
  try {
    return (JSON.parse(text) ?? {}) as { readonly [field: string]: unknown };
  } catch {
    return {};
  }
}

/** Names, phones, one-time codes, refund keys and secrets in a bank gateway's own files. */
function gatewaySecrets(folder: SystemFolder, member: Member): Secret[] {
  const holders = [member.mspId];
  const records = (file: string): { readonly [field: string]: unknown }[] =>
    linesOf(join(folder.gatewayData(member), file)).map(jsonIn);
  const secret = (label: string, text: unknown): Secret[] =>
    typeof text === 'string' ? [{ label: `${label} at ${member.name}`, text, holders }] : [];
  return [
    ...records('simulated-bank.jsonl').flatMap((record) => {
      const customer = (record['customer'] ?? {}) as { readonly name?: unknown; readonly phone?: unknown };
      return [...secret('name', customer.name), ...secret('phone', customer.phone)];
    }),
    ...records('fake-phone.jsonl').flatMap((record) =>
      secret('one-time code', (record['message'] as { code?: unknown } | undefined)?.code ?? record['code']),
    ),
    ...records('made-values.jsonl').flatMap(({ subject, value }) => {
      const name = String(subject);
      if (name.startsWith('operation/')) return [];
      return secret(name.startsWith('refund key/') ? 'refund key' : `kept value (${name})`, value);
    }),
  ];
}

function linesOf(file: string): string[] {
  try {
    return readFileSync(file, 'utf8')
      .split('\n')
      .filter((line) => line !== '');
  } catch {
    return []; // no bank
  }
}

/** One person may be a customer of two banks. */
function merged(secrets: readonly Secret[]): Secret[] {
  const byText = new Map<string, Secret>();
  for (const secret of secrets) {
    const known = byText.get(secret.text);
    byText.set(secret.text, {
      ...secret,
      holders: [...(known?.holders ?? []), ...secret.holders],
    });
  }
  return [...byText.values()];
}

/** Blocks, public state, hashes, and each organisation's own part of the store. */
function ledgerPlaces(entries: readonly Entry[], consortium: Consortium): Place[] {
  return entries.map(({ key, value }) => {
    const owner = consortium.members.find(({ mspId }) => isOwnedBy(key, mspId));
    const name = owner === undefined ? `ledger, section ${key.slice(0, 1)}` : `${owner.name}'s private rows`;
    const bytes = Buffer.concat([Buffer.from(key, 'latin1'), Buffer.from('\n'), value]);
    return { name, reader: owner?.mspId ?? null, bytes };
  });
}

/** Every gateway's folder and every log; logs may hold nobody's secrets, not even their own organisation's. */
function filePlaces(folder: SystemFolder, consortium: Consortium): Place[] {
  const logs = filesBelow(folder.logs).map((file) => ({
    name: `log ${file}`,
    reader: null,
    bytes: readFileSync(file),
  }));
  const gateways = consortium.members.flatMap((member) =>
    filesBelow(folder.gatewayData(member)).map((file) => ({
      name: `${member.name}'s gateway, ${file}`,
      reader: member.mspId,
      bytes: readFileSync(file),
    })),
  );
  return [...logs, ...gateways];
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}
