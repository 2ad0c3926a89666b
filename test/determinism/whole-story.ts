// Duty: makes every action and every question happen at least once, with refusals among them.
// Must not: assert; the determinism test replays what was recorded.
import { canonicalJson } from '../../chaincode/protocol/canonical-json.js';
import { FUNCTIONS, type PrivateQuery } from '../../chaincode/protocol/commands.js';
import { buy, machine, type DealPlay } from '../support/deal-play.js';
import { agreed, BANK_A, BANK_B, MARKETPLACE, owned, type Step } from '../support/member-access.js';
import { altered, makePerson, newId, randomHash, resigned } from '../support/people.js';
import { present, workedOffer, type Account, type World } from '../support/world.js';

/** Twice the window of 3 s and a slack of 1 s. */
const SETTLING = 7_000;
const ANSWER_TIME = 10_000;

export async function tellWholeStory(world: World): Promise<void> {
  const offer = await world.listOffer();
  await editOffer(world);
  const completed = await (await buy(world, { offer })).playTo('completed');
  await inspect(world, await (await buy(world, { offer })).playTo('delivered'));
  await expire(world, await buy(world, { offer }));
  await answerLate(world, await buy(world, { offer }));
  await moveMoney(world, completed);
  await tryEverythingTooLate(world, completed);
  await giveRefusedCommands(world, completed);
  await ask(world, completed);
}

async function editOffer(world: World): Promise<void> {
  const offer = newId('offer');
  const { person } = world.bob;
  const edited = { offer, ...workedOffer(), price: '7' };
  const rejection = {
    offer,
    version: 2,
    verdict: 'reject',
    commissionBasisPoints: null,
    reasonHash: randomHash(),
  } as const;
  await world.run(
    agreed(world.signed(person, 'draftOffer', workedOffer(), { id: offer })),
    agreed(world.signed(person, 'editOffer', edited)),
    agreed(world.signed(world.staff.carol, 'moderateOffer', rejection)),
  );
}

async function inspect(world: World, deal: DealPlay): Promise<void> {
  const [first, second] = deal.payments.map(({ id }) => id);
  await world.run(deal.startInspection(), deal.recordDelivery(BANK_A), deal.recordDelivery(BANK_B));
  await world.run(deal.capture(present(first)), deal.capture(present(second)));
}

async function expire(world: World, deal: DealPlay): Promise<void> {
  const payment = await deal.pay(BANK_A, '500000');
  const refused = await deal.submit(BANK_B, '740000');
  await world.run(deal.admit(refused), deal.answer(refused, 'no'));
  world.advanceTo(deal.terms.payDeadline + SETTLING);
  await world.run(deal.closePayments(), deal.expire(), deal.giveBack(payment));
}

async function answerLate(world: World, deal: DealPlay): Promise<void> {
  const payment = await deal.submit(BANK_A, '500000');
  await world.run(deal.admit(payment));
  world.advance(ANSWER_TIME + SETTLING);
  await world.run(deal.close(payment), deal.answer(payment, 'yes'));
}

async function moveMoney(world: World, deal: DealPlay): Promise<void> {
  const account = present(world.bob.accounts[BANK_B]);
  const lines = await world.privately<readonly { readonly credit: string }[]>(BANK_B, {
    about: 'pending',
    account: account.account,
  });
  const credits = lines.map(({ credit }) => credit);
  const posting = { account: account.account, operation: newId('operation'), credits };
  await world.run(owned(BANK_B, machine('postCredits', posting)));
  await world.own(BANK_B, [
    withdrawal(world, account, '1'),
    withdrawal(world, account, '99999999999'),
    machine('recordDelivery', { deal: deal.id }),
  ]);
}

function withdrawal(world: World, { account, bank, msp }: Account, amount: string) {
  const params = { bank, account, amount, currency: 'RUB' };
  const beside = { params: { operation: newId('operation') } };
  return world.signed(world.operatorOf(msp), 'withdraw', params, beside);
}

