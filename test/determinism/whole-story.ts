// Makes every action and every question happen at least once, with refusals among them.
import { canonicalJson } from '../../chaincode/protocol/canonical-json.js';
import { FUNCTIONS } from '../../chaincode/protocol/commands.js';
import { type PrivateQuery } from '../../chaincode/protocol/queries.js';
import { setCommission, withdrawParameters } from '../../gateway/sdk/commands/parameters.js';
import { buy, machine, type DealPlay } from '../support/deal-play.js';
import { agreed, BANK_A, BANK_B, MARKETPLACE, owned, type Step } from '../support/member-access.js';
import { changedSettings, proposing, setParameters } from '../support/parameters.js';
import { altered, claimOf, makePerson, newId, randomHash, resigned } from '../support/people.js';
import { present, workedOffer, type Account, type TestConsortium } from '../support/test-consortium.js';

/** Twice the window of 3 s and a slack of 1 s. */
const SETTLING = 7_000;
const ANSWER_TIME = 10_000;

export async function tellWholeStory(consortium: TestConsortium): Promise<void> {
  await registerClient(consortium);
  const offer = await consortium.listOffer();
  await editOffer(consortium);
  const completed = await (await buy(consortium, { offer })).playTo('completed');
  await inspect(consortium, await (await buy(consortium, { offer })).playTo('delivered'));
  await expire(consortium, await buy(consortium, { offer }));
  await answerLate(consortium, await buy(consortium, { offer }));
  await invite(consortium, await buy(consortium, { offer }));
  await consortium.run((await buy(consortium, { offer })).cancel('seller'));
  await giveMoneyBack(consortium, offer);
  await moveMoney(consortium, completed);
  await tryEverythingTooLate(consortium, completed);
  await giveRefusedCommands(consortium, completed);
  await changeRules(consortium);
  await ask(consortium, completed);
}

/** A commission, a proposal that is withdrawn, and one that is accepted and applied. */
async function changeRules(consortium: TestConsortium): Promise<void> {
  const { anna } = consortium.staff;
  const settings = await changedSettings(consortium, { creditTimeMs: 7_200_000 });
  await consortium.run(
    agreed(consortium.asked(anna, setCommission({ commissionBasisPoints: 450 }))),
    await proposing(consortium, settings),
  );
  const { number } = present(await consortium.row('parametersProposal'));
  await consortium.run(agreed(consortium.asked(anna, withdrawParameters({ number }))));
  await setParameters(consortium, settings);
}

/** A registrar takes a client in, who shows that he has the key. */
async function registerClient(consortium: TestConsortium): Promise<void> {
  const person = makePerson('newcomer');
  const expiresAt = consortium.now() + 60_000;
  const claim = claimOf(person, { channel: consortium.channel, organisation: BANK_A, expiresAt });
  const by = { sender: BANK_A, role: 'registrar' } as const;
  const steps = [
    agreed(machine('registerPerson', { person: person.id })),
    owned(BANK_A, machine('confirmClient', { person: person.id, claim })),
  ];
  for (const step of steps) await consortium.attempt(step, by);
}

async function editOffer(consortium: TestConsortium): Promise<void> {
  const offer = newId('offer');
  const { person } = consortium.bob;
  const edited = { offer, ...workedOffer(), price: '7' };
  const rejection = {
    offer,
    version: 2,
    verdict: 'reject',
    commissionBasisPoints: null,
    sharesNonce: null,
    reasonHash: randomHash(),
  } as const;
  await consortium.run(
    agreed(consortium.signed(person, 'draftOffer', workedOffer(), { id: offer })),
    agreed(consortium.signed(person, 'editOffer', edited)),
    agreed(consortium.signed(consortium.staff.carol, 'moderateOffer', rejection)),
  );
}

async function inspect(consortium: TestConsortium, deal: DealPlay): Promise<void> {
  const [first, second] = deal.payments.map(({ id }) => id);
  await consortium.run(deal.startInspection(), ...deal.records());
  await consortium.run(deal.capture(present(first)), deal.capture(present(second)));
}

async function expire(consortium: TestConsortium, deal: DealPlay): Promise<void> {
  const payment = await deal.pay(BANK_A, '500000');
  const refused = await deal.submit(BANK_B, '740000');
  await consortium.run(deal.admit(refused), deal.answer(refused, 'no'));
  consortium.advanceTo(deal.terms.payDeadline + SETTLING);
  await consortium.run(deal.closePayments(), deal.expire(), deal.giveBack(payment));
}

async function answerLate(consortium: TestConsortium, deal: DealPlay): Promise<void> {
  const payment = await deal.submit(BANK_A, '500000');
  await consortium.run(deal.admit(payment));
  consortium.advance(ANSWER_TIME + SETTLING);
  await consortium.run(deal.close(payment), deal.answer(payment, 'yes'));
}

/** A parcel is not shipped in time, and the seller of another deal gives the money back. */
async function giveMoneyBack(consortium: TestConsortium, offer: string): Promise<void> {
  const conceded = await (await buy(consortium, { offer })).playTo('paid');
  await consortium.run(conceded.concede());
  await consortium.run(...conceded.records());
  await consortium.run(...conceded.payments.map(({ id }) => conceded.giveBack(id)));
  const unshipped = await (await buy(consortium, { offer })).playTo('paid');
  consortium.advance(unshipped.terms.offerTerms.shipTimeMs + SETTLING);
  await consortium.run(unshipped.decide('unshipped'));
}

