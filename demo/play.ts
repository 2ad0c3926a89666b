// The demonstration: four deals on new people, printed step by step, and what became of them in figures.
import { browserLines, inviteBrowserPeople } from './browser-people.js';
import { amountText } from '../gateway/protocol/money-text.js';
import { tableLines } from './amounts.js';
import type { DemoContext, DemoOptions, DemoReport } from './context.js';
import { CURRENCY } from './enrolment.js';
import { Gateways } from './gateways.js';
import { engageParticipants, SCENARIO_NAMES } from './participants.js';
import { populate } from './population/populate.js';
import { reportOf } from './report.js';
import { ScenarioDiverged, type ScenarioOptions } from './scenario.js';
import { type ScenarioPlan, SCENARIOS } from './scenarios.js';
import { openSeed, seed } from './seed.js';

export { browserLines, inviteBrowserPeople, populate, seed };

/** An outage in the decisive seconds gives a deal another course; it is then played again, on a new deal. */
const MOST_PLAYS = 5;

export async function playDemo(context: DemoContext, options: DemoOptions): Promise<DemoReport> {
  await seed(context, options);
  await inviteBrowserPeople(context, options);
  const gateways = await Gateways.open(context, options.print);
  const world = openSeed(context);
  gateways.say(
    'New people: three clients get log-ins, link their accounts by code; the seller puts up offers',
  );
  const participants = await engageParticipants(gateways, world);
  const deals: string[] = [];
  for (const [index, name] of SCENARIO_NAMES.entries()) {
    gateways.say('');
    gateways.say(`Deal ${String(index + 1)} of ${String(SCENARIO_NAMES.length)}: ${SCENARIOS[name].title}`);
    const { commissionAccount } = world;
    deals.push(await playStory(SCENARIOS[name], { gateways, participants, commissionAccount }));
  }
  const report = await reportOf(gateways, deals);
  tellReport(gateways, report);
  return report;
}

async function playStory(plan: ScenarioPlan, options: ScenarioOptions): Promise<string> {
  for (let plays = 1; ; plays += 1) {
    try {
      return await plan.play(options);
    } catch (error) {
      if (!(error instanceof ScenarioDiverged) || plays >= MOST_PLAYS) throw error;
      options.gateways.say(
        `    … the system was away in the decisive seconds, and ${error.message}. Played again:`,
      );
    }
  }
}

function tellReport(gateways: Gateways, report: DemoReport): void {
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
      amountText(BigInt(sum), CURRENCY),
    ),
  ]);
  gateways.say('');
  for (const line of tableLines(columns, rows)) gateways.say(line);
  const books = report.balanced ? 'all books sum to zero' : 'THE BOOKS DO NOT SUM TO ZERO';
  gateways.say(`${String(report.transactions)} transactions; ${books}.`);
}
