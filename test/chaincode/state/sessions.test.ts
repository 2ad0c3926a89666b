// How rows are read and written: once per key, attestation judged, refused writes forgotten, order fixed.
import { createHash } from 'node:crypto';
import { createRequire } from 'node:module';
import { expect } from 'chai';
import { AgreementRows } from '../../../chaincode/state/agreement-session.js';
import { attestationOf } from '../../../chaincode/protocol/attestation.js';
import { ownerPolicy } from '../../../chaincode/protocol/key-policy.js';
import { RANGE_LIMIT, StubStore } from '../../../chaincode/state/stub-store.js';
import { canonicalJson } from '../../../chaincode/protocol/canonical-json.js';
// Loads the ledger's message classes before the shim's, as every process with both must.
import '../../support/in-process-ledger.js';
import { FakeStub } from './fake-stub.js';
import {
  BANK,
  COLLECTION,
  LINK,
  OFFER,
  DEAL,
  link,
  stock,
  textOf,
  agreementOn,
  ownerOn,
  linkOf,
} from './links-on-stub.js';

describe('reading rows', () => {
  it('every key and every attestation is asked for once per transaction', async () => {
    const fake = new FakeStub();
    fake.rows.set(`link/${LINK}`, textOf(link('active')));
    const session = agreementOn(fake);
    const reads = [
      () => session.owned('link', LINK),
      () => session.row('link', LINK),
      () => session.row('stock', OFFER),
    ];
    await session.prefetch(reads);
    for (const read of [...reads, ...reads]) await session.read<unknown>(read);
    expect(fake.calls).to.deep.equal([
      `get link/${LINK}`,
      `get stock/${OFFER}`,
      `hash ${COLLECTION} attestation/link/${LINK}`,
    ]);
  });

  it('counts stub calls', async () => {
    const fake = new FakeStub();
    fake.rows.set(`link/${LINK}`, textOf(link('active')));
    const store = new StubStore(fake.stub, null);
    const session = new AgreementRows(store);
    await session.read(() => session.owned('link', LINK));
    session.put('stock', [OFFER], stock(OFFER));
    session.keep();
    await session.save();
    const counted = { keysRead: 1, keysWritten: 1, hashesRead: 1, policiesRead: 0, rangesRead: 0 };
    expect(store.counters).to.deep.equal(counted);
  });

  it('an owned row in its initial status is attested without attestation', async () => {
    const fake = new FakeStub();
    fake.rows.set(`link/${LINK}`, textOf(link('asked')));
    expect((await linkOf(agreementOn(fake)))?.attested).to.equal(true);
    expect(fake.calls).to.deep.equal([`get link/${LINK}`]);
  });

  it('any other status needs the hash of its bytes in the collection of the owner that the row names', async () => {
    const fake = new FakeStub();
    const text = textOf(link('active'));
    const attestation = createHash('sha256').update(text).digest('hex');
    fake.rows.set(`link/${LINK}`, text);
    const attested = async () => (await linkOf(agreementOn(fake)))?.attested;
    expect(await attested()).to.equal(false);
    fake.secrets.set(`own_CourierMSP attestation/link/${LINK}`, attestation);
    expect(await attested()).to.equal(false);
    fake.secrets.set(`${COLLECTION} attestation/link/${LINK}`, attestationOf(`${text} `));
    expect(await attested()).to.equal(false);
    fake.secrets.set(`${COLLECTION} attestation/link/${LINK}`, attestation);
    expect(await attested()).to.equal(true);
  });

  it('an owner that has no collection is not attested, and fails nothing else', async () => {
    const fake = new FakeStub();
    fake.rows.set(`link/${LINK}`, textOf({ ...link('active'), owner: 'NobodyMSP' }));
    expect((await linkOf(agreementOn(fake)))?.attested).to.equal(false);
  });

  it('an owner whose name no organisation can have makes no row, and no collection is asked for', async () => {
    const fake = new FakeStub();
    const owner = 'a name with spaces and\na line for NobodyMSP';
    fake.rows.set(`link/${LINK}`, textOf({ ...link('active'), owner }));
    expect(await linkOf(agreementOn(fake))).to.equal(null);
    expect(fake.calls).to.deep.equal([`get link/${LINK}`]);
  });

  it('what is not of the form of its kind is no row for any reader, and fails nothing else', async () => {
    for (const text of ['garbage', 'null', '7', '[]', '{}', textOf(stock(OFFER))]) {
      const fake = new FakeStub();
      fake.rows.set(`link/${LINK}`, text);
      for (const session of [agreementOn(fake), ownerOn(fake)]) {
        expect(await linkOf(session), text).to.equal(null);
        expect(await session.read(() => session.row('link', LINK)), text).to.equal(null);
        expect(await session.read(() => session.created('link', LINK)), text).to.equal(null);
        expect(await session.read(() => session.ownedUnder('link')), text).to.deep.equal([]);
        expect(await session.read(() => session.rowsUnder('link')), text).to.deep.equal([]);
      }
    }
  });

  it('a copy under another key is no shared row; an owned one is shown, and attested by nobody', async () => {
    const fake = new FakeStub();
    const copy = 'link_00000002';
    fake.rows.set(`link/${copy}`, textOf(link('asked')));
    fake.rows.set(`stock/${OFFER}`, textOf(stock('offer_00000002')));
    const session = agreementOn(fake);
    expect(await session.read(() => session.owned('link', copy))).to.deep.equal({
      row: link('asked'),
      attested: false,
    });
    expect(await session.read(() => session.row('link', copy))).to.equal(null);
    expect(await session.read(() => session.row('stock', OFFER))).to.equal(null);
    expect(await session.read(() => session.rowsUnder('stock'))).to.deep.equal([]);
  });

  it('a range shows what earlier commands of the list wrote, in key order', async () => {
    const fake = new FakeStub();
    const stored = ['payment_00000001', 'payment_00000003'].map((payment) => owed(DEAL, payment));
    for (const row of [...stored, owed(`${DEAL}0`, 'payment_00000009')]) {
      fake.rows.set(`obligation/${row.deal}/${row.payment}/seller`, canonicalJson(row));
    }
    const session = agreementOn(fake);
    session.put('stock', [DEAL, 'payment_0', 'seller'], stock(OFFER));
    session.keep();
    const [first, last] = stored;
    const between = owed(DEAL, 'payment_00000002');
    session.put('obligation', [DEAL, between.payment, 'seller'], between);
    const rows = await session.read(() => session.rowsUnder('obligation', DEAL));
    expect(rows).to.deep.equal([first, between, last]);
  });

  it('a range as long as the peer’s limit is refused, since it may have ended silently', async () => {
    const fake = new FakeStub();
    for (let index = 0; index < RANGE_LIMIT; index += 1) fake.rows.set(`plan/${String(index)}`, '{}');
    const session = agreementOn(fake);
    const refusal = await session.read(() => session.rowsUnder('plan')).then(() => null, String);
    expect(refusal).to.contain('TOO_MANY');
  });
});

