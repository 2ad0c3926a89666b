// The budgets of one-time codes in the database. A change holds the name's lock.
import { sql } from 'kysely';
import type { Instant } from '../../../chaincode/protocol/forms.js';
import type { CodeBudget, CodeBudgetChange, CodeBudgets } from '../code-budgets.js';
import type { Database } from './database.js';
import { removeInPortions } from './remove-in-portions.js';

/** Space of its own among advisory locks; the second number is the name's hash. */
const BUDGET_LOCK = 7_050_031;

export class CodeBudgetTable implements CodeBudgets {
  constructor(private readonly database: Database) {}

  change<Result>(
    name: string,
    decide: (budget: CodeBudget | null) => CodeBudgetChange<Result>,
  ): Promise<Result> {
    return this.database.transaction(async (transaction) => {
      await sql`select pg_advisory_xact_lock(${BUDGET_LOCK}, hashtext(${name}))`.execute(transaction);
      const found = await transaction
        .selectFrom('code_budgets')
        .select(['name', 'messages', 'tries'])
        .where('name', '=', name)
        .executeTakeFirst();
      const { budget, result } = decide(found ?? null);
      if (budget === undefined) return result;
      const { messages, tries } = budget;
      const content = {
        messages: JSON.stringify(messages),
        tries: JSON.stringify(tries),
        changed_at: Math.max(messages.at, tries.at),
      };
      await transaction
        .insertInto('code_budgets')
        .values({ name, ...content })
        .onConflict((conflict) => conflict.column('name').doUpdateSet(content))
        .execute();
      return result;
    });
  }

  removeOlder(before: Instant): Promise<number> {
    return removeInPortions((limit) =>
      sql`delete from code_budgets where name in
        (select name from code_budgets where changed_at < ${before} limit ${limit} for update skip locked)`.execute(
        this.database.query,
      ),
    );
  }
}
