// Duty: writes of the owner lane: existing rows of the owner with their attestation, and private rows under
// unguessable keys with a nonce. Must not: create a public key, or range over private data.
import { createHmac, createSecretKey, type KeyObject } from 'node:crypto';
import type { JournalEntry, PrivateKind, PrivateRows } from '../domain/private-rows.js';
import { canonicalJson, type Json } from '../protocol/canonical-json.js';
import { attestationOf, attestationKey } from '../protocol/attestation.js';
import { rowKey, type BankRow, type OwnedKind, type Rows } from '../protocol/rows.js';
import { isAttestedOnly } from '../protocol/attested-status.js';
import { RuleViolation } from '../protocol/violation.js';
import { endOfPrefix } from './ledger-keys.js';
import { Overlay } from './overlay.js';
import { RowSession } from './row-session.js';
import type { Ids, OwnerSession, PrivateName } from './sessions.js';
import type { StubStore } from './stub-store.js';

/** The one private row that is not keyed by the secret: the secret itself. Its 32 random bytes need no nonce. */
const SECRET_KEY = 'secret';

export class OwnerRows extends RowSession implements OwnerSession {
  private readonly secrets = new Overlay<string>();
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
    const before = this.overlay.get(key)?.text ?? this.store.loaded(key);
    if (before === undefined || before === null) throw new Error(`${kind} is changed only after it was read`);
    for (const { owner } of [this.parse<Rows[K]>(before), row]) {
      if (owner !== this.owner) throw new RuleViolation('WRONG_ORGANISATION', { needed: owner });
    }
    const text = this.textOf(row);
    this.overlay.set(key, {
      text,
      policyOf: null,
      ...(this.isOnlyAttested(kind, key, row) ? { isAttestedOnly: true } : {}),
    });
    this.secrets.set(attestationKey(key), attestationOf(text));
  }

  isGuarded<K extends OwnedKind>(kind: K, ...ids: Ids): Promise<boolean> {
    return this.isGuardedBy(this.owner, rowKey(kind, ...ids));
  }

  /** What is only said must be what readers can make of the row as it was created. */
  private isOnlyAttested<K extends OwnedKind>(kind: K, key: string, row: Rows[K]): boolean {
    if (!isAttestedOnly(kind, row.status)) return false;
    const created = this.parse<Rows[K]>(this.store.loaded(key) ?? '');
    if (this.textOf({ ...created, status: row.status }) === this.textOf(row)) return true;
    throw new Error(`${kind} is said to be ${row.status} with nothing else changed`);
  }

  async privateRow<K extends PrivateKind>(kind: K, id: string): Promise<PrivateRows[K] | null> {
    const text = await this.privateText(await this.privateKey(kind, id));
    return text === null ? null : withoutNonce<PrivateRows[K]>(text);
  }

  /** As `prefetch`, of the owner's collection. Without a secret it holds nothing that could be loaded. */
  override async prefetchPrivate(names: readonly PrivateName[]): Promise<boolean> {
    if (names.length === 0 || (await this.secret()) === null) return false;
    const keys: string[] = [];
    for (const [kind, id] of names) keys.push(await this.privateKey(kind, id));
    return this.store.loadManyPrivate(keys);
  }

  override loadedPrivateRow<K extends PrivateKind>(kind: K, id: string): PrivateRows[K] | null {
    const keyed = this.hmacs.get(idText(kind, id));
    const text = keyed === undefined ? null : this.store.loadedPrivate(`${kind}/${keyed}`);
    return typeof text === 'string' ? withoutNonce<PrivateRows[K]>(text) : null;
  }

  async putPrivate<K extends PrivateKind>(kind: K, id: string, row: PrivateRows[K]): Promise<void> {
    const key = await this.privateKey(kind, id);
    const nonce = await this.keyed(`nonce|${this.txId}|${key}`);
    // Rows hold JSON values only; interfaces merely lack the index signature that Json asks for.
    this.secrets.set(key, canonicalJson({ ...(row as unknown as { readonly [name: string]: Json }), nonce }));
  }

  enter(entry: JournalEntry): void {
    if (this.entries.get(entry.operation) !== undefined) throw new RangeError('an operation is entered once');
    this.entries.set(entry.operation, entry);
  }

  async keyed(text: string): Promise<string> {
    const known = this.hmacs.get(text);
    if (known !== undefined) return known;
    this.secretKey ??= await this.readSecretKey();
    const made = createHmac('sha256', this.secretKey).update(text, 'utf8').digest('hex');
    this.hmacs.set(text, made);
    return made;
  }

  /** The organisation's secret, 32 bytes in base64url; null before it was set. */
  async secret(): Promise<string | null> {
    const text = await this.privateText(SECRET_KEY);
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
    await this.saveJournal();
    const written = new Map(
      [...this.overlay.accepted].filter(([, { isAttestedOnly: only }]) => only !== true),
    );
    await this.store.saveMany(written, this.secrets.accepted);
  }

  private async saveJournal(): Promise<void> {
    const entries = [...this.entries.accepted.values()];
    if (entries.length === 0) return;
    await this.putPrivate('journal', this.txId, { v: 1, entries });
    this.secrets.keep();
  }

  private async readSecretKey(): Promise<KeyObject> {
    const secret = await this.secret();
    if (secret === null) throw new RuleViolation('NO_SECRET');
    return createSecretKey(Buffer.from(secret, 'base64url'));
  }

  private async privateKey(kind: PrivateKind, id: string): Promise<string> {
    return `${kind}/${await this.keyed(idText(kind, id))}`;
  }

  private async privateText(key: string): Promise<string | null> {
    return this.secrets.get(key) ?? (await this.store.privateText(key));
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
    return this.rows.privateRow(kind, id);
  }

  /** The bank that an organisation runs; null: none. */
  async bankOf(owner: string): Promise<BankRow | null> {
    const banks = await this.rows.ownedUnder('bank');
    return banks.find(({ row, attested }) => attested && row.owner === owner)?.row ?? null;
  }

  /** All private rows of a kind, in the (random) order of their keys. */
  async privateRows<K extends PrivateKind>(kind: K): Promise<readonly PrivateRows[K][]> {
    const prefix = `${kind}/`;
    const entries = await this.store.privateRange(prefix, endOfPrefix(prefix));
    return entries.map(([, text]) => withoutNonce<PrivateRows[K]>(text));
  }
}

/** What the key of a private row is the HMAC of. */
function idText(kind: PrivateKind, id: string): string {
  return `row|${kind}|${id}`;
}

function withoutNonce<R>(text: string): R {
  const row = JSON.parse(text) as { nonce?: string };
  delete row.nonce;
  return row as R; // what `putPrivate` was given
}
