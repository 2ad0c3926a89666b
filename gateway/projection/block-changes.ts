// What one block changes in the projection. Pure: the same blocks give the same tables, at any time and on any machine.
import type { Command } from '../../chaincode/protocol/commands.js';
import { eventsOf } from '../../chaincode/protocol/events.js';
import { isOfDeal, isOwnedKind } from '../../chaincode/protocol/rows.js';
import type { AttestationWrite, WholeBlock, WholeTransaction } from '../ledger/ledger-port.js';
import type { SeenRow } from './deal-view.js';
import {
  type Happened,
  notificationsOf,
  type ProjectedNotification,
  rowsBehind,
  type RowsByKey,
  type WantedRows,
} from './notifications.js';
import { attestationKeyHash, type ProjectedRow, projectedRow } from './projected-row.js';

/** One command of a block, carried out or refused. */
export interface ProjectedCommand {
  readonly block: number;
  readonly transaction: number;
  readonly place: number;
  readonly action: string;
  /** The intent's id, or what the command names. */
  readonly id: string;
  /** Who signed it; null: a machine's, or not public. */
  readonly person: string | null;
  readonly isOk: boolean;
  readonly code: string | null;
  /** As it travelled; null: it was not public. */
  readonly command: Command | null;
}

/** Something that happened, by name. */
export interface ProjectedEvent extends Happened {
  readonly txId: string;
  readonly creator: string;
}

/** What of the projection a block's changes depend on. */
export interface KnownRows {
  /** Texts of rows by the hash of their attestation's key. */
  readonly byKeyHash: ReadonlyMap<string, { readonly key: string; readonly text: string }>;
  /** `collection/keyHash` → hash. */
  readonly attestations: ReadonlyMap<string, string>;
  /** Rows behind events, as they stood before the block. */
  readonly rows: RowsByKey;
}

/** What must be looked up before `changesOf`. */
export interface Wanted extends WantedRows {
  readonly keyHashes: readonly string[];
}

export interface BlockChanges {
  readonly block: WholeBlock;
  readonly rows: readonly ProjectedRow[];
  /** Keys under which no row stands any more. */
  readonly gone: readonly string[];
  readonly attestations: readonly AttestationWrite[];
  readonly commands: readonly ProjectedCommand[];
  readonly events: readonly ProjectedEvent[];
  readonly notifications: readonly ProjectedNotification[];
}

export function wantedOf(block: WholeBlock): Wanted {
  const hashes = new Set<string>();
  for (const transaction of validOf(block)) {
    for (const { key } of transaction.rows) if (isOwnedKind(kindOf(key))) hashes.add(attestationKeyHash(key));
    for (const { keyHash } of transaction.attestations) hashes.add(keyHash);
  }
  return { keyHashes: [...hashes], ...rowsBehind(eventsOfBlock(block)) };
}

export function changesOf(block: WholeBlock, known: KnownRows): BlockChanges {
  const texts = new Map<string, string | null>();
  const written = new Map<string, AttestationWrite>();
  for (const transaction of validOf(block)) {
    for (const { key, text } of transaction.rows) texts.set(key, text);
    for (const write of transaction.attestations) written.set(attestationName(write), write);
  }
  addAttestedAgain(texts, written, known);
  const attestations = (collection: string, keyHash: string): string | null => {
    const name = attestationName({ collection, keyHash });
    const write = written.get(name);
    return write === undefined ? (known.attestations.get(name) ?? null) : write.valueHash;
  };
  const entries = [...texts].map(([key, text]) => ({
    key,
    row: text === null ? null : projectedRow(key, text, attestations),
  }));
  const events = eventsOfBlock(block);
  return {
    block,
    rows: entries.flatMap(({ row }) => (row === null ? [] : [row])),
    gone: entries.flatMap(({ key, row }) => (row === null ? [key] : [])),
    attestations: [...written.values()],
    commands: block.transactions.flatMap((transaction) => commandsOf(block, transaction)),
    events,
    notifications: notificationsOf(events, { before: known.rows, after: rowsAfter(known.rows, entries) }),
  };
}

function rowsAfter(
  before: RowsByKey,
  entries: readonly { readonly key: string; readonly row: SeenRow | null }[],
): RowsByKey {
  const after = new Map(before);
  for (const { key, row } of entries) {
    if (row === null) after.delete(key);
    else after.set(key, row);
  }
  return after;
}

export function attestationName(of: { readonly collection: string; readonly keyHash: string }): string {
  return `${of.collection}/${of.keyHash}`;
}

/** Rows that stay as they are written while their owner attests something else of them. */
function addAttestedAgain(
  texts: Map<string, string | null>,
  written: ReadonlyMap<string, AttestationWrite>,
  known: KnownRows,
): void {
  for (const { keyHash } of written.values()) {
    const row = known.byKeyHash.get(keyHash);
    if (row !== undefined && !texts.has(row.key)) texts.set(row.key, row.text);
  }
}

function validOf(block: WholeBlock): readonly WholeTransaction[] {
  return block.transactions.filter(({ code }) => code === 0);
}

function commandsOf(block: WholeBlock, transaction: WholeTransaction): ProjectedCommand[] {
  if (transaction.code !== 0) return [];
  const results = transaction.event?.results ?? [];
  return results.map(({ action, result }, place) => {
    const command = commandAt(transaction, place, action);
    return {
      block: block.block,
      transaction: transaction.index,
      place,
      action,
      id: result.id,
      person: command?.intent?.body.person ?? null,
      isOk: result.ok,
      code: result.ok ? null : result.code,
      command,
    };
  });
}

function eventsOfBlock(block: WholeBlock): ProjectedEvent[] {
  return validOf(block).flatMap((transaction) => eventsIn(block, transaction));
}

function eventsIn(block: WholeBlock, transaction: WholeTransaction): ProjectedEvent[] {
  const results = transaction.event?.results ?? [];
  const events = results.flatMap((record, place) =>
    eventsOf(record).map((event) => ({
      name: event.name,
      kind: event.kind,
      ids: event.ids,
      deal: dealOf(event),
      person: commandAt(transaction, place, record.action)?.intent?.body.person ?? null,
    })),
  );
  const { txId, creator, at, index } = transaction;
  return events.map((event, place) => ({
    block: block.block,
    transaction: index,
    place,
    at,
    txId,
    creator,
    ...event,
  }));
}

function dealOf({ kind, ids }: Pick<Happened, 'kind' | 'ids'>): string | null {
  return isOfDeal(kind) ? (ids[0] ?? null) : null;
}

/** The public command behind a result; null where the list does not fit the event. */
function commandAt(transaction: WholeTransaction, place: number, action: string): Command | null {
  const command = transaction.commands?.[place] ?? null;
  return command?.action === action ? command : null;
}

function kindOf(key: string): string {
  return key.slice(0, key.indexOf('/'));
}
