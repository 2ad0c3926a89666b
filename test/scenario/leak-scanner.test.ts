// The scan for leaks finds a planted secret in every form, at every alignment, and nothing by chance.
import { createHash, randomBytes } from 'node:crypto';
import { expect } from 'chai';
import { LeakScanner, type Secret } from './leak-scanner.js';

const account: Secret = { label: 'account', text: '10020554412340042', holders: ['BankAMSP'] };
const name: Secret = { label: 'name', text: 'Анна Кузнецова', holders: [] };
const code: Secret = { label: 'code', text: '402731', holders: [] };
const SECRETS = [account, name, code];
const scanner = new LeakScanner(SECRETS);

const sha256 = (text: string): Buffer => createHash('sha256').update(text).digest();
const between = (plant: Buffer | string): Buffer =>
  Buffer.concat([randomBytes(50), Buffer.from('"'), Buffer.from(plant), Buffer.from('"'), randomBytes(50)]);
const labels = (bytes: Uint8Array): string[] => [
  ...new Set(scanner.find(bytes).map(({ secret }) => secret.label)),
];

describe('the scan for leaks', () => {
  for (const secret of SECRETS) {
    const forms: { readonly [form: string]: Buffer | string } = {
      text: secret.text,
      hex: Buffer.from(secret.text).toString('hex'),
      HEX: Buffer.from(secret.text).toString('hex').toUpperCase(),
      base64: Buffer.from(secret.text).toString('base64'),
      base64url: Buffer.from(secret.text).toString('base64url'),
      'base64 of a longer text': Buffer.from(`{"of":"${secret.text}"}`).toString('base64'),
      'base64 of a text one byte longer': Buffer.from(`{"of1":"${secret.text}"}`).toString('base64'),
      'base64 of a text two bytes longer': Buffer.from(`{"of12":"${secret.text}"}`).toString('base64'),
      'SHA-256': sha256(secret.text),
      'SHA-256 in hex': sha256(secret.text).toString('hex'),
      'SHA-256 in base64': sha256(secret.text).toString('base64'),
      'SHA-256 in base64url': sha256(secret.text).toString('base64url'),
    };
    for (const [form, plant] of Object.entries(forms)) {
      it(`finds a planted ${secret.label} as ${form}`, () => {
        expect(labels(between(plant))).to.deep.equal([secret.label]);
      });
    }
  }

  it('finds a name that JSON has escaped', () => {
    const plant = JSON.stringify(name.text).replace(
      /[^ -~]/g,
      (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`,
    );
    expect(labels(between(plant))).to.deep.equal(['name']);
  });

  it('finds one at the very end and at the very beginning', () => {
    expect(labels(Buffer.from(`${account.text}--${code.text}`))).to.deep.equal(['account', 'code']);
  });

  it('takes no short number inside a longer one for a secret', () => {
    expect(labels(between(`f${code.text}`))).to.deep.equal([]);
    expect(labels(between(`${code.text}0`))).to.deep.equal([]);
  });

  it('takes no port of an address and no part of a time for a secret, but every other number after a colon', () => {
    expect(labels(between(`127.0.0.1:${code.text}`))).to.deep.equal([]);
    expect(labels(between(`[::1]:${code.text}`))).to.deep.equal([]);
    expect(labels(between(`14:03:07.${code.text}`))).to.deep.equal([]);
    expect(labels(between(`7.${code.text}`))).to.deep.equal(['code']);
    expect(labels(between(`"available":${code.text}`))).to.deep.equal(['code']);
    expect(labels(between(`10.5:${code.text}`))).to.deep.equal(['code']);
  });

  it('tells what stands about a secret without telling the secret', () => {
    const [finding] = scanner.find(Buffer.from(`hold of ${code.text} units`));
    expect(finding?.about).to.equal('hold of … units');
  });

  it('lets its holder hold it, and nobody else', () => {
    expect(scanner.find(between(account.text), 'BankAMSP')).to.deep.equal([]);
    expect(scanner.find(between(account.text), 'BankBMSP')).to.have.length(1);
  });
});
