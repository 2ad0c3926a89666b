// Brings a population to the consortium: clients, accounts with money, linked accounts, offers, in lists with a bounded
// number in flight. A run that was cut off is gone on with by the next run of the same size, and nothing is doubled.
import type { DemoContext, PopulateOptions, PopulationReport, PopulationSize } from '../context.js';
import { CURRENCY } from '../enrolment.js';
import { Gateways } from '../gateways.js';
import { openSeed } from '../seed.js';
import { Journal } from './journal.js';
import {
  accountsStage,
  linksStage,
  peopleStage,
  type PopulationParts,
  type SeedList,
  type Stage,
} from './lists.js';
import { offersStage } from './offers-stage.js';
import { PopulationPlan } from './plan.js';

/** As many rows as a gateway reads at once. */
const LIST_LENGTH = 200;
const LISTS_IN_FLIGHT = 4;
/** Whose pages are opened afterwards to see how long they take. */
const MOST_EXAMPLES = 5;

/**
 * Needs the demonstration's own people and log-ins. Rejects: DemoError; what `onProgress` throws ends the run, and the
 * next one goes on.
 */
export async function populate(context: DemoContext, options: PopulateOptions): Promise<PopulationReport> {
  const { size, listLength = LIST_LENGTH } = options;
  const gateways = await Gateways.open(context, options.print);
  const plan = await PopulationPlan.open(context, size, { listLength });
  const journal = Journal.open(plan.folder);
  const banks = gateways.banks.slice(0, size.banks);
  const parts = { gateways, staff: openSeed(context).staff, plan, journal, banks };
  const stages = [peopleStage(parts), accountsStage(parts), linksStage(parts), await offersStage(parts)];
  const progress = new Progress(stages, journal, options.onProgress);
  let lists = 0;
  for (const stage of stages) {
    const open = stage.lists.filter(({ name }) => !journal.isDone(name));
    if (open.length === 0) continue;
    lists += open.length;
    progress.show(stage);
    await inFlight(open, async (list) => {
      await list.run();
      journal.finish(list.name);
      progress.advance(stage, list);
    });
  }
  return reportOf(parts, size, lists);
}

class Progress {
  private done: number;
  private readonly total: number;

  constructor(
    stages: readonly Stage[],
    journal: Journal,
    private readonly onProgress: PopulateOptions['onProgress'],
  ) {
    const lists = stages.flatMap((stage) => stage.lists);
    this.total = itemsOf(lists);
    this.done = itemsOf(lists.filter(({ name }) => journal.isDone(name)));
  }

  show({ title }: Stage): void {
    this.onProgress({ stage: title, done: this.done, total: this.total });
  }

  advance(stage: Stage, { items }: SeedList): void {
    this.done += items;
    this.show(stage);
  }
}

function itemsOf(lists: readonly SeedList[]): number {
  return lists.reduce((sum, { items }) => sum + items, 0);
}

/** The first failure ends it: what is in flight comes to its end, and nothing more is begun. */
async function inFlight(lists: readonly SeedList[], run: (list: SeedList) => Promise<void>): Promise<void> {
  const waiting = [...lists];
  const failures: unknown[] = [];
  const work = async (): Promise<void> => {
    for (let list = waiting.shift(); list !== undefined; list = waiting.shift()) {
      try {
        await run(list);
      } catch (error) {
        failures.push(error);
        waiting.length = 0;
      }
    }
  };
  await Promise.all(Array.from({ length: LISTS_IN_FLIGHT }, work));
  if (failures.length > 0) throw failures[0];
}

function reportOf({ plan, banks }: PopulationParts, size: PopulationSize, lists: number): PopulationReport {
  const clients = banks.flatMap((bank, place) => plan.clientsOf(bank, place));
  const accounts = clients.flatMap((client) => client.accounts);
  const every = Math.max(1, Math.floor(clients.length / MOST_EXAMPLES));
  return {
    banks: banks.length,
    clients: clients.length,
    accounts: accounts.length,
    deposited: accounts.reduce((sum, { deposit }) => sum + BigInt(deposit), 0n).toString(),
    currency: CURRENCY,
    links: clients.length,
    offers: size.offers,
    lists,
    people: clients.filter((_, index) => index % every === 0).map(({ person }) => person.id),
  };
}
