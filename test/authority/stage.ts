// Duty: a world in which every action could be taken right now by whoever may take it, one prepared object each.
// Must not: take them; cells are evaluated and nothing is committed, so no cell changes the next one's state.
import type { Command } from '../../chaincode/protocol/commands.js';
import { accountNumber } from '../../chaincode/protocol/account-number.js';
import { linkCodeHash } from '../../chaincode/protocol/link-code.js';
import { termsHash } from '../../chaincode/protocol/terms.js';
import { buy, machine, preparePurchase, type DealPlay, type Stage } from '../support/deal-play.js';
import { BANK_A, BANK_B, COURIER, agreed } from '../support/member-access.js';
import { makePerson, newId, type Person } from '../support/people.js';
import { openWorld, present, workedOffer, type World } from '../support/world.js';

/** Twice the window of 3 s and a slack of 1 s. */
const SETTLING = 7_000;
const ANSWER_TIME = 10_000;

/** An action on its prepared object. */
export interface Act {
  /** Whose lane; null: agreement. */
  readonly owner: string | null;
  /** When it may be taken, milliseconds. */
  readonly at: number;
  /** Who may sign it; null: a machine's command. */
  readonly self: Person | null;
  /** The command as that person gives it. */
  give(by: Person): Command | Promise<Command>;
}

export interface Prepared {
  readonly world: World;
  readonly acts: { readonly [name: string]: Act };
}

/** Names of acts are actions; a person's or machine's second form of one is called `<action> by certificate`. */
export async function prepareStage(): Promise<Prepared> {
  const world = await openWorld();
  const start = world.now();
  const acts = {
    ...(await registryActs(world, start)),
    ...(await offerActs(world, start)),
    ...(await bankActs(world, start)),
    ...(await dealActs(world, start)),
    ...(await endedActs(world)),
  };
  return { world, acts };
}

type Acts = { readonly [name: string]: Act };

const byMachine = (owner: string | null, at: number, command: Command): Act => {
  return { owner, at, self: null, give: () => command };
};

async function registryActs(world: World, at: number): Promise<Acts> {
  const { anna } = world.staff;
  const ada = world.administratorOf(BANK_A);
  const newcomer = makePerson('newcomer');
  await world.run(agreed(world.signed(ada, 'registerPerson', {}, { id: newcomer.id })));
  const confirmation = { person: newcomer.id, key: newcomer.key, roles: ['administrator'] } as const;
  const bank = { bank: '30', owner: BANK_B, name: 'Bank 30', bic: '044525030' };
  const { link } = await world.openLinkedAccount(anna, BANK_A, '0');
  return {
    registerBank: {
      ...{ owner: null, at, self: anna },
      give: (by) => world.signed(by, 'registerBank', bank),
    },
    registerPerson: {
      ...{ owner: null, at, self: anna },
      give: (by) => world.signed(by, 'registerPerson', {}, { id: newId('person') }),
    },
    'registerPerson by certificate': byMachine(
      null,
      at,
      machine('registerPerson', { person: newId('person') }),
    ),
    confirmPerson: {
      ...{ owner: BANK_A, at, self: ada },
      give: (by) => world.signed(by, 'confirmPerson', confirmation),
    },
    'confirmPerson by certificate': byMachine(BANK_A, at, machine('confirmPerson', confirmation)),
    setCommissionAccount: {
      ...{ owner: null, at, self: anna },
      give: (by) => world.signed(by, 'setCommissionAccount', { link }),
    },
  };
}

async function offerActs(world: World, at: number): Promise<Acts> {
  const bob = world.bob.person;
  const draft = newId('offer');
  await world.run(agreed(world.signed(bob, 'draftOffer', workedOffer(), { id: draft })));
  const listed = await world.listOffer();
  const verdict = {
    offer: draft,
    version: 1,
    verdict: 'approve',
    commissionBasisPoints: null,
    reasonHash: null,
  } as const;
  const terms = await world.offerTerms(listed);
  const listing = { offer: listed, termsHash: termsHash(terms), net: terms.net, link: terms.sellerLink };
  return {
    draftOffer: {
      ...{ owner: null, at, self: bob },
      give: (by) => world.signed(by, 'draftOffer', workedOffer()),
    },
    editOffer: {
      ...{ owner: null, at, self: bob },
      give: (by) => world.signed(by, 'editOffer', { offer: draft, ...workedOffer() }),
    },
    moderateOffer: {
      ...{ owner: null, at, self: world.staff.carol },
      give: (by) => world.signed(by, 'moderateOffer', verdict),
    },
    listOffer: {
      ...{ owner: null, at, self: bob },
      give: (by) => world.signed(by, 'listOffer', listing),
    },
  };
}

