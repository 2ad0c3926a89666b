// Every table of a gateway's database as the query builder knows it; each noun has a file.
import type { AdministrationTables } from './administration.js';
import type { AddressTables } from './addresses.js';
import type { ApiKeyTables } from './api-keys.js';
import type { BankAccountTables } from './bank-accounts.js';
import type { BankNoteTables } from './bank-notes.js';
import type { CheckpointTables } from './checkpoints.js';
import type { CodeBudgetTables } from './code-budgets.js';
import type { GeneratedValueTables } from './generated-values.js';
import type { LedgerTables } from './ledger.js';
import type { MarketplaceTables } from './marketplace.js';
import type { NotificationTables } from './notifications.js';
import type { OneTimeCodeTables } from './one-time-codes.js';
import type { PendingPostingTables } from './pending-postings.js';
import type { PictureTables } from './pictures.js';
import type { PeopleTables } from './people.js';
import type { RefundKeyTables } from './refund-keys.js';

export interface Tables
  extends
    AddressTables,
    AdministrationTables,
    ApiKeyTables,
    BankAccountTables,
    BankNoteTables,
    CheckpointTables,
    CodeBudgetTables,
    GeneratedValueTables,
    LedgerTables,
    MarketplaceTables,
    NotificationTables,
    OneTimeCodeTables,
    PendingPostingTables,
    PictureTables,
    PeopleTables,
    RefundKeyTables {}
