// The ledger browser by everybody who may come: members' people read all that is public, a client what concerns his own
// deals, a stranger heads of blocks alone. The commission is in nothing of a client's.
import { expect } from 'chai';
import type {
  LedgerBlockInfo,
  LedgerBlockPage,
  LedgerHistory,
  LedgerTransactionPage,
} from '../../../../gateway/protocol/api/ledger.js';
import { PostgresProjectionTables } from '../../../../gateway/store/postgres/projection-tables.js';
import type { Database } from '../../../../gateway/store/postgres/database.js';
import { migratedDatabase, openAt } from '../../../support/database.js';
import { buy, type DealPlay } from '../../../support/deal-play.js';
import { BANK_A, BANK_B, MARKETPLACE } from '../../../support/member-access.js';
import { type EngineConsortium, openConsortium, present } from '../../../support/test-consortium.js';
import { blocksOf, project } from '../../projection/chain.js';
import { MemberIdentities, openLedgerWeb, viewerOf } from '../../support/ledger-web.js';
import { problemOf, type TestWeb } from '../../support/web.js';

/** The worked example's commission and net, minor units. */
const COMMISSION = '62000';
const NET = '1178000';
const STAFF = ['carol', 'oleg', 'dan', 'anna'] as const;
const CLIENTS = ['alice', 'bob', 'frida', 'eve'] as const;

