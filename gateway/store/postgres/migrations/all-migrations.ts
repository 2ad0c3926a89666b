// All steps that lead to the database's present form, in their order.
import type { Migration } from './migration.js';
import { generatedValuesMigration } from './001-generated-values.js';
import { checkpointsMigration } from './002-checkpoints.js';
import { oneTimeCodesMigration } from './003-one-time-codes.js';
import { pendingPostingsMigration } from './004-pending-postings.js';
import { peopleMigration } from './010-people.js';
import { codeAttemptsMigration } from './030-code-attempts.js';
import { codeBudgetsMigration } from './031-code-budgets.js';
import { apiKeysMigration } from './032-api-keys.js';
import { refundKeysMigration } from './033-refund-keys.js';
import { bankAccountsMigration } from './034-bank-accounts.js';
import { bankNotesMigration } from './035-bank-notes.js';
import { askedAccountsMigration } from './036-asked-accounts.js';
import { ledgerMigration } from './050-ledger.js';
import { marketplaceMigration } from './051-marketplace.js';
import { picturesMigration } from './052-pictures.js';
import { usedContentsMigration } from './053-used-contents.js';
import { rowVersionsMigration } from './060-row-versions.js';
import { administrationMigration } from './070-administration.js';
import { labelsMigration } from './071-labels.js';
import { figuresMigration } from './072-figures.js';
import { submissionReceiptsMigration } from './095-submission-receipts.js';
import { notificationsMigration } from './100-notifications.js';
import { addressesMigration } from './105-addresses.js';
import { newestOffersMigration } from './110-newest-offers.js';
import { profilePicturesMigration } from './120-profile-pictures.js';
import { peopleSearchMigration } from './121-people-search.js';
import { parametersOnLedgerMigration } from './122-parameters-on-ledger.js';
import { exposuresMigration } from './123-exposures.js';

export const MIGRATIONS: readonly Migration[] = [
  generatedValuesMigration,
  checkpointsMigration,
  oneTimeCodesMigration,
  pendingPostingsMigration,
  peopleMigration,
  codeAttemptsMigration,
  codeBudgetsMigration,
  apiKeysMigration,
  refundKeysMigration,
  bankAccountsMigration,
  bankNotesMigration,
  askedAccountsMigration,
  ledgerMigration,
  marketplaceMigration,
  picturesMigration,
  usedContentsMigration,
  rowVersionsMigration,
  administrationMigration,
  labelsMigration,
  figuresMigration,
  submissionReceiptsMigration,
  notificationsMigration,
  addressesMigration,
  newestOffersMigration,
  profilePicturesMigration,
  peopleSearchMigration,
  parametersOnLedgerMigration,
  exposuresMigration,
];
