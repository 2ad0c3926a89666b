// Duty: how rows are read and written: once per key, attestation judged, refused writes forgotten, order fixed.
// Must not: know commands.
import { createHash } from 'node:crypto';
import { createRequire } from 'node:module';
import { expect } from 'chai';
import type { JournalEntry } from '../../../chaincode/domain/private-rows.js';
import type { LinkRow, OfferRow, StockRow } from '../../../chaincode/protocol/rows.js';
import { AgreementRows } from '../../../chaincode/state/agreement-session.js';
import { attestationOf } from '../../../chaincode/protocol/attestation.js';
import { ownerPolicy } from '../../../chaincode/protocol/key-policy.js';
import { OwnerReader, OwnerRows } from '../../../chaincode/state/owner-session.js';
import { RANGE_LIMIT, StubStore } from '../../../chaincode/state/stub-store.js';
import { canonicalJson, type Json } from '../../../chaincode/protocol/canonical-json.js';
// Loads the ledger's message classes before the shim's, as every process with both must.
import '../../support/in-process-network.js';
import { present } from '../../support/world.js';
import { FakeStub } from './fake-stub.js';

const BANK = 'BankAMSP';
const COLLECTION = `own_${BANK}`;
const LINK = 'link_00000001';
const SECRET = Buffer.alloc(32, 7).toString('base64url');

const link = (status: LinkRow['status'], id = LINK): LinkRow => ({
  v: 1,
  id,
  owner: BANK,
  bank: '10',
  person: 'person_00000001',
  currency: 'RUB',
  keyThumbprint: '0'.repeat(64),
  status,
});
const stock = (offer: string, available = 1): StockRow => ({ v: 1, offer, total: 1, available, taken: 0 });
const textOf = (row: LinkRow | StockRow | OfferRow) => canonicalJson(row as unknown as Json); // rows are JSON

function agreementOn(fake: FakeStub): AgreementRows {
  return new AgreementRows(new StubStore(fake.stub, null));
}
function ownerOn(fake: FakeStub, txId = 'tx1'): OwnerRows {
  return new OwnerRows(new StubStore(fake.stub, COLLECTION), BANK, txId);
}
function withSecret(): FakeStub {
  const fake = new FakeStub();
  fake.secrets.set(`${COLLECTION} secret`, canonicalJson({ v: 1, secret: SECRET }));
  return fake;
}

