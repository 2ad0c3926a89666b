// A gateway is killed while a payment is on its way through the doors: the marketplace's between the commit and its
// answer, the bank's between the code and the hold. Whatever the moment, the payment is made and held once.
import { expect } from 'chai';
import { setTimeout as pause } from 'node:timers/promises';
import { readAccounts } from '../../demo/browser-people.js';
import { readSystemNote } from '../../network/processes/supervisor.js';
import { SystemFolder } from '../../network/processes/system-folder.js';
import type { Operation } from '../../gateway/protocol/api/forms.js';
import { ApiProblem, ApiUnreachable } from '../../gateway/sdk/api-client.js';
import { authorisePayment } from '../../gateway/sdk/commands/authorise.js';
import { buy } from '../../gateway/sdk/commands/deals.js';
import { submitPayment } from '../../gateway/sdk/commands/payments.js';
import { newIdOf } from '../../gateway/sdk/request.js';
import type { ClientSession } from '../../gateway/sdk/session.js';
import { present } from '../support/test-consortium.js';
import { browserSystem } from './browser-system.js';

const LIMIT_MS = 240_000;
const PATIENCE_MS = 60_000;
const LOOK_EVERY_MS = 100;
const BANK = '10';
/** After the request was sent: before, about, and after its commit on most machines. */
const MOMENTS_MS = [20, 80, 200];

interface Paying {
  readonly session: ClientSession;
  readonly deal: string;
  readonly payment: string;
}

describe('with a gateway killed meanwhile, a payment is made once', () => {
  const system = browserSystem();

  for (const moment of MOMENTS_MS) {
    it(`${String(moment)} ms after it was sent, and after its code was`, async function () {
      this.timeout(LIMIT_MS);
      const people = system.people('en-GB');
      const session = await people.session('buyer');
      const folder = new SystemFolder(system.context().dir);
      const paying = await paid(session, async (send) => {
        const sent = send();
        await pause(moment);
        await killed(folder, 'gateway-marketplace');
        return sent;
      });
      const body = await codeFor(paying, phoneOf());
      const path = { deal: paying.deal, payment: paying.payment };
      const confirm = () => session.api.call('authorisePayment', { path, body });
      const first = confirm().catch(passing);
      await pause(moment);
      await killed(folder, 'gateway-bank-a');
      await first;
      await untilSo('held', async () => {
        const { payments } = await session.api.call('getDeal', { path: { deal: paying.deal } });
        if (['asked', 'admitted'].includes(payments[0]?.place ?? '')) await confirm().catch(passing);
        return payments.length === 1 && payments[0]?.place === 'held';
      });
      const operator = await people.session('operator', 'bank');
      const { tied, others } = await operator.api.call('listDealOperations', { path: { deal: paying.deal } });
      expect(tied.map(({ kind, payment }) => [kind, payment])).to.deep.equal([['hold', paying.payment]]);
      expect(others).to.deep.equal([]);
    });
  }

  function phoneOf(): string {
    const accounts = present(readAccounts(system.context()));
    return present(accounts.find(({ login, bank }) => login === 'buyer' && bank === BANK)).phone;
  }
});

/** Buys and sends one payment; what is not final after that is sent again, as the page does when it is opened anew. */
async function paid(
  session: ClientSession,
  during: (send: () => Promise<Operation>) => Promise<Operation>,
): Promise<Paying> {
  const { items: found } = await session.api.call('searchOffers', { query: { words: 'велосипед' } });
  const { terms: offerTerms } = await session.api.call('getOffer', { path: { offer: present(found[0]).id } });
  const links = (await session.api.call('listMyAccounts')).items;
  const { link } = present(links.find(({ bank }) => bank === BANK));
  const deal = newIdOf('buy');
  const buyer = present(session.me).id;
  const recipientCode = await session.recipientCode(deal);
  const purchase = {
    offerTerms: present(offerTerms),
    buyer,
    link,
    recipientCode,
    boughtAt: session.now(),
    deal,
  };
  const { request: purchaseRequest, terms } = buy(purchase);
  expect(await session.command('buy', { request: purchaseRequest })).to.include({ status: 'done' });
  const amount = '500000';
  const path = { deal };
  const { fee } = await session.api.call('getQuote', { path, query: { link, amount } });
  let request = submitPayment({ terms, amount, fee, link, arrivedAt: session.now() });
  const send = () => session.command('submitPayment', { path, request, purpose: deal });
  let operation = await during(send).catch(passing);
  await untilSo('submitted', async () => {
    if (operation?.code === 'TOO_LATE') {
      // The gateway was away for longer than a payment's own time; nothing was done, and the person pays again.
      request = submitPayment({ terms, amount, fee, link, arrivedAt: session.now() });
      operation = null;
    }
    if (operation === null || operation.status === 'pending') operation = await send();
    return operation.status === 'done';
  });
  return { session, deal, payment: request.id };
}

/** The code from the phone, sealed to the bank. */
async function codeFor({ session, deal, payment }: Paying, phone: string) {
  const path = { deal, payment };
  const challenges: string[] = [];
  await untilSo('asked for a code', async () => {
    const found = await session.api.call('getAuthorisation', { path });
    if (found.scaStatus === 'received' && found.challenge !== null) challenges.push(found.challenge);
    return challenges.length > 0;
  });
  const address = phone.replace(/[a-z0-9.-]+\.localhost/, '127.0.0.1');
  const answer = (await (await fetch(`${address}/messages?after=0`)).json()) as {
    readonly messages: readonly { readonly code: string; readonly about: { readonly payment?: string } }[];
  };
  const { code } = present(answer.messages.findLast(({ about }) => about.payment === payment));
  const bank = present((await session.api.call('listBanks')).items.find(({ id }) => id === BANK));
  const { request, sealed } = await authorisePayment(bank, {
    payment,
    challenge: present(challenges[0]),
    code,
  });
  return { intent: await session.sign(request), sealed };
}

/** Kills it; resolves when the supervisor has it up again. */
async function killed(folder: SystemFolder, name: string): Promise<void> {
  const pidOf = (): number | null =>
    readSystemNote(folder)?.processes.find((found) => found.name.startsWith(name) && found.state === 'ready')
      ?.pid ?? null;
  const before = present(pidOf());
  process.kill(before, 'SIGKILL');
  await untilSo('up again', () => Promise.resolve(![null, before].includes(pidOf())));
}

/** Null: somebody was away. Throws whatever else. */
function passing(error: unknown): null {
  if (error instanceof ApiUnreachable) return null;
  if (error instanceof ApiProblem && error.problem.status >= 500) return null;
  throw error;
}

async function untilSo(what: string, isSo: () => Promise<boolean>): Promise<void> {
  for (const end = Date.now() + PATIENCE_MS; Date.now() < end; await pause(LOOK_EVERY_MS)) {
    if (await isSo().catch(passing)) return;
  }
  throw new Error(`not ${what} within ${String(PATIENCE_MS)} ms`);
}
