// The ledger as a process: its start, its stop, its death, and the death of the chaincode service beside it.
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { createConnection } from 'node:net';
import { join } from 'node:path';
import { connect as connectTls } from 'node:tls';
import { spawn } from 'node:child_process';
import type { Contract } from '@hyperledger/fabric-gateway';
import { expect } from 'chai';
import { freePorts } from '../../network/support/free-port.js';
import { LedgerNetwork } from '../support/ledger-network.js';

const MAIN = join(__dirname, '../../../ledger/main.js');

/** Runs the ledger's entry until it ends by itself. */
async function runMain(
  ...args: string[]
): Promise<{ readonly code: number | null; readonly stderr: string }> {
  const child = spawn(process.execPath, [MAIN, ...args], { stdio: ['ignore', 'ignore', 'pipe'] });
  let stderr = '';
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  await once(child, 'close');
  return { code: child.exitCode, stderr };
}

describe('the ledger process', function () {
  this.timeout(90_000);
  let network: LedgerNetwork;
  let contract: Contract;

  before(async () => {
    network = await LedgerNetwork.start({
      chaincode: 'asset',
      module: join(__dirname, '../client-compatibility/asset-contract.js'),
    });
    contract = network.gateway('Org1MSP').getNetwork(network.channel).getContract('asset');
  });

  after(async () => {
    await network.stop();
  });

  const read = async (id: string): Promise<string> =>
    Buffer.from(await contract.evaluateTransaction('readAsset', id)).toString();

  /** Into the collection of the client's own organisation. */
  const keep = (id: string): Promise<Uint8Array> =>
    contract.submit('keepSecret', {
      arguments: ['Org1MSP', id],
      transientData: { value: id },
      endorsingOrganizations: ['Org1MSP'],
    });

  const readBack = async (id: string): Promise<string> => {
    const isPublic = Number(id.split('-')[1]) % 2 === 0;
    return isPublic
      ? read(id)
      : Buffer.from(await contract.evaluateTransaction('readSecret', 'Org1MSP', id)).toString();
  };

  /** Keeps some transactions in flight until the ledger fails; the client's own log of what was acknowledged. */
  async function loadUntilFailure(prefix: string, killAfter: number): Promise<string[]> {
    const acknowledged: string[] = [];
    const lane = async (number: number): Promise<void> => {
      for (let index = 0; ; index += 1) {
        const id = `${prefix}-${number}-${index}`;
        if (number % 2 === 0) await contract.submitTransaction('put', id, id);
        else await keep(id);
        acknowledged.push(id);
        if (acknowledged.length === killAfter) {
          void network.ledger?.end('SIGKILL');
        }
      }
    };
    await Promise.allSettled(Array.from({ length: 8 }, (_, number) => lane(number)));
    return acknowledged;
  }

  it('loses nothing acknowledged, public or private, when it is killed under load, again and again', async () => {
    const acknowledged: string[] = [];
    for (const [round, killAfter] of [20, 35, 50].entries()) {
      acknowledged.push(...(await loadUntilFailure(`round${round}`, killAfter)));
      await network.startLedger();
      await network.untilChaincodeReady();
    }
    expect(acknowledged.length).to.be.greaterThanOrEqual(105);
    for (const id of acknowledged) {
      expect(await readBack(id)).to.equal(id);
    }
  });

  it('goes on when the chaincode service is killed and started again', async () => {
    await contract.submitTransaction('put', 'before', '1');
    const running = contract
      .evaluate('wait', { arguments: ['60000'], endorsingOrganizations: ['Org1MSP'] })
      .then(
        () => 'answered',
        (error: unknown) => JSON.stringify((error as { readonly details: unknown }).details),
      );
    // The call is at the service once a later one has been answered by it.
    await read('before');
    await network.chaincodeService?.end('SIGKILL');
    expect(await running).to.contain('chaincode stream terminated');
    await network.startChaincode();
    await contract.submitTransaction('put', 'after', '2');
    expect([await read('before'), await read('after')]).to.deep.equal(['1', '2']);
  });

  it('what it accepted and what it endorsed is there after a kill -9 before any block', async () => {
    await network.faults({ switch: 'pauseOrdering' });
    const accepted = await contract.submitAsync('put', { arguments: ['accepted', '1'] });
    const endorsed = await contract
      .newProposal('keepSecret', {
        arguments: ['Org1MSP', 'endorsed'],
        transientData: { value: 'secret' },
        endorsingOrganizations: ['Org1MSP'],
      })
      .endorse();
    await network.ledger?.end('SIGKILL');
    await network.startLedger();
    await network.untilChaincodeReady();
    expect((await accepted.getStatus()).code).to.equal(0);
    const submitted = await endorsed.submit();
    expect((await submitted.getStatus()).code).to.equal(0);
    const secret = await contract.evaluateTransaction('readSecret', 'Org1MSP', 'endorsed');
    expect(Buffer.from(secret).toString()).to.equal('secret');
  });

  it('shrugs off garbage on its port', async () => {
    const [host = '', port = ''] = network.address('Org1MSP').split(':');
    const garbage = [
      Buffer.alloc(5000, 7),
      Buffer.from('GET / HTTP/1.1\r\n\r\n'),
      Buffer.from([0x16, 3, 1, 255, 255]),
    ];
    for (const bytes of garbage) {
      const socket = createConnection(Number(port), host);
      socket.on('error', () => undefined);
      socket.resume();
      socket.end(bytes);
      await once(socket, 'close');
    }
    const ca = readFileSync(network.tree('Org1MSP').tlsCa.certPath);
    const inside = connectTls({ host, port: Number(port), ca, ALPNProtocols: ['h2'] });
    inside.on('error', () => undefined);
    inside.end(Buffer.alloc(5000, 9));
    inside.resume();
    await once(inside, 'close');
    await contract.submitTransaction('put', 'garbage', 'survived');
    expect(await read('garbage')).to.equal('survived');
  });

  it('refuses a second process on the same port with a sentence that names the port', async () => {
    const other = JSON.parse(readFileSync(network.configPath, 'utf8')) as Record<string, unknown>;
    const path = join(network.dir, 'second.json');
    writeFileSync(
      path,
      JSON.stringify({ ...other, dataDir: join(network.dir, 'second'), faultSocketPath: undefined }),
    );
    const { code, stderr } = await runMain(path);
    expect(code).to.equal(1);
    const port = network.address('Org1MSP').split(':')[1] ?? '';
    expect(stderr).to.contain(
      `Port ${port} on 127.0.0.1, which Org1MSP is configured to use, cannot be opened`,
    );
  });

  it('refuses a second process on the same folder', async () => {
    const other = JSON.parse(readFileSync(network.configPath, 'utf8')) as {
      readonly organisations: { readonly port: number }[];
    };
    const ports = await freePorts(other.organisations.length);
    const organisations = other.organisations.map((organisation, index) => ({
      ...organisation,
      port: ports[index],
    }));
    const path = join(network.dir, 'twin.json');
    writeFileSync(path, JSON.stringify({ ...other, organisations, faultSocketPath: undefined }));
    const { code, stderr } = await runMain(path);
    expect(code).to.equal(1);
    expect(stderr).to.contain(join(network.dir, 'ledger'));
  });

  it('says what is wrong when it gets no configuration, or one that cannot be used', async () => {
    expect((await runMain()).stderr).to.contain('Name the configuration file');
    const path = join(network.dir, 'wrong.json');
    writeFileSync(path, '{"channel":');
    expect(await runMain(path)).to.deep.equal({
      code: 1,
      stderr: `The ledger's configuration ${path} cannot be read as JSON.\n`,
    });
    const other = JSON.parse(readFileSync(network.configPath, 'utf8')) as Record<string, unknown>;
    writeFileSync(path, JSON.stringify({ ...other, dataDir: join(network.configPath, 'x') }));
    const unwritable = await runMain(path);
    expect(unwritable.code).to.equal(1);
    expect(unwritable.stderr).to.contain('cannot be written');
  });

  it('stops cleanly on SIGTERM and goes on where it was', async () => {
    await contract.submitTransaction('put', 'kept', '1');
    expect(await network.ledger?.end('SIGTERM')).to.equal(0);
    await network.startLedger();
    await network.untilChaincodeReady();
    expect(await read('kept')).to.equal('1');
  });
});

describe('the ledger process and a chaincode service under mutual TLS', function () {
  this.timeout(60_000);

  it('work together', async () => {
    const network = await LedgerNetwork.start({
      chaincode: 'asset',
      module: join(__dirname, '../client-compatibility/asset-contract.js'),
      chaincodeTls: true,
    });
    try {
      const contract = network.gateway('Org2MSP').getNetwork(network.channel).getContract('asset');
      await contract.submitTransaction('put', 'k', 'v');
      expect(Buffer.from(await contract.evaluateTransaction('readAsset', 'k')).toString()).to.equal('v');
    } finally {
      await network.stop();
    }
  });
});
