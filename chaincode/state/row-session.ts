// Reads public rows of both lanes in their strict form, with the verdict on owned rows' attestation, made only here.
import { attestationHashOf, attestationKey, attestationOf, collectionOf } from '../protocol/attestation.js';
import { BoundedCache } from '../protocol/bounded-cache.js';
import { canonicalJson, type Json } from '../protocol/canonical-json.js';
import { ownerPolicy } from '../protocol/key-policy.js';
import type { Owned } from '../protocol/owned.js';
import { rowChanges, type RowChanges } from '../protocol/row-changes.js';
import {
  attestableForms,
  hasAttestedStatus,
  isInitial,
  isOwnedKind,
  type OwnedKind,
  ownKey,
  readRow,
  ROW_KINDS,
  rowKey,
  type RowKind,
  type Rows,
} from '../protocol/rows.js';
import { RuleViolation } from '../protocol/violation.js';
import { endOfPrefix } from './ledger-keys.js';
import { Overlay } from './overlay.js';
import type { Ids, RowReader } from './sessions.js';
import type { Entry, PublicWrite, StubStore } from './stub-store.js';
import { Wanted } from './wanted.js';

/** Rows read or written lately, by kind and stored text; null: none of its kind's form. Nobody changes a row. */
const rowsByText: { readonly [kind: string]: BoundedCache<object | null> } = Object.fromEntries(
  ROW_KINDS.map((kind) => [kind, new BoundedCache<object | null>(1_024, 4_096)]),
);

const USED_INTENTS = `${rowKey('usedIntent')}/`;
/** Rows name rows that name rows: terms, offer, link, attestation. */
const READ_ROUNDS = 16;

/** A row that a command wrote. */
export interface RowWrite extends PublicWrite {
  readonly kind: RowKind;
  /** Only its attestation is written: the public row stays as it was created. */
  readonly isAttestedOnly?: true;
}

export class RowSession implements RowReader {
  protected readonly overlay = new Overlay<RowWrite>();
  protected wanted = new Wanted();
  /** Rows as they are stored, judged, by key: neither they nor their attestation change within a transaction. */
  private readonly judged = new Map<string, Owned<unknown>>();

  constructor(
    protected readonly store: StubStore,
    /** The organisation whose lane it is; null in the agreement lane. */
    private readonly self: string | null = null,
  ) {}

  /** Loads what these functions read, for many commands at once. What they throw is thrown again when they are run. */
  async prefetch(reads: readonly (() => unknown)[]): Promise<void> {
    for (let round = 0; round < READ_ROUNDS; round += 1) {
      this.wanted = new Wanted();
      for (const read of reads) attempt(read);
      if (this.wanted.isEmpty) return;
      await this.fetch(this.wanted);
    }
  }

  /** What a function reads, once everything that it asks for is at hand. */
  async read<T>(read: () => T): Promise<T> {
    for (let round = 0; round < READ_ROUNDS; round += 1) {
      this.wanted = new Wanted();
      const outcome = attempt(read);
      if (!this.wanted.isEmpty) await this.fetch(this.wanted);
      else if ('value' in outcome) return outcome.value;
      else throw outcome.error;
    }
    throw new Error(`a command reads more than ${String(READ_ROUNDS)} rounds of rows`);
  }

  row<K extends RowKind>(kind: K, ...ids: Ids): Rows[K] | null {
    const key = rowKey(kind, ...ids);
    const text = this.text(key);
    const row = text === null ? null : this.parse(kind, text);
    // A copy of a row under another key than its own is no such row.
    return row !== null && isItsKey(kind, row, key) ? row : null;
  }

  owned<K extends OwnedKind>(kind: K, ...ids: Ids): Owned<Rows[K]> | null {
    const key = rowKey(kind, ...ids);
    const text = this.text(key);
    return text === null ? null : this.ownedOf(kind, [key, text]);
  }

  created<K extends OwnedKind>(kind: K, ...ids: Ids): Owned<Rows[K]> | null {
    const key = rowKey(kind, ...ids);
    const text = this.text(key);
    const row = text === null ? null : this.parse(kind, text);
    return row === null ? null : { row, attested: isInitial(kind, row) && isItsKey(kind, row, key) };
  }

