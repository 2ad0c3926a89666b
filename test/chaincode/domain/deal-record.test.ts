// What a bank records of a deal: each fact once, when it can prove it, and for ever.
import { expect } from 'chai';
import { decideRecord, type RecordInput } from '../../../chaincode/domain/payment/deal-record.js';
import type { DealRecordRow } from '../../../chaincode/domain/payment/deal-record-row.js';
import type { PaymentRow } from '../../../chaincode/protocol/payment.js';
import { resigned } from '../../support/people.js';
import { DEAL, forged, owned, shipment } from './deal-rows.js';
import { expectRefusal } from './refusal.js';
import {
  acceptance,
  DELIVERED_AT,
  H1,
  kept,
  knownBanks,
  mallory,
  PAYMENT_1,
  PAYMENT_2,
  recorded,
} from './signed-deal.js';

const NOW = DELIVERED_AT + 5_000;
const NOTHING = { full: null, moved: null, delivered: null, word: null } as const;
const DELIVERED = owned(shipment({ status: 'delivered', h1: H1 }));

describe('what a bank records of a deal', () => {
  it('is nothing without money of its own in it', () => {
    expectRefusal(recording({ record: null }), 'NOT_FOUND', { what: 'dealRecord' });
  });

  it('is the price, once trusted banks together have had exactly it', () => {
    const payments = held();
    expect(recording({ payments })()?.full).to.deep.equal({
      at: NOW,
      payments: planned(PAYMENT_1, PAYMENT_2),
    });
    for (const status of ['captured', 'voided'] as const) {
      expect(recording({ payments: held({ status }) })()?.full?.payments).to.have.length(2);
    }
    const [first, second] = payments;
    for (const others of [
      [first],
      [first, first, first],
      [first, second, owned({ ...PAYMENT_2, id: 'payment_00000003', status: 'held' as const })],
      [first, forged({ ...PAYMENT_2, status: 'held' as const })],
      held({ status: 'submitted' }),
      held({ deal: 'deal_00000002' }),
      held({ termsHash: '0'.repeat(64) }),
      held({ currency: 'EUR' }),
      held({ owner: 'CourierMSP' }),
      held({ amount: '739999' }),
    ]) {
      expect(recording({ payments: others })()).to.equal(null);
    }
    expect(recording({ payments, trusts: (bank, msp) => bank === '10' && knownBanks(bank, msp) })()).to.equal(
      null,
    );
  });

  it('is the parcel on its way and its delivery, as the courier of the terms says', () => {
    const accepted = owned(shipment({ status: 'accepted' }));
    expect(recording({ shipment: accepted })()).to.include({ moved: NOW, delivered: null });
    expect(recording({ shipment: DELIVERED })()).to.include({ moved: NOW, delivered: NOW });
    for (const row of [
      null,
      owned(shipment()),
      forged(DELIVERED.row),
      owned({ ...DELIVERED.row, owner: 'MarketplaceMSP' }),
      owned({ ...DELIVERED.row, deal: 'deal_00000002' }),
    ]) {
      expect(recording({ shipment: row })()).to.equal(null);
    }
    const wrongCode = owned({ ...DELIVERED.row, h1: 'f'.repeat(64) });
    expect(recording({ shipment: wrongCode })()).to.include({ moved: NOW, delivered: null });
  });

  it('is the buyer’s acceptance of what was delivered, with the key of the link that was proved', () => {
    const said = kept(acceptance());
    const both = { shipment: DELIVERED, params: params(said) };
    expect(recording(both)()?.word).to.deep.equal({ kind: 'acceptance', at: NOW, signed: said });
    expect(recording({ params: params(said) })()).to.equal(null);
    for (const word of [
      kept(acceptance(mallory)),
      kept(resigned(acceptance(), mallory)),
      { ...said, expiresAt: said.expiresAt + 1 },
      { ...said, id: 'acceptance_00000002' },
    ]) {
      const forgedWord = { shipment: DELIVERED, params: params(word) };
      expect(recording(forgedWord)()).to.include({ delivered: NOW, word: null });
    }
  });

  it('stays as it is, whatever others take back or say later', () => {
    const record = recorded();
    const back = { record, payments: held({ status: 'submitted' }), shipment: forged(shipment()) };
    expect(recording(back)()).to.equal(null);
    expect(recording({ ...back, params: params(kept(acceptance(mallory))) })()).to.equal(null);
  });
});

function recording(changes: Partial<RecordInput>): () => DealRecordRow | null {
  const record = recorded(NOTHING);
  const input: RecordInput = {
    ...{ channel: 'escrow', now: NOW, params: params(null), record },
    ...{ payments: [], shipment: null, trusts: knownBanks },
    ...changes,
  };
  return () => decideRecord(input);
}

function params(said: RecordInput['params']['acceptance']): RecordInput['params'] {
  return { deal: DEAL, payments: [], acceptance: said, concession: null };
}

function held(second: Partial<PaymentRow> = {}) {
  return [
    owned<PaymentRow>({ ...PAYMENT_1, status: 'held' }),
    owned<PaymentRow>({ ...PAYMENT_2, status: 'held', ...second }),
  ] as const;
}

function planned(...of: readonly PaymentRow[]) {
  return of.map(({ id, bank, amount, arrivedAt }) => ({ id, bank, amount, arrivedAt }));
}
