// One row of every kind, with every member that may be null filled. A new kind without a sample does not compile.
import { detached } from '../../../chaincode/protocol/intent.js';
import { agreedSettingsOf } from '../../../chaincode/protocol/parameters-proposal.js';
import type { Rows } from '../../../chaincode/protocol/rows.js';
import { admissionRow, DEAL, link, reservation, shipment, stock } from '../domain/deal-rows.js';
import {
  acceptance,
  alice,
  bankA,
  H1,
  kept,
  LISTING_USED_INTENT,
  mallory,
  PAYMENT_1,
  signedTermsRow,
} from '../domain/signed-deal.js';
import { BOUGHT_AT, workedOfferTerms, workedParameters, workedSharesRow } from './worked-example.js';

const HASH = '0'.repeat(64);
const PAYMENT = PAYMENT_1.id;
const INVITATION = 'invitation_00000001';
const ITEM = {
  payee: 'seller',
  purpose: 'price',
  link: 'link_seller00',
  bank: '20',
  amount: '500000',
} as const;
const TARIFF = { usualBasisPoints: 0, toBank: { '20': 150 } };
const TERMS = workedOfferTerms();
const SIGNED = detached(acceptance());

export const SAMPLE_ROWS: Rows = {
  parameters: workedParameters(),
  parametersProposal: {
    ...{ v: 1, number: 1, status: 'accepted', replaces: 1, settings: agreedSettingsOf(workedParameters()) },
    ...{ proposer: alice.id, proposedAt: BOUGHT_AT, dueAt: BOUGHT_AT + 7_000 },
    voices: ['BankAMSP', 'CourierMSP'].map((member) => ({ member, person: mallory.id, at: BOUGHT_AT })),
  },
  person: {
    v: 1,
    id: alice.id,
    owner: 'MarketplaceMSP',
    status: 'active',
    key: alice.key,
    roles: ['client'],
  },
  bank: bankA({ tariff: TARIFF, previousTariff: TARIFF, sealingKey: 'A'.repeat(43) }),
  bankName: { v: 1, skeleton: 'banka', bank: '10' },
  link: link(),
  offer: {
    ...{
      v: 1,
      id: TERMS.offer,
      seller: TERMS.seller,
      status: 'listed',
      version: 1,
      contentHash: TERMS.contentHash,
    },
    ...{ courier: TERMS.courier, currency: 'RUB', price: TERMS.price },
    ...{ payTimeMs: 900_000, answerTimeMs: 10_000, inspectionTimeMs: 60_000 },
    ...{ shipTimeMs: 3_600_000, deliverTimeMs: 3_600_000 },
    ...{ commissionBasisPoints: 500, sharesNonce: 'A'.repeat(43), reasonHash: HASH },
    ...{ terms: TERMS, listing: 'listing_00000001' },
  },
  stock: stock(2, 1),
  shares: workedSharesRow(),
  terms: signedTermsRow(),
  phase: { v: 1, deal: DEAL, status: 'expired', at: BOUGHT_AT, cancelledBy: 'buyer' },
  reservation: reservation([PAYMENT]),
  invitation: {
    ...{ v: 1, id: INVITATION, deal: DEAL, status: 'accepted', invitationKey: mallory.key },
    ...{ most: '500000', until: BOUGHT_AT + 60_000, signed: { id: INVITATION, ...SIGNED } },
    accepted: {
      ...{ person: mallory.id, keyThumbprint: mallory.thumbprint, invitationSignature: 'A'.repeat(86) },
      signed: { id: 'acceptance_00000001', ...SIGNED },
    },
  },
  payment: { ...PAYMENT_1, status: 'captured', invitation: INVITATION, allocation: [ITEM] },
  admission: { ...admissionRow(PAYMENT_1, 'refused'), reason: 'NO_STOCK' },
  tally: { v: 1, deal: DEAL, payer: alice.id, payments: 1 },
  plan: { v: 1, deal: DEAL, items: [{ payment: PAYMENT, ...ITEM }] },
  obligation: {
    ...{ v: 1, deal: DEAL, payment: PAYMENT, payee: 'seller', from: '10', to: '20' },
    ...{ currency: 'RUB', amount: '500000' },
  },
  credit: { v: 1, deal: DEAL, payment: PAYMENT, owner: 'BankBMSP', currency: 'RUB', ...ITEM, status: 'due' },
  shipment: shipment({ status: 'delivered', h1: H1 }),
  concession: { v: 1, deal: DEAL, status: 'given', at: BOUGHT_AT, signed: kept(acceptance()) },
  outcome: { v: 1, deal: DEAL, status: 'unshipped', at: BOUGHT_AT },
  inspection: { v: 1, deal: DEAL, status: 'accepted', startedAt: BOUGHT_AT, acceptance: kept(acceptance()) },
  usedIntent: LISTING_USED_INTENT,
};