describe('reading rows', () => {
  it('every key and every attestation is asked for once per transaction', async () => {
    const fake = new FakeStub();
    fake.rows.set(`link/${LINK}`, textOf(link('active')));
    const session = agreementOn(fake);
    await session.prefetch([`link/${LINK}`, `link/${LINK}`, 'stock/offer_1']);
    await session.owned('link', LINK);
    await session.row('link', LINK);
    await session.owned('link', LINK);
    await session.row('stock', 'offer_1');
    expect(fake.calls).to.deep.equal([
      `get link/${LINK}`,
      'get stock/offer_1',
      `hash ${COLLECTION} attestation/link/${LINK}`,
    ]);
  });

  it('counts stub calls', async () => {
    const fake = new FakeStub();
    fake.rows.set(`link/${LINK}`, textOf(link('active')));
    const store = new StubStore(fake.stub, null);
    const session = new AgreementRows(store);
    await session.owned('link', LINK);
    session.put('stock', ['offer_1'], stock('offer_1'));
    session.keep();
    await session.save();
    const counted = { keysRead: 1, keysWritten: 1, hashesRead: 1, policiesRead: 0, rangesRead: 0 };
    expect(store.counters).to.deep.equal(counted);
  });

  it('an owned row in its initial status is attested without attestation', async () => {
    const fake = new FakeStub();
    fake.rows.set(`link/${LINK}`, textOf(link('asked')));
    expect((await agreementOn(fake).owned('link', LINK))?.attested).to.equal(true);
    expect(fake.calls).to.deep.equal([`get link/${LINK}`]);
  });

  it('any other status needs the hash of its bytes in the collection of the owner that the row names', async () => {
    const fake = new FakeStub();
    const text = textOf(link('active'));
    const attestation = createHash('sha256').update(text).digest('hex');
    fake.rows.set(`link/${LINK}`, text);
    const attested = async () => (await agreementOn(fake).owned('link', LINK))?.attested;
    expect(await attested()).to.equal(false);
    fake.secrets.set(`own_CourierMSP attestation/link/${LINK}`, attestation);
    expect(await attested()).to.equal(false);
    fake.secrets.set(`${COLLECTION} attestation/link/${LINK}`, attestationOf(`${text} `));
    expect(await attested()).to.equal(false);
    fake.secrets.set(`${COLLECTION} attestation/link/${LINK}`, attestation);
    expect(await attested()).to.equal(true);
  });

  it('an owner that has no collection is not attested, and fails nothing else', async () => {
    for (const owner of ['NobodyMSP', 'a name with spaces and\na line for NobodyMSP']) {
      const fake = new FakeStub();
      fake.rows.set(`link/${LINK}`, textOf({ ...link('active'), owner }));
      expect((await agreementOn(fake).owned('link', LINK))?.attested, owner).to.equal(false);
    }
  });

  it('an owned row that is no JSON object is not attested, and fails nothing else', async () => {
    for (const text of ['garbage', 'null', '7', '[]', '{}']) {
      const fake = new FakeStub();
      fake.rows.set(`link/${LINK}`, text);
      expect((await agreementOn(fake).owned('link', LINK))?.attested, text).to.equal(false);
    }
  });

  it('a range shows what earlier commands of the list wrote, in key order', async () => {
    const fake = new FakeStub();
    for (const id of ['payment_1', 'payment_3']) fake.rows.set(`admission/deal_1/${id}`, textOf(stock(id)));
    fake.rows.set('admission/deal_10/payment_9', textOf(stock('other deal')));
    const session = agreementOn(fake);
    session.put('stock', ['deal_1', 'payment_0'], stock('other kind'));
    session.keep();
    await session.row('admission', 'deal_1', 'payment_2');
    session.put('admission', ['deal_1', 'payment_2'], { ...admission('payment_2') });
    const rows = await session.rowsUnder('admission', 'deal_1');
    expect(rows.length).to.equal(3);
    expect(rows[1]).to.deep.equal(admission('payment_2'));
  });

  it('a range as long as the peer’s limit is refused, since it may have ended silently', async () => {
    const fake = new FakeStub();
    for (let index = 0; index < RANGE_LIMIT; index += 1) fake.rows.set(`plan/${String(index)}`, '{}');
    const refusal = await agreementOn(fake)
      .rowsUnder('plan')
      .then(() => null, String);
    expect(refusal).to.contain('TOO_MANY');
  });
});

const admission = (payment: string) =>
  ({ v: 1, payment, deal: 'deal_1', status: 'admitted', answerBy: 1, reason: null }) as const;

describe('writing in the agreement lane', () => {
  it('a refused command leaves nothing; the next one sees what accepted ones wrote', async () => {
    const fake = new FakeStub();
    fake.rows.set('stock/offer_1', textOf(stock('offer_1', 5)));
    const session = agreementOn(fake);
    session.put('stock', ['offer_1'], stock('offer_1', 4));
    session.keep();
    session.put('stock', ['offer_1'], stock('offer_1', 0));
    session.discard();
    expect((await session.row('stock', 'offer_1'))?.available).to.equal(4);
    await session.save();
    expect(fake.written.get('stock/offer_1')).to.equal(textOf(stock('offer_1', 4)));
  });

  it('a created owned row gets its owner’s key policy right after it; writes go out in key order', async () => {
    const fake = new FakeStub();
    const session = agreementOn(fake);
    for (const id of ['link_00000002', LINK]) {
      await session.owned('link', id);
      session.createOwned('link', [id], link('asked', id));
    }
    session.put('stock', ['a'], stock('a'));
    session.put('admission', ['b'], admission('b'));
    session.keep();
    fake.calls.length = 0;
    await session.save();
    expect(fake.calls).to.deep.equal([
      'put admission/b',
      `put link/${LINK}`,
      `policy link/${LINK}`,
      'put link/link_00000002',
      'policy link/link_00000002',
      'put stock/a',
    ]);
    expect(fake.policies.get(`link/${LINK}`)).to.deep.equal(ownerPolicy(BANK));
  });

  it('owned rows are created in their initial status, where their absence was read', async () => {
    const fake = new FakeStub();
    const session = agreementOn(fake);
    expect(() => {
      session.createOwned('link', [LINK], link('asked'));
    }).to.throw('absence');
    await session.owned('link', LINK);
    expect(() => {
      session.createOwned('link', [LINK], link('active'));
    }).to.throw('initial');
  });

  it('the key policy is what the shim’s own helper makes', () => {
    interface Policy {
      addOrgs(role: string, msp: string): void;
      getPolicy(): Uint8Array;
    }
    const KeyPolicy = createRequire(__filename)('fabric-shim/lib/utils/statebased.js') as {
      KeyEndorsementPolicy?: new () => Policy;
    } & (new () => Policy);
    const policy = new (KeyPolicy.KeyEndorsementPolicy ?? KeyPolicy)();
    policy.addOrgs('PEER', BANK);
    expect(Buffer.from(ownerPolicy(BANK)).toString('hex')).to.equal(
      Buffer.from(policy.getPolicy()).toString('hex'),
    );
  });
});

