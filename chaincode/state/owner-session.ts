// Writes of the owner lane: existing rows of the owner with their attestation, and private rows under unguessable keys
// with a nonce. It creates no public key, and does not range over private data, after which Fabric forbids to write.
import { createHmac, createSecretKey, type KeyObject } from 'node:crypto';
import type { JournalEntry, PrivateKind, PrivateRows } from '../domain/account/private-rows.js';
import { attestationKey, attestationOf } from '../protocol/attestation.js';
import { canonicalJson, type Json } from '../protocol/canonical-json.js';
import type { BankRow } from '../protocol/member.js';
import { isAttestedOnly, type OwnedKind, rowKey, type Rows } from '../protocol/rows.js';
import { RuleViolation } from '../protocol/violation.js';
import { endOfPrefix } from './ledger-keys.js';
import { Overlay } from './overlay.js';
import { RowSession } from './row-session.js';
import type { Ids, OwnerRowReader, OwnerWriter } from './sessions.js';
import type { StubStore } from './stub-store.js';

/** The one private row that is not keyed by the secret: the secret itself. Its 32 random bytes need no nonce. */
const SECRET_KEY = 'secret';

export class OwnerRows extends RowSession implements OwnerRowReader, OwnerWriter {
  /** Null: removed. */
  private readonly secrets = new Overlay<string | null>();
  /** By operation, which is entered once. */
  private readonly entries = new Overlay<JournalEntry>();
  /** The secret never changes once it is set. */
  private readonly hmacs = new Map<string, string>();
  private secretKey: KeyObject | null = null;

  constructor(
    store: StubStore,
    readonly owner: string,
    private readonly txId: string,
  ) {
    super(store, owner);
  }

  changeOwned<K extends OwnedKind>(kind: K, ids: Ids, row: Rows[K]): void {
    const key = rowKey(kind, ...ids);
    const stored = this.overlay.get(key)?.text ?? this.store.loaded(key);
    const before = typeof stored === 'string' ? this.parse(kind, stored) : null;
    if (before === null) throw new Error(`${kind} is changed only after it was read`);
    for (const { owner } of [before, row]) {
      if (owner !== this.owner) throw new RuleViolation('WRONG_ORGANISATION', { needed: owner });
    }
    const text = this.textOf(kind, row);
    this.overlay.set(key, {
      kind,
      text,
      policyOf: null,
      ...(this.isAttestedAlone(kind, key, row) ? { isAttestedOnly: true } : {}),
    });
    this.secrets.set(attestationKey(key), attestationOf(text));
  }

  isGuarded<K extends OwnedKind>(kind: K, ...ids: Ids): boolean {
    return this.isGuardedBy(this.owner, rowKey(kind, ...ids)) ?? false;
  }

  /** What is attested only must be what readers can make of the row as it was created. */
  private isAttestedAlone<K extends OwnedKind>(kind: K, key: string, row: Rows[K]): boolean {
    if (!isAttestedOnly(kind, row.status)) return false;
    const created = this.parse(kind, this.store.loaded(key) ?? '');
    if (this.textOf(kind, { ...created, status: row.status }) === this.textOf(kind, row)) return true;
    throw new Error(`${kind} is attested to be ${row.status} with nothing else changed`);
  }

  privateRow<K extends PrivateKind>(kind: K, id: string): PrivateRows[K] | null {
    const key = this.privateKey(kind, id);
    const text = key === null ? null : this.privateText(key);
    return text === null ? null : withoutNonce<PrivateRows[K]>(text);
  }

  /** The owner's rows were read before, and with them the secret. */
  putPrivate<K extends PrivateKind>(kind: K, id: string, row: PrivateRows[K]): void {
    const key = this.privateKey(kind, id);
    if (key === null) throw new Error(`${kind} is written only after the secret was read`);
    const nonce = this.keyed(`nonce|${this.txId}|${key}`);
    // Rows hold JSON values only; interfaces merely lack the index signature that Json asks for.
    this.secrets.set(key, canonicalJson({ ...(row as unknown as { readonly [name: string]: Json }), nonce }));
  }

  removePrivate(kind: PrivateKind, id: string): void {
    const key = this.privateKey(kind, id);
    if (key === null) throw new Error(`${kind} is removed only after the secret was read`);
    this.secrets.set(key, null);
  }

  enter(entry: JournalEntry): void {
    if (this.entries.get(entry.operation) !== undefined) throw new RangeError('an operation is entered once');
    this.entries.set(entry.operation, entry);
  }

  keyed(text: string): string {
    const known = this.hmacs.get(text);
    if (known !== undefined) return known;
    this.secretKey ??= this.readSecretKey();
    if (this.secretKey === null) return ''; // wanted: reading is repeated
    const made = createHmac('sha256', this.secretKey).update(text, 'utf8').digest('hex');
    this.hmacs.set(text, made);
    return made;
  }

