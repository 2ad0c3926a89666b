// What an owner attests without rewriting the row: the row stays, the attestation is of the row with that status.
import { expect } from 'chai';
import { canonicalJson } from '../../../chaincode/protocol/canonical-json.js';
import { attestationOf } from '../../../chaincode/protocol/attestation.js';
import type { PaymentRow } from '../../../chaincode/protocol/payment.js';
import { attestableForms } from '../../../chaincode/protocol/rows.js';
import { AgreementRows } from '../../../chaincode/state/agreement-session.js';
import { OwnerRows } from '../../../chaincode/state/owner-session.js';
import { RowSession } from '../../../chaincode/state/row-session.js';
import { StubStore } from '../../../chaincode/state/stub-store.js';
import { payment } from '../domain/deal-rows.js';
import { FakeStub } from './fake-stub.js';

const CREATED = payment();
const IDS = [CREATED.deal, CREATED.id] as const;
const KEY = `payment/${IDS.join('/')}`;
const COLLECTION = `own_${CREATED.owner}`;
const FACT = `${COLLECTION} attestation/${KEY}`;
const ALLOCATION = [
  { payee: 'seller', purpose: 'price', link: 'link_bob00000', bank: '20', amount: CREATED.amount },
] as const;

const textOf = (row: PaymentRow) => canonicalJson(row); // rows are JSON

/** A ledger with the payment as it was created, and this attestation of its bank. */
function holding(attestation: string | null, row: PaymentRow = CREATED): FakeStub {
  const fake = new FakeStub();
  fake.rows.set(KEY, textOf(row));
  fake.secrets.set(
    `${COLLECTION} secret`,
    canonicalJson({ v: 1, secret: Buffer.alloc(32).toString('base64url') }),
  );
  if (attestation !== null) fake.secrets.set(FACT, attestation);
  return fake;
}
const bankOn = (fake: FakeStub) => new OwnerRows(new StubStore(fake.stub, COLLECTION), CREATED.owner, 'tx1');
const othersOn = (fake: FakeStub) => new RowSession(new StubStore(fake.stub, null));

/** What a session makes of the payment. */
function ownedBy(session: RowSession) {
  return session.read(() => session.owned('payment', ...IDS));
}

/** What the bank itself and what everybody else make of it. */
function readers(fake: FakeStub) {
  return [bankOn(fake), othersOn(fake)].map((session) => ownedBy(session));
}