const admission = (payment: string) =>
  ({ v: 1, payment, deal: DEAL, status: 'admitted', answerBy: 1, reason: null }) as const;
const owed = (deal: string, payment: string) =>
  ({ v: 1, deal, payment, payee: 'seller', from: '10', to: '20', currency: 'RUB', amount: '1' }) as const;

describe('writing in the agreement lane', () => {
  it('a refused command leaves nothing; the next one sees what accepted ones wrote', async () => {
    const fake = new FakeStub();
    fake.rows.set(`stock/${OFFER}`, textOf(stock(OFFER, 5)));
    const session = agreementOn(fake);
    session.put('stock', [OFFER], stock(OFFER, 4));
    session.keep();
    session.put('stock', [OFFER], stock(OFFER, 0));
    session.discard();
    expect((await session.read(() => session.row('stock', OFFER)))?.available).to.equal(4);
    await session.save();
    expect(fake.written.get(`stock/${OFFER}`)).to.equal(textOf(stock(OFFER, 4)));
  });

  it('what no reader would take for a row is not written, whatever it was computed from', async () => {
    const fake = new FakeStub();
    const session = agreementOn(fake);
    const spoiled = { ...stock(OFFER), taken: -1 };
    for (let time = 0; time < 2; time += 1) {
      expect(() => {
        session.put('stock', [OFFER], spoiled);
      }).to.throw('BAD_ROW');
    }
    expect(await session.read(() => session.row('stock', OFFER))).to.equal(null);
    fake.rows.set(`stock/${OFFER}`, textOf(spoiled));
    const later = agreementOn(fake);
    expect(await later.read(() => later.row('stock', OFFER))).to.equal(null);
    expect(session.hasWritten).to.equal(false);
  });

  it('a created owned row gets its owner’s key policy right after it; writes go out in key order', async () => {
    const fake = new FakeStub();
    const session = agreementOn(fake);
    for (const id of ['link_00000002', LINK]) {
      await session.createOwned('link', [id], link('asked', id));
    }
    session.put('stock', ['a'], stock(OFFER));
    session.put('admission', ['b'], admission('payment_00000001'));
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

  it('owned rows are created in their initial status, where nothing stands, be it no row of any form', async () => {
    const fake = new FakeStub();
    const session = agreementOn(fake);
    const refused = (creating: Promise<void>) => creating.then(() => null, String);
    expect(await refused(session.createOwned('link', [LINK], link('active')))).to.contain('initial');
    fake.rows.set('link/link_00000002', 'garbage');
    const over = session.createOwned('link', ['link_00000002'], link('asked', 'link_00000002'));
    expect(await refused(over)).to.contain('EXISTS');
    await session.createOwned('link', [LINK], link('asked'));
    expect(await refused(session.createOwned('link', [LINK], link('asked')))).to.contain('EXISTS');
    expect(fake.calls).to.deep.equal(['get link/link_00000002', `get link/${LINK}`]);
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
