// Puts together what an organisation's administrators and staff look after: members, parameters, labels, registration,
// figures.
import type { Clock } from '../clock.js';
import { figureHandlers } from '../http/web/handlers/figures.js';
import { labelHandlers } from '../http/web/handlers/labels.js';
import { memberHandlers } from '../http/web/handlers/members.js';
import { parameterHandlers } from '../http/web/handlers/parameters.js';
import { registrationHandlers } from '../http/web/handlers/registration.js';
import type { LedgerClient } from '../ledger/ledger-client.js';
import type { Operations } from '../operations/operations.js';
import type { ConsortiumInfo } from '../protocol/api/consortium.js';
import type { GatewayConfig, Member } from '../protocol/gateway-config.js';
import type { Database } from '../store/postgres/database.js';
import { PostgresDeals } from '../store/postgres/deal-reads.js';
import { PostgresFigures } from '../store/postgres/figure-reads.js';
import { LabelTables } from '../store/postgres/label-tables.js';
import { PostgresMembers } from '../store/postgres/member-reads.js';
import type { Names } from '../views/viewer.js';
import type { WebPeople } from './web-people.js';

export interface WebAdministrationOptions {
  readonly config: GatewayConfig;
  readonly web: NonNullable<GatewayConfig['web']>;
  readonly ledger: LedgerClient;
  readonly database: Database;
  readonly clock: Clock;
  readonly operations: Operations;
  readonly persons: WebPeople;
  readonly names: (people: readonly string[]) => Promise<Names>;
}

const LABEL_BOUNDS = { mostLabels: 100, mostOfDeal: 20 };

export function administrationHandlers(options: WebAdministrationOptions) {
  const { config, web, ledger, clock, operations, persons, names } = options;
  const { query } = options.database;
  return {
    ...memberHandlers({
      ...{ ledger, operations },
      ...{ reads: new PostgresMembers(query), known: memberInfos(config.members) },
    }),
    ...parameterHandlers({ ledger, operations }),
    ...labelHandlers({
      ...{ clock, names, deals: new PostgresDeals(query) },
      labels: new LabelTables(query, LABEL_BOUNDS),
    }),
    ...registrationHandlers({
      ...{ registration: persons.registration, sessions: persons.sessions, names },
      isSecure: web.origin.startsWith('https:'),
    }),
    ...figureHandlers({ figures: new PostgresFigures(query), clock }),
  };
}

export function memberInfos(members: readonly Member[]): ConsortiumInfo['members'] {
  return members.map(({ mspId, name, kind, bankId, web }) => ({
    ...{ mspId, name, kind },
    bankId: bankId ?? null,
    web: web ?? '',
  }));
}
