// Gathers what must stay private from the places where it may be, and lists every place where it must not.
import { readFileSync } from 'node:fs';
import { refundKeyOf } from '../../chaincode/protocol/refund-key.js';
import type { Consortium, Member } from '../../network/consortium.js';
import type { SystemFolder } from '../../network/processes/system-folder.js';
import type { Secret } from './leak-scanner.js';
import { filesBelow, type LedgerContents, type Place } from './ledger-contents.js';
import { storedRows, type StoredRows } from './stored-rows.js';

export interface Attestation {
  readonly secrets: readonly Secret[];
  readonly places: readonly Place[];
}

/** Shortest sum that is looked for: shorter ones stand everywhere by chance. */
const SUM_DIGITS = 5;

/** To be called while the system is down. `publicSums`: amounts that the ledger shows. */
export async function gatherAttestation(of: {
  readonly folder: SystemFolder;
  readonly consortium: Consortium;
  readonly publicSums: ReadonlySet<string>;
  readonly ledger: LedgerContents;
}): Promise<Attestation> {
  const { folder, consortium, publicSums, ledger } = of;
  const secrets: Secret[] = [];
  const databases: Place[] = [];
  for (const member of consortium.members) {
    const rows = await storedRows(folder, member);
    const own = ledger.privateValues.get(member.mspId) ?? [];
    secrets.push(...privateRowSecrets(member, own, publicSums), ...gatewaySecrets(member, rows));
    secrets.push(...coreSecrets(folder, member, consortium));
    databases.push(databasePlaceOf(member, rows));
  }
  return { secrets: merged(secrets), places: [...ledger.places, ...logPlaces(folder), ...databases] };
}

/** Account numbers, holders and balances in a bank's own collection. */
function privateRowSecrets(
  member: Member,
  values: readonly Uint8Array[],
  publicSums: ReadonlySet<string>,
): Secret[] {
  return values.flatMap((value) => {
    const row = jsonIn(Buffer.from(value).toString('utf8'));
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

/** Refund keys and secrets in a gateway's own database. */
function gatewaySecrets(member: Member, rows: StoredRows): Secret[] {
  const holders = [member.mspId];
  const secret = (label: string, text: unknown): Secret[] =>
    typeof text === 'string' ? [{ label: `${label} at ${member.name}`, text, holders }] : [];
  const made = rows['generated_values'] ?? [];
  return [
    ...made.flatMap(({ subject, value }) => {
      const name = String(subject);
      return name.startsWith('operation/') ? [] : secret(`stored value (${name})`, value);
    }),
    ...refundKeys(made).flatMap((key) => secret('refund key', key)),
  ];
}

/** Names, which the marketplace of these customers knows as well, phone numbers and one-time codes at a bank's core. */
function coreSecrets(folder: SystemFolder, member: Member, { members }: Consortium): Secret[] {
  if (member.kind !== 'bank') return [];
  const marketplaces = members.filter(({ kind }) => kind === 'marketplace').map(({ mspId }) => mspId);
  const secret = (label: string, text: unknown, others: readonly string[] = []): Secret[] =>
    typeof text === 'string' && text !== ''
      ? [{ label: `${label} at ${member.name}`, text, holders: [member.mspId, ...others] }]
      : [];
  return filesBelow(folder.coreData(member))
    .filter((file) => file.endsWith('.jsonl'))
    .flatMap((file) => readFileSync(file, 'utf8').split('\n'))
    .map(jsonIn)
    .flatMap(({ customer, message }) => {
      const { name, phone } = (customer ?? {}) as { readonly name?: unknown; readonly phone?: unknown };
      const { code } = (message ?? {}) as { readonly code?: unknown };
      return [
        ...secret('name', name, marketplaces),
        ...secret('phone', phone),
        ...secret('one-time code', code),
      ];
    });
}

/** Nobody stores them: they are made of the bank's secret and the deals that it has operations for. */
function refundKeys(made: readonly { readonly [field: string]: unknown }[]): string[] {
  const stored = made.find(({ subject }) => subject === 'ledger secret')?.['value'];
  const deals = new Set(made.map(({ subject }) => /^operation\/hold\/([^/]+)\//.exec(String(subject))?.[1]));
  return [...deals].flatMap((deal) =>
    deal !== undefined && typeof stored === 'string' ? [refundKeyOf(stored, deal)] : [],
  );
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

/** Every log; logs may hold nobody's secrets, not even their own organisation's. */
function logPlaces(folder: SystemFolder): Place[] {
  return filesBelow(folder.logs).map((file) => ({
    name: `log ${file}`,
    reader: null,
    bytes: readFileSync(file),
  }));
}

function databasePlaceOf(member: Member, rows: StoredRows): Place {
  const bytes = Buffer.from(JSON.stringify(rows));
  return { name: `${member.name}'s database`, reader: member.mspId, bytes };
}
