import { expect } from 'chai';
import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isSigned } from '../../chaincode/signatures/intent-signatures.js';
import { acceptParcel } from '../../gateway/sdk/commands/shipments.js';
import { intentBody, signIntent } from '../../gateway/sdk/sign.js';
import { drawNames } from '../../demo/names.js';
import { makePerson, personSchema, readIfThere, signerFor, writePrivately } from '../../demo/people.js';

const NAME = { en: 'Alisa Kalinina', ru: 'Алиса Калинина' };

describe('people of the demo', () => {
  it('sign with the key that they were made with, which their file keeps as text', async () => {
    const alice = personSchema.parse(JSON.parse(JSON.stringify(await makePerson(NAME, 'buyer'))));
    const context = { channel: 'escrow', person: alice.id, now: 0 };
    const intent = await signIntent(
      await signerFor(alice),
      intentBody(context, acceptParcel({ deal: 'deal_1' })),
    );
    expect(intent.key).to.equal(alice.publicKey);
    expect(isSigned(intent)).to.equal(true);
  });

  it('have keys, ids and numbers of their own', async () => {
    const people = await Promise.all(Array.from({ length: 20 }, () => makePerson(NAME, 'buyer')));
    for (const { phone } of people) expect(phone).to.match(/^\+79[0-9]{9}$/);
    const own = people.flatMap(({ id, publicKey, privateKey, phone }) => [id, publicKey, privateKey, phone]);
    expect(new Set(own).size).to.equal(80);
  });

  it('have different full names in one play, in both languages', () => {
    const names = drawNames(6, 6);
    expect(new Set(names.map(({ en }) => en)).size).to.equal(12);
    for (const { en, ru } of names) {
      expect(en).to.match(/^[A-Z][a-z]+ [A-Z][a-z]+$/);
      expect(ru).to.match(/^[А-ЯЁ][а-яё]+ [А-ЯЁ][а-яё]+$/);
    }
  });

  it('have none of the names that are taken', () => {
    const taken = drawNames(6, 6);
    const others = drawNames(30, 30, taken);
    expect(new Set([...taken, ...others].map(({ en }) => en)).size).to.equal(72);
    expect(() => drawNames(31, 0, taken)).to.throw('the pool of names is empty');
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
