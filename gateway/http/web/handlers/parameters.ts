// The ledger's parameters, shown and changed for the marketplace's administrators.
import type { LinkRow } from '../../../../chaincode/protocol/account.js';
import { rowKey } from '../../../../chaincode/protocol/rows.js';
import type { ParameterChanges } from '../../../administration/parameter-changes.js';
import type { LedgerClient } from '../../../ledger/ledger-client.js';
import type { parameterEndpoints, ParametersInfo } from '../../../protocol/api/parameters.js';
import { settingsHash, settingsOf } from '../../../protocol/parameter-order.js';
import type { Operations } from '../../../operations/operations.js';
import type { ParameterOrders } from '../../../store/parameter-orders.js';
import type { Names } from '../../../views/viewer.js';
import type { HandlersOf } from '../binding.js';
import { carry, commandOf } from './answers.js';

export interface ParameterHandlersOptions {
  readonly changes: ParameterChanges;
  readonly orders: ParameterOrders;
  readonly operations: Operations;
  readonly ledger: Pick<LedgerClient, 'rows'>;
  readonly names: (people: readonly string[]) => Promise<Names>;
}

const CHANGES_SHOWN = 20;

export function parameterHandlers(
  options: ParameterHandlersOptions,
): HandlersOf<keyof typeof parameterEndpoints> {
  return {
    getParameters: () => parametersInfo(options),
    changeParameters: async ({ body }, { viewer }) => {
      await options.changes.change(viewer, body.intent, body.settings);
      return parametersInfo(options);
    },
    setCommissionAccount: ({ body }, context) =>
      carry(options.operations, context, commandOf('setCommissionAccount', body.intent)),
  };
}

async function parametersInfo(options: ParameterHandlersOptions): Promise<ParametersInfo> {
  const { changes, orders, ledger, names } = options;
  const row = await changes.current();
  const settings = settingsOf(row);
  const links = Object.entries(row.commissionLinks);
  const rows = await ledger.rows(links.map(([, link]) => rowKey('link', link)));
  const made = await orders.newest(CHANGES_SHOWN);
  const named = await names(made.map(({ person }) => person));
  return {
    settings,
    hash: settingsHash(settings),
    windowMs: row.windowMs,
    slackMs: row.slackMs,
    commissionAccounts: links.map(([currency, link]) => {
      const found = rows[rowKey('link', link)] as LinkRow | null | undefined; // the key's kind
      return { currency, link, bank: found?.bank ?? null };
    }),
    changes: made.map(({ id, at, person, txId, before, after }) => ({
      ...{ id, at, txId, before, after },
      by: named.nameOf(person) ?? person,
    })),
  };
}