  rowsUnder<K extends RowKind>(kind: K, ...ids: Ids): readonly Rows[K][] {
    return this.entriesUnder(kind, ids).flatMap(([key, text]) => {
      const row = this.parse(kind, text);
      return row !== null && isItsKey(kind, row, key) ? [row] : [];
    });
  }

  ownedUnder<K extends OwnedKind>(kind: K, ...ids: Ids): readonly Owned<Rows[K]>[] {
    return this.entriesUnder(kind, ids).flatMap((entry) => this.ownedOf(kind, entry) ?? []);
  }

  /** Accepts what the current command wrote; returns the changes of its public rows. */
  keep(): RowChanges {
    const written = [...this.overlay.pending].filter(([key]) => !key.startsWith(USED_INTENTS));
    this.overlay.keep();
    return rowChanges(
      // Rows hold JSON values only; interfaces merely lack the index signature that Json asks for.
      written.map(([key, { kind, text }]) => [
        key,
        (this.parse(kind, text) ?? {}) as { readonly [name: string]: Json },
      ]),
    );
  }

  discard(): void {
    this.overlay.discard();
  }

  /** Whether anything is left to write. */
  get hasWritten(): boolean {
    return this.overlay.accepted.size > 0;
  }

  /** Loads what is wanted: keys together, hashes and policies one at a time, as peers answer. */
  protected async fetch({ keys, privateKeys, hashes, policies, prefixes }: Wanted): Promise<void> {
    if (keys.size > 0) {
      await this.store.loadMany(keys);
      for (const key of keys) this.wantOwnAttestation(key, privateKeys, policies);
    }
    if (privateKeys.size > 0) await this.store.loadManyPrivate(privateKeys);
    for (const [key, collection] of hashes) await this.store.hash(collection, key);
    for (const key of policies) await this.store.policy(key);
    for (const prefix of prefixes) await this.store.range(prefix, endOfPrefix(prefix));
  }

  /** What this organisation's own row needs to be judged is loaded with it, which saves a round. */
  private wantOwnAttestation(key: string, privateKeys: Set<string>, policies: Set<string>): void {
    const kind = key.slice(0, key.indexOf('/'));
    const text = this.store.loaded(key);
    if (!isOwnedKind(kind) || typeof text !== 'string') return;
    const row = this.parse(kind, text);
    if (row?.owner !== this.self) return;
    if (isInitial(kind, row) && !hasAttestedStatus(kind)) policies.add(key);
    else privateKeys.add(attestationKey(key));
  }

  /** Text of a row as the current command sees it; null also if it is not loaded yet: then it is wanted. */
  protected text(key: string): string | null {
    const written = this.overlay.get(key)?.text;
    if (written !== undefined) return written;
    const text = this.store.loaded(key);
    if (text === undefined) this.wanted.keys.add(key);
    return text ?? null;
  }

  /**
   * Text of a row that is written; who reads it later in the list gets this very row. Rejects: BAD_ROW for what no
   * reader would take for a row: a rule may compute it from rows that others have spoiled.
   */
  protected textOf(kind: RowKind, row: object): string {
    // Rows hold JSON values only; interfaces merely lack the index signature that Json asks for.
    const text = canonicalJson(row as unknown as Json);
    const known = rowsByText[kind]?.get(text);
    if (known === null || (known === undefined && readRow(kind, text) === null)) {
      throw new RuleViolation('BAD_ROW', { found: kind });
    }
    if (known === undefined) rowsByText[kind]?.keep(text, row);
    return text;
  }

  /** The row of a stored text; null: it is not of the kind's strict form, and no reader takes it for a row. */
  protected parse<K extends RowKind>(kind: K, text: string): Rows[K] | null {
    const known = rowsByText[kind]?.get(text);
    if (known !== undefined) return known as Rows[K] | null; // read or written as a row of this kind
    const row = readRow(kind, text);
    rowsByText[kind]?.keep(text, row);
    return row;
  }

