// What a bank's operators look up, in PostgreSQL: opened accounts, and payments as the projection of the ledger has
// them, with the bank's own notes.
import { type Kysely, type Selectable, sql } from 'kysely';
import type { AdmissionRow, PaymentRow } from '../../../chaincode/protocol/payment.js';
import type { AccountSearch, AskedPayment, BankNote, BankReads, OpenedAccount } from '../bank-reads.js';
import type { Part, PartRequest } from '../offer-reads.js';
import { partOf, positionOf } from '../parts.js';
import type { Tables } from './tables/all-tables.js';

interface FoundPayment {
  readonly sort: number;
  readonly key: string;
  readonly row: PaymentRow;
  readonly admission: AdmissionRow | null;
  readonly note: Selectable<Tables['bank_notes']> | null;
}

export class PostgresBankReads implements BankReads {
  constructor(private readonly db: Kysely<Tables>) {}

  async accounts({ words, holder }: AccountSearch, part: PartRequest): Promise<Part<OpenedAccount>> {
    const after = positionOf(part.cursor)?.key ?? '';
    const rows = await this.db
      .selectFrom('bank_accounts')
      .selectAll()
      .where('account', '>', after)
      .where((where) =>
        where.or([sql<boolean>`starts_with(account, ${words})`, sql<boolean>`starts_with(holder, ${words})`]),
      )
      .$if(holder !== null, (query) => query.where('holder', '=', holder ?? ''))
      .orderBy('account')
      .limit(part.limit + 1)
      .execute();
    const placed = rows.map((row) => ({ ...row, sort: 0, key: row.account }));
    return partOf(placed, part.limit, ({ account, holder, currency, is_opened: isOpened }) => ({
      ...{ account, holder, currency, isOpened },
    }));
  }

  async payments(of: Parameters<BankReads['payments']>[0], part: PartRequest): Promise<Part<AskedPayment>> {
    const position = positionOf(part.cursor);
    const after =
      position === null ? sql`true` : sql`(sort, key) < (${position.sort}::float8, ${position.key})`;
    // Nobody waits for a bank any more when the admission was refused or closed, or the deal has ended otherwise.
    const isWaiting = sql`(payment.body ->> 'status' = 'submitted'
      and coalesce(admission.body ->> 'status', 'admitted') = 'admitted'
      and phase.body ->> 'status' in ('open', 'paymentsClosed', 'cancelled'))`;
    const state =
      of.state === null ? sql`true` : of.state === 'waiting' ? isWaiting : sql`not (${isWaiting})`;
    const { rows } = await sql<FoundPayment>`
      select * from (
        select (payment.body ->> 'arrivedAt')::float8 as sort, payment.key, payment.body as row,
          admission.body as admission, to_jsonb(note) as note
        from ledger.row payment
        left join ledger.row admission
          on admission.key = 'admission/' || payment.deal || '/' || (payment.body ->> 'id')
        left join ledger.row phase on phase.key = 'phase/' || payment.deal
        left join bank_notes note on note.deal = payment.deal and note.payment = payment.body ->> 'id'
        where payment.kind = 'payment' and payment.is_attested and payment.body ->> 'owner' = ${of.owner}
          and ${state}
      ) found where ${after} order by sort desc, key desc limit ${part.limit + 1}`.execute(this.db);
    return partOf(rows, part.limit, ({ row, admission, note }) => ({
      row,
      admission,
      note: note === null ? null : noteOf(note),
    }));
  }
}

function noteOf({
  account,
  holder,
  verdict,
  reason,
  refusal,
  ...note
}: Selectable<Tables['bank_notes']>): BankNote {
  return {
    ...{ account, holder, verdict, reason, refusal },
    askedAt: note.asked_at,
    answeredAt: note.answered_at,
  };
}
