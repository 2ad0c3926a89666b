// Duty: what an owner only says of a row: the row stays, its evidence is that of the row with the status said.
// Must not: know which commands say what.
import { expect } from 'chai';
import { canonicalJson, type Json } from '../../../chaincode/protocol/canonical-json.js';
import { evidenceOf } from '../../../chaincode/protocol/evidence.js';
import type { LegRow } from '../../../chaincode/protocol/rows.js';
import { saidForms } from '../../../chaincode/protocol/said-rows.js';
import { AgreementRows } from '../../../chaincode/state/agreement-session.js';
import { OwnerRows } from '../../../chaincode/state/owner-session.js';
import { RowSession } from '../../../chaincode/state/row-session.js';
import { StubStore } from '../../../chaincode/state/stub-store.js';
import { leg } from '../domain/deal-rows.js';
import { FakeStub } from './fake-stub.js';

const CREATED = leg();
const IDS = [CREATED.deal, CREATED.id] as const;
const KEY = `leg/${IDS.join('/')}`;
const COLLECTION = `own_${CREATED.owner}`;
const FACT = `${COLLECTION} fact/${KEY}`;
const ALLOCATION = [{ payee: 'seller', link: 'link_bob00000', bank: '20', amount: CREATED.amount }] as const;

const textOf = (row: LegRow) => canonicalJson(row as unknown as Json); // rows are JSON

/** A ledger with the payment as it was created, and this evidence of its bank. */
function holding(evidence: string | null, row: LegRow = CREATED): FakeStub {
  const fake = new FakeStub();
  fake.rows.set(KEY, textOf(row));
  fake.secrets.set(
    `${COLLECTION} secret`,
    canonicalJson({ v: 1, secret: Buffer.alloc(32).toString('base64url') }),
  );
  if (evidence !== null) fake.secrets.set(FACT, evidence);
  return fake;
}
const bankOn = (fake: FakeStub) => new OwnerRows(new StubStore(fake.stub, COLLECTION), CREATED.owner, 'tx1');
const othersOn = (fake: FakeStub) => new RowSession(new StubStore(fake.stub, null));

/** What the bank itself and what everybody else make of it. */
function readers(fake: FakeStub) {
  return [bankOn(fake), othersOn(fake)].map((session) => session.owned('leg', ...IDS));
}

