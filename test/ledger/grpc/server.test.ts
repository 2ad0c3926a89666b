import { networkInterfaces } from 'node:os';
import { connect } from 'node:tls';
import { once } from 'node:events';
import { expect } from 'chai';
import type { Engine } from '../../../ledger/engine/ledger.js';
import { AddressUnavailable, Wire } from '../../../ledger/grpc/server.js';
import { createAuthority, issueTlsCertificate } from '../../../network/identity/certificates.js';

const hasIPv6 = Object.values(networkInterfaces()).some((addresses) =>
  addresses?.some(({ address }) => address === '::1'),
);

describe('the addresses of the embedded ledger', () => {
  it('may be of IPv6, in brackets before the port; where there is none, the address is named', async () => {
    const now = new Date();
    const authority = await createAuthority({ commonName: 'ca.org1.example', organisation: 'Org1' }, now);
    const subject = { commonName: 'peer0.org1.example', organisation: 'Org1' };
    const { certPem, keyPem } = await issueTlsCertificate(authority, subject, { now, names: ['::1'] });
    const starting = Wire.start({
      engine: {} as Engine, // nothing is asked of the ledger
      organisations: [
        {
          mspId: 'Org1MSP',
          host: '::1',
          port: 0,
          tlsCertPem: Buffer.from(certPem),
          tlsKeyPem: Buffer.from(keyPem),
        },
      ],
      chaincodes: [],
      timeWindowMs: 1,
      executionTimeoutMs: 1,
      log: () => undefined,
    });
    if (!hasIPv6) {
      const failure: unknown = await starting.catch((error: unknown) => error);
      expect(failure).to.be.instanceOf(AddressUnavailable);
      expect(String(failure)).to.include('::1');
      return;
    }
    const wire = await starting;
    try {
      const address = wire.addresses.get('Org1MSP') ?? '';
      expect(address).to.match(/^\[::1\]:\d+$/);
      const port = Number(address.split(']:')[1]);
      const socket = connect({ host: '::1', port, ca: authority.certPem, ALPNProtocols: ['h2'] });
      await once(socket, 'secureConnect');
      socket.destroy();
    } finally {
      await wire.stop();
    }
  });
});
