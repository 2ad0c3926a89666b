// What each bank has credited on each other bank's word, so that a deal's page can say that its payee's bank waits for
// a settlement without adding up all history. It follows from the blocks like the rest of the schema.
import type { Migration } from './migration.js';

const EXPOSURES = `
create table ledger.exposure (
  creditor text not null,
  debtor text not null,
  currency text not null,
  used numeric not null,
  primary key (creditor, debtor, currency)
);
insert into ledger.exposure
  select credit.body ->> 'bank', payment.body ->> 'bank', credit.body ->> 'currency',
    sum((credit.body ->> 'amount')::numeric)
  from ledger.row credit
  join ledger.row payment on payment.key = 'payment/' || credit.deal || '/' || (credit.body ->> 'payment')
  where credit.kind = 'credit' and credit.is_attested and credit.body ->> 'status' = 'credited'
    and payment.body ->> 'bank' <> credit.body ->> 'bank'
  group by 1, 2, 3;
`;

/** Credits that are due and captured for, but above what the payee's bank takes on the word of the payer's. */
const WAITING = `
create view ledger.waiting_credit as
  select credit.deal, credit.key, credit.body ->> 'bank' as creditor, payment.body ->> 'bank' as debtor
  from ledger.row credit
  join ledger.row payment on payment.key = 'payment/' || credit.deal || '/' || (credit.body ->> 'payment')
    and payment.is_attested and payment.body ->> 'status' = 'captured'
    and payment.body ->> 'bank' <> credit.body ->> 'bank'
  left join ledger.row bank on bank.key = 'bank/' || (credit.body ->> 'bank') and bank.is_attested
  left join ledger.exposure exposure on exposure.creditor = credit.body ->> 'bank'
    and exposure.debtor = payment.body ->> 'bank' and exposure.currency = credit.body ->> 'currency'
  where credit.kind = 'credit' and credit.body ->> 'status' = 'due'
    and coalesce(exposure.used, 0) + (credit.body ->> 'amount')::numeric
      > coalesce((bank.body -> 'debitCaps' ->> (credit.body ->> 'currency'))::numeric, 0);
`;

export const exposuresMigration: Migration = {
  name: '123-exposures',
  up: async (sql) => {
    await sql(EXPOSURES);
    await sql(WAITING);
  },
};
