// Labels of deals in PostgreSQL. One change at a time, so that no two break a bound together; each stands in the
// table of changes with who made it.
import { type Kysely, sql, type Transaction } from 'kysely';
import type {
  By,
  CountedLabel,
  Label,
  LabelBounds,
  LabelChange,
  LabelChangeKind,
  Labels,
} from '../labels.js';
import type { Part, PartRequest } from '../offer-reads.js';
import { partOf, wholePositionOf } from '../parts.js';
import { atomically, inScope } from './scope.js';
import type { Tables } from './tables/all-tables.js';

type Open = Transaction<Tables>;

export class LabelTables implements Labels {
  constructor(
    private readonly database: Kysely<Tables>,
    private readonly bounds: LabelBounds,
  ) {}

  all(): Promise<readonly CountedLabel[]> {
    return this.select(sql`true`);
  }

  async find(id: string): Promise<CountedLabel | null> {
    const [found] = await this.select(sql`label.id = ${id}`);
    return found ?? null;
  }

  create({ id, name, isArchived, createdAt }: Label, by: By): ReturnType<Labels['create']> {
    return this.inTurn(async (db) => {
      if (await isTaken(db, name, id)) return 'taken';
      if (await this.isFull(db)) return 'tooMany';
      const values = { id, name, is_archived: isArchived, created_at: createdAt };
      await db.insertInto('label').values(values).execute();
      await note(db, by, { what: 'created', label: { id, name }, deal: null });
      return 'done';
    });
  }

  change(id: string, change: Parameters<Labels['change']>[1], by: By): ReturnType<Labels['change']> {
    return this.inTurn(async (db) => {
      const found = await labelOf(db, id);
      if (found === null) return 'missing';
      const { name = found.name, isArchived = found.isArchived } = change;
      if (!isArchived && (await isTaken(db, name, id))) return 'taken';
      if (found.isArchived && !isArchived && (await this.isFull(db))) return 'tooMany';
      await db.updateTable('label').set({ name, is_archived: isArchived }).where('id', '=', id).execute();
      for (const what of kindsOf(found, { name, isArchived })) {
        await note(db, by, { what, label: { id, name }, deal: null });
      }
      return 'done';
    });
  }

  attach(deal: string, label: string, by: By): ReturnType<Labels['attach']> {
    return this.inTurn(async (db) => {
      const found = await labelOf(db, label);
      if (found === null) return 'missing';
      const attached = await db.selectFrom('deal_label').select('label').where('deal', '=', deal).execute();
      if (attached.some((row) => row.label === label)) return 'done';
      if (found.isArchived) return 'archived';
      if (attached.length >= this.bounds.mostOfDeal) return 'tooMany';
      await db.insertInto('deal_label').values({ deal, label, at: by.at }).execute();
      await note(db, by, { what: 'attached', label: found, deal });
      return 'done';
    });
  }

  detach(deal: string, label: string, by: By): ReturnType<Labels['detach']> {
    return this.inTurn(async (db) => {
      const found = await labelOf(db, label);
      if (found === null) return 'missing';
      const gone = await db
        .deleteFrom('deal_label')
        .where((eb) => eb.and({ deal, label }))
        .returning('label')
        .executeTakeFirst();
      if (gone !== undefined) await note(db, by, { what: 'detached', label: found, deal });
      return 'done';
    });
  }

  async ofDeals(deals: readonly string[]): ReturnType<Labels['ofDeals']> {
    const rows = await this.database
      .selectFrom('deal_label')
      .innerJoin('label', 'label.id', 'deal_label.label')
      .select(['deal_label.deal', 'label.id', 'label.name'])
      .where('deal_label.deal', '=', sql<string>`any(${[...deals]})`)
      .orderBy(sql`lower(label.name)`)
      .execute();
    const found = new Map<string, Pick<Label, 'id' | 'name'>[]>();
    for (const { deal, ...label } of rows) found.set(deal, [...(found.get(deal) ?? []), label]);
    return found;
  }

  async changes(
    { deal, label }: Parameters<Labels['changes']>[0],
    part: PartRequest,
  ): Promise<Part<LabelChange>> {
    const position = wholePositionOf(part.cursor);
    let query = this.database
      .selectFrom('label_change')
      .select(['number as sort', 'at', 'person', 'what', 'label', 'name', 'deal'])
      .orderBy('number', 'desc')
      .limit(part.limit + 1);
    if (position !== null) query = query.where('number', '<', position.sort);
    if (deal !== null) query = query.where('deal', '=', deal);
    if (label !== null) query = query.where('label', '=', label);
    const rows = (await query.execute()).map((row) => ({ ...row, key: '' }));
    return partOf(rows, part.limit, ({ at, person, what, label: id, name, deal: of }) => ({
      ...{ at, person, what, label: { id, name }, deal: of },
    }));
  }

  private async select(condition: ReturnType<typeof sql>): Promise<CountedLabel[]> {
    const { rows } = await sql<CountedLabel>`
      select label.id, label.name, label.is_archived as "isArchived", label.created_at as "createdAt",
        (select count(*) from deal_label where deal_label.label = label.id)::float8 as deals
      from label where ${condition} order by label.is_archived, lower(label.name), label.id`.execute(
      inScope(this.database),
    );
    return rows;
  }

  private inTurn<Result>(work: (db: Open) => Promise<Result>): Promise<Result> {
    return atomically(this.database, async (db) => {
      await sql`select pg_advisory_xact_lock(hashtextextended('labels', 0))`.execute(db);
      return work(db);
    });
  }

  private async isFull(db: Open): Promise<boolean> {
    const { count } = await db
      .selectFrom('label')
      .select((eb) => eb.fn.countAll<number>().as('count'))
      .where('is_archived', '=', false)
      .executeTakeFirstOrThrow();
    return count >= this.bounds.mostLabels;
  }
}

function kindsOf(
  before: Label,
  after: { readonly name: string; readonly isArchived: boolean },
): readonly LabelChangeKind[] {
  const moved = after.isArchived ? 'archived' : 'restored';
  return [
    ...(after.name === before.name ? [] : (['renamed'] as const)),
    ...(after.isArchived === before.isArchived ? [] : ([moved] as const)),
  ];
}

async function isTaken(db: Open, name: string, id: string): Promise<boolean> {
  const other = await db
    .selectFrom('label')
    .select('id')
    .where(sql`lower(name)`, '=', sql`lower(${name})`)
    .where('is_archived', '=', false)
    .where('id', '!=', id)
    .executeTakeFirst();
  return other !== undefined;
}

async function labelOf(db: Open, id: string): Promise<Label | null> {
  const row = await db.selectFrom('label').selectAll().where('id', '=', id).executeTakeFirst();
  if (row === undefined) return null;
  return { id, name: row.name, isArchived: row.is_archived, createdAt: row.created_at };
}

async function note(
  db: Open,
  { person, at }: By,
  of: {
    readonly what: LabelChangeKind;
    readonly label: Pick<Label, 'id' | 'name'>;
    readonly deal: string | null;
  },
): Promise<void> {
  const { what, label, deal } = of;
  await db
    .insertInto('label_change')
    .values({ at, person, what, label: label.id, name: label.name, deal })
    .execute();
}
