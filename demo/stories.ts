// The four deals of the demo: the whole path, a part payment that expires, the last second, a late answer.
// States what people do and what they wait for; sums and outcomes are read from the ledger by others.
import * as acts from './deal-acts.js';
import { tell } from './chronicle.js';
import type { StoryName } from './cast.js';
import { Story, StoryTurned, timeText, untilInstant, type StoryOptions } from './story.js';

export interface StoryPlan {
  readonly title: string;
  /** Resolves with the deal's id; rejects with StoryTurned if an outage gave the deal another course. */
  readonly play: (options: StoryOptions) => Promise<string>;
}

const SECOND_MS = 1_000;
const SLOW_ANSWER_MS = 9_000;
/** Longer than any answer time: the bank's core is silent until it is told otherwise. */
const FOREVER_MS = 86_400_000;

export const STORIES: { readonly [name in StoryName]: StoryPlan } = {
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

async function playWholePath(options: StoryOptions): Promise<string> {
  const { cast } = options;
  const story = await Story.begin(options, cast.buyerAtA, cast.offers.wholePath);
  await story.table();
  await story.payAndHold(cast.buyerAtA, '500000');
  await story.table();
  await story.payAndHold(cast.buyerAtB, '740000');
  await story.waitForPhase('paid');
  await story.table();
  await story.deliver();
  await story.acceptGoods();
  await story.waitForPhase('completed');
  await story.waitForArrival();
  await story.table();
  return story.deal.id;
}

async function playExpiry(options: StoryOptions): Promise<string> {
  const { cast, stage } = options;
  const story = await Story.begin(options, cast.friendAtA, cast.offers.expiry);
  const payments = [
    await story.payAndHold(cast.friendAtA, '500000'),
    await story.payAndHold(cast.friendAtA, '300000'),
  ];
  await story.table();
  stage.say(
    `  Nothing more is paid. The time to pay is over at ${timeText(story.deal.terms.payDeadline)} UTC.`,
  );
  await story.waitForPhase('expired');
  for (const payment of payments) await story.waitForPayment(payment, ({ status }) => status === 'voided');
  await story.chronicle.tellWorkers();
  await story.operationsByRefundKey();
  await story.table();
  return story.deal.id;
}

async function playLastSecond(options: StoryOptions): Promise<string> {
  const { cast, stage } = options;
  const story = await Story.begin(options, cast.buyerAtB, cast.offers.lastSecond);
  await story.payAndHold(cast.buyerAtB, '600000');
  const plan = await acts.planPayment(stage, story.deal, { payer: cast.friendAtA, amount: '640000' });
  const bank = stage.bank(cast.friendAtA.account.bank);
  await bank.desk.setBehaviour({ payment: plan.id, answer: 'yes', afterMs: SLOW_ANSWER_MS });
  stage.say(`  ${bank.name}'s core will take ${String(SLOW_ANSWER_MS / SECOND_MS)} s for the next payment.`);
  await untilInstant(story.deal.terms.payDeadline - SECOND_MS);
  const payment = await story.submit(plan);
  await story.giveCode(payment);
  await story.table();
  if ((await story.waitForPhase('paymentsClosed', 'paid')) === 'paymentsClosed') await tryToExpire(story);
  await story.waitForPhase('paid');
  await story.table();
  await story.deliver();
  await story.waitForPhase('completed');
  await story.waitForArrival();
  await story.table();
  return story.deal.id;
}

/** While a payment that was in time is unanswered, nobody can let the deal expire. */
async function tryToExpire(story: Story): Promise<void> {
  const { stage } = story;
  const commands = [{ action: 'expire', params: { deal: story.deal.id } }];
  const [outcome] = await stage.attempt({ at: stage.courier, lane: 'agree', commands });
  const what = outcome?.ok === false ? `refused, ${outcome.code}` : 'done';
  tell(stage, { who: stage.courier.name, what: `asks to let the deal expire: ${what}` });
}

async function playLateAnswer(options: StoryOptions): Promise<string> {
  const { cast, stage } = options;
  const story = await Story.begin(options, cast.friendAtA, cast.offers.lateAnswer);
  const { price } = cast.offers.lateAnswer;
  const plan = await acts.planPayment(stage, story.deal, { payer: cast.friendAtA, amount: price });
  const bank = stage.bank(cast.friendAtA.account.bank);
  await bank.desk.setBehaviour({ payment: plan.id, silent: true, afterMs: FOREVER_MS });
  stage.say(`  ${bank.name}'s core does not answer.`);
  const payment = await story.submit(plan);
  await story.giveCode(payment);
  await story.table();
  await story.wait((view) =>
    view.payments.some(
      ({ row, admission }) =>
        row.id === plan.id && (admission?.status === 'closed' || row.status !== 'submitted'),
    ),
  );
  await story.chronicle.tellWorkers();
  await bank.desk.setBehaviour({ payment: plan.id, answer: 'yes', silent: true, afterMs: 0 });
  stage.say(`  Now ${bank.name}'s core says yes.`);
  const answered = await story.waitForPayment(payment, ({ status }) => status !== 'submitted');
  await story.waitForPhase('expired');
  await story.chronicle.tellWorkers();
  if (answered.status !== 'late') throw new StoryTurned(`the payment is ${answered.status}`);
  await story.operationsByRefundKey();
  await story.table();
  return story.deal.id;
}
