// Changes of the ledger's parameters: an administrator signs the order, the marketplace's own certificate sends it. Who
// ordered what is kept with the signature; the ledger's rules decide.
import type { Json } from '../../chaincode/protocol/canonical-json.js';
import type { Intent } from '../../chaincode/protocol/intent.js';
import { bodyHash } from '../../chaincode/protocol/intent.js';
import type { ParametersRow } from '../../chaincode/protocol/member.js';
import type { Clock } from '../clock.js';
import type { LedgerClient } from '../ledger/ledger-client.js';
import { LedgerRejected } from '../ledger/ledger-errors.js';
import { isExpired, type Operations } from '../operations/operations.js';
import type { Viewer } from '../people/viewer.js';
import {
  PARAMETERS_ORDER,
  type ParameterSettings,
  settingsHash,
  settingsOf,
} from '../protocol/parameter-order.js';
import { Refused } from '../refused.js';
import type { ParameterOrder, ParameterOrders } from '../store/parameter-orders.js';

export interface ParameterChangesOptions {
  readonly ledger: Pick<LedgerClient, 'rows' | 'submit'>;
  readonly operations: Pick<Operations, 'require'>;
  readonly orders: ParameterOrders;
  readonly clock: Clock;
}

const PARAMETERS = 'parameters';
/** What stands there already. */
const UNCHANGED = 'NOTHING_WRITTEN';

export class ParameterChanges {
  /** One after the other: each replaces what its signer has seen. */
  private last: Promise<unknown> = Promise.resolve();

  constructor(private readonly options: ParameterChangesOptions) {}

  /** Rejects: Refused NOT_READY, where nobody has set the ledger up yet. */
  async current(): Promise<ParametersRow> {
    const row = (await this.options.ledger.rows([PARAMETERS]))[PARAMETERS] as
      ParametersRow | null | undefined;
    if (row == null) throw new Refused('NOT_READY');
    return row; // the key's kind
  }

  /**
   * The same order again is carried out once. Rejects: Refused NOT_YOUR_INTENT, WRONG_ACTION, BAD_SIGNATURE,
   * INTENT_EXPIRED, KEY_DIFFERS, CONTENT_DIFFERS, OTHER_CONTENT, PARAMETERS_CHANGED; LedgerError.
   */
  change(viewer: Viewer, intent: Intent, settings: ParameterSettings): Promise<void> {
    const turn = this.last.then(() => this.carryOut(viewer, intent, settings));
    this.last = turn.catch(() => undefined);
    return turn;
  }

  private async carryOut(viewer: Viewer, intent: Intent, settings: ParameterSettings): Promise<void> {
    const { orders, clock } = this.options;
    this.requireOrder(viewer, intent, settings);
    const isLate = isExpired(intent, clock.now());
    if (isLate && (await orders.find(intent.body.id)) === null) throw new Refused('INTENT_EXPIRED');
    const row = await this.current();
    const before = settingsOf(row);
    const order: ParameterOrder = {
      ...{ id: intent.body.id, person: viewer.person.id, at: clock.now(), intent },
      ...{ before, after: settingsOf(settings), isDone: false, txId: null },
    };
    const kept = await orders.create(order);
    if (bodyHash(kept.intent.body) !== bodyHash(intent.body)) {
      throw new Refused('OTHER_CONTENT', { id: order.id });
    }
    if (kept.isDone) return;
    // Written, and the answer got lost: the order is done.
    const isThere = settingsHash(before) === settingsHash(settings);
    if (!isThere && intent.body.params['replaces'] !== settingsHash(before)) {
      throw new Refused('PARAMETERS_CHANGED');
    }
    await orders.setDone(order.id, isThere ? null : await this.send(row, settings));
  }

  private requireOrder(viewer: Viewer, intent: Intent, settings: ParameterSettings): void {
    this.options.operations.require(viewer.person.id, {
      ...{ action: PARAMETERS_ORDER, lane: 'agreement', intent },
    });
    if (viewer.row?.key !== intent.key) throw new Refused('KEY_DIFFERS', { person: viewer.person.id });
    const needed = settingsHash(settings);
    if (intent.body.params['settings'] !== needed) throw new Refused('CONTENT_DIFFERS', { needed });
  }

  /** The transaction that wrote it; null: it stood there already. */
  private async send(row: ParametersRow, settings: ParameterSettings): Promise<string | null> {
    const { members, windowMs, slackMs } = row;
    const params = { members, windowMs, slackMs, ...settingsOf(settings) } satisfies object;
    const command = {
      action: 'setParameters',
      params: params as unknown as { readonly [name: string]: Json },
    };
    const [outcome] = await this.options.ledger.submit('agreement', command, { as: 'admin' });
    if (outcome === undefined) throw new Error('one command has one outcome');
    if (outcome.ok) return outcome.txId;
    if (outcome.code === UNCHANGED) return null;
    throw new LedgerRejected(outcome.code, 'the parameters were refused', { values: outcome.values ?? {} });
  }
}