describe('the ledger browser', function () {
  this.timeout(120_000);
  let identities: MemberIdentities;
  let consortium: EngineConsortium;
  let deal: DealPlay;
  let database: Database;
  let web: TestWeb;
  let frida: string;
  let eve: string;

  before(async () => {
    identities = await MemberIdentities.make();
    consortium = await openConsortium();
    const friend = await consortium.newClient('frida', { [BANK_B]: '10000000' });
    frida = friend.person.id;
    eve = (await consortium.newClient('eve', { [BANK_A]: '5' })).person.id;
    deal = await buy(consortium, { offer: await consortium.listOffer() });
    await deal.invite(friend);
    await deal.pay(BANK_A, '500000');
    await deal.pay(BANK_B, '740000', { payer: friend });
    await deal.playTo('completed');
    database = await openAt(await migratedDatabase());
    await project(await blocksOf(consortium), new PostgresProjectionTables(database.query));
    const { alice, bob, staff } = consortium;
    web = await openLedgerWeb({
      ...{ identities, database, mspId: MARKETPLACE, channel: consortium.channel },
      now: () => consortium.now(),
      people: new Map([
        [alice.person.id, 'Alice'],
        [bob.person.id, 'Bob'],
        [frida, 'Frida'],
        [eve, 'Eve'],
      ]),
      viewers: {
        alice: viewerOf(alice.person.id, 'client'),
        bob: viewerOf(bob.person.id, 'client'),
        frida: viewerOf(frida, 'client'),
        eve: viewerOf(eve, 'client'),
        carol: viewerOf(staff.carol.id, 'moderator'),
        oleg: viewerOf('person_operator0001', 'operator'),
        dan: viewerOf(staff.dan.id, 'agent'),
        anna: viewerOf(staff.anna.id, 'administrator'),
      },
    });
  });
  after(async () => {
    await web.close();
    await database.close();
    identities.remove();
  });

  async function read<Answer>(token: string, path: string): Promise<Answer> {
    const response = await web.get(`/ledger/v1${path}`, { authorization: `Bearer ${token}` });
    expect(response.status, `${token} ${path}`).to.equal(200);
    return (await response.json()) as Answer;
  }
  const statusOf = async (token: string, path: string): Promise<number> =>
    (await web.get(`/ledger/v1${path}`, { authorization: `Bearer ${token}` })).status;

  interface BlockPart {
    readonly items: readonly LedgerBlockInfo[];
    readonly next: string | null;
  }
  async function allBlocks(token: string): Promise<LedgerBlockInfo[]> {
    const found: LedgerBlockInfo[] = [];
    let cursor = '';
    do {
      const { items, next }: BlockPart = await read(token, `/blocks?limit=7${cursor}`);
      found.push(...items);
      cursor = next === null ? '' : `&cursor=${next}`;
    } while (cursor !== '');
    return found;
  }
  const pagesOf = new Map<string, Promise<LedgerTransactionPage[]>>();
  function allTransactions(token: string): Promise<LedgerTransactionPage[]> {
    const reading = pagesOf.get(token) ?? readAllTransactions(token);
    pagesOf.set(token, reading);
    return reading;
  }
  async function readAllTransactions(token: string): Promise<LedgerTransactionPage[]> {
    const blocks = await allBlocks(token);
    const pages: LedgerTransactionPage[] = [];
    for (const { number } of blocks) {
      const block = await read<LedgerBlockPage>(token, `/blocks/${String(number)}`);
      expect(block.items.length + block.hidden).to.equal(block.transactions);
      for (const { txId, function: name } of block.items) {
        if (name === null && CLIENTS.some((client) => client === token)) throw new Error('a raw transaction');
        pages.push(await read(token, `/transactions/${txId}`));
      }
    }
    return pages;
  }

  it('shows every block as the ledger has it, newest first, each with the one before it', async () => {
    const whole = await blocksOf(consortium);
    const blocks = await allBlocks('eve');
    expect(blocks.map(({ number, hash, transactions }) => [number, hash, transactions])).to.deep.equal(
      [...whole].reverse().map(({ block, hash, transactions }) => [block, hash, transactions.length]),
    );
    for (const [index, { previousHash }] of blocks.entries()) {
      expect(previousHash).to.equal(blocks[index + 1]?.hash ?? whole[0]?.previousHash);
    }
  });

  it("shows members' people every transaction and every command that was public", async () => {
    const whole = await blocksOf(consortium);
    const all = whole.flatMap(({ transactions }) => transactions);
    const pages = await allTransactions('carol');
    expect(pages.length).to.equal(all.length);
    expect(pages.every(({ hidden }) => hidden === 0)).to.equal(true);
    for (const token of STAFF) {
      for (const { txId } of all.slice(-3)) {
        expect(await read(token, `/transactions/${txId}`), token).to.include({ txId, hidden: 0 });
      }
    }
    const commands = pages.flatMap(({ items }) => items);
    const listing = present(commands.find(({ action }) => action === 'listOffer'));
    expect(listing.params).to.include({ net: NET });
    expect(listing.signer).to.include({ name: 'Bob', isMasked: false });
    const answer = present(commands.find(({ action }) => action === 'answerPayment'));
    expect([answer.params, answer.signature]).to.deep.equal([null, null]);
  });

  it('shows a client his own commands whole, others’ on his deals without accounts and signatures', async () => {
    const commandsOf = async (token: string) => (await allTransactions(token)).flatMap(({ items }) => items);
    const alices = await commandsOf('alice');
    const bought = present(alices.find(({ action }) => action === 'buy'));
    expect(bought.signer).to.include({ name: 'Alice' });
    expect([bought.without, bought.signature === null]).to.deep.equal([[], false]);
    const payments = alices.filter(({ action }) => action === 'submitPayment');
    expect(payments.map(({ params }) => params?.['amount'])).to.deep.equal(['740000', '500000']);
    const [friends] = payments;
    expect(friends?.signer).to.include({ isMasked: true });
    expect(friends?.without).to.have.members(['link', 'invitation']);
    expect(friends?.signature).to.equal(null);
    expect(alices.map(({ action }) => action)).not.to.include.oneOf(['moderateOffer', 'listOffer']);

    const bobs = await commandsOf('bob');
    expect(bobs.find(({ action }) => action === 'listOffer')?.params).to.include({ net: NET });
    expect(bobs.find(({ action }) => action === 'buy')?.without).to.deep.equal(['link']);
    expect(bobs.map(({ action }) => action)).not.to.include.oneOf(['moderateOffer', 'invitePayer']);
  });

  it('shows a stranger no transaction of others, and no history', async () => {
    const own = await allTransactions('eve');
    const signers = own.flatMap(({ items }) => items.map(({ signer }) => signer?.id));
    expect(signers.every((id) => id === eve)).to.equal(true);
    expect(await statusOf('eve', `/deals/${deal.id}`)).to.equal(404);
    for (const { txId } of await allTransactions('alice')) {
      const isOwn = own.some((one) => one.txId === txId);
      expect(await statusOf('eve', `/transactions/${txId}`), txId).to.equal(isOwn ? 200 : 404);
    }
  });

  it('says nothing of the commission to any client, in any answer', async () => {
    for (const token of CLIENTS) {
      const pages = await allTransactions(token);
      const history = await web.get(`/ledger/v1/deals/${deal.id}`, { authorization: `Bearer ${token}` });
      const text = JSON.stringify(pages) + (await history.text());
      expect(text, token).not.to.contain(`"${COMMISSION}"`);
      expect(text, token).not.to.match(/sharesNonce|commissionBasisPoints|"nonce"|allocation/);
      expect(text, token).not.to.match(/"ids":\[[^\]]*"marketplace"/);
      if (token !== 'bob') expect(text, token).not.to.contain(`"${NET}"`);
    }
  });

  it("gives a deal's history to its parties and to members' people, with the place of each step", async () => {
    for (const token of ['alice', 'bob', 'frida', ...STAFF]) {
      const { steps } = await read<LedgerHistory>(token, `/deals/${deal.id}`);
      expect(steps[0]?.event, token).to.equal('DealOpened');
      expect(steps.map(({ event }) => event)).to.include.members(['PaymentHeld', 'DealCompleted']);
      for (const { txId } of steps) expect(await statusOf(token, `/transactions/${txId}`)).to.equal(200);
    }
    const named = await read<LedgerHistory>('bob', `/deals/${deal.id}`);
    const paid = named.steps.filter(({ event }) => event === 'PaymentSubmitted');
    expect(paid.map(({ signer }) => signer?.isMasked)).to.deep.equal([false, true]);
    expect(await statusOf('carol', '/deals/deal_00000000')).to.equal(404);
  });

  it('answers nothing without a session, and a problem to numbers and cursors that are none', async () => {
    for (const path of ['/blocks', '/blocks/0', `/deals/${deal.id}`, '/transactions/00']) {
      expect((await problemOf(await web.get(`/ledger/v1${path}`))).code).to.equal('UNAUTHORISED');
    }
    const odd = ['-1', '1.5', '1e3', '00', '99999999999999999999', '999999', 'x'];
    for (const number of odd) expect(await statusOf('carol', `/blocks/${number}`)).to.equal(404);
    for (const text of ['[1.5,"x"]', '[1e999,"x"]', 'null', '{']) {
      const cursor = Buffer.from(text).toString('base64url');
      expect(await statusOf('carol', `/blocks?cursor=${cursor}`), text).to.equal(200);
    }
    expect(await statusOf('carol', '/blocks?limit=101')).to.equal(400);
  });
});
