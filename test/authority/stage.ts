// A consortium in which every action could be taken right now by those who may take it, one prepared object each. Acts
// are evaluated and never committed, so that no cell changes the next one's state.
import type { Command, PersonAction } from '../../chaincode/protocol/commands.js';
import { unshippedFrom } from '../../chaincode/protocol/deal-times.js';
import { accountNumber } from '../../chaincode/protocol/account-number.js';
import { acceptanceBody } from '../../chaincode/protocol/invitation-text.js';
import { linkCodeHash } from '../../chaincode/protocol/link-code.js';
import { termsHash } from '../../chaincode/protocol/terms.js';
import {
  proposeParameters,
  acceptParameters,
  setCommission,
  withdrawParameters,
} from '../../gateway/sdk/commands/parameters.js';
import type { CommandRequest } from '../../gateway/sdk/request.js';
import { buy, machine, preparePurchase, type DealPlay, type Stage } from '../support/deal-play.js';
import { BANK_A, BANK_B, COURIER, agreed } from '../support/member-access.js';
import { agreeOn, settingsOf } from '../support/parameters.js';
import { claimOf, makePerson, newId, type Person, signedBy } from '../support/people.js';
import { openConsortium, present, workedOffer, type TestConsortium } from '../support/test-consortium.js';

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
  readonly consortium: TestConsortium;
  readonly acts: { readonly [name: string]: Act };
}

/** Names of acts are actions; a person's or machine's second form of one is called `<action> by certificate`. */
export async function prepareStage(): Promise<Prepared> {
  const consortium = await openConsortium();
  const start = consortium.now();
  const acts = {
    ...(await registryActs(consortium, start)),
    ...(await ruleActs(consortium)),
    ...(await offerActs(consortium, start)),
    ...(await bankActs(consortium, start)),
    ...(await dealActs(consortium, start)),
    ...(await endedActs(consortium)),
  };
  return { consortium, acts };
}

type Acts = { readonly [name: string]: Act };

const byMachine = (owner: string | null, at: number, command: Command): Act => {
  return { owner, at, self: null, give: () => command };
};

async function registryActs(consortium: TestConsortium, at: number): Promise<Acts> {
  const { anna } = consortium.staff;
  const ada = consortium.administratorOf(BANK_A);
  const newcomer = makePerson('newcomer');
  await consortium.run(agreed(consortium.signed(ada, 'registerPerson', {}, { id: newcomer.id })));
  const confirmation = { person: newcomer.id, key: newcomer.key, roles: ['administrator'] } as const;
  const bank = { bank: '30', owner: BANK_B, name: 'Bank 30', bic: 'BK30RUMM' };
  const { link } = await consortium.openLinkedAccount(anna, BANK_A, '0');
  return {
    registerBank: {
      ...{ owner: null, at, self: anna },
      give: (by) => consortium.signed(by, 'registerBank', bank),
    },
    registerPerson: {
      ...{ owner: null, at, self: anna },
      give: (by) => consortium.signed(by, 'registerPerson', {}, { id: newId('person') }),
    },
    'registerPerson by certificate': byMachine(
      null,
      at,
      machine('registerPerson', { person: newId('person') }),
    ),
    confirmPerson: {
      ...{ owner: BANK_A, at, self: ada },
      give: (by) => consortium.signed(by, 'confirmPerson', confirmation),
    },
    'confirmPerson by certificate': byMachine(BANK_A, at, machine('confirmPerson', confirmation)),
    confirmClient: byMachine(
      BANK_A,
      at,
      machine('confirmClient', {
        person: newcomer.id,
        claim: claimOf(newcomer, {
          channel: consortium.channel,
          organisation: BANK_A,
          expiresAt: at + 60_000,
        }),
      }),
    ),
    setCommissionAccount: {
      ...{ owner: null, at, self: anna },
      give: (by) => consortium.signed(by, 'setCommissionAccount', { link }),
    },
  };
}

/** Two of the three others have accepted a proposal, so that it is accepted as well as due. */
async function ruleActs(consortium: TestConsortium): Promise<Acts> {
  const { anna } = consortium.staff;
  const settings = await settingsOf(consortium);
  const { dueAt } = await agreeOn(consortium, {});
  const { number } = present(await consortium.row('parametersProposal'));
  const silent = consortium.administratorOf(COURIER);
  const ofPerson = (self: Person, request: CommandRequest<PersonAction>): Act => ({
    ...{ owner: null, at: consortium.now(), self },
    give: (by) => consortium.asked(by, { ...request, id: newId('intent') }),
  });
  return {
    setCommission: ofPerson(anna, setCommission({ commissionBasisPoints: 400 })),
    proposeParameters: ofPerson(anna, proposeParameters({ replaces: 1, settings })),
    acceptParameters: ofPerson(silent, acceptParameters({ number, settings })),
    applyParameters: byMachine(null, dueAt, machine('applyParameters', { number })),
    withdrawParameters: ofPerson(anna, withdrawParameters({ number })),
  };
}