describe("an owner's word on a row that he does not rewrite", () => {
  it('makes the row what it says, for the bank and for everybody else', async () => {
    for (const said of attestableForms('payment', CREATED)) {
      const found = await Promise.all(readers(holding(attestationOf(textOf(said)))));
      expect(found, said.status).to.deep.equal([
        { row: said, attested: true },
        { row: said, attested: true },
      ]);
    }
    expect(attestableForms('payment', CREATED).map(({ status }) => status)).to.have.members([
      ...['held', 'voided', 'rejected', 'late'],
    ]);
  });

  it('is none where there is no attestation: the row is as it was created', async () => {
    const found = await Promise.all(readers(holding(null)));
    expect(found.map((owned) => owned?.row)).to.deep.equal([CREATED, CREATED]);
    expect(found.every((owned) => owned?.attested)).to.equal(true);
  });

  it('counts for that very row only: one that was changed since is attested by nobody', async () => {
    const held = attestationOf(textOf({ ...CREATED, status: 'held' }));
    for (const changed of [
      { amount: '1' },
      { payer: 'person_mallory0' },
      { arrivedAt: CREATED.arrivedAt + 1 },
    ]) {
      const found = await Promise.all(readers(holding(held, { ...CREATED, ...changed })));
      expect(found.map((owned) => owned?.attested)).to.deep.equal([false, false]);
    }
  });

  it('is no status that needs more than the status: who is paid what must stand in the row', async () => {
    const captured: PaymentRow = { ...CREATED, status: 'captured', allocation: ALLOCATION };
    for (const row of [captured, { ...CREATED, status: 'captured' as const }]) {
      const found = await Promise.all(readers(holding(attestationOf(textOf(row)))));
      expect(found.map((owned) => owned?.attested)).to.deep.equal([false, false]);
    }
    const written = await Promise.all(readers(holding(attestationOf(textOf(captured)), captured)));
    expect(written.map((owned) => owned?.row)).to.deep.equal([captured, captured]);
    expect(written.every((owned) => owned?.attested)).to.equal(true);
  });

  it('costs the bank no question for a key policy, and others one for a hash', async () => {
    const fake = holding(attestationOf(textOf({ ...CREATED, status: 'held' })));
    const bank = bankOn(fake);
    await bank.prefetch([() => bank.owned('payment', ...IDS)]);
    await ownedBy(bank);
    expect(fake.calls).to.deep.equal([`get ${KEY}`, `private attestation/${KEY}`]);
    fake.calls.length = 0;
    const others = othersOn(fake);
    await others.prefetch([() => others.owned('payment', ...IDS)]);
    await ownedBy(others);
    await ownedBy(others);
    expect(fake.calls).to.deep.equal([`get ${KEY}`, `hash ${COLLECTION} attestation/${KEY}`]);
  });

  it('is not asked for where the row as it was created is all there is to know', async () => {
    const created = (on: FakeStub) => {
      const session = othersOn(on);
      return session.read(() => session.created('payment', ...IDS));
    };
    const fake = holding(attestationOf(textOf({ ...CREATED, status: 'held' })));
    expect(await created(fake)).to.deep.equal({ row: CREATED, attested: true });
    expect(fake.calls).to.deep.equal([`get ${KEY}`]);
    const copy = holding(null, { ...CREATED, id: 'payment_00000009' });
    expect((await created(copy))?.attested).to.equal(false);
    const held = holding(null, { ...CREATED, status: 'held' });
    expect((await created(held))?.attested).to.equal(false);
  });

  it('writes attestation and no row; later commands of the list see it, and events tell it', async () => {
    const fake = holding(null);
    const bank = bankOn(fake);
    await ownedBy(bank);
    bank.changeOwned('payment', IDS, { ...CREATED, status: 'held' });
    expect(bank.keep().rows).to.deep.equal({ [KEY]: 'held' });
    expect((await ownedBy(bank))?.row.status).to.equal('held');
    expect(bank.hasWritten).to.equal(true);
    await bank.save();
    expect([...fake.written.keys()]).to.deep.equal([]);
    expect(fake.sealed.get(FACT)).to.equal(attestationOf(textOf({ ...CREATED, status: 'held' })));
  });

  it('is nothing but a status: whoever says more has a defect', async () => {
    const bank = bankOn(holding(null));
    await ownedBy(bank);
    expect(() => {
      bank.changeOwned('payment', IDS, { ...CREATED, status: 'held', allocation: ALLOCATION });
    }).to.throw('nothing else changed');
  });

  it('a row that needs more is rewritten, over what was said of it', async () => {
    const captured: PaymentRow = { ...CREATED, status: 'captured', allocation: ALLOCATION };
    const fake = holding(attestationOf(textOf({ ...CREATED, status: 'held' })));
    const bank = bankOn(fake);
    await ownedBy(bank);
    bank.changeOwned('payment', IDS, captured);
    bank.keep();
    await bank.save();
    expect(fake.written.get(KEY)).to.equal(textOf(captured));
    expect(fake.sealed.get(FACT)).to.equal(attestationOf(textOf(captured)));
  });
});

describe('a payment that is created', () => {
  it('costs one question, whether anything stands under its key', async () => {
    const fake = new FakeStub();
    const session = new AgreementRows(new StubStore(fake.stub, null));
    await session.createOwned('payment', IDS, CREATED);
    session.keep();
    await session.save();
    expect(fake.calls).to.deep.equal([`get ${KEY}`, `put ${KEY}`, `policy ${KEY}`]);
  });

  it('is not created over anything that stands under its key', async () => {
    for (const text of [textOf(CREATED), '{"v":1}']) {
      const fake = new FakeStub();
      fake.rows.set(KEY, text);
      const session = new AgreementRows(new StubStore(fake.stub, null));
      const creating = session.createOwned('payment', IDS, CREATED);
      expect(await creating.then(() => null, String)).to.contain('EXISTS');
      expect(session.hasWritten).to.equal(false);
    }
  });
});