/** An invited payer pays; an invitation that nobody has used is withdrawn. */
async function invite(consortium: TestConsortium, deal: DealPlay): Promise<void> {
  const guest = await consortium.newClient('guest', { [BANK_B]: '1000000' });
  await deal.invite(guest, '500000');
  await deal.pay(BANK_B, '500000', { payer: guest });
  const unused = await deal.invite(await consortium.newClient('absent', {}));
  const { person } = deal.buyer;
  await consortium.run(
    agreed(consortium.signed(person, 'withdrawInvitation', { deal: deal.id, invitation: unused })),
  );
}

async function moveMoney(consortium: TestConsortium, deal: DealPlay): Promise<void> {
  const account = present(consortium.bob.accounts[BANK_B]);
  const lines = await consortium.privately<readonly { readonly credit: string }[]>(BANK_B, {
    about: 'pending',
    account: account.account,
  });
  const credits = lines.map(({ credit }) => credit);
  const posting = { account: account.account, operation: newId('operation'), credits };
  await consortium.run(owned(BANK_B, machine('postCredits', posting)));
  await consortium.own(BANK_B, [
    withdrawal(consortium, account, '1'),
    withdrawal(consortium, account, '99999999999'),
    machine('recordDeal', { deal: deal.id, payments: [], acceptance: null, concession: null }),
  ]);
}

function withdrawal(consortium: TestConsortium, { account, bank, msp }: Account, amount: string) {
  const params = { bank, account, amount, currency: 'RUB' };
  const beside = { params: { operation: newId('operation') } };
  return consortium.signed(consortium.operatorOf(msp), 'withdraw', params, beside);
}

/** Each lane's commands on a completed deal, in one list: refusals of many codes beside each other. */
async function tryEverythingTooLate(consortium: TestConsortium, deal: DealPlay): Promise<void> {
  const all: readonly Step[] = [
    ...[await deal.submission(BANK_A, '500000'), await deal.submission(BANK_B, '740000')],
    ...[deal.acceptGoods(), deal.startInspection(), deal.closePayments(), deal.cancel('buyer')],
    ...[deal.expire(), deal.complete()],
    ...deal.payments.flatMap(({ id }) => [deal.admit(id), deal.close(id), deal.answer(id, 'yes')]),
    ...deal.payments.flatMap(({ id }) => [deal.capture(id), deal.giveBack(id), deal.credit(id, 'seller')]),
    ...[deal.acceptParcel(), deal.deliver(randomHash()), deal.record(BANK_B)],
  ];
  await consortium.agree(all.filter(({ msp }) => msp === null).map(({ command }) => command));
  for (const msp of new Set(all.flatMap((step) => step.msp ?? []))) {
    const commands = all.filter((step) => step.msp === msp).map(({ command }) => command);
    await consortium.tryOwn(msp, commands);
  }
}

/** Both lanes' refusals of other kinds, in a list with one that is accepted. */
async function giveRefusedCommands(consortium: TestConsortium, deal: DealPlay): Promise<void> {
  const { alice, bob, staff } = consortium;
  const { offer } = deal.terms.offerTerms;
  const draft = consortium.signed(bob.person, 'draftOffer', workedOffer());
  const listing = { offer, termsHash: randomHash(), net: '1', link: present(bob.accounts[BANK_B]).link };
  const bank = { bank: '10', owner: BANK_A, name: 'Bank 10', bic: 'BK10RUMM' };
  const dear = { ...workedOffer(), payTimeMs: 0 };
  const purchase = present(deal.purchase.command.intent);
  const stranger = makePerson('mallory');
  await consortium.agree([
    draft,
    { action: 'draftOffer', intent: altered(present(draft.intent), { price: '1' }) },
    { action: 'buy', intent: resigned(purchase, stranger) },
    consortium.signed(staff.anna, 'registerBank', bank),
    consortium.signed(staff.carol, 'draftOffer', workedOffer()),
    consortium.signed(stranger, 'draftOffer', workedOffer()),
    consortium.signed(bob.person, 'draftOffer', dear),
    consortium.signed(bob.person, 'listOffer', listing),
    consortium.signed(alice.person, 'editOffer', { offer, ...workedOffer() }),
    consortium.signed(consortium.operatorOf(BANK_A), 'setCommissionAccount', { link: listing.link }),
    machine('admitPayment', { deal: newId('deal'), payment: newId('payment') }),
    { action: 'closePayments', params: {} },
    machine('setSecret', { secret: deal.refundKey(BANK_A) }),
  ]);
  const account = present(alice.accounts[BANK_A]);
  await consortium.tryOwn(BANK_A, [
    withdrawal(consortium, account, '99999999999'),
    withdrawal(consortium, { ...account, account: '10000000000000036' }, '1'),
    consortium.openingOf(BANK_A, { account: account.account, holder: account.holder }),
    consortium.openingOf(BANK_A, { account: '10000000000000000', holder: account.holder }),
    machine('setSecret', { secret: deal.refundKey(BANK_A) }),
  ]);
}

async function ask(consortium: TestConsortium, deal: DealPlay): Promise<void> {
  const { account, link } = present(consortium.alice.accounts[BANK_A]);
  const questions: readonly PrivateQuery[] = [
    { about: 'balance', account },
    { about: 'statement', account },
    { about: 'pending', account },
    { about: 'operations', deal: deal.id },
    { about: 'trialBalance' },
    { about: 'exposures' },
    { about: 'link', link },
    { about: 'dealRecord', deal: deal.id },
    { about: 'usedIntent', person: consortium.alice.person.id, intent: newId('intent') },
  ];
  for (const question of questions) await consortium.privately(BANK_A, question);
  await consortium.deal(deal.id);
  for (const kind of ['payment', 'credit', 'person', 'usedIntent'] as const) await consortium.list(kind);
  const client = await consortium.client(MARKETPLACE);
  await consortium.network.evaluate(client, BANK_B, FUNCTIONS.rows, [canonicalJson([`phase/${deal.id}`])]);
}
