// Public rows for evaluation; anybody with a channel identity may ask.
import { Context, Contract, Returns, Transaction } from 'fabric-contract-api';
import { canonicalJson, type Json } from '../protocol/canonical-json.js';
import { id as idForm } from '../protocol/forms.js';
import { badInput, list, oneOf, parseCanonical, text } from '../protocol/parse.js';
import {
  isOwnedKind,
  isRowKind,
  ownKey,
  readRow,
  ROW_KINDS,
  rowKey,
  type RowKind,
  type Rows,
} from '../protocol/rows.js';
import { endOfPrefix } from '../state/ledger-keys.js';
import { RowSession } from '../state/row-session.js';
import { StubStore } from '../state/stub-store.js';
import { dealView } from './deal-view.js';

const ROWS_LIMIT = 1_000;
const anyKey = text(/^[a-zA-Z]{1,20}(\/[0-9a-z_]{1,100}){0,3}$/, 'a row key');
const keyList = list(anyKey, { least: 0, most: ROWS_LIMIT });
const anyKind = oneOf(ROW_KINDS);

export class QueryContract extends Contract {
  constructor() {
    super('query');
  }

  /** Argument: canonical JSON list of at most 1,000 row keys. Returns: {key: row or null}. Rejects: BAD_INPUT. */
  @Transaction(false)
  @Returns('string')
  async rows(context: Context, keys: string): Promise<string> {
    const store = new StubStore(context.stub, null);
    const wanted = keyList(parseCanonical(keys, 'keys'), 'keys');
    await store.loadMany(wanted);
    return canonicalJson(
      Object.fromEntries(wanted.map((key) => [key, rowAt(key, store.loaded(key) ?? null)])),
    );
  }

  /** Arguments: kind; first id or ''. Returns: at most 1,000 rows of that kind in key order. Rejects: BAD_INPUT. */
  @Transaction(false)
  @Returns('string')
  async list(context: Context, kind: string, from: string): Promise<string> {
    const prefix = `${rowKey(anyKind(kind, 'kind'))}/`;
    if (from !== '' && !/^[0-9a-z_/]{1,200}$/.test(from)) throw badInput('from', 'something else', 'an id');
    const store = new StubStore(context.stub, null);
    const entries = await store.firstOfRange(prefix + from, endOfPrefix(prefix), ROWS_LIMIT);
    return canonicalJson(entries.map(([key, text]) => rowAt(key, text)).filter((row) => row !== null));
  }

  /** Argument: deal id. Returns: DealView. Rejects: BAD_INPUT, TOO_MANY. */
  @Transaction(false)
  @Returns('string')
  async deal(context: Context, deal: string): Promise<string> {
    const session = new RowSession(new StubStore(context.stub, null));
    const id = idForm(deal, 'deal');
    const view = await session.read(() => dealView(session, id));
    return canonicalJson(view as unknown as Json); // a view holds rows, which hold JSON values only
  }
}

/** Null: what is stored there is no row. */
function rowAt(key: string, text: string | null): Json {
  const kind = key.split('/', 1)[0] ?? '';
  if (text === null || !isRowKind(kind)) return null;
  return rowOf(kind, key, text) as unknown as Json; // rows hold JSON values only
}

/** Null: not of its kind's form, or a copy of a shared row under another key than its own. */
function rowOf<K extends RowKind>(kind: K, key: string, text: string): Rows[K] | null {
  const row = readRow(kind, text);
  if (row === null || isOwnedKind(kind)) return row;
  return [null, key].includes(ownKey(kind, row)) ? row : null;
}
