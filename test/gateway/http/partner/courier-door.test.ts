// A courier's partner door over real TLS: a deal's own marketplace alone announces its parcel, once it is paid, and
// until it is accepted.
import { expect } from 'chai';
import type { ParcelAnnouncement } from '../../../../gateway/protocol/partner/endpoints.js';
import type { PartnerConnection } from '../../../../gateway/partner/partner-connection.js';
import { codeOf, MARKETPLACE } from '../../support/bank-branch.js';
import { DEAL, dealView } from '../../support/deal-views.js';
import { atCourierDoor, type CourierDoor, OTHER } from '../../support/partner-door.js';

const PARCEL: ParcelAnnouncement = {
  address: { recipient: 'Alice', text: 'Pskov, Gogol street, 4', phone: null },
  seller: 'Bob',
  changedAt: 1_000,
};
const MOVED = { ...PARCEL.address, text: 'Pskov, Gogol street, 5' };

const announced = (connection: PartnerConnection, parcel: ParcelAnnouncement = PARCEL, deal = DEAL) =>
  codeOf(connection.call('announceParcel', { path: { deal }, query: {}, body: parcel }));

const own = async ({ connect, credential, issue }: CourierDoor): Promise<PartnerConnection> =>
  connect(credential(MARKETPLACE), await issue({ scopes: ['parcels'] }));

describe('courier’s partner door', function () {
  this.timeout(30_000);

  it('the deal’s marketplace announces a parcel, as often as it likes, and it is there once', () =>
    atCourierDoor(async (door) => {
      const marketplace = await own(door);
      expect(await announced(marketplace)).to.equal('taken');
      expect(await announced(marketplace)).to.equal('taken');
      expect(await door.addresses.find(DEAL)).to.deep.equal(PARCEL);
    }));

  it('what the buyer changed takes its place, and one that was given earlier does not', () =>
    atCourierDoor(async (door) => {
      const marketplace = await own(door);
      expect(await announced(marketplace, { ...PARCEL, address: MOVED, changedAt: 1_001 })).to.equal('taken');
      expect(await announced(marketplace)).to.equal('taken');
      expect((await door.addresses.find(DEAL))?.address).to.deep.equal(MOVED);
      const other = { ...PARCEL, changedAt: 1_001 };
      expect(await announced(marketplace, other), 'another content of one instant').to.equal(
        'CONTENT_DIFFERS',
      );
    }));

  it('nobody else announces: no key, a peer’s certificate, another member’s key, a key for other things', () =>
    atCourierDoor(async (door) => {
      const { connect, credential, issue, alarms, addresses } = door;
      expect(await announced(connect(credential(MARKETPLACE), 'none'))).to.equal('API_KEY_REFUSED');
      expect(await announced(connect(credential(MARKETPLACE, 'peer'), await issue()))).to.equal(
        'API_KEY_REFUSED',
      );
      expect(await announced(connect(credential(OTHER), await issue()))).to.equal('API_KEY_OF_ANOTHER');
      expect(alarms.count('API_KEY_OF_ANOTHER')).to.equal(1);
      const narrow = connect(credential(MARKETPLACE), await issue({ scopes: ['quotes'] }));
      expect(await announced(narrow)).to.equal('SCOPE_MISSING');
      // A bank is nobody's caller here: its certificate does not even open the connection.
      const bank = connect(credential('BankAMSP'), await issue());
      expect(await announced(bank)).to.equal('BANK_UNAVAILABLE');
      expect(await addresses.find(DEAL)).to.equal(null);
    }));

  it('a deal of another marketplace or of another courier is none, as one that does not exist', () =>
    atCourierDoor(async (door) => {
      const { connect, credential, issue, world, addresses } = door;
      const other = connect(credential(OTHER), await issue({ member: OTHER }));
      expect(await announced(other)).to.equal('NOT_FOUND');
      const marketplace = await own(door);
      expect(await announced(marketplace, PARCEL, 'deal_unknown00')).to.equal('NOT_FOUND');
      world.deal = dealView({ phase: 'paid', shipment: 'announced', terms: { courier: 'OtherCourierMSP' } });
      expect(await announced(marketplace)).to.equal('NOT_FOUND');
      expect(await addresses.find(DEAL)).to.equal(null);
    }));

  it('a deal that is not paid, or is over, gets no address', () =>
    atCourierDoor(async (door) => {
      const marketplace = await own(door);
      for (const phase of ['open', 'paymentsClosed', 'expired', 'completed'] as const) {
        door.world.deal = dealView({ phase });
        expect(await announced(marketplace), phase).to.equal('WRONG_STATE');
      }
      expect(await door.addresses.find(DEAL)).to.equal(null);
    }));

  it('once the parcel is accepted a first address may still come, and another one may not', () =>
    atCourierDoor(async (door) => {
      const marketplace = await own(door);
      door.world.deal = dealView({ phase: 'paid', shipment: 'accepted' });
      expect(await announced(marketplace)).to.equal('taken');
      const moved = { ...PARCEL, address: MOVED, changedAt: 1_001 };
      expect(await announced(marketplace, moved)).to.equal('PARCEL_ACCEPTED');
      expect((await door.addresses.find(DEAL))?.address).to.deep.equal(PARCEL.address);
      // A courier's word that is not attested counts for nothing, and what is not certain is refused.
      door.world.deal = dealView({ phase: 'paid', shipment: 'announced', shipmentAttestation: false });
      expect(await announced(marketplace, moved)).to.equal('PARCEL_ACCEPTED');
    }));

  it('what is too long, of another form, or has more in it is refused, and no refusal repeats it', () =>
    atCourierDoor(async (door) => {
      const marketplace = await own(door);
      const bad: readonly object[] = [
        { ...PARCEL, address: { ...PARCEL.address, text: 'Secret '.repeat(80) } },
        { ...PARCEL, address: { ...PARCEL.address, recipient: 'Secret\u202e' } },
        { ...PARCEL, address: { ...PARCEL.address, phone: 'Secret' } },
        { ...PARCEL, address: { ...PARCEL.address, more: 'Secret' } },
        { ...PARCEL, seller: 'Secret\u0000' },
        { ...PARCEL, changedAt: -1 },
      ];
      for (const body of bad) {
        const attempt = marketplace.call('announceParcel', {
          ...{ path: { deal: DEAL }, query: {} },
          body: body as ParcelAnnouncement, // wrong on purpose
        });
        const refusal = await attempt.then(
          () => 'taken',
          (error: unknown) => JSON.stringify(error),
        );
        expect(refusal).to.contain('BAD_INPUT').and.not.contain('Secret');
      }
      const long = { ...PARCEL, address: { ...PARCEL.address, text: 'x'.repeat(100_000) } };
      expect(await announced(marketplace, long)).to.equal('BODY_TOO_LARGE');
      expect(await door.addresses.find(DEAL)).to.equal(null);
    }));

  it('serves nothing of a bank’s door', () =>
    atCourierDoor(async (door) => {
      const { connect, credential, issue } = door;
      const connection = connect(credential(MARKETPLACE), await issue());
      const quote = { path: {}, query: { payeeBank: '20', amount: '500000' }, body: null };
      expect(await codeOf(connection.call('getQuote', quote))).to.equal('NO_ROUTE');
    }));
});