/** Each lane's commands on a completed deal, in one list: refusals of many codes beside each other. */
async function tryEverythingTooLate(world: World, deal: DealPlay): Promise<void> {
  const all: readonly Step[] = [
    ...[await deal.submission(BANK_A, '500000'), await deal.submission(BANK_B, '740000')],
    ...[deal.acceptGoods(), deal.startInspection(), deal.closePayments(), deal.expire(), deal.complete()],
    ...deal.payments.flatMap(({ id }) => [deal.admit(id), deal.close(id), deal.answer(id, 'yes')]),
    ...deal.payments.flatMap(({ id }) => [deal.capture(id), deal.giveBack(id), deal.credit(id, 'seller')]),
    ...[deal.acceptParcel(), deal.deliver(randomHash()), deal.recordDelivery(BANK_B)],
  ];
  await world.agree(all.filter(({ msp }) => msp === null).map(({ command }) => command));
  for (const msp of new Set(all.flatMap((step) => step.msp ?? []))) {
    const commands = all.filter((step) => step.msp === msp).map(({ command }) => command);
    await world.tryOwn(msp, commands);
  }
}

/** Both lanes' refusals of other kinds, in a list with one that is accepted. */
async function giveRefusedCommands(world: World, deal: DealPlay): Promise<void> {
  const { alice, bob, staff } = world;
  const { offer } = deal.terms.offerTerms;
  const draft = world.signed(bob.person, 'draftOffer', workedOffer());
  const listing = { offer, termsHash: randomHash(), net: '1', link: present(bob.accounts[BANK_B]).link };
  const bank = { bank: '10', owner: BANK_A, name: 'Bank 10', bic: '044525010' };
  const dear = { ...workedOffer(), payTimeMs: 0 };
  const purchase = present(deal.purchase.command.intent);
  const stranger = makePerson('mallory');
  await world.agree([
    draft,
    { action: 'draftOffer', intent: altered(present(draft.intent), { price: '1' }) },
    { action: 'buy', intent: resigned(purchase, stranger) },
    world.signed(staff.anna, 'registerBank', bank),
    world.signed(staff.carol, 'draftOffer', workedOffer()),
    world.signed(stranger, 'draftOffer', workedOffer()),
    world.signed(bob.person, 'draftOffer', dear),
    world.signed(bob.person, 'listOffer', listing),
    world.signed(alice.person, 'editOffer', { offer, ...workedOffer() }),
    world.signed(world.operatorOf(BANK_A), 'setCommissionAccount', { link: listing.link }),
    machine('admitPayment', { deal: newId('deal'), payment: newId('payment') }),
    { action: 'closePayments', params: {} },
    machine('setSecret', { secret: deal.refundKey(BANK_A) }),
  ]);
  const account = present(alice.accounts[BANK_A]);
  await world.tryOwn(BANK_A, [
    withdrawal(world, account, '99999999999'),
    withdrawal(world, { ...account, account: '100000000000' + '97' }, '1'),
    world.openingOf(BANK_A, { account: account.account, holder: account.holder }),
    world.openingOf(BANK_A, { account: '10000000000000', holder: account.holder }),
    machine('setSecret', { secret: deal.refundKey(BANK_A) }),
  ]);
}

async function ask(world: World, deal: DealPlay): Promise<void> {
  const { account, link } = present(world.alice.accounts[BANK_A]);
  const questions: readonly PrivateQuery[] = [
    { about: 'balance', account },
    { about: 'statement', account },
    { about: 'pending', account },
    { about: 'operations', deal: deal.id },
    { about: 'trialBalance' },
    { about: 'link', link },
    { about: 'delivery', deal: deal.id },
    { about: 'usedIntent', intent: newId('intent') },
  ];
  for (const question of questions) await world.privately(BANK_A, question);
  await world.deal(deal.id);
  for (const kind of ['payment', 'credit', 'person', 'usedIntent'] as const) await world.list(kind);
  const client = await world.client(MARKETPLACE);
  await world.network.evaluate(client, BANK_B, FUNCTIONS.rows, [canonicalJson([`phase/${deal.id}`])]);
}
