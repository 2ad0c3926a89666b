// The marketplace has one commission account per currency.
import { randomBytes } from 'node:crypto';
import { expect } from 'chai';
import { accountNumber } from '../../../chaincode/protocol/account-number.js';
import { linkCodeHash } from '../../../chaincode/protocol/link-code.js';
import { agreed, BANK_A, BANK_B, BANK_ID, owned, type Step } from '../../support/member-access.js';
import { newId, type Person } from '../../support/people.js';
import {
  openConsortium,
  present,
  type TestConsortium,
  type TestClient,
} from '../../support/test-consortium.js';

describe('commission accounts', () => {
  let consortium: TestConsortium;
  before(async () => {
    consortium = await openConsortium();
  });
  after(() => consortium.close());

  const commissionLinks = async () => present(await consortium.row('parameters')).commissionLinks;
  const naming = (link: string): Step =>
    agreed(consortium.signed(consortium.staff.tina, 'setCommissionAccount', { link }));

  it('are one per currency: an offer is listed in a currency once the marketplace is paid in it', async () => {
    const before = await commissionLinks();
    expect(Object.keys(before)).to.deep.equal(['RUB']);
    const account = await linkedAccount(consortium.bob.person, BANK_B, 'EUR');
    const seller: TestClient = { person: consortium.bob.person, accounts: { [BANK_B]: account } };
    const { link } = await linkedAccount(consortium.staff.tina, BANK_A, 'EUR');
    await consortium.run(naming(link));
    expect(await commissionLinks()).to.deep.equal({ ...before, EUR: link });
    const offer = await consortium.listOffer({ currency: 'EUR' }, seller);
    expect(present(await consortium.row('offer', offer)).terms).to.include({
      currency: 'EUR',
      commissionLink: link,
    });
    const other = await linkedAccount(consortium.staff.tina, BANK_A, 'RUB');
    await consortium.run(naming(other.link));
    expect(await commissionLinks()).to.deep.equal({ RUB: other.link, EUR: link });
  });

  it('are missing where a listing is refused, with the currency', async () => {
    const offer = newId('offer');
    const { bob } = consortium;
    const content = { ...workedContent(), currency: 'USD' };
    const approval = { offer, version: 1, verdict: 'approve', commissionBasisPoints: null } as const;
    const nonce = { sharesNonce: 'A'.repeat(43), reasonHash: null };
    await consortium.run(
      agreed(consortium.signed(bob.person, 'draftOffer', content, { id: offer })),
      agreed(consortium.signed(consortium.staff.carol, 'moderateOffer', { ...approval, ...nonce })),
    );
    const { link } = await linkedAccount(bob.person, BANK_B, 'USD');
    const params = { offer, termsHash: '0'.repeat(64), net: '1178000', link };
    const result = await consortium.attempt(agreed(consortium.signed(bob.person, 'listOffer', params)));
    expect(result).to.deep.include({ code: 'NO_COMMISSION_ACCOUNT', values: { currency: 'USD' } });
  });

  function workedContent() {
    return {
      ...{ contentHash: '0'.repeat(64), price: '1240000', stock: 1, courier: 'CourierMSP' },
      ...{ payTimeMs: 900_000, answerTimeMs: 10_000, inspectionTimeMs: 0 },
      ...{ shipTimeMs: 3_600_000, deliverTimeMs: 3_600_000 },
    };
  }

  /** An account in that currency, linked to the person's key. */
  async function linkedAccount(person: Person, msp: string, currency: string) {
    const bank = BANK_ID[msp] ?? '';
    const account = accountNumber(bank, randomBytes(5));
    const [holder, link] = [newId('holder'), newId('link')];
    const proof = { link, code: '123456' };
    const codeHash = linkCodeHash(proof);
    const asking = { bank, currency, keyThumbprint: person.thumbprint };
    const beside = { params: { holder, expectedCodeHash: codeHash } };
    await consortium.run(
      owned(
        msp,
        consortium.signed(consortium.operatorOf(msp), 'openAccount', { bank, account, holder, currency }),
      ),
      agreed(consortium.signed(person, 'askLink', asking, { id: link })),
      owned(msp, consortium.signed(person, 'confirmLink', { link, account, codeHash }, beside)),
    );
    return { msp, bank, account, holder, link };
  }
});