  private entriesUnder(kind: RowKind, ids: Ids): readonly Entry[] {
    const prefix = `${rowKey(kind, ...ids)}/`;
    const entries = this.store.loadedRange(prefix, endOfPrefix(prefix));
    if (entries === undefined) {
      this.wanted.prefixes.add(prefix);
      return [];
    }
    const written = this.overlay.keysUnder(prefix);
    if (written.length === 0) return entries;
    const merged = new Map(entries);
    for (const key of written) merged.set(key, this.overlay.get(key)?.text ?? '');
    return [...merged].sort(([left], [right]) => (left < right ? -1 : 1));
  }

  /**
   * A row with the verdict on it (architecture §4). What this very transaction writes is attested: it writes the
   * attestation as well. A row under another key than its own is never attested, or a copy of a genuine initial row
   * would be acted on twice. Membership is not asked: other members control the register, and removing a bank from it
   * must not hide what it holds.
   */
  private ownedOf<K extends OwnedKind>(kind: K, [key, text]: Entry): Owned<Rows[K]> | null {
    const row = this.parse(kind, text);
    if (row === null) return null;
    if (this.overlay.get(key)?.text === text) return { row, attested: true };
    const known = this.judged.get(key) as Owned<Rows[K]> | undefined; // the key's kind is the row's
    if (known !== undefined) return known;
    const seen = isItsKey(kind, row, key)
      ? this.verifyAttestation(kind, key, row, text)
      : { row, attested: false };
    if (seen === null) return { row, attested: false }; // judged once what it needs is at hand
    this.judged.set(key, seen);
    return seen;
  }

  /** Initial form, or what the owner's attestation makes of it; null: not known yet. */
  private verifyAttestation<K extends OwnedKind>(
    kind: K,
    key: string,
    row: Rows[K],
    text: string,
  ): Owned<Rows[K]> | null {
    const { owner } = row;
    if (!isInitial(kind, row)) {
      const attestation = this.attestation(owner, key);
      if (attestation === undefined) return null;
      return { row, attested: attestation === this.attestationFor(owner, text) };
    }
    if (hasAttestedStatus(kind)) return this.attestedForm(kind, key, row);
    if (owner !== this.self) return { row, attested: true };
    const isGuarded = this.isGuardedBy(owner, key);
    return isGuarded === undefined ? null : { row, attested: isGuarded };
  }

  /** A row that stays as it was created, as its owner's attestation makes it: without one it is as created. */
  private attestedForm<K extends OwnedKind>(kind: K, key: string, row: Rows[K]): Owned<Rows[K]> | null {
    const { owner } = row;
    const attestation = this.attestation(owner, key);
    if (attestation === undefined) return null;
    if (attestation === null) return { row, attested: true };
    const form = attestableForms(kind, row).find(
      (candidate) => this.attestationFor(owner, this.textOf(kind, candidate)) === attestation,
    );
    return form === undefined ? { row, attested: false } : { row: form, attested: true };
  }

  /** The owner reads it as it is, everybody else its hash. Null: none; undefined: wanted. */
  private attestation(owner: string, key: string): string | null | undefined {
    const name = attestationKey(key);
    if (owner === this.self) {
      const text = this.store.loadedPrivate(name);
      if (text === undefined) this.wanted.privateKeys.add(name);
      return text;
    }
    const collection = collectionOf(owner);
    const hash = this.store.loadedHash(collection, name);
    if (hash === undefined) this.wanted.hashes.set(name, collection);
    return hash;
  }

  /** What `attestation` must be for a row of this text. */
  private attestationFor(owner: string, text: string): string {
    return owner === this.self ? attestationOf(text) : attestationHashOf(text);
  }

  /**
   * An own row that is rewritten counts only where the key policy is this organisation's alone: others create it, and
   * with a weaker one they could take the owner's word back later, or have him give it twice. Undefined: wanted.
   */
  protected isGuardedBy(owner: string, key: string): boolean | undefined {
    const policy = this.store.loadedPolicy(key);
    if (policy === undefined) {
      this.wanted.policies.add(key);
      return undefined;
    }
    return Buffer.compare(policy, ownerPolicy(owner)) === 0;
  }
}

function isItsKey<K extends RowKind>(kind: K, row: Rows[K], key: string): boolean {
  const own = ownKey(kind, row);
  return own === null || own === key;
}

function attempt<T>(action: () => T): { readonly value: T } | { readonly error: unknown } {
  try {
    return { value: action() };
  } catch (error) {
    return { error };
  }
}
