// How the owner lane writes: rows with their attestations, private rows under keys that say nothing, one journal.
import { expect } from 'chai';
import type { JournalEntry } from '../../../chaincode/domain/account/private-rows.js';
import { attestationOf } from '../../../chaincode/protocol/attestation.js';
import { OwnerReader } from '../../../chaincode/state/owner-session.js';
import { StubStore } from '../../../chaincode/state/stub-store.js';
// Loads the ledger's message classes before the shim's, as every process with both must.
import '../../support/in-process-ledger.js';
import { present } from '../../support/test-consortium.js';
import { FakeStub } from './fake-stub.js';
import {
  BANK,
  COLLECTION,
  LINK,
  FOREIGN,
  link,
  textOf,
  ownerOn,
  linkOf,
  withSecret,
} from './links-on-stub.js';

describe('writing in the owner lane', () => {
  it('a changed row and its attestation are written together', async () => {
    const fake = withSecret();
    fake.rows.set(`link/${LINK}`, textOf(link('asked')));
    const session = ownerOn(fake);
    await linkOf(session);
    session.changeOwned('link', [LINK], link('active'));
    expect((await linkOf(session))?.attested).to.equal(true);
    session.keep();
    await session.save();
    expect(fake.written.get(`link/${LINK}`)).to.equal(textOf(link('active')));
    expect(fake.sealed.get(`${COLLECTION} attestation/link/${LINK}`)).to.equal(
      attestationOf(textOf(link('active'))),
    );
    expect(fake.policies.size).to.equal(0);
  });

  it('the owner reads the attestation of its own rows by value, and asks for no hash', async () => {
    const forged = 'link_00000002';
    const fake = withSecret();
    fake.rows.set(`link/${LINK}`, textOf(link('active')));
    fake.rows.set(`link/${forged}`, textOf(link('active', forged)));
    fake.secrets.set(`${COLLECTION} attestation/link/${LINK}`, attestationOf(textOf(link('active'))));
    fake.secrets.set(
      `${COLLECTION} attestation/link/${forged}`,
      attestationOf(textOf(link('asked', forged))),
    );
    const session = ownerOn(fake);
    await session.prefetch([() => session.owned('link', LINK), () => session.owned('link', forged)]);
    expect((await linkOf(session))?.attested).to.equal(true);
    expect((await linkOf(session, forged))?.attested).to.equal(false);
    expect(fake.calls).to.deep.equal([
      `get link/${LINK}`,
      `get link/${forged}`,
      `private attestation/link/${LINK}`,
      `private attestation/link/${forged}`,
    ]);
  });

  it('key policies of its own rows in first form are asked for beforehand, others’ never', async () => {
    const fake = withSecret();
    fake.rows.set(`link/${LINK}`, textOf(link('asked')));
    fake.rows.set(`link/${FOREIGN}`, textOf({ ...link('asked', FOREIGN), owner: 'BankBMSP' }));
    const session = ownerOn(fake);
    await session.prefetch([() => session.owned('link', LINK), () => session.owned('link', FOREIGN)]);
    const asked = [...fake.calls];
    expect(asked.filter((call) => call.startsWith('guard'))).to.deep.equal([`guard link/${LINK}`]);
    expect((await linkOf(session))?.attested).to.equal(true);
    expect((await linkOf(session, FOREIGN))?.attested).to.equal(true);
    expect(fake.calls).to.deep.equal(asked);
  });

  it('another organisation’s row is refused, and so is giving a row away', async () => {
    const fake = withSecret();
    fake.rows.set(`link/${FOREIGN}`, textOf({ ...link('asked', FOREIGN), owner: 'BankBMSP' }));
    fake.rows.set(`link/${LINK}`, textOf(link('asked')));
    const session = ownerOn(fake);
    await session.prefetch([() => session.owned('link', LINK), () => session.owned('link', FOREIGN)]);
    expect(() => {
      session.changeOwned('link', [FOREIGN], link('active', FOREIGN));
    }).to.throw('WRONG_ORGANISATION');
    expect(() => {
      session.changeOwned('link', [LINK], { ...link('active'), owner: 'BankBMSP' });
    }).to.throw('WRONG_ORGANISATION');
  });

  it('what accepted commands of a transaction post is one private row, each operation once', async () => {
    const fake = withSecret();
    const session = ownerOn(fake);
    await session.read(() => session.keyed('the secret is read'));
    const [first, refused, last] = ['hold_1', 'hold_2', 'capture_1'].map((operation) => entry(operation));
    session.enter(present(first));
    session.keep();
    session.enter(present(refused));
    session.discard();
    session.enter(present(last));
    expect(() => {
      session.enter(present(first));
    }).to.throw('entered once');
    session.keep();
    await session.save();
    const rows = [...fake.sealed].filter(([name]) => name.startsWith(`${COLLECTION} journal/`));
    const [[name, text] = ['', '{}']] = rows;
    expect([rows.length, name]).to.deep.equal([1, `${COLLECTION} journal/${name.slice(-64)}`]);
    expect((JSON.parse(text) as { entries: unknown }).entries).to.deep.equal([first, last]);
  });

  it('a transaction that posts nothing writes no journal', async () => {
    const fake = withSecret();
    await ownerOn(fake).save();
    expect([...fake.sealed.keys()]).to.deep.equal([]);
  });

  it('a row that does not exist cannot be created', async () => {
    const session = ownerOn(withSecret());
    await linkOf(session);
    expect(() => {
      session.changeOwned('link', [LINK], link('active'));
    }).to.throw('after it was read');
  });

  it('private keys tell no id, and equal rows differ from transaction to transaction', async () => {
    const token = { v: 1, link: LINK, account: '10011111111111100', confirmed: link('active') } as const;
    const writes: [string, string][] = [];
    for (const txId of ['tx1', 'tx2']) {
      const fake = withSecret();
      const session = ownerOn(fake, txId);
      const read = () => session.read(() => session.privateRow('linkedAccount', LINK));
      expect(await read()).to.equal(null);
      session.putPrivate('linkedAccount', LINK, token);
      expect(await read()).to.deep.equal(token);
      session.keep();
      await session.save();
      writes.push(...fake.sealed);
    }
    const [first, second] = writes;
    expect(first?.[0]).to.match(new RegExp(`^${COLLECTION} linkedAccount/[0-9a-f]{64}$`));
    expect(second?.[0]).to.equal(first?.[0]);
    expect(second?.[1]).not.to.equal(first?.[1]);
  });

  it('needs the organisation’s secret first of all', async () => {
    const session = ownerOn(new FakeStub());
    const reading = session.read(() => session.privateRow('linkedAccount', LINK));
    expect(await reading.then(() => null, String)).to.contain('NO_SECRET');
    expect(() => {
      ownerOn(withSecret()).putPrivate('correspondents', '', { v: 1, banks: [] });
    }).to.throw('after the secret was read');
  });

  it('a private row written before is read back without its nonce, by key and by range', async () => {
    const fake = withSecret();
    const session = ownerOn(fake);
    const used = {
      v: 1,
      person: 'person_olga0000',
      intent: 'intent_00000001',
      content: 'c'.repeat(64),
    } as const;
    const name = `${used.person}/${used.intent}`;
    await session.read(() => session.privateRow('usedIntent', name));
    session.putPrivate('usedIntent', name, used);
    session.keep();
    await session.save();
    for (const [name, text] of fake.sealed) fake.secrets.set(name, text);
    const later = ownerOn(fake, 'tx2');
    const again = await later.read(() => later.privateRow('usedIntent', name));
    expect(again).to.deep.equal(used);
    const reader = new OwnerReader(new StubStore(fake.stub, COLLECTION), BANK);
    expect(await reader.privateRows('usedIntent')).to.deep.equal([used]);
    expect(await reader.privateRows('journal')).to.deep.equal([]);
  });
});

function entry(operation: string): JournalEntry {
  return { operation, kind: 'hold', at: 5, deal: 'deal_1', payment: 'payment_1', currency: 'RUB', lines: [] };
}