async function bankActs(world: World, at: number): Promise<Acts> {
  const olga = world.operatorOf(BANK_A);
  const alice = world.alice.person;
  const link = newId('link');
  const asking = { bank: '10', currency: 'RUB', keyThumbprint: alice.thumbprint };
  await world.run(agreed(world.signed(alice, 'askLink', asking, { id: link })));
  const { account, holder } = present(world.alice.accounts[BANK_A]);
  const codeHash = linkCodeHash({ link, code: '123456' });
  const proven = { params: { holder, expectedCodeHash: codeHash } };
  const movement = { bank: '10', account, amount: '1', currency: 'RUB' };
  const operation = () => ({ params: { operation: newId('operation') } });
  const tariff = { usualBasisPoints: 1, toBank: {} };
  const publication = { bank: '10', tariff, sealingKey: 'A'.repeat(43), debitCap: null };
  const opening = { bank: '10', account: accountNumber('10', Buffer.alloc(5, 7)), holder, currency: 'RUB' };
  return {
    trustBanks: byMachine(
      BANK_A,
      at,
      machine('trustBanks', { banks: [{ bank: '30', msp: COURIER, debitCap: null }] }),
    ),
    publishBank: {
      ...{ owner: BANK_A, at, self: olga },
      give: (by) => world.signed(by, 'publishBank', publication),
    },
    openAccount: {
      ...{ owner: BANK_A, at, self: olga },
      give: (by) => world.signed(by, 'openAccount', opening),
    },
    deposit: {
      ...{ owner: BANK_A, at, self: olga },
      give: (by) => world.signed(by, 'deposit', movement, operation()),
    },
    withdraw: {
      ...{ owner: BANK_A, at, self: olga },
      give: (by) => world.signed(by, 'withdraw', movement, operation()),
    },
    askLink: {
      ...{ owner: null, at, self: alice },
      give: (by) => world.signed(by, 'askLink', { ...asking, keyThumbprint: by.thumbprint }),
    },
    confirmLink: {
      ...{ owner: BANK_A, at, self: alice },
      give: (by) => world.signed(by, 'confirmLink', { link, account, codeHash }, proven),
    },
  };
}

async function dealActs(world: World, at: number): Promise<Acts> {
  const offer = await world.listOffer();
  const until = async (stage: Stage) => (await buy(world, { offer })).playTo(stage);
  const open = await until('bought');
  const waiting = await open.submit(BANK_A, '500000');
  const asked = await until('bought');
  const admitted = await asked.submit(BANK_A, '500000');
  await world.run(asked.admit(admitted));
  const [held, paid, shipped] = [await until('held'), await until('paid'), await until('shipped')];
  const [delivered, accepted] = [await until('delivered'), await until('accepted')];
  const captured = await until('captured');
  const credited = await until('credited');
  const paymentOf = (deal: DealPlay) => present(deal.payments[0]).id;
  const byStep = (act: { readonly msp: string | null; readonly command: Command }, when = at) =>
    byMachine(act.msp, when, act.command);
  return {
    ...buyersActs(world, at, { open, delivered }),
    ...agentsActs(world, at, { paid, shipped }),
    admitPayment: byStep(open.admit(waiting)),
    closeAdmission: byStep(open.close(waiting), at + ANSWER_TIME + SETTLING),
    answerPayment: byStep(asked.answer(admitted, 'yes')),
    markPaid: byStep(held.markPaid()),
    closePayments: byStep(held.closePayments(), held.terms.payDeadline + SETTLING),
    startInspection: byStep(delivered.startInspection()),
    recordDelivery: byStep(delivered.recordDelivery(BANK_A)),
    capture: byStep(accepted.capture(paymentOf(accepted))),
    credit: byStep(captured.credit(present(captured.payments[1]).id, 'commission')),
    complete: byStep(credited.complete()),
    postCredits: byMachine(BANK_B, at, await postingOf(world)),
  };
}

function buyersActs(
  world: World,
  at: number,
  { open, delivered }: { readonly open: DealPlay; readonly delivered: DealPlay },
): Acts {
  const alice = world.alice.person;
  const { link } = present(world.alice.accounts[BANK_B]);
  const payment = {
    ...{ deal: open.id, termsHash: termsHash(open.terms), amount: '740000', fee: '0' },
    ...{ currency: 'RUB', link, arrivedAt: at },
  };
  const { offer } = open.terms.offerTerms;
  const { accounts } = world.alice;
  return {
    buy: {
      ...{ owner: null, at, self: alice },
      give: async (by) => {
        const play = await preparePurchase(world, { offer, buyer: { person: by, accounts } });
        return play.purchase.command;
      },
    },
    submitPayment: {
      ...{ owner: null, at, self: alice },
      give: (by) => world.signed(by, 'submitPayment', payment),
    },
    acceptGoods: {
      ...{ owner: null, at, self: alice },
      give: (by) =>
        world.signed(by, 'acceptGoods', { deal: delivered.id, termsHash: termsHash(delivered.terms) }),
    },
  };
}

function agentsActs(
  world: World,
  at: number,
  { paid, shipped }: { readonly paid: DealPlay; readonly shipped: DealPlay },
): Acts {
  const { dan } = world.staff;
  return {
    acceptParcel: {
      ...{ owner: COURIER, at, self: dan },
      give: (by) => world.signed(by, 'acceptParcel', { deal: paid.id }),
    },
    deliver: {
      ...{ owner: COURIER, at, self: dan },
      give: (by) => world.signed(by, 'deliver', { deal: shipped.id, h1: shipped.h1 }),
    },
  };
}

async function postingOf(world: World): Promise<Command> {
  const { account } = present(world.bob.accounts[BANK_B]);
  const lines = await world.privately<readonly { readonly credit: string }[]>(BANK_B, {
    about: 'pending',
    account,
  });
  const credits = lines.map(({ credit }) => credit);
  return machine('postCredits', { account, operation: newId('operation'), credits });
}

/** Two deals paid in part, past their deadline: one sealed, one expired. */
async function endedActs(world: World): Promise<Acts> {
  const offer = await world.listOffer();
  const sealed = await buy(world, { offer });
  const expired = await buy(world, { offer });
  const [, payment] = [await sealed.pay(BANK_A, '500000'), await expired.pay(BANK_A, '500000')];
  world.advanceTo(expired.terms.payDeadline + SETTLING);
  await world.run(sealed.closePayments(), expired.closePayments(), expired.expire());
  const at = world.now();
  return {
    expire: byMachine(null, at, sealed.expire().command),
    voidPayment: byMachine(BANK_A, at, expired.giveBack(payment).command),
  };
}
