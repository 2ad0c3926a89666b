import { expect } from 'chai';
import { createHash, createPublicKey, verify } from 'node:crypto';
import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { canonicalJson, type Json } from '../../chaincode/protocol/canonical-json.js';
import { drawNames } from '../../demo/names.js';
import {
  keyThumbprint,
  makePerson,
  newId,
  readIfThere,
  signIntent,
  writePrivately,
} from '../../demo/people.js';

const HALF_ORDER = BigInt('0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551') / 2n;

describe('people of the demo', () => {
  const alice = makePerson({ en: 'Alisa Kalinina', ru: 'Алиса Калинина' }, 'buyer');

  it('sign the canonical bytes of what they ask for with ES256, s always low', () => {
    for (let count = 0; count < 40; count += 1) {
      const params = { deal: newId('deal'), termsHash: 'a'.repeat(64) };
      const intent = signIntent(alice, { channel: 'escrow', id: newId('x'), action: 'acceptGoods', params });
      expect(intent.body).to.include({ person: alice.id, action: 'acceptGoods', channel: 'escrow' });
      const key = createPublicKey({
        key: Buffer.from(intent.key, 'base64url'),
        format: 'der',
        type: 'spki',
      });
      const signature = Buffer.from(intent.signature, 'base64url');
      const bytes = Buffer.from(canonicalJson(intent.body as unknown as Json));
      expect(verify('sha256', bytes, { key, dsaEncoding: 'ieee-p1363' }, signature)).to.equal(true);
      expect(signature.length).to.equal(64);
      expect(BigInt(`0x${signature.subarray(32).toString('hex')}`) <= HALF_ORDER).to.equal(true);
    }
  });

  it('are known by the hash of their key, and no two have the same', () => {
    const bytes = Buffer.from(alice.publicKey, 'base64url');
    expect(keyThumbprint(alice)).to.equal(createHash('sha256').update(bytes).digest('hex'));
    expect(keyThumbprint(makePerson(alice.name, 'buyer'))).not.to.equal(keyThumbprint(alice));
  });

  it('have ids in the form that the ledger reads, all different', () => {
    const ids = Array.from({ length: 100 }, () => newId('person'));
    expect(new Set(ids).size).to.equal(100);
    for (const id of ids) expect(id).to.match(/^[a-z]+_[0-9a-z]{8,64}$/);
  });

  it('have different full names in one play, in both languages', () => {
    const names = drawNames(6, 6);
    expect(new Set(names.map(({ en }) => en)).size).to.equal(12);
    for (const { en, ru } of names) {
      expect(en).to.match(/^[A-Z][a-z]+ [A-Z][a-z]+$/);
      expect(ru).to.match(/^[А-ЯЁ][а-яё]+ [А-ЯЁ][а-яё]+$/);
    }
  });

  it('their keys are written whole and for the owner of the file alone', () => {
    const folder = mkdtempSync(join(tmpdir(), 'forescrow-people-'));
    try {
      const file = join(folder, 'demo', 'people.json');
      expect(readIfThere(file)).to.equal(null);
      writePrivately(file, { first: true });
      writePrivately(file, { second: true });
      expect(JSON.parse(readFileSync(file, 'utf8'))).to.deep.equal({ second: true });
      expect(statSync(file).mode & 0o777).to.equal(0o600);
      expect(readdirSync(join(folder, 'demo'))).to.deep.equal(['people.json']);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