async function offerActs(consortium: TestConsortium, at: number): Promise<Acts> {
  const bob = consortium.bob.person;
  const draft = newId('offer');
  await consortium.run(agreed(consortium.signed(bob, 'draftOffer', workedOffer(), { id: draft })));
  const listed = await consortium.listOffer();
  const verdict = {
    offer: draft,
    version: 1,
    verdict: 'approve',
    commissionBasisPoints: null,
    sharesNonce: 'A'.repeat(43),
    reasonHash: null,
  } as const;
  const terms = await consortium.offerTerms(listed);
  const net = await consortium.netOf(listed);
  const listing = { offer: listed, termsHash: termsHash(terms), net, link: terms.sellerLink };
  return {
    draftOffer: {
      ...{ owner: null, at, self: bob },
      give: (by) => consortium.signed(by, 'draftOffer', workedOffer()),
    },
    editOffer: {
      ...{ owner: null, at, self: bob },
      give: (by) => consortium.signed(by, 'editOffer', { offer: draft, ...workedOffer() }),
    },
    moderateOffer: {
      ...{ owner: null, at, self: consortium.staff.carol },
      give: (by) => consortium.signed(by, 'moderateOffer', verdict),
    },
    listOffer: {
      ...{ owner: null, at, self: bob },
      give: (by) => consortium.signed(by, 'listOffer', listing),
    },
  };
}

async function bankActs(consortium: TestConsortium, at: number): Promise<Acts> {
  const olga = consortium.operatorOf(BANK_A);
  const alice = consortium.alice.person;
  const link = newId('link');
  const asking = { bank: '10', currency: 'RUB', keyThumbprint: alice.thumbprint };
  await consortium.run(agreed(consortium.signed(alice, 'askLink', asking, { id: link })));
  const { account, holder } = present(consortium.alice.accounts[BANK_A]);
  const codeHash = linkCodeHash({ link, code: '123456' });
  const proven = { params: { holder, expectedCodeHash: codeHash } };
  const movement = { bank: '10', account, amount: '1', currency: 'RUB' };
  const operation = () => ({ params: { operation: newId('operation') } });
  const tariff = { usualBasisPoints: 1, toBank: {} };
  const publication = { bank: '10', tariff, sealingKey: 'A'.repeat(43), debitCaps: {} };
  const opening = { bank: '10', account: accountNumber('10', Buffer.alloc(5, 7)), holder, currency: 'RUB' };
  return {
    trustBanks: byMachine(BANK_A, at, machine('trustBanks', { banks: [{ bank: '30', msp: COURIER }] })),
    publishBank: {
      ...{ owner: BANK_A, at, self: olga },
      give: (by) => consortium.signed(by, 'publishBank', publication),
    },
    openAccount: {
      ...{ owner: BANK_A, at, self: olga },
      give: (by) => consortium.signed(by, 'openAccount', opening),
    },
    deposit: {
      ...{ owner: BANK_A, at, self: olga },
      give: (by) => consortium.signed(by, 'deposit', movement, operation()),
    },
    withdraw: {
      ...{ owner: BANK_A, at, self: olga },
      give: (by) => consortium.signed(by, 'withdraw', movement, operation()),
    },
    askLink: {
      ...{ owner: null, at, self: alice },
      give: (by) => consortium.signed(by, 'askLink', { ...asking, keyThumbprint: by.thumbprint }),
    },
    confirmLink: {
      ...{ owner: BANK_A, at, self: alice },
      give: (by) => consortium.signed(by, 'confirmLink', { link, account, codeHash }, proven),
    },
  };
}

async function dealActs(consortium: TestConsortium, at: number): Promise<Acts> {
  const offer = await consortium.listOffer();
  const until = async (stage: Stage) => (await buy(consortium, { offer })).playTo(stage);
  const open = await until('bought');
  const waiting = await open.submit(BANK_A, '500000');
  const asked = await until('bought');
  const admitted = await asked.submit(BANK_A, '500000');
  await consortium.run(asked.admit(admitted));
  const [held, paid, shipped] = [await until('held'), await until('paid'), await until('shipped')];
  const [delivered, accepted] = [await until('delivered'), await until('accepted')];
  const captured = await until('captured');
  const credited = await until('credited');
  const paymentOf = (deal: DealPlay) => present(deal.payments[0]).id;
  const byStep = (act: { readonly msp: string | null; readonly command: Command }, when = at) =>
    byMachine(act.msp, when, act.command);
  return {
    ...buyersActs(consortium, at, { open, delivered }),
    ...(await invitationActs(consortium, at, open)),
    ...agentsActs(consortium, at, { paid, shipped }),
    admitPayment: byStep(open.admit(waiting)),
    closeAdmission: byStep(open.close(waiting), at + ANSWER_TIME + SETTLING),
    answerPayment: byStep(asked.answer(admitted, 'yes')),
    markPaid: byStep(held.markPaid()),
    closePayments: byStep(held.closePayments(), held.terms.payDeadline + SETTLING),
    startInspection: byStep(delivered.startInspection()),
    recordDeal: byStep(delivered.record(BANK_A)),
    decideDeal: byStep(paid.decide('unshipped'), unshippedFrom(at, paid.terms)),
    capture: byStep(accepted.capture(paymentOf(accepted))),
    credit: byStep(captured.credit(present(captured.payments[1]).id, 'marketplace')),
    complete: byStep(credited.complete()),
    postCredits: byMachine(BANK_B, at, await postingOf(consortium)),
  };
}

