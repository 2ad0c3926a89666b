// The Fabric ground with real programs: up, up again, interrupted, killed, a member away, definitions, down.
import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { connect } from 'node:tls';
import { addressOf, type Consortium } from '../../../network/consortium.js';
import { FabricFolder } from '../../../network/fabric/fabric-folder.js';
import { isRunning, markOf } from '../../../network/processes/process-mark.js';
import { SetupError } from '../../../network/setup-error.js';
import { SmallNetwork } from './support/small-network.js';

const MARKETPLACE = 'MarketplaceMSP';
const BANK_A = 'BankAMSP';
const COURIER = 'CourierMSP';

describe('the Fabric ground', function () {
  this.timeout(300_000);
  let network: SmallNetwork | null = null;
  afterEach(async () => {
    await network?.stop();
    network = null;
  });

  async function prepared(change?: (consortium: Consortium) => Consortium): Promise<SmallNetwork> {
    network = await SmallNetwork.prepare(change);
    return network;
  }

  it('serves at every member, goes on after a stop where it was, and leaves no process', async () => {
    const small = await prepared();
    await small.ground.up();
    expect(small.ground.ready()).to.equal(true);
    expect(small.ground.status().map(({ name }) => name)).to.have.members(
      ['orderer', 'peer', 'chaincode'].flatMap((kind) =>
        small.consortium.members.map(({ domain }) => `${kind}-${domain}`),
      ),
    );
    for (const { mspId } of small.consortium.members) await small.put(mspId, `key-${mspId}`, mspId);
    const genesis = readFileSync(new FabricFolder(small.folder).genesisBlock);
    const marks = small.ground.status().map(({ pid }) => markOf(pid ?? 0));
    await small.down();
    expect(marks.filter((mark) => isRunning(mark))).to.deep.equal([]);

    small.renew();
    await small.ground.up();
    for (const { mspId } of small.consortium.members) await small.untilGets(COURIER, `key-${mspId}`, mspId);
    expect(readFileSync(new FabricFolder(small.folder).genesisBlock).equals(genesis)).to.equal(true);
  });

  it('completes a start that was interrupted after any of its steps', async () => {
    const small = await prepared();
    for (let finished = 1; finished < small.ground.steps().length; finished += 1) {
      await small.ground.check();
      for (const step of small.ground.steps().slice(0, finished)) await step.run();
      await small.down();
      small.renew();
    }
    await small.ground.up();
    await small.put(BANK_A, 'key', 'value');
    expect(await small.get(BANK_A, 'key')).to.equal('value');
  });

  it('has each killed process back, and the ledger serves again', async () => {
    const small = await prepared();
    await small.ground.up();
    for (const kind of ['chaincode', 'peer', 'orderer'] as const) {
      const name = `${kind}-bank-a.example`;
      const { pid } = small.process(name);
      small.signal(name, 'SIGKILL');
      await small.put(BANK_A, kind, String(pid));
      await small.untilGets(COURIER, kind, String(pid));
      expect(small.process(name).pid, name).not.to.equal(pid);
    }
  });

  it('orders on while any one orderer is away, the leader too, and takes it back', async () => {
    const small = await prepared();
    await small.ground.up();
    // The first member's orderer leads after a first start.
    for (const name of ['orderer-courier.example', 'orderer-marketplace.example']) {
      await small.halt(name);
      await small.put(BANK_A, `without-${name}`, 'ordered');
      await small.resume(name);
      await small.put(MARKETPLACE, `with-${name}`, 'ordered');
    }
    await small.untilGets(COURIER, 'with-orderer-marketplace.example', 'ordered');
  });

  it('orders on while the leader is cut off without a word, and has it follow when it is back', async () => {
    const small = await prepared();
    await small.ground.up();
    const leader = 'orderer-marketplace.example';
    small.signal(leader, 'SIGSTOP');
    try {
      for (const { mspId } of small.consortium.members) await small.put(mspId, `cut-off-${mspId}`, 'ordered');
    } finally {
      small.signal(leader, 'SIGCONT');
    }
    // With another one away the three that are left must agree, and the one that was cut off is among them.
    await small.halt('orderer-courier.example');
    await small.put(BANK_A, 'back', 'ordered');
    await small.untilGets(MARKETPLACE, 'back', 'ordered');
  });

  it('upgrades to the next definition, and refuses one that skips or changes what is agreed', async () => {
    const small = await prepared();
    await small.ground.up();
    await small.put(BANK_A, 'key', 'before');
    const refused = async (change: Partial<Consortium['chaincode']>): Promise<unknown> => {
      await small.down();
      small.renew((consortium) => ({ ...consortium, chaincode: { ...consortium.chaincode, ...change } }));
      return small.ground.up().then(
        () => undefined,
        (error: unknown) => error,
      );
    };
    const skipped = await refused({ sequence: 3 });
    expect(skipped).to.be.instanceOf(SetupError);
    expect((skipped as SetupError).message).to.equal(
      'The channel holds definition 1 of the chaincode assets and the consortium file says 3; ' +
        'set chaincode.sequence to 1 to go on with it or to 2 to upgrade.',
    );
    const changed = 'set chaincode.sequence to 2 to upgrade.';
    for (const change of [{ version: '1.1' }, { endorsementPolicy: '/Channel/Application/Endorsement' }]) {
      const error = await refused(change);
      expect(error).to.be.instanceOf(SetupError);
      expect((error as SetupError).message).to.contain(changed);
    }
    expect(await refused({ version: '1.1', sequence: 2 })).to.equal(undefined);
    await small.untilGets(BANK_A, 'key', 'before');
    await small.put(BANK_A, 'key', 'after');
  });

  it('orders with Raft where the consortium file says so', async () => {
    const small = await prepared((consortium) => ({ ...consortium, ordering: 'raft' }));
    await small.ground.up();
    await small.put(BANK_A, 'key', 'value');
    expect(await small.get(BANK_A, 'key')).to.equal('value');
  });

  it('lets nobody but its own peer speak to a chaincode service that is not on loopback', async () => {
    const host = Object.values(networkInterfaces())
      .flat()
      .find((entry) => entry?.family === 'IPv4' && !entry.internal)?.address;
    if (host === undefined) throw new Error('this machine needs an address besides loopback');
    const small = await prepared((consortium) => ({
      ...consortium,
      members: consortium.members.map((member) => (member.mspId === BANK_A ? { ...member, host } : member)),
    }));
    await small.ground.up();
    await small.put(BANK_A, 'key', 'value');
    const bank = small.consortium.members.find(({ mspId }) => mspId === BANK_A);
    if (bank === undefined) throw new Error('the consortium has Bank A');
    const [, port] = addressOf(small.consortium, bank, 'chaincode').split(':');
    const outcome = await new Promise<string>((resolve) => {
      const socket = connect({ host, port: Number(port), rejectUnauthorized: false, ALPNProtocols: ['h2'] });
      socket.once('error', () => {
        resolve('refused');
      });
      socket.once('close', () => {
        resolve('refused');
      });
      // With TLS 1.3 the server's refusal of a missing certificate comes after the client's handshake.
      socket.once('data', (data: Buffer) => {
        resolve(`answered ${data.length} bytes`);
      });
    });
    expect(outcome).to.equal('refused');
  });
});
