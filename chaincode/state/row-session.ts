// Duty: reads public rows of both lanes, with the verdict on owned rows' attestation, made here and nowhere else.
// Must not: write; the lanes' sessions do.
import type { Owned } from '../domain/owned.js';
import type { PrivateKind, PrivateRows } from '../domain/private-rows.js';
import { canonicalJson, type Json } from '../protocol/canonical-json.js';
import { collectionOf, attestationHashOf, attestationOf, attestationKey } from '../protocol/attestation.js';
import { ownerPolicy } from '../protocol/key-policy.js';
import { BoundedCache } from '../protocol/bounded-cache.js';
import {
  INITIAL_STATUS,
  ownKey,
  isInitial,
  rowKey,
  type OwnedKind,
  type RowKind,
  type Rows,
} from '../protocol/rows.js';
import { hasAttestedStatus, attestableForms } from '../protocol/attested-status.js';
import { rowChanges, type RowChanges } from '../protocol/row-changes.js';
import { endOfPrefix } from './ledger-keys.js';
import { Overlay } from './overlay.js';
import type { Ids, PrivateName, ReadSession } from './sessions.js';
import type { Entry, PublicWrite, StubStore } from './stub-store.js';

/** Rows parsed or written lately, by their stored text; nobody changes one. */
const rowsByText = new BoundedCache<object>(4_096, 4_096);

const USED_INTENTS = `${rowKey('usedIntent')}/`;

/** A row that a command wrote. */
export interface RowWrite extends PublicWrite {
  /** Only its attestation is written: the public row stays as it was created. */
  readonly isAttestedOnly?: true;
}

export class RowSession implements ReadSession {
  protected readonly overlay = new Overlay<RowWrite>();
  /** Rows as they are stored, judged, by key: neither they nor their attestation change within a transaction. */
  private readonly judged = new Map<string, Owned<unknown>>();

  constructor(
    protected readonly store: StubStore,
    /** The organisation whose lane it is; null: nobody's. */
    private readonly self: string | null = null,
  ) {}

  /**
   * Loads rows, and what this organisation's own of them are attested for, for many commands at once: its attestation,
   * or for initial rows that it rewrites their key policies, of which peers tell one at a time. Others' attestation is
   * asked for row by row when a rule wants it. False: nothing was missing.
   */
  async prefetch(keys: Iterable<string>): Promise<boolean> {
    const wanted = [...new Set(keys)].filter((key) => this.store.loaded(key) === undefined);
    await this.store.loadMany(wanted);
    const own = wanted.flatMap((key) => this.ownRow(key) ?? []);
    const said = own.filter(({ isGuarded }) => !isGuarded).map(({ key }) => attestationKey(key));
    if (said.length > 0) await this.store.loadManyPrivate(said);
    for (const { key, isGuarded } of own) if (isGuarded) await this.store.policy(key);
    return wanted.length > 0;
  }

  /** A loaded row that names this organisation as its owner; `isGuarded`: it is attested for its key policy. */
  private ownRow(key: string): { readonly key: string; readonly isGuarded: boolean } | null {
    const kind = key.slice(0, key.indexOf('/'));
    const text = this.store.loaded(key);
    if (!isOwnedKind(kind) || typeof text !== 'string') return null;
    const row = this.parse<Rows[OwnedKind]>(text);
    return row.owner === this.self
      ? { key, isGuarded: isInitial(kind, row) && !hasAttestedStatus(kind) }
      : null;
  }

  loadedRow<K extends RowKind>(kind: K, ...ids: Ids): Rows[K] | null {
    const text = this.store.loaded(rowKey(kind, ...ids));
    return typeof text === 'string' ? this.parse<Rows[K]>(text) : null;
  }

  /** Private rows are the owner lane's alone: here there are none. */
  prefetchPrivate(names: readonly PrivateName[]): Promise<boolean>;
  prefetchPrivate(): Promise<boolean> {
    return Promise.resolve(false);
  }

  loadedPrivateRow<K extends PrivateKind>(kind: K, id: string): PrivateRows[K] | null;
  loadedPrivateRow(): null {
    return null;
  }

  async row<K extends RowKind>(kind: K, ...ids: Ids): Promise<Rows[K] | null> {
    const text = await this.text(rowKey(kind, ...ids));
    return text === null ? null : this.parse<Rows[K]>(text);
  }

  async owned<K extends OwnedKind>(kind: K, ...ids: Ids): Promise<Owned<Rows[K]> | null> {
    const key = rowKey(kind, ...ids);
    const text = await this.text(key);
    return text === null ? null : this.ownedOf(kind, [key, text]);
  }

  async created<K extends OwnedKind>(kind: K, ...ids: Ids): Promise<Owned<Rows[K]> | null> {
    const key = rowKey(kind, ...ids);
    const row = await this.row(kind, ...ids);
    return row === null ? null : { row, attested: isInitial(kind, row) && ownKey(kind, row) === key };
  }

  async rowsUnder<K extends RowKind>(kind: K, ...ids: Ids): Promise<readonly Rows[K][]> {
    const entries = await this.entriesUnder(kind, ids);
    return entries.map(([, text]) => this.parse<Rows[K]>(text));
  }

