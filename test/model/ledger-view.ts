// What really is on the ledger: public rows, and each organisation's private rows and attestation, from the store.
// It must not ask the chaincode: its answers are what is judged.
import { collectionOf } from '../../chaincode/protocol/attestation.js';
import type { InProcessLedger } from '../support/in-process-ledger.js';
import { decodeVersioned } from '../../ledger/fabric/state.js';
import { prefixEnd, privatePrefix, statePrefix } from '../../ledger/fabric/store.js';
import { sha256, sortedJson } from './model-command.js';
import { secretKey, type ModelState, type SecretKind } from './model-state.js';

/** Members that name a private row among those of its kind; none: there is one. */
const NAMES_OF: { readonly [K in SecretKind]: readonly string[] } = {
  secret: [],
  correspondents: [],
  account: ['account'],
  linkedAccount: ['link'],
  journal: ['operation'],
  operation: ['operation'],
  pendingCredit: ['account', 'credit'],
  dealRecord: ['deal'],
  creditedDeal: ['deal'],
  exposure: ['bank', 'currency'],
  usedIntent: ['person', 'intent'],
};

/** What a payment may be by its bank's attestation alone. */
const SAID = ['held', 'rejected', 'late', 'voided'] as const;

type Row = { readonly [name: string]: unknown };

export class LedgerView {
  /** Text of each public row by its key. */
  readonly texts = new Map<string, string>();
  /** Public rows by key, and private ones by `secretKey`. */
  readonly rows = new Map<string, Row>();
  /** Per organisation: attestation by the key of the row that it stands for. */
  readonly facts = new Map<string, Map<string, string>>();
  private readonly known = new Map<string, Uint8Array>();
  /** Names of private rows that can be removed, by the key under which they stand in the store. */
  private readonly removable = new Map<string, string>();

  constructor(
    private readonly network: InProcessLedger,
    private readonly members: readonly string[],
  ) {
    for (const msp of members) this.facts.set(msp, new Map());
  }

  /** Reads what has changed; names of the rows. */
  async refresh(): Promise<string[]> {
    const changed: string[] = [];
    for (const [key, text] of await this.changes(statePrefix(this.network.chaincode))) {
      this.texts.set(key, text);
      this.rows.set(key, JSON.parse(text) as Row); // rows are JSON objects
      changed.push(key);
    }
    for (const msp of this.members) {
      const prefix = privatePrefix(msp, this.network.chaincode, collectionOf(msp));
      for (const [key, text] of await this.changes(prefix)) {
        changed.push(...this.takeSecret(msp, key, text));
      }
      changed.push(...(await this.removed(prefix)));
    }
    return changed;
  }

  /** Private rows of a kind. */
  secrets<R>(msp: string, kind: SecretKind): R[] {
    const prefix = secretKey(msp, kind, '');
    const found: R[] = [];
    for (const [key, row] of this.rows) if (key.startsWith(prefix)) found.push(row as R); // of that kind
    return found;
  }

  /** Rows that are not what the model says. */
  differences(model: ModelState, keys: Iterable<string>): string[] {
    return [...new Set(keys)]
      .filter((key) => !key.startsWith('~'))
      .flatMap((key) => {
        const expected = comparable(key, model.read(key));
        const found = comparable(key, this.rows.get(key));
        return expected === found ? [] : [`${key}\n  expected ${expected}\n  found    ${found}`];
      });
  }

  /**
   * Names of the private row or of a journal's entries; for attestation the row that it stands for, if it changes it.
   */
  private takeSecret(msp: string, key: string, text: string): string[] {
    if (key.startsWith('attestation/')) {
      const of = key.slice('attestation/'.length);
      this.facts.get(msp)?.set(of, text);
      return of.startsWith('payment/') ? this.takeWord(of, text) : [];
    }
    const kind = key.split('/', 1)[0] as SecretKind; // an unknown kind gives a name that the model does not have
    const { nonce, ...row } = JSON.parse(text) as Row;
    if (kind !== 'secret' && typeof nonce !== 'string') throw new Error(`${kind} row of ${msp} has no nonce`);
    const rows = kind === 'journal' ? (row['entries'] as Row[]) : [row]; // as its bank's chaincode wrote it
    return rows.map((each) => {
      // An unknown kind has no names here.
      const names = (NAMES_OF[kind] as readonly string[] | undefined) ?? [];
      const full = secretKey(msp, kind, names.map((name) => String(each[name])).join('/'));
      this.rows.set(full, each);
      if (kind === 'pendingCredit') this.removable.set(this.storedKey(msp, key), full);
      return full;
    });
  }

  private storedKey(msp: string, key: string): string {
    return `${privatePrefix(msp, this.network.chaincode, collectionOf(msp))}${key}`;
  }

  /** Credits that were posted are pending no longer. */
  private async removed(prefix: string): Promise<string[]> {
    const under = `${prefix}pendingCredit/`;
    const found = new Set<string>();
    const snapshot = this.network.store.snapshot();
    try {
      for (const { key } of await snapshot.range(under, prefixEnd(under), Number.MAX_SAFE_INTEGER))
        found.add(key);
    } finally {
      snapshot.close();
    }
    const gone = [...this.removable].filter(([key]) => key.startsWith(under) && !found.has(key));
    for (const [key, name] of gone) {
      this.removable.delete(key);
      this.known.delete(key);
      this.rows.delete(name);
    }
    return gone.map(([, name]) => name);
  }

  /** A bank says most of what becomes of a payment in its attestation alone. */
  private takeWord(key: string, attestation: string): string[] {
    const created = JSON.parse(this.texts.get(key) ?? '{}') as Row; // rows are JSON objects
    const said = SAID.map((status) => ({ ...created, status })).find(
      (row) => sha256(sortedJson(row)) === attestation,
    );
    if (said === undefined) return [];
    this.rows.set(key, said);
    return [key];
  }

  private async changes(prefix: string): Promise<[string, string][]> {
    const snapshot = this.network.store.snapshot();
    try {
      const entries = await snapshot.range(prefix, prefixEnd(prefix), Number.MAX_SAFE_INTEGER);
      const changed = entries.filter(({ key, value }) => this.known.get(key) !== value);
      return changed.map(({ key, value }) => {
        this.known.set(key, value);
        const text = Buffer.from(decodeVersioned(value).value).toString('utf8');
        return [key.slice(prefix.length), text];
      });
    } finally {
      snapshot.close();
    }
  }
}

/** Hashes are the ledger's own; what they are good for shows in the codes of replays. */
const OWN_WAY: readonly (readonly [RegExp, readonly string[]])[] = [[/(^|:)usedIntent\//, ['content']]];

function comparable(key: string, row: unknown): string {
  if (row === undefined) return 'nothing';
  const hidden = OWN_WAY.filter(([pattern]) => pattern.test(key)).flatMap(([, names]) => names);
  if (hidden.length === 0) return sortedJson(row);
  const members = Object.entries(row as Row).map(([name, value]) => {
    return [name, hidden.includes(name) && value !== null ? 'set' : value] as const;
  }); // rows are objects
  return sortedJson(Object.fromEntries(members));
}
