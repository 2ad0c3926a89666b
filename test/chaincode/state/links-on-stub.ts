// Links and stocks as rows on a stub over maps, and sessions of both lanes on it.
import type { LinkRow } from '../../../chaincode/protocol/account.js';
import type { OfferRow, StockRow } from '../../../chaincode/protocol/offer.js';
import { AgreementRows } from '../../../chaincode/state/agreement-session.js';
import { OwnerRows } from '../../../chaincode/state/owner-session.js';
import type { RowSession } from '../../../chaincode/state/row-session.js';
import { StubStore } from '../../../chaincode/state/stub-store.js';
import { canonicalJson } from '../../../chaincode/protocol/canonical-json.js';
import { FakeStub } from './fake-stub.js';

export const BANK = 'BankAMSP';
export const COLLECTION = `own_${BANK}`;
export const LINK = 'link_00000001';
export const FOREIGN = 'link_foreign00';
export const OFFER = 'offer_00000001';
export const DEAL = 'deal_00000001';
export const SECRET = Buffer.alloc(32, 7).toString('base64url');

export const link = (status: LinkRow['status'], id = LINK): LinkRow => ({
  v: 1,
  id,
  owner: BANK,
  bank: '10',
  person: 'person_00000001',
  currency: 'RUB',
  keyThumbprint: '0'.repeat(64),
  status,
});
export const stock = (offer: string, available = 1): StockRow => ({
  v: 1,
  offer,
  total: 1,
  available,
  taken: 0,
});
export const textOf = (row: LinkRow | StockRow | OfferRow) => canonicalJson(row); // rows are JSON

export function agreementOn(fake: FakeStub): AgreementRows {
  return new AgreementRows(new StubStore(fake.stub, null));
}
export function ownerOn(fake: FakeStub, txId = 'tx1'): OwnerRows {
  return new OwnerRows(new StubStore(fake.stub, COLLECTION), BANK, txId);
}
export function linkOf(session: RowSession, id = LINK) {
  return session.read(() => session.owned('link', id));
}
export function withSecret(): FakeStub {
  const fake = new FakeStub();
  fake.secrets.set(`${COLLECTION} secret`, canonicalJson({ v: 1, secret: SECRET }));
  return fake;
}
