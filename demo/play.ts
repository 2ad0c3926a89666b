// The demonstration: four deals on new people, told step by step, and what became of them in figures.
// Plays over the organisations' desks alone; it starts nothing and asserts nothing.
import type { DemoContext, DemoOptions, DemoReport } from './context.js';
import { engageCast, STORY_NAMES } from './cast.js';
import { reportOf } from './report.js';
import { Stage } from './stage.js';
import { STORIES, type StoryPlan } from './stories.js';
import { StoryTurned, type StoryOptions } from './story.js';
import { amountText, tableLines } from './amounts.js';
import { loadWorld, openWorld } from './world.js';

export { loadWorld };

/** An outage in the decisive seconds gives a deal another course; it is then played again, on a new deal. */
const MOST_PLAYS = 3;

export async function playDemo(context: DemoContext, options: DemoOptions): Promise<DemoReport> {
  await loadWorld(context, options);
  const stage = await Stage.open(context, options.print);
  const world = openWorld(context);
  stage.say('New people: three clients register, link their accounts by code and put up offers');
  const cast = await engageCast(stage, world);
  const deals: string[] = [];
  for (const [index, name] of STORY_NAMES.entries()) {
    stage.say('');
    stage.say(`Deal ${String(index + 1)} of ${String(STORY_NAMES.length)}: ${STORIES[name].title}`);
    const { commissionAccount } = world;
    deals.push(await playStory(STORIES[name], { stage, cast, commissionAccount }));
  }
  const report = await reportOf(stage, deals);
  tellReport(stage, report);
  return report;
}

async function playStory(plan: StoryPlan, options: StoryOptions): Promise<string> {
  for (let plays = 1; ; plays += 1) {
    try {
      return await plan.play(options);
    } catch (error) {
      if (!(error instanceof StoryTurned) || plays >= MOST_PLAYS) throw error;
      options.stage.say(
        `    … the system was away in the decisive seconds, and ${error.message}. Played again:`,
      );
    }
  }
}

function tellReport(stage: Stage, report: DemoReport): void {
  const right = true;
  const columns = [
    { title: 'Deal' },
    { title: 'Outcome' },
    { title: 'Payments', right },
    { title: 'Paid to seller', right },
    { title: 'Commission', right },
    { title: 'Interbank fees', right },
    { title: 'Returned', right },
  ];
  const rows = report.deals.map((deal) => [
    deal.id,
    deal.outcome,
    String(deal.payments),
    ...[deal.paidToSeller, deal.commission, deal.interbankFees, deal.returned].map((sum) =>
      amountText(BigInt(sum)),
    ),
  ]);
  stage.say('');
  for (const line of tableLines(columns, rows)) stage.say(line);
  const books = report.balanced ? 'all books sum to zero' : 'THE BOOKS DO NOT SUM TO ZERO';
  stage.say(`${String(report.transactions)} transactions; ${books}.`);
}