function buyersActs(
  consortium: TestConsortium,
  at: number,
  { open, delivered }: { readonly open: DealPlay; readonly delivered: DealPlay },
): Acts {
  const alice = consortium.alice.person;
  const { link } = present(consortium.alice.accounts[BANK_B]);
  const payment = {
    ...{ deal: open.id, termsHash: termsHash(open.terms), amount: '740000', fee: '0' },
    ...{ currency: 'RUB', link, arrivedAt: at, invitation: null },
  };
  const { offer } = open.terms.offerTerms;
  const { accounts } = consortium.alice;
  return {
    buy: {
      ...{ owner: null, at, self: alice },
      give: async (by) => {
        const play = await preparePurchase(consortium, { offer, buyer: { person: by, accounts } });
        return play.purchase.command;
      },
    },
    submitPayment: {
      ...{ owner: null, at, self: alice },
      give: (by) => consortium.signed(by, 'submitPayment', payment),
    },
    cancelDeal: {
      ...{ owner: null, at, self: alice },
      give: (by) => consortium.signed(by, 'cancelDeal', { deal: open.id, termsHash: termsHash(open.terms) }),
    },
    concedeDeal: {
      ...{ owner: null, at, self: consortium.bob.person },
      give: (by) =>
        consortium.signed(by, 'concedeDeal', { deal: delivered.id, termsHash: termsHash(delivered.terms) }),
    },
    acceptGoods: {
      ...{ owner: null, at, self: alice },
      give: (by) =>
        consortium.signed(by, 'acceptGoods', { deal: delivered.id, termsHash: termsHash(delivered.terms) }),
    },
  };
}

async function invitationActs(consortium: TestConsortium, at: number, deal: DealPlay): Promise<Acts> {
  const alice = consortium.alice.person;
  const [guest, key] = [makePerson('guest'), makePerson('invitation')];
  const until = deal.terms.payDeadline;
  const invitation = newId('intent');
  const inviting = {
    ...{ deal: deal.id, termsHash: termsHash(deal.terms) },
    ...{ invitationKey: key.key, most: '740000', until },
  };
  await consortium.run(agreed(consortium.signed(alice, 'invitePayer', inviting, { id: invitation })));
  const taken = { channel: consortium.channel, deal: deal.id, invitation, person: guest.id };
  const { signature } = signedBy(key, acceptanceBody({ ...taken, keyThumbprint: guest.thumbprint }));
  return {
    invitePayer: {
      ...{ owner: null, at, self: alice },
      give: (by) => consortium.signed(by, 'invitePayer', inviting),
    },
    acceptInvitation: {
      ...{ owner: null, at, self: guest },
      give: (by) =>
        consortium.signed(by, 'acceptInvitation', {
          ...{ deal: deal.id, invitation, keyThumbprint: by.thumbprint },
          invitationSignature: signature,
        }),
    },
    withdrawInvitation: {
      ...{ owner: null, at, self: alice },
      give: (by) => consortium.signed(by, 'withdrawInvitation', { deal: deal.id, invitation }),
    },
  };
}

function agentsActs(
  consortium: TestConsortium,
  at: number,
  { paid, shipped }: { readonly paid: DealPlay; readonly shipped: DealPlay },
): Acts {
  const { dan } = consortium.staff;
  return {
    acceptParcel: {
      ...{ owner: COURIER, at, self: dan },
      give: (by) => consortium.signed(by, 'acceptParcel', { deal: paid.id }),
    },
    deliver: {
      ...{ owner: COURIER, at, self: dan },
      give: (by) => consortium.signed(by, 'deliver', { deal: shipped.id, h1: shipped.h1 }),
    },
  };
}

async function postingOf(consortium: TestConsortium): Promise<Command> {
  const { account } = present(consortium.bob.accounts[BANK_B]);
  const lines = await consortium.privately<readonly { readonly credit: string }[]>(BANK_B, {
    about: 'pending',
    account,
  });
  const credits = lines.map(({ credit }) => credit);
  return machine('postCredits', { account, operation: newId('operation'), credits });
}

/** Two deals paid in part, past their deadline: one sealed, one expired. */
async function endedActs(consortium: TestConsortium): Promise<Acts> {
  const offer = await consortium.listOffer();
  const sealed = await buy(consortium, { offer });
  const expired = await buy(consortium, { offer });
  const [, payment] = [await sealed.pay(BANK_A, '500000'), await expired.pay(BANK_A, '500000')];
  consortium.advanceTo(expired.terms.payDeadline + SETTLING);
  await consortium.run(sealed.closePayments(), expired.closePayments(), expired.expire());
  const at = consortium.now();
  return {
    expire: byMachine(null, at, sealed.expire().command),
    voidPayment: byMachine(BANK_A, at, expired.giveBack(payment).command),
  };
}
