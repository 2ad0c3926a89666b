// A peer with too many requests at once: the limits of its services, and the answer to a request beyond them.
import type { Contract, GatewayError } from '@hyperledger/fabric-gateway';
import { expect } from 'chai';
import { join } from 'node:path';
import { Concurrency, TooManyRequests } from '../../../ledger/grpc/concurrency.js';
import { LedgerNetwork } from '../support/ledger-network.js';

describe('concurrency limits', () => {
  it('refuse what comes on top, and serve again when there is room', async () => {
    const service = new Concurrency('/gateway.Gateway', 2);
    let end = (): void => undefined;
    const held = new Promise<void>((resolve) => (end = resolve));
    const running = [service.run(() => held), service.run(() => held)];
    const refused = await service.run(() => held).catch((error: unknown) => error);
    expect(refused).to.be.instanceOf(TooManyRequests);
    expect(String(refused)).to.contain(
      'too many requests for /gateway.Gateway, exceeding concurrency limit (2)',
    );
    end();
    await Promise.all(running);
    expect(await service.run(() => Promise.resolve('served'))).to.equal('served');
  });

  it('count a request that failed no longer', async () => {
    const service = new Concurrency('/gateway.Gateway', 1);
    await service.run(() => Promise.reject(new Error('failed'))).catch(() => undefined);
    expect(await service.run(() => Promise.resolve('served'))).to.equal('served');
  });

  it('0 is no limit', async () => {
    const service = new Concurrency('/gateway.Gateway', 0);
    const all = Array.from({ length: 1_000 }, (_, i) => service.run(() => Promise.resolve(i)));
    expect(await Promise.all(all)).to.have.length(1_000);
  });

  describe('on the wire', function () {
    this.timeout(60_000);
    let network: LedgerNetwork;
    let contract: Contract;

    before(async () => {
      network = await LedgerNetwork.start({
        chaincode: 'asset',
        module: join(__dirname, '../client-compatibility/asset-contract.js'),
        concurrency: { gatewayService: 2, deliverService: 1, endorserService: 1 },
      });
      contract = network.gateway('Org1MSP').getNetwork(network.channel).getContract('asset');
    });
    after(() => network.stop());

    it('the gateway refuses with code 2 and says its limit; other members’ gateways serve on', async () => {
      const outcomes = await Promise.all(
        Array.from({ length: 8 }, () =>
          contract.evaluateTransaction('wait', '300').then(
            () => 'served',
            (error: unknown) => {
              const { code, message } = error as GatewayError;
              return `${code} ${message}`;
            },
          ),
        ),
      );
      const refusal = '2 UNKNOWN: too many requests for /gateway.Gateway, exceeding concurrency limit (2)';
      expect(outcomes.filter((outcome) => outcome === 'served')).to.have.length(2);
      expect(outcomes.filter((outcome) => outcome.endsWith(refusal))).to.have.length(6);
      await contract.evaluateTransaction('wait', '0');
    });

    it('a stream counts until it ends', async () => {
      const channel = network.gateway('Org2MSP').getNetwork(network.channel);
      const first = await channel.getFilteredBlockEvents({ startBlock: 0n });
      const [block] = await firstOf(first);
      expect(block?.getNumber()).to.equal(0);
      const second = await channel.getFilteredBlockEvents({ startBlock: 0n });
      const refused = await firstOf(second).then(
        () => 'served',
        (error: unknown) => String(error),
      );
      expect(refused).to.contain('too many requests for /protos.Deliver, exceeding concurrency limit (1)');
      first.close();
      second.close();
    });
  });
});

/** The first item, without ending the stream. */
async function firstOf<T>(stream: AsyncIterable<T>): Promise<T[]> {
  const result = await stream[Symbol.asyncIterator]().next();
  return result.done === true ? [] : [result.value];
}
