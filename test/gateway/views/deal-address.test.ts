// Who sees the address of a deal at which point, and who may change it: every role at every status.
import { expect } from 'chai';
import type { DealPage } from '../../../gateway/protocol/api/deals.js';
import { dealAddress } from '../../../gateway/views/deal-address.js';

const ROLES = ['buyer', 'seller', 'payer', 'staff'] as const;
const STATUSES = ['awaitingPayment', 'inProgress', 'paid', 'completed', 'expired'] as const;
const SHIPMENTS = ['none', 'announced', 'accepted', 'delivered'] as const;
const STORED = {
  address: { recipient: 'Alice', text: 'Pskov', phone: null },
  changedAt: 5,
  announced: 'waiting',
} as const;

function seen(role: DealPage['role'], status: DealPage['status'], shipment: DealPage['shipment'] = 'none') {
  return dealAddress({ role, status, shipment }, STORED);
}

describe('the address of a deal', () => {
  it('is seen by the buyer always, by the seller from payment on, by payers and staff never', () => {
    const who = (status: DealPage['status']) =>
      ROLES.filter((role) => seen(role, status)?.address != null).join();
    expect(STATUSES.map(who)).to.deep.equal(['buyer', 'buyer', 'buyer,seller', 'buyer,seller', 'buyer']);
    for (const status of STATUSES) {
      expect([seen('payer', status), seen('staff', status)]).to.deep.equal([null, null]);
    }
  });

  it('where it is not seen, nothing of it is: neither when it was given nor what the courier has', () => {
    expect(seen('seller', 'inProgress')).to.deep.equal({
      ...{ address: null, changedAt: null, mayChange: false, courier: null },
    });
  });

  it('is changed by the buyer alone, until the courier has accepted the parcel or the deal is over', () => {
    for (const role of ROLES) {
      for (const status of STATUSES) {
        const at = SHIPMENTS.filter((shipment) => seen(role, status, shipment)?.mayChange === true);
        const isOpen = role === 'buyer' && status !== 'completed' && status !== 'expired';
        expect(at, `${role}, ${status}`).to.deep.equal(isOpen ? ['none', 'announced'] : []);
      }
    }
  });
});