  async ownedUnder<K extends OwnedKind>(kind: K, ...ids: Ids): Promise<readonly Owned<Rows[K]>[]> {
    const found: Owned<Rows[K]>[] = [];
    for (const entry of await this.entriesUnder(kind, ids)) found.push(await this.ownedOf(kind, entry));
    return found;
  }

  /** Accepts what the current command wrote; tells its public rows. */
  keep(): RowChanges {
    const written = [...this.overlay.pending].filter(([key]) => !key.startsWith(USED_INTENTS));
    this.overlay.keep();
    return rowChanges(written.map(([key, { text }]) => [key, this.parse(text)]));
  }

  discard(): void {
    this.overlay.discard();
  }

  /** Whether anything is left to write. */
  get hasWritten(): boolean {
    return this.overlay.accepted.size > 0;
  }

  /** Text of a row as the current command sees it. */
  protected async text(key: string): Promise<string | null> {
    return this.overlay.get(key)?.text ?? (await this.store.text(key));
  }

  /** Text of a row that is written; who reads it later in the list is given this very row. */
  protected textOf(row: object): string {
    // Rows hold JSON values only; interfaces merely lack the index signature that Json asks for.
    const text = canonicalJson(row as unknown as Json);
    rowsByText.keep(text, row);
    return text;
  }

  protected parse<T>(text: string): T {
    // Rows are written by these sessions, or by altered chaincode: then not attested.
    return (rowsByText.get(text) ?? rowsByText.keep(text, rowOf(text))) as T;
  }

  private async entriesUnder(kind: RowKind, ids: Ids): Promise<readonly Entry[]> {
    const prefix = `${rowKey(kind, ...ids)}/`;
    const entries = await this.store.range(prefix, endOfPrefix(prefix));
    const written = this.overlay.keysUnder(prefix);
    if (written.length === 0) return entries;
    const merged = new Map(entries);
    for (const key of written) merged.set(key, this.overlay.get(key)?.text ?? '');
    return [...merged].sort(([left], [right]) => (left < right ? -1 : 1));
  }

  /**
   * A row with the verdict on it (architecture §4). What this very transaction writes is attested: it writes the
   * attestation as well. A row that claims another key than its own is never attested: a copy of a genuine initial row
   * would else be acted on twice. Who the members are is not asked: the register is others' word, and a bank struck off
   * it would seem to hold nothing.
   */
  private async ownedOf<K extends OwnedKind>(kind: K, [key, text]: Entry): Promise<Owned<Rows[K]>> {
    const row = this.parse<Rows[K]>(text);
    if (this.overlay.get(key)?.text === text) return { row, attested: true };
    const known = this.judged.get(key) as Owned<Rows[K]> | undefined; // the key's kind is the row's
    if (known !== undefined) return known;
    const owned = ownKey(kind, row) === key ? await this.judge(kind, key, text) : { row, attested: false };
    this.judged.set(key, owned);
    return owned;
  }

  /** Initial form, or what the owner's attestation makes of it. */
  private async judge<K extends OwnedKind>(kind: K, key: string, text: string): Promise<Owned<Rows[K]>> {
    const row = this.parse<Rows[K]>(text);
    const { owner } = row;
    if (!isInitial(kind, row)) {
      return { row, attested: (await this.attestation(owner, key)) === this.attestationFor(owner, text) };
    }
    if (hasAttestedStatus(kind)) return this.spokenOf(kind, key, row);
    return { row, attested: owner !== this.self || (await this.isGuardedBy(owner, key)) };
  }

  /** A row that stays as it was created, as its owner's word makes it: without one it is as created. */
  private async spokenOf<K extends OwnedKind>(kind: K, key: string, row: Rows[K]): Promise<Owned<Rows[K]>> {
    const { owner } = row;
    const attestation = await this.attestation(owner, key);
    if (attestation === null) return { row, attested: true };
    const said = attestableForms(kind, row).find(
      (form) => this.attestationFor(owner, this.textOf(form)) === attestation,
    );
    return said === undefined ? { row, attested: false } : { row: said, attested: true };
  }

  /** The owner reads it as it is, everybody else its hash; null: none. */
  private attestation(owner: string, key: string): Promise<string | null> {
    return owner === this.self
      ? this.store.privateText(attestationKey(key))
      : this.store.hash(collectionOf(owner), attestationKey(key));
  }

  /** What `attestation` must be for a row of this text. */
  private attestationFor(owner: string, text: string): string {
    return owner === this.self ? attestationOf(text) : attestationHashOf(text);
  }

  /**
   * An own row that is rewritten counts only where the key policy is this organisation's alone: others create it, and
   * with a weaker one they could take the owner's word back later, or have him say it twice.
   */
  protected async isGuardedBy(owner: string, key: string): Promise<boolean> {
    return Buffer.compare(await this.store.policy(key), ownerPolicy(owner)) === 0;
  }
}

/** A text that is no JSON object has no members. */
function rowOf(text: string): object {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
}

function isOwnedKind(kind: string): kind is OwnedKind {
  return Object.hasOwn(INITIAL_STATUS, kind);
}
