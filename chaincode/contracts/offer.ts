// Rules of offers.
import {
  decideDraftOffer,
  decideEditOffer,
  decideListOffer,
  decideModerateOffer,
} from '../domain/offer/offers.js';
import { present } from '../domain/owned.js';
import {
  draftOffer,
  editOffer,
  listOffer,
  moderateOffer,
  type OfferRow,
  type StockRow,
} from '../protocol/offer.js';
import type { AgreementWriter } from '../state/sessions.js';
import { agreementRule, type AgreementRule, type OwnerRule } from './rule.js';
import { requireSignerOf, signerRow } from './signer.js';

const CLIENT = { role: 'client', organisation: null } as const;

function saveContent(
  write: AgreementWriter,
  { offer, stock }: { readonly offer: OfferRow; readonly stock: StockRow },
): void {
  write.put('offer', [offer.id], offer);
  write.put('stock', [offer.id], stock);
}

const draftingOffer = agreementRule(draftOffer, {
  load: (rows, command) => ({
    signer: signerRow(rows, command),
    existing: rows.row('offer', command.intent.body.id),
  }),
  decide({ signer, existing }, command) {
    const seller = requireSignerOf(command, signer, CLIENT).id;
    const { id } = command.intent.body;
    return decideDraftOffer({
      id,
      seller,
      content: command.params,
      parameters: command.parameters(),
      existing,
    });
  },
  save: saveContent,
});

const editingOffer = agreementRule(editOffer, {
  load: (rows, command) => ({
    signer: signerRow(rows, command),
    offer: rows.row('offer', command.params.offer),
    stock: rows.row('stock', command.params.offer),
  }),
  decide: ({ signer, offer, stock }, command) =>
    decideEditOffer({
      seller: requireSignerOf(command, signer, CLIENT).id,
      content: command.params,
      parameters: command.parameters(),
      offer: present(offer, 'offer'),
      stock: present(stock, 'stock'),
    }),
  save: saveContent,
});

const moderatingOffer = agreementRule(moderateOffer, {
  load: (rows, command) => ({
    signer: signerRow(rows, command),
    offer: rows.row('offer', command.params.offer),
  }),
  decide({ signer, offer }, command) {
    const parameters = command.parameters();
    const needed = { role: 'moderator', organisation: parameters.marketplace } as const;
    const moderator = requireSignerOf(command, signer, needed).id;
    return decideModerateOffer(command.params, moderator, present(offer, 'offer'), parameters);
  },
  save: (write, offer) => {
    write.put('offer', [offer.id], offer);
  },
});

const listingOffer = agreementRule(listOffer, {
  load(rows, command) {
    const offer = rows.row('offer', command.params.offer);
    const links = rows.row('parameters')?.commissionLinks ?? {};
    const commissionLink = offer === null ? undefined : links[offer.currency];
    return {
      signer: signerRow(rows, command),
      offer,
      sellerLink: rows.owned('link', command.params.link),
      commissionLink: commissionLink === undefined ? null : rows.owned('link', commissionLink),
    };
  },
  decide({ signer, offer, sellerLink, commissionLink }, command) {
    requireSignerOf(command, signer, CLIENT);
    const { intent, params, keyThumbprint } = command;
    return decideListOffer({
      intent,
      params,
      keyThumbprint,
      parameters: command.parameters(),
      offer: present(offer, 'offer'),
      sellerLink,
      commissionLink,
    });
  },
  save: (write, { offer, shares }) => {
    write.put('offer', [offer.id], offer);
    write.put('shares', [shares.hash], shares);
  },
});

export const agreement: readonly AgreementRule[] = [
  draftingOffer,
  editingOffer,
  moderatingOffer,
  listingOffer,
];
export const owner: readonly OwnerRule[] = [];
