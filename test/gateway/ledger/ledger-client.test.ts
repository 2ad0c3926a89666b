// The ledger client over the wire against the embedded ledger and a small contract: lanes, lists, faults, blocks.
import { expect } from 'chai';
import { join } from 'node:path';
import type { Command } from '../../../chaincode/protocol/commands.js';
import { ownCollections } from '../../../chaincode/protocol/own-collections.js';
import { connect, type ConnectOptions } from '../../../gateway/ledger/fabric/connect.js';
import type { LedgerBlock, LedgerClient } from '../../../gateway/ledger/ledger-client.js';
import {
  LedgerConflict,
  LedgerRejected,
  LedgerUnavailable,
  OutcomeUnknown,
} from '../../../gateway/ledger/ledger-errors.js';
import { type GatewayConfig, gatewayConfigSchema } from '../../../gateway/protocol/gateway-config.js';
import { LedgerNetwork, type OrganisationId, ORGANISATIONS } from '../../ledger/support/ledger-network.js';

const SHORT = { askAfterMs: 300, commitTimeoutMs: 800 } as const;

describe('the ledger client on the embedded ledger', function () {
  this.timeout(60_000);
  let network: LedgerNetwork;
  let ledger: LedgerClient;
  const opened: LedgerClient[] = [];
  let last = 0;

  before(async () => {
    network = await LedgerNetwork.start({
      chaincode: 'lists',
      module: join(__dirname, 'list-contract.js'),
      collections: ownCollections(ORGANISATIONS),
    });
    ledger = await open('Org1MSP');
  });

  after(async () => {
    await Promise.all(opened.map((client) => client.close()));
    await network.stop();
  });

  async function open(mspId: OrganisationId, options: ConnectOptions = {}): Promise<LedgerClient> {
    const client = connect(configOf(mspId), options);
    opened.push(client);
    await client.ready();
    return client;
  }

  function configOf(mspId: OrganisationId): GatewayConfig {
    const { users, tlsCa } = network.tree(mspId);
    return gatewayConfigSchema.parse({
      organisation: { mspId, name: mspId, kind: 'courier' },
      channel: network.channel,
      chaincode: 'lists',
      ledger: { address: network.address(mspId), tlsRootCertPath: tlsCa.certPath },
      identities: {
        gateway: users.Gateway.signing,
        worker: users.Worker.signing,
        admin: users.Admin.signing,
      },
      admin: { host: '127.0.0.1', port: 0, tokenPath: '/nowhere' },
      database: { url: 'postgres://nowhere/none' },
      dataDir: network.dir,
      members: ORGANISATIONS.map((id) => ({ mspId: id, name: id, kind: 'courier' })),
      timing: { windowMs: 500, slackMs: 100 },
    });
  }

  const fresh = (): string => `key${String((last += 1)).padStart(4, '0')}`;
  const put = (key: string, value = '1'): Command => ({ action: 'put', params: { key, value } });
  const increment = (key: string): Command => ({ action: 'increment', params: { key } });

  async function failure<E extends Error>(
    kind: abstract new (...args: never[]) => E,
    work: Promise<unknown>,
  ): Promise<E> {
    const error = await work.then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(error).to.be.instanceOf(kind);
    // Checked by the line above.
    return error as E;
  }

  async function valueOf(key: string): Promise<unknown> {
    return (await ledger.rows([key]))[key];
  }

  it('gives every command of a list its own outcome, with transaction and block', async () => {
    const [one, two] = [fresh(), fresh()];
    const outcomes = await ledger.submit('agreement', [
      put(one, '7'),
      { action: 'nonsense', params: { key: two } },
    ]);
    expect(outcomes[0]).to.include({ ok: true, id: one });
    expect(outcomes[1]).to.deep.include({
      ok: false,
      id: two,
      code: 'WRONG_STATE',
      values: { found: 'nonsense' },
    });
    expect(outcomes[0]?.txId).to.match(/^[0-9a-f]{64}$/);
    expect(outcomes[0]?.txId).to.equal(outcomes[1]?.txId);
    expect(outcomes[0]?.block).to.be.greaterThan(0);
    expect(await ledger.rows([one, two])).to.deep.equal({ [one]: 7, [two]: null });
  });

  it('sends one hundred small commands given in one go as one transaction, endorsed and submitted once', async () => {
    const before = ledger.counters;
    const outcomes = await ledger.submit(
      'agreement',
      Array.from({ length: 100 }, () => put(fresh())),
    );
    expect(outcomes.every((outcome) => outcome.ok)).to.equal(true);
    const after = ledger.counters;
    expect(after.commands - before.commands).to.equal(100);
    expect(after.transactions - before.transactions).to.equal(1);
    expect(after.endorseCalls - before.endorseCalls).to.equal(1);
    expect(after.submitCalls - before.submitCalls).to.equal(1);
    expect(after.commitStatusCalls - before.commitStatusCalls).to.equal(0);
    expect(after.conflicts - before.conflicts).to.equal(0);
  });

  it('keeps at least 16 transactions in flight when lists are full', async () => {
    const busy = await open('Org1MSP', { limits: { listCost: 1 } });
    await busy.submit(
      'agreement',
      Array.from({ length: 64 }, () => put(fresh())),
    );
    expect(busy.counters.mostInFlight).to.equal(16);
    expect(busy.counters.transactions).to.equal(64);
    expect(busy.counters.conflicts).to.equal(0);
  });

  it('never conflicts on a row that its commands name', async () => {
    const key = fresh();
    const busy = await open('Org1MSP', { limits: { listCost: 1 } });
    await Promise.all(
      Array.from({ length: 20 }, () => busy.submit('agreement', increment(key), { locks: [key] })),
    );
    expect(busy.counters.conflicts).to.equal(0);
    expect(await valueOf(key)).to.equal(20);
  });

  it('endorses again after a conflict until the command is in', async () => {
    const key = fresh();
    const other = await open('Org2MSP');
    const [mine, theirs] = await Promise.all([
      ledger.submit('agreement', increment(key)),
      other.submit('agreement', increment(key)),
    ]);
    expect([...mine, ...theirs].every((outcome) => outcome.ok)).to.equal(true);
    expect(await valueOf(key)).to.equal(2);
    const before = ledger.counters.conflicts;
    await network.faults({ switch: 'forceConflicts', count: 1 });
    expect((await ledger.submit('agreement', increment(key)))[0]).to.include({ ok: true });
    expect(ledger.counters.conflicts - before).to.equal(1);
    expect(await valueOf(key)).to.equal(3);
  });

  it('gives up on a single command that conflicts each time, and writes nothing', async () => {
    const key = fresh();
    await network.faults({ switch: 'forceConflicts', count: 5 });
    const error = await failure(LedgerConflict, ledger.submit('agreement', put(key)));
    expect(error.validationCode).to.equal(11);
    expect(await valueOf(key)).to.equal(null);
  });

  it('narrows a spoilt list down to the one command that spoils it', async () => {
    const [one, bad, two, three] = [fresh(), fresh(), fresh(), fresh()];
    const sent = [put(one), { action: 'spoil', params: { key: bad } }, put(two), put(three)].map((command) =>
      ledger.submit('agreement', command),
    );
    const settled = await Promise.allSettled(sent);
    expect(settled.map(({ status }) => status)).to.deep.equal([
      'fulfilled',
      'rejected',
      'fulfilled',
      'fulfilled',
    ]);
    const error = await failure(LedgerRejected, sent[1] ?? Promise.resolve());
    expect(error.code).to.equal('WRONG_LANE');
    expect(error.values).to.deep.equal({ key: bad });
    expect(await ledger.rows([one, bad, two, three])).to.deep.equal({
      [one]: 1,
      [bad]: null,
      [two]: 1,
      [three]: 1,
    });
  });

  it('refuses a command with a fraction or half an emoji alone, by its place, and the others go on', async () => {
    const [one, two] = [fresh(), fresh()];
    const fraction: Command = { action: 'put', params: { key: fresh(), amount: 0.5 } };
    const half: Command = { action: 'put', params: { key: fresh(), list: ['a', '\ud83d'] } };
    for (const lane of ['agreement', 'owner'] as const) {
      const outcomes = await ledger.submit(lane, [put(one), fraction, put(two), half]);
      expect(outcomes.map(({ ok }) => ok)).to.deep.equal([true, false, true, false]);
      expect(outcomes[1]).to.deep.include({
        ...{ code: 'BAD_INPUT', txId: null, block: null },
        values: { where: '[1].params.amount', needed: 'a safe integer' },
      });
      expect(outcomes[3]).to.deep.include({
        code: 'BAD_INPUT',
        values: { where: '[3].params.list[1]', needed: 'well-formed Unicode' },
      });
    }
    const results = await ledger.dryRun([fraction, put(one), half, put(two)]);
    expect(results.map(({ ok, id }) => (ok ? id : ''))).to.deep.equal(['', one, '', two]);
    expect(results[0]).to.deep.include({ values: { where: '[0].params.amount', needed: 'a safe integer' } });
  });

  it('refuses an owner’s command in the public lane without sending it, and the others go on', async () => {
    const before = ledger.counters;
    const key = fresh();
    const deposit: Command = { action: 'deposit', params: { account: 'canary', key } };
    const [refused, taken] = await ledger.submit('agreement', [deposit, put(key)]);
    expect(refused).to.deep.include({ ok: false, code: 'WRONG_LANE', txId: null, block: null });
    expect(taken).to.include({ ok: true });
    expect(ledger.counters.commands - before.commands).to.equal(1);
    await ledger.submit('agreement', deposit);
    expect(ledger.counters.endorseCalls - before.endorseCalls).to.equal(1);
  });

  it('keeps what the owner lane carries at the owner and out of the block', async () => {
    const key = fresh();
    const canary = 'canary-of-org1';
    const before = ledger.counters.endorseCalls;
    const [outcome] = await ledger.submit('owner', put(key, canary));
    expect(outcome).to.include({ ok: true, id: key });
    expect(ledger.counters.endorseCalls - before).to.equal(1);
    expect(await ledger.queryPrivate({ about: 'balance', account: key })).to.include({ available: canary });
    const startBlock = BigInt(outcome?.block ?? 0);
    const blocks = await network
      .gateway('Org2MSP')
      .getNetwork(network.channel)
      .getBlockEvents({ startBlock });
    for await (const block of blocks) {
      const bytes = Buffer.from(block.serializeBinary());
      expect(bytes.includes(outcome?.txId ?? '')).to.equal(true);
      expect(bytes.includes(canary)).to.equal(false);
      break;
    }
    blocks.close();
    const other = await open('Org2MSP');
    await other.submit('owner', increment(key));
    expect(await other.queryPrivate({ about: 'balance', account: key })).to.include({ available: '1' });
    expect(await ledger.queryPrivate({ about: 'balance', account: key })).to.include({ available: canary });
  });

  it('gives the codes of an owner list that is refused as a whole, without a transaction', async () => {
    const before = ledger.counters.transactions;
    const refused = (): Command => ({ action: 'nonsense', params: { key: fresh() } });
    const outcomes = await ledger.submit('owner', [refused(), refused()]);
    expect(outcomes.map((outcome) => (outcome.ok ? '' : outcome.code))).to.deep.equal([
      'WRONG_STATE',
      'WRONG_STATE',
    ]);
    expect(outcomes.map(({ txId, block }) => [txId, block])).to.deep.equal([
      [null, null],
      [null, null],
    ]);
    expect(ledger.counters.transactions).to.equal(before);
  });

  it('tries without writing', async () => {
    const key = fresh();
    expect(await ledger.dryRun([put(key, '9')])).to.deep.equal([{ ok: true, id: key }]);
    expect(await ledger.queryPrivate({ about: 'balance', account: key })).to.include({ available: '' });
  });

  it('takes "request already processed" as a success in waiting', async () => {
    await network.faults({ switch: 'answerAlreadyProcessed', count: 1 });
    expect((await ledger.submit('agreement', put(fresh())))[0]).to.include({ ok: true });
  });

  it('learns the outcome from the block when the answer to the submission is lost', async () => {
    const key = fresh();
    await network.faults({ switch: 'loseAnswers', count: 1 });
    expect((await ledger.submit('agreement', put(key)))[0]).to.include({ ok: true });
    expect(await valueOf(key)).to.equal(1);
  });

  it('says unknown while ordering stands still, locks the rows, and finds the outcome when it goes on', async () => {
    const hasty = await open('Org1MSP', { timing: SHORT });
    const key = fresh();
    await network.faults({ switch: 'pauseOrdering' });
    const error = await failure(OutcomeUnknown, hasty.submit('agreement', increment(key), { locks: [key] }));
    const before = hasty.counters.transactions;
    const second = hasty.submit('agreement', increment(key), { locks: [key] });
    const outcome = hasty.resolve(error.txId);
    expect(hasty.counters.transactions).to.equal(before);
    await network.faults({ switch: 'resumeOrdering' });
    expect(await outcome).to.include({ state: 'committed', valid: true, code: 0 });
    expect((await second)[0]).to.include({ ok: true });
    expect(await valueOf(key)).to.equal(2);
  });

  it('finds that a transaction that nobody sent is not there', async () => {
    expect(await ledger.resolve('ab'.repeat(32))).to.deep.equal({ state: 'notFound' });
  });

  it('says unavailable when the own peer is down, and works again when it is back', async () => {
    const key = fresh();
    await network.faults({ switch: 'peerDown', mspId: 'Org1MSP', down: true });
    await failure(LedgerUnavailable, ledger.submit('agreement', put(key)));
    await failure(LedgerUnavailable, ledger.rows([key]));
    await network.faults({ switch: 'peerDown', mspId: 'Org1MSP', down: false });
    expect((await ledger.submit('agreement', put(key)))[0]).to.include({ ok: true });
  });

  it('withdraws a command that was not sent yet', async () => {
    const stop = new AbortController();
    const key = fresh();
    await network.faults({ switch: 'pauseOrdering' });
    const first = ledger.submit('agreement', increment(key), { locks: [key] });
    const second = ledger.submit('agreement', increment(key), { locks: [key], signal: stop.signal });
    stop.abort();
    await failure(LedgerUnavailable, second);
    await network.faults({ switch: 'resumeOrdering' });
    await first;
    expect(await valueOf(key)).to.equal(1);
  });

  it('follows blocks from any position, without gap or repetition, across a restart of the ledger', async () => {
    const reader = await open('Org3MSP');
    const key = fresh();
    const [outcome] = await reader.submit('agreement', put(key));
    const stop = new AbortController();
    const seen: LedgerBlock[] = [];
    await network.ledger?.end('SIGKILL');
    await network.startLedger();
    await network.untilChaincodeReady();
    const from = outcome?.block ?? 0;
    const lastKey = fresh();
    const sent = retried(() => reader.submit('agreement', put(lastKey)));
    for await (const block of reader.follow(from, stop.signal)) {
      seen.push(block);
      const ids = block.transactions.flatMap(({ event }) => event.results.map(({ result }) => result.id));
      if (ids.includes(lastKey)) break;
    }
    await sent;
    expect(seen.map(({ block }) => block)).to.deep.equal(seen.map((_, index) => from + index));
    const mine = seen[0]?.transactions.find(({ txId }) => txId === outcome?.txId);
    expect(mine?.code).to.equal(0);
    expect(mine?.event.lane).to.equal('agreement');
  });

  it('ends a following when its reader stops it', async () => {
    const stop = new AbortController();
    const blocks: number[] = [];
    const following = (async () => {
      for await (const { block } of ledger.follow(0, stop.signal)) {
        blocks.push(block);
        if (block === 1) stop.abort();
      }
    })();
    await following;
    expect(blocks).to.deep.equal([0, 1]);
  });

  /** Nothing was ordered: it is safe to send again, and the ledger is about to come back. */
  async function retried<T>(work: () => Promise<T>): Promise<T> {
    for (;;) {
      try {
        return await work();
      } catch (error) {
        if (!(error instanceof LedgerUnavailable)) throw error;
        await ledger.ready();
        await new Promise((resolve) => setImmediate(resolve));
      }
    }
  }
});
