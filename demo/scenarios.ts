// The four deals of the demo: the whole path, a part payment that expires, the last second, a late answer.
import * as acts from './deal-acts.js';
import { tell } from './narrator.js';
import type { ScenarioName } from './participants.js';
import { Scenario, ScenarioDiverged, type ScenarioOptions, timeText, untilInstant } from './scenario.js';

export interface ScenarioPlan {
  readonly title: string;
  /** Resolves with the deal's id; rejects with ScenarioDiverged if an outage gave the deal another course. */
  readonly play: (options: ScenarioOptions) => Promise<string>;
}

const SECOND_MS = 1_000;
const SLOW_ANSWER_MS = 9_000;
/** Longer than any answer time: the bank's core is silent until its behaviour is set anew. */
const FOREVER_MS = 86_400_000;

export const SCENARIOS: { readonly [name in ScenarioName]: ScenarioPlan } = {
  wholePath: {
    title: 'paid from two banks, delivered, accepted, paid out',
    play: playWholePath,
  },
  expiry: {
    title: 'paid in part, then the time to pay is over: everything goes back',
    play: playExpiry,
  },
  lastSecond: {
    title: 'the last payment comes one second before the deadline, its bank takes nine seconds of ten',
    play: playLastSecond,
  },
  lateAnswer: {
    title: 'the bank answers only after its time: the deal has expired, the money comes back by itself',
    play: playLateAnswer,
  },
};

async function playWholePath(options: ScenarioOptions): Promise<string> {
  const { participants } = options;
  const scenario = await Scenario.begin(options, participants.buyerAtA, participants.offers.wholePath);
  await scenario.table();
  await scenario.payAndHold(participants.buyerAtA, '500000');
  await scenario.table();
  await scenario.payAndHold(participants.buyerAtB, '740000');
  await scenario.waitForPhase('paid');
  await scenario.table();
  await scenario.deliver();
  await scenario.acceptGoods();
  await scenario.waitForPhase('completed');
  await scenario.waitForArrival();
  await scenario.table();
  return scenario.deal.id;
}

async function playExpiry(options: ScenarioOptions): Promise<string> {
  const { participants, gateways } = options;
  const scenario = await Scenario.begin(options, participants.friendAtA, participants.offers.expiry);
  const payments = [
    await scenario.payAndHold(participants.friendAtA, '500000'),
    await scenario.payAndHold(participants.friendAtA, '300000'),
  ];
  await scenario.table();
  gateways.say(
    `  Nothing more is paid. The time to pay is over at ${timeText(scenario.deal.terms.payDeadline)} UTC.`,
  );
  await scenario.waitForPhase('expired');
  for (const payment of payments) await scenario.waitForPayment(payment, ({ status }) => status === 'voided');
  await scenario.narrator.tellWorkers();
  await scenario.operationsByRefundKey();
  await scenario.table();
  return scenario.deal.id;
}

async function playLastSecond(options: ScenarioOptions): Promise<string> {
  const { participants, gateways } = options;
  const scenario = await Scenario.begin(options, participants.buyerAtB, participants.offers.lastSecond);
  await scenario.payAndHold(participants.buyerAtB, '600000');
  const amount = '640000';
  const payer = participants.friendAtA;
  const invitation = await scenario.invite(payer, amount);
  const plan = await acts.planPayment(gateways, scenario.deal, { payer, amount, invitation });
  const bank = gateways.bank(participants.friendAtA.account.bank);
  await bank.admin.setBehaviour({ payment: plan.id, answer: 'yes', afterMs: SLOW_ANSWER_MS });
  gateways.say(
    `  ${bank.name}'s core will take ${String(SLOW_ANSWER_MS / SECOND_MS)} s for the next payment.`,
  );
  await untilInstant(scenario.deal.terms.payDeadline - SECOND_MS);
  const payment = await scenario.submit(plan);
  await scenario.giveCode(payment);
  await scenario.table();
  if ((await scenario.waitForPhase('paymentsClosed', 'paid')) === 'paymentsClosed')
    await tryToExpire(scenario);
  await scenario.waitForPhase('paid');
  await scenario.table();
  await scenario.deliver();
  await scenario.waitForPhase('completed');
  await scenario.waitForArrival();
  await scenario.table();
  return scenario.deal.id;
}

/** While a payment that was in time is unanswered, nobody can let the deal expire. */
async function tryToExpire(scenario: Scenario): Promise<void> {
  const { gateways } = scenario;
  const commands = [{ action: 'expire', params: { deal: scenario.deal.id } }];
  const [outcome] = await gateways.attempt({ at: gateways.courier, lane: 'agree', commands });
  const what = outcome?.ok === false ? `refused, ${outcome.code}` : 'done';
  tell(gateways, { who: gateways.courier.name, what: `asks to let the deal expire: ${what}` });
}

async function playLateAnswer(options: ScenarioOptions): Promise<string> {
  const { participants, gateways } = options;
  const scenario = await Scenario.begin(options, participants.friendAtA, participants.offers.lateAnswer);
  const { price } = participants.offers.lateAnswer;
  const plan = await acts.planPayment(gateways, scenario.deal, {
    payer: participants.friendAtA,
    amount: price,
  });
  const bank = gateways.bank(participants.friendAtA.account.bank);
  await bank.admin.setBehaviour({ payment: plan.id, silent: true, afterMs: FOREVER_MS });
  gateways.say(`  ${bank.name}'s core does not answer.`);
  const payment = await scenario.submit(plan);
  await scenario.giveCode(payment);
  await scenario.table();
  await scenario.wait((view) =>
    view.payments.some(
      ({ row, admission }) =>
        row.id === plan.id && (admission?.status === 'closed' || row.status !== 'submitted'),
    ),
  );
  await scenario.narrator.tellWorkers();
  await bank.admin.setBehaviour({ payment: plan.id, answer: 'yes', silent: true, afterMs: 0 });
  gateways.say(`  Now ${bank.name}'s core says yes.`);
  const answered = await scenario.waitForPayment(payment, ({ status }) => status !== 'submitted');
  await scenario.waitForPhase('expired');
  await scenario.narrator.tellWorkers();
  if (answered.status !== 'late') throw new ScenarioDiverged(`the payment is ${answered.status}`);
  await scenario.operationsByRefundKey();
  await scenario.table();
  return scenario.deal.id;
}