  secret(): string | null {
    const text = this.privateText(SECRET_KEY);
    return text === null ? null : (JSON.parse(text) as { readonly secret: string }).secret; // written by setSecret
  }

  setSecret(secret: string): void {
    this.secrets.set(SECRET_KEY, canonicalJson({ v: 1, secret }));
  }

  override keep() {
    this.secrets.keep();
    this.entries.keep();
    return super.keep();
  }

  override discard(): void {
    this.secrets.discard();
    this.entries.discard();
    super.discard();
  }

  override get hasWritten(): boolean {
    return super.hasWritten || this.secrets.accepted.size > 0;
  }

  async save(): Promise<void> {
    this.saveJournal();
    const written = new Map(
      [...this.overlay.accepted].filter(([, { isAttestedOnly: only }]) => only !== true),
    );
    await this.store.saveMany(written, this.secrets.accepted);
  }

  private saveJournal(): void {
    const entries = [...this.entries.accepted.values()];
    if (entries.length === 0) return;
    this.putPrivate('journal', this.txId, { v: 1, entries });
    this.secrets.keep();
  }

  /** Null: it is not loaded yet. Rejects: NO_SECRET. */
  private readSecretKey(): KeyObject | null {
    const secret = this.secret();
    if (secret !== null) return createSecretKey(Buffer.from(secret, 'base64url'));
    if (this.store.loadedPrivate(SECRET_KEY) === undefined) return null;
    throw new RuleViolation('NO_SECRET');
  }

  /** Null: the secret is not loaded yet. Rejects: NO_SECRET. */
  private privateKey(kind: PrivateKind, id: string): string | null {
    const keyed = this.keyed(idText(kind, id));
    if (keyed === '') return null;
    const group = groupOf(kind, id);
    return group === null ? `${kind}/${keyed}` : `${kind}/${this.keyed(groupText(kind, group))}/${keyed}`;
  }

  private privateText(key: string): string | null {
    const written = this.secrets.get(key);
    if (written !== undefined) return written;
    const text = this.store.loadedPrivate(key);
    if (text === undefined) this.wanted.privateKeys.add(key);
    return text ?? null;
  }
}

/** Reads for the owner's own questions; it has no way to write, since it ranges over private rows. */
export class OwnerReader {
  private readonly rows: OwnerRows;

  constructor(
    private readonly store: StubStore,
    owner: string,
  ) {
    this.rows = new OwnerRows(store, owner, '');
  }

  privateRow<K extends PrivateKind>(kind: K, id: string): Promise<PrivateRows[K] | null> {
    return this.rows.read(() => this.rows.privateRow(kind, id));
  }

  /** The bank that an organisation runs; null: none. */
  async bankOf(owner: string): Promise<BankRow | null> {
    const banks = await this.rows.read(() => this.rows.ownedUnder('bank'));
    return banks.find(({ row, attested }) => attested && row.owner === owner)?.row ?? null;
  }

  /** Private rows of one group, in the (random) order of their keys: it costs what is there, whatever else is. */
  async privateRowsOf<K extends PrivateKind>(kind: K, group: string): Promise<readonly PrivateRows[K][]> {
    const keyed = await this.rows.read(() => this.rows.keyed(groupText(kind, group)));
    return this.rowsUnder<K>(`${kind}/${keyed}/`);
  }

  /** All private rows of a kind, in the (random) order of their keys. */
  async privateRows<K extends PrivateKind>(kind: K): Promise<readonly PrivateRows[K][]> {
    return this.rowsUnder<K>(`${kind}/`);
  }

  private async rowsUnder<K extends PrivateKind>(prefix: string): Promise<readonly PrivateRows[K][]> {
    const entries = await this.store.privateRange(prefix, endOfPrefix(prefix));
    return entries.map(([, text]) => withoutNonce<PrivateRows[K]>(text));
  }
}

/** Rows of these kinds are asked for together: the id's first part, up to the space, names the group. */
const GROUPED: ReadonlySet<PrivateKind> = new Set(['pendingCredit']);

function groupOf(kind: PrivateKind, id: string): string | null {
  return GROUPED.has(kind) ? (id.split(' ', 1)[0] ?? '') : null;
}

function groupText(kind: PrivateKind, group: string): string {
  return `group|${kind}|${group}`;
}

/** What the key of a private row is the HMAC of. */
function idText(kind: PrivateKind, id: string): string {
  return `row|${kind}|${id}`;
}

function withoutNonce<R>(text: string): R {
  const row: object = JSON.parse(text) as R & object; // what `putPrivate` was given, and the nonce
  Reflect.deleteProperty(row, 'nonce');
  return row as R;
}
