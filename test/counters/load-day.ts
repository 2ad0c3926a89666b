// Duty: many payers with money, and whole deals of them with one seller, sent as the workers send them, many at a time.
// Must not: assert; the tests look at blocks, books and counters.
import { randomBytes } from 'node:crypto';
import { accountNumber } from '../../chaincode/protocol/account-number.js';
import type { Command } from '../../chaincode/protocol/commands.js';
import { accountRow } from '../../gateway/ledger/command-rules.js';
import type { Outcome } from '../../gateway/ledger/ledger-client.js';
import { preparePurchase, type DealPlay } from '../support/deal-play.js';
import { BANK_A, BANK_B, BANK_ID, COURIER, MARKETPLACE, type Step } from '../support/member-access.js';
import { makePerson, newId } from '../support/people.js';
import type { WireWorld } from '../support/wire-world.js';
import { present, type Account, type WorldClient } from '../support/world.js';

/** New clients, at these banks in turn, each with one linked account and this money; in a few lists. */
export async function newPayers(
  world: WireWorld,
  count: number,
  money: string,
  banks: readonly string[] = [BANK_A, BANK_B],
): Promise<WorldClient[]> {
  const payers = Array.from({ length: count }, (_, index) =>
    plannedPayer(index, present(banks[index % banks.length])),
  );
  const { anna } = world.staff;
  await done(
    world,
    world
      .ledger(MARKETPLACE)
      .agree(payers.map(({ person }) => world.signed(anna, 'registerPerson', {}, { id: person.id }))),
  );
  const confirmations = payers.map(({ person }) =>
    world.signed(anna, 'confirmPerson', { person: person.id, key: person.key, roles: ['client'] }),
  );
  await done(world, world.ledger(MARKETPLACE).own(confirmations));
  for (const msp of banks) {
    const own = payers.flatMap(({ accounts }) => Object.values(accounts).filter((one) => one.msp === msp));
    await done(world, world.ledger(msp).own(own.map((account) => world.openingOf(msp, account))));
    await done(world, world.ledger(msp).own(own.map(({ account }) => world.depositOf(msp, account, money))));
  }
  await linkAll(world, payers, banks);
  return payers;
}

function plannedPayer(index: number, msp: string): WorldClient {
  const bank = BANK_ID[msp] ?? '';
  const account = accountNumber(bank, randomBytes(5));
  const planned: Account = { msp, bank, account, holder: newId('holder'), link: newId('link') };
  return { person: makePerson(`payer ${String(index)}`), accounts: { [msp]: planned } };
}

async function linkAll(
  world: WireWorld,
  payers: readonly WorldClient[],
  banks: readonly string[],
): Promise<void> {
  const asked = payers.map((payer) => {
    const { bank, link } = accountOf(payer);
    const params = { bank, currency: 'RUB', keyThumbprint: payer.person.thumbprint };
    return world.signed(payer.person, 'askLink', params, { id: link });
  });
  await done(world, world.ledger(MARKETPLACE).agree(asked));
  for (const msp of banks) {
    const own = payers.filter((payer) => accountOf(payer).msp === msp);
    const proofs = own.map((payer) => world.confirmationOf(payer.person, accountOf(payer)));
    await done(world, world.ledger(msp).own(proofs, { as: 'worker' }));
  }
}

export function accountOf(client: WorldClient): Account {
  return present(Object.values(client.accounts)[0]);
}

/** One deal from purchase to completion, paid by its buyer in one payment. */
export async function wholeDeal(world: WireWorld, offer: string, buyer: WorldClient): Promise<DealPlay> {
  const deal = await preparePurchase(world, { offer, buyer });
  const { msp, account } = accountOf(buyer);
  const rows = [accountRow(account)];
  await send(world, [deal.purchase]);
  await send(world, [await deal.submission(msp, deal.terms.offerTerms.price)]);
  const payment = present(deal.payments[0]).id;
  await send(world, [deal.admit(payment)]);
  await send(world, [deal.answer(payment, 'yes')], rows);
  await send(world, [deal.markPaid()]);
  await send(world, [deal.acceptParcel()]);
  await send(world, [deal.deliver()]);
  await send(world, [deal.acceptGoods()]);
  await send(world, [deal.capture(payment)], rows);
  await Promise.all((await deal.credits()).map((credit) => send(world, [credit])));
  await send(world, [deal.complete()]);
  return deal;
}

/** Steps of one lane through its organisation's ledger client. Throws unless all are done. */
export async function send(
  world: WireWorld,
  steps: readonly Step[],
  rows: readonly string[] = [],
): Promise<readonly Outcome[]> {
  const msp = present(steps[0]).msp;
  const commands = steps.map(({ command }) => command);
  if (msp === null) return done(world, world.ledger(MARKETPLACE).agree(commands, { rows }));
  const as = msp === COURIER ? 'gateway' : 'worker';
  return done(world, world.ledger(msp).own(commands, { rows, as }));
}

/** Folds all credits of an account, as its bank's worker does. */
export async function post(world: WireWorld, { msp, account }: Account): Promise<void> {
  const lines = await world.privately<readonly { readonly credit: string }[]>(msp, {
    about: 'pending',
    account,
  });
  const commands: Command[] = [];
  for (let from = 0; from < lines.length; from += FOLDED_AT_ONCE) {
    const credits = lines.slice(from, from + FOLDED_AT_ONCE).map(({ credit }) => credit);
    commands.push({ action: 'postCredits', params: { account, operation: newId('operation'), credits } });
  }
  await done(world, world.ledger(msp).own(commands, { as: 'worker' }));
}
const FOLDED_AT_ONCE = 100;

async function done(world: WireWorld, sending: Promise<readonly Outcome[]>): Promise<readonly Outcome[]> {
  const outcomes = await world.everywhere(sending);
  const refused = outcomes.find(({ ok }) => !ok);
  if (refused !== undefined) throw new Error(JSON.stringify(refused));
  return outcomes;
}
