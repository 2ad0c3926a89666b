// Many payers with money, and whole deals of them with one seller, sent as the workers send them, many at a time.
import { randomBytes } from 'node:crypto';
import { accountNumber } from '../../chaincode/protocol/account-number.js';
import type { Command } from '../../chaincode/protocol/commands.js';
import { askLink } from '../../gateway/sdk/commands/accounts.js';
import { confirmPerson, registerPerson } from '../../gateway/sdk/commands/people.js';
import { accountKey } from '../../chaincode/protocol/account.js';
import type { CommandOutcome } from '../../gateway/protocol/admin.js';
import { preparePurchase, type DealPlay } from '../support/deal-play.js';
import { BANK_A, BANK_B, BANK_ID, COURIER, MARKETPLACE, type Step } from '../support/member-access.js';
import { makePerson, newId } from '../support/people.js';
import type { ClientConsortium } from '../support/client-consortium.js';
import { present, type Account, type TestClient } from '../support/test-consortium.js';

/** New clients, at these banks in turn, each with one linked account and this money; in a few lists. */
export async function newPayers(
  consortium: ClientConsortium,
  count: number,
  money: string,
  banks: readonly string[] = [BANK_A, BANK_B],
): Promise<TestClient[]> {
  const payers = Array.from({ length: count }, (_, index) =>
    plannedPayer(index, present(banks[index % banks.length])),
  );
  const { anna } = consortium.staff;
  await done(
    consortium,
    consortium.ledger(MARKETPLACE).submit(
      'agreement',
      payers.map(({ person }) => consortium.asked(anna, registerPerson({ person: person.id }))),
    ),
  );
  const confirmations = payers.map(({ person }) =>
    consortium.asked(anna, confirmPerson({ person: person.id, key: person.key, roles: ['client'] })),
  );
  await done(consortium, consortium.ledger(MARKETPLACE).submit('owner', confirmations));
  for (const msp of banks) {
    const own = payers.flatMap(({ accounts }) => Object.values(accounts).filter((one) => one.msp === msp));
    await done(
      consortium,
      consortium.ledger(msp).submit(
        'owner',
        own.map((account) => consortium.openingOf(msp, account)),
      ),
    );
    await done(
      consortium,
      consortium.ledger(msp).submit(
        'owner',
        own.map(({ account }) => consortium.depositOf(msp, account, money)),
      ),
    );
  }
  await linkAll(consortium, payers, banks);
  return payers;
}

function plannedPayer(index: number, msp: string): TestClient {
  const bank = BANK_ID[msp] ?? '';
  const account = accountNumber(bank, randomBytes(5));
  const planned: Account = { msp, bank, account, holder: newId('holder'), link: newId('link') };
  return { person: makePerson(`payer ${String(index)}`), accounts: { [msp]: planned } };
}

async function linkAll(
  consortium: ClientConsortium,
  payers: readonly TestClient[],
  banks: readonly string[],
): Promise<void> {
  const asked = payers.map((payer) => {
    const { bank, link } = accountOf(payer);
    const asking = askLink({ bank, currency: 'RUB', publicKey: payer.person.key }, link);
    return consortium.asked(payer.person, asking);
  });
  await done(consortium, consortium.ledger(MARKETPLACE).submit('agreement', asked));
  for (const msp of banks) {
    const own = payers.filter((payer) => accountOf(payer).msp === msp);
    const proofs = own.map((payer) => consortium.confirmationOf(payer.person, accountOf(payer)));
    await done(consortium, consortium.ledger(msp).submit('owner', proofs, { as: 'worker' }));
  }
}

export function accountOf(client: TestClient): Account {
  return present(Object.values(client.accounts)[0]);
}

/** One deal from purchase to completion, paid by its buyer in one payment. */
export async function wholeDeal(
  consortium: ClientConsortium,
  offer: string,
  buyer: TestClient,
): Promise<DealPlay> {
  const deal = await preparePurchase(consortium, { offer, buyer });
  const { msp, account } = accountOf(buyer);
  const rows = [accountKey(account)];
  await send(consortium, [deal.purchase]);
  await send(consortium, [await deal.submission(msp, deal.terms.offerTerms.price)]);
  const payment = present(deal.payments[0]).id;
  await send(consortium, [deal.admit(payment)]);
  await send(consortium, [deal.answer(payment, 'yes')], rows);
  await send(consortium, [deal.markPaid()]);
  await send(consortium, [deal.acceptParcel()]);
  await send(consortium, [deal.deliver()]);
  await send(consortium, [deal.acceptGoods()]);
  await send(consortium, [...deal.records(), deal.capture(payment)], rows);
  await Promise.all((await deal.credits()).map((credit) => send(consortium, [credit])));
  await send(consortium, [deal.complete()]);
  return deal;
}

/** Steps of one lane through its organisation's ledger client. Throws unless all are done. */
export async function send(
  consortium: ClientConsortium,
  steps: readonly Step[],
  rows: readonly string[] = [],
): Promise<readonly CommandOutcome[]> {
  const msp = present(steps[0]).msp;
  const commands = steps.map(({ command }) => command);
  if (msp === null)
    return done(consortium, consortium.ledger(MARKETPLACE).submit('agreement', commands, { locks: rows }));
  const as = msp === COURIER ? 'gateway' : 'worker';
  return done(consortium, consortium.ledger(msp).submit('owner', commands, { locks: rows, as }));
}

/** Folds all credits of an account, as its bank's worker does. */
export async function post(consortium: ClientConsortium, { msp, account }: Account): Promise<void> {
  const lines = await consortium.privately<readonly { readonly credit: string }[]>(msp, {
    about: 'pending',
    account,
  });
  const commands: Command[] = [];
  for (let from = 0; from < lines.length; from += FOLDED_AT_ONCE) {
    const credits = lines.slice(from, from + FOLDED_AT_ONCE).map(({ credit }) => credit);
    commands.push({ action: 'postCredits', params: { account, operation: newId('operation'), credits } });
  }
  await done(consortium, consortium.ledger(msp).submit('owner', commands, { as: 'worker' }));
}
const FOLDED_AT_ONCE = 100;

async function done(
  consortium: ClientConsortium,
  sending: Promise<readonly CommandOutcome[]>,
): Promise<readonly CommandOutcome[]> {
  const outcomes = await consortium.everywhere(sending);
  const refused = outcomes.find(({ ok }) => !ok);
  if (refused !== undefined) throw new Error(JSON.stringify(refused));
  return outcomes;
}