describe("an owner's word on a row that he does not rewrite", () => {
  it('makes the row what it says, for the bank and for everybody else', async () => {
    for (const said of saidForms('leg', CREATED)) {
      const found = await Promise.all(readers(holding(evidenceOf(textOf(said)))));
      expect(found, said.status).to.deep.equal([
        { row: said, believed: true },
        { row: said, believed: true },
      ]);
    }
    expect(saidForms('leg', CREATED).map(({ status }) => status)).to.have.members([
      ...['held', 'voided', 'rejected', 'late'],
    ]);
  });

  it('is none where there is no evidence: the row is as it was created', async () => {
    const found = await Promise.all(readers(holding(null)));
    expect(found.map((owned) => owned?.row)).to.deep.equal([CREATED, CREATED]);
    expect(found.every((owned) => owned?.believed)).to.equal(true);
  });

  it('counts for that very row only: one that was changed since is believed by nobody', async () => {
    const held = evidenceOf(textOf({ ...CREATED, status: 'held' }));
    for (const changed of [
      { amount: '1' },
      { payer: 'person_mallory0' },
      { arrivedAt: CREATED.arrivedAt + 1 },
    ]) {
      const found = await Promise.all(readers(holding(held, { ...CREATED, ...changed })));
      expect(found.map((owned) => owned?.believed)).to.deep.equal([false, false]);
    }
  });

  it('is no status that needs more than the status: who is paid what must stand in the row', async () => {
    const captured: LegRow = { ...CREATED, status: 'captured', allocation: ALLOCATION };
    for (const row of [captured, { ...CREATED, status: 'captured' as const }]) {
      const found = await Promise.all(readers(holding(evidenceOf(textOf(row)))));
      expect(found.map((owned) => owned?.believed)).to.deep.equal([false, false]);
    }
    const written = await Promise.all(readers(holding(evidenceOf(textOf(captured)), captured)));
    expect(written.map((owned) => owned?.row)).to.deep.equal([captured, captured]);
    expect(written.every((owned) => owned?.believed)).to.equal(true);
  });

  it('costs the bank no question for a key policy, and others one for a hash', async () => {
    const fake = holding(evidenceOf(textOf({ ...CREATED, status: 'held' })));
    const bank = bankOn(fake);
    await bank.prefetch([KEY]);
    await bank.owned('leg', ...IDS);
    expect(fake.calls).to.deep.equal([`get ${KEY}`, `private fact/${KEY}`]);
    fake.calls.length = 0;
    const others = othersOn(fake);
    await others.prefetch([KEY]);
    await others.owned('leg', ...IDS);
    await others.owned('leg', ...IDS);
    expect(fake.calls).to.deep.equal([`get ${KEY}`, `hash ${COLLECTION} fact/${KEY}`]);
  });

  it('is not asked for where the row as it was created is all there is to know', async () => {
    const fake = holding(evidenceOf(textOf({ ...CREATED, status: 'held' })));
    expect(await othersOn(fake).created('leg', ...IDS)).to.deep.equal({ row: CREATED, believed: true });
    expect(fake.calls).to.deep.equal([`get ${KEY}`]);
    const copy = holding(null, { ...CREATED, id: 'leg_00000009' });
    expect((await othersOn(copy).created('leg', ...IDS))?.believed).to.equal(false);
    const held = holding(null, { ...CREATED, status: 'held' });
    expect((await othersOn(held).created('leg', ...IDS))?.believed).to.equal(false);
  });

  it('writes evidence and no row; later commands of the list see it, and events tell it', async () => {
    const fake = holding(null);
    const bank = bankOn(fake);
    await bank.prefetch([KEY]);
    bank.changeOwned('leg', IDS, { ...CREATED, status: 'held' });
    expect(bank.keep().rows).to.deep.equal({ [KEY]: 'held' });
    expect((await bank.owned('leg', ...IDS))?.row.status).to.equal('held');
    expect(bank.hasWritten).to.equal(true);
    await bank.save();
    expect([...fake.written.keys()]).to.deep.equal([]);
    expect(fake.sealed.get(FACT)).to.equal(evidenceOf(textOf({ ...CREATED, status: 'held' })));
  });

  it('is nothing but a status: whoever says more has a defect', async () => {
    const bank = bankOn(holding(null));
    await bank.prefetch([KEY]);
    expect(() => {
      bank.changeOwned('leg', IDS, { ...CREATED, status: 'held', allocation: ALLOCATION });
    }).to.throw('nothing else changed');
  });

  it('a row that needs more is rewritten, over what was said of it', async () => {
    const captured: LegRow = { ...CREATED, status: 'captured', allocation: ALLOCATION };
    const fake = holding(evidenceOf(textOf({ ...CREATED, status: 'held' })));
    const bank = bankOn(fake);
    await bank.prefetch([KEY]);
    bank.changeOwned('leg', IDS, captured);
    bank.keep();
    await bank.save();
    expect(fake.written.get(KEY)).to.equal(textOf(captured));
    expect(fake.sealed.get(FACT)).to.equal(evidenceOf(textOf(captured)));
  });
});

describe('a payment that is created', () => {
  it('needs no question of its own where the receipt of its intent was read as absent', async () => {
    const fake = new FakeStub();
    const session = new AgreementRows(new StubStore(fake.stub, null));
    expect(() => {
      session.createOwned('leg', IDS, CREATED);
    }).to.throw('was read');
    await session.prefetch([`receipt/${CREATED.id}`]);
    session.createOwned('leg', IDS, CREATED);
    session.keep();
    await session.save();
    expect(fake.calls).to.deep.equal([`get receipt/${CREATED.id}`, `put ${KEY}`, `policy ${KEY}`]);
  });

  it('is not created over a receipt that is there', async () => {
    const fake = new FakeStub();
    fake.rows.set(`receipt/${CREATED.id}`, '{"v":1}');
    const session = new AgreementRows(new StubStore(fake.stub, null));
    await session.prefetch([`receipt/${CREATED.id}`]);
    expect(() => {
      session.createOwned('leg', IDS, CREATED);
    }).to.throw('was read');
  });
});
