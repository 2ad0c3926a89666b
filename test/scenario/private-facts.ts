// Gathers what must stay private from the places where it may be, and lists every place where it must not.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { refundKeyOf } from '../../chaincode/protocol/refund-key.js';
import type { Consortium, Member } from '../../network/consortium.js';
import type { SystemFolder } from '../../network/processes/system-folder.js';
import type { Secret } from './leak-scanner.js';
import { filesBelow, type LedgerContents, type Place } from './ledger-contents.js';

export interface Attestation {
  readonly secrets: readonly Secret[];
  readonly places: readonly Place[];
}

/** Shortest sum that is looked for: shorter ones stand everywhere by chance. */
const SUM_DIGITS = 5;

/** To be called while the system is down. `publicSums`: amounts that the ledger shows. */
export function gatherAttestation(of: {
  readonly folder: SystemFolder;
  readonly consortium: Consortium;
  readonly publicSums: ReadonlySet<string>;
  readonly ledger: LedgerContents;
}): Attestation {
  const { folder, consortium, publicSums, ledger } = of;
  const secrets = consortium.members.flatMap((member) => [
    ...privateRowSecrets(member, ledger.privateValues.get(member.mspId) ?? [], publicSums),
    ...gatewaySecrets(folder, member),
  ]);
  return { secrets: merged(secrets), places: [...ledger.places, ...filePlaces(folder, consortium)] };
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
    ...records('generated-values.jsonl').flatMap(({ subject, value }) => {
      const name = String(subject);
      return name.startsWith('operation/') ? [] : secret(`kept value (${name})`, value);
    }),
    ...refundKeys(records('generated-values.jsonl')).flatMap((key) => secret('refund key', key)),
  ];
}

/** Nobody keeps them: they are made of the bank's secret and the deals that it has operations for. */
function refundKeys(made: readonly { readonly [field: string]: unknown }[]): string[] {
  const kept = made.find(({ subject }) => subject === 'ledger secret')?.['value'];
  const deals = new Set(made.map(({ subject }) => /^operation\/hold\/([^/]+)\//.exec(String(subject))?.[1]));
  return [...deals].flatMap((deal) =>
    deal !== undefined && typeof kept === 'string' ? [refundKeyOf(kept, deal)] : [],
  );
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