describe('writing in the owner lane', () => {
  it('a changed row and its attestation are written together', async () => {
    const fake = withSecret();
    fake.rows.set(`link/${LINK}`, textOf(link('asked')));
    const session = ownerOn(fake);
    await session.owned('link', LINK);
    session.changeOwned('link', [LINK], link('active'));
    expect((await session.owned('link', LINK))?.attested).to.equal(true);
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
    await session.prefetch([`link/${LINK}`, `link/${forged}`]);
    expect((await session.owned('link', LINK))?.attested).to.equal(true);
    expect((await session.owned('link', forged))?.attested).to.equal(false);
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
    fake.rows.set('link/foreign', textOf({ ...link('asked', 'foreign'), owner: 'BankBMSP' }));
    const session = ownerOn(fake);
    await session.prefetch([`link/${LINK}`, 'link/foreign']);
    const asked = [...fake.calls];
    expect(asked.filter((call) => call.startsWith('guard'))).to.deep.equal([`guard link/${LINK}`]);
    expect((await session.owned('link', LINK))?.attested).to.equal(true);
    expect((await session.owned('link', 'foreign'))?.attested).to.equal(true);
    expect(fake.calls).to.deep.equal(asked);
  });

  it('another organisation’s row is refused, and so is giving a row away', async () => {
    const fake = withSecret();
    fake.rows.set('link/foreign', textOf({ ...link('asked'), owner: 'BankBMSP' }));
    fake.rows.set(`link/${LINK}`, textOf(link('asked')));
    const session = ownerOn(fake);
    await session.prefetch(['link/foreign', `link/${LINK}`]);
    expect(() => {
      session.changeOwned('link', ['foreign'], link('active'));
    }).to.throw('WRONG_ORGANISATION');
    expect(() => {
      session.changeOwned('link', [LINK], { ...link('active'), owner: 'BankBMSP' });
    }).to.throw('WRONG_ORGANISATION');
  });

  it('what accepted commands of a transaction post is one private row, each operation once', async () => {
    const fake = withSecret();
    const session = ownerOn(fake);
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
    await session.owned('link', LINK);
    expect(() => {
      session.changeOwned('link', [LINK], link('active'));
    }).to.throw('after it was read');
  });

  it('private keys tell no id, and equal rows differ from transaction to transaction', async () => {
    const token = { v: 1, link: LINK, account: '10aaaaaaaaaa00', confirmed: link('active') } as const;
    const writes: [string, string][] = [];
    for (const txId of ['tx1', 'tx2']) {
      const fake = withSecret();
      const session = ownerOn(fake, txId);
      await session.putPrivate('linkedAccount', LINK, token);
      expect(await session.privateRow('linkedAccount', LINK)).to.deep.equal(token);
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
    const refusal = await ownerOn(new FakeStub())
      .privateRow('linkedAccount', LINK)
      .then(() => null, String);
    expect(refusal).to.contain('NO_SECRET');
  });

  it('a private row written before is read back without its nonce, by key and by range', async () => {
    const fake = withSecret();
    const session = ownerOn(fake);
    const seen = { v: 1, deal: 'deal_00000001', at: 5 } as const;
    await session.putPrivate('deliveryRecord', seen.deal, seen);
    session.keep();
    await session.save();
    for (const [name, text] of fake.sealed) fake.secrets.set(name, text);
    expect(await ownerOn(fake, 'tx2').privateRow('deliveryRecord', seen.deal)).to.deep.equal(seen);
    const reader = new OwnerReader(new StubStore(fake.stub, COLLECTION), BANK);
    expect(await reader.privateRows('deliveryRecord')).to.deep.equal([seen]);
    expect(await reader.privateRows('journal')).to.deep.equal([]);
  });
});

function entry(operation: string): JournalEntry {
  return { operation, kind: 'hold', at: 5, deal: 'deal_1', payment: 'payment_1', currency: 'RUB', lines: [] };
}
