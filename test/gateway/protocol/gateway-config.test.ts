// The gateway's configuration file: what it may hold, and one clear sentence when it is wrong.
import { expect } from 'chai';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type GatewayConfigInput, readGatewayConfig } from '../../../gateway/protocol/gateway-config.js';

const credential = { certPath: '/c.pem', keyPath: '/k.pem' };
const whole: GatewayConfigInput = {
  organisation: { mspId: 'BankAMSP', name: 'Bank A', kind: 'bank', bankId: '10' },
  channel: 'escrow',
  chaincode: 'escrow',
  ledger: { address: '127.0.0.1:7061', tlsRootCertPath: '/ca.crt' },
  identities: { gateway: credential, worker: credential, admin: credential },
  admin: { host: '127.0.0.1', port: 0, tokenPath: '/token' },
  database: { url: 'postgres://forescrow@localhost/forescrow' },
  dataDir: '/data',
  members: [{ mspId: 'BankAMSP', name: 'Bank A', kind: 'bank', bankId: '10' }],
  timing: { windowMs: 3_000, slackMs: 1_000 },
};

describe('the gateway’s configuration', () => {
  let dir: string;
  let file: string;

  before(() => {
    dir = mkdtempSync(join(tmpdir(), 'gateway-config-'));
    file = join(dir, 'gateway.json');
  });

  after(() => {
    rmSync(dir, { recursive: true });
  });

  function read(content: unknown) {
    writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
    return readGatewayConfig(file);
  }

  it('is read with what may be left out filled in', () => {
    const config = read({ ...whole, simulator: {} });
    expect(config.agreementWorker).to.equal(false);
    expect(config.simulator?.answerAfterMs).to.equal(0);
  });

  it('is of the world production where it says nothing', () => {
    expect(read(whole).world).to.equal('production');
  });

  it('takes the database that the environment names in place of its own, or without one', () => {
    const url = 'postgres://forescrow:secret@db.example/bank';
    for (const content of [whole, { ...whole, database: undefined }]) {
      writeFileSync(file, JSON.stringify(content));
      expect(readGatewayConfig(file, { DATABASE_URL: url }).database).to.deep.equal({ url });
      expect(() => readGatewayConfig(file, { DATABASE_URL: 'mysql://x' })).to.throw('database.url');
    }
    expect(() => readGatewayConfig(file, { DATABASE_URL: '' })).to.throw('database');
  });

  for (const [title, content, sentence] of [
    ['a file that is not JSON', '{', 'cannot be read as JSON'],
    ['an unknown member', { ...whole, extra: 1 }, 'Unrecognized key: "extra"'],
    [
      'a bank without an id',
      { ...whole, organisation: { ...whole.organisation, bankId: undefined } },
      'organisation.bankId',
    ],
    [
      'a courier with a bank id',
      { ...whole, organisation: { ...whole.organisation, kind: 'courier' } },
      'organisation.bankId',
    ],
    [
      'an address without a port',
      { ...whole, ledger: { ...whole.ledger, address: 'peer' } },
      'ledger.address',
    ],
    ['a time that is no integer', { ...whole, timing: { windowMs: 0.5, slackMs: 0 } }, 'timing.windowMs'],
  ] as const) {
    it(`is refused with one sentence for ${title}`, () => {
      expect(() => read(content)).to.throw(sentence);
      expect(() => read(content)).to.throw(file);
    });
  }
});
