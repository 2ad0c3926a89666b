// Duty: handlers of the agreement lane for parameters, banks, persons, links and offers (S2, S4, S7, S9–S11).
// Must not: hold rules; they load, let the domain decide, and write.
import { decideDraftOffer, decideEditOffer, decideListOffer, decideModerateOffer } from '../domain/offers.js';
import { activeLink } from '../domain/links.js';
import { requireAttested, present } from '../domain/owned.js';
import { decideCommissionAccount, decideParameters } from '../domain/parameters.js';
import { decideAskLink, decideRegisterBank, decideRegisterPerson } from '../domain/registry.js';
import { canonicalJson, type Json } from '../protocol/canonical-json.js';
import { rowKey, type ParametersRow } from '../protocol/rows.js';
import { RuleViolation } from '../protocol/violation.js';
import type { AgreementSession } from '../state/sessions.js';
import { agreement, type Call, type Handler } from './handler.js';
import { signerKey, signerOf } from './signer.js';

/** By the marketplace's X.509 administrator. Rejects: WRONG_ROLE, and what `decideParameters` rejects. */
const setParameters = agreement.first('setParameters', {
  async decide(call, session) {
    requireAdministrator(call);
    const existing = await session.row('parameters');
    const { channel, machine: params, caller } = call;
    const row = decideParameters({ channel, msp: caller.msp, params, existing });
    if (existing !== null && sameRow(existing, row)) return 'repeated';
    session.put('parameters', [], row);
    return 'done';
  },
});

const registerBank = agreement.byPerson('registerBank', {
  keys: (call) => [signerKey(call), rowKey('bank', call.params.bank)],
  async decide(call, session) {
    const parameters = call.parameters();
    await signerOf(session, call, { role: 'administrator', organisation: parameters.marketplace });
    const existing = await session.row('bank', call.params.bank);
    session.createOwned('bank', [call.params.bank], decideRegisterBank(call.params, existing, parameters));
    return 'done';
  },
});

/** By an administrator of any member for that member; the first ones by the member's X.509 administrator. */
const registerPerson = agreement.byEither('registerPerson', {
  keys: (call) =>
    'intent' in call
      ? [signerKey(call), rowKey('person', call.intent.body.id)]
      : [rowKey('person', call.machine.person)],
  async decide(call, session) {
    const of =
      'intent' in call
        ? { id: call.intent.body.id, owner: (await administratorOf(call, session)).owner }
        : { id: call.machine.person, owner: requireAdministrator(call) };
    const existing = await session.row('person', of.id);
    session.createOwned('person', [of.id], decideRegisterPerson(of, existing, call.parameters()));
    return 'done';
  },
});

const askLink = agreement.byPerson('askLink', {
  keys: (call) => [signerKey(call), rowKey('bank', call.params.bank), rowKey('link', call.intent.body.id)],
  async decide(call, session) {
    const { id } = call.intent.body;
    const person = await signerOf(session, call, { role: null, organisation: null });
    const { params, keyThumbprint } = call;
    const bank = requireAttested(await session.owned('bank', params.bank), 'bank');
    const existing = await session.row('link', id);
    const row = decideAskLink({ id, person: person.id, params, keyThumbprint, bank, existing });
    session.createOwned('link', [id], row);
    return 'done';
  },
});

const setCommissionAccount = agreement.byPerson('setCommissionAccount', {
  keys: (call) => [signerKey(call), rowKey('link', call.params.link)],
  async decide(call, session) {
    const parameters = call.parameters();
    const organisation = parameters.marketplace;
    const person = await signerOf(session, call, { role: 'administrator', organisation });
    const link = activeLink(await session.owned('link', call.params.link));
    session.put('parameters', [], decideCommissionAccount(parameters, link, person.id));
    return 'done';
  },
});

const draftOffer = agreement.byPerson('draftOffer', {
  keys: (call) => [signerKey(call), rowKey('offer', call.intent.body.id)],
  async decide(call, session) {
    const { id } = call.intent.body;
    const seller = (await signerOf(session, call, { role: 'client', organisation: null })).id;
    const existing = await session.row('offer', id);
    const parameters = call.parameters();
    const rows = decideDraftOffer({ id, seller, content: call.params, parameters, existing });
    session.put('offer', [id], rows.offer);
    session.put('stock', [id], rows.stock);
    return 'done';
  },
});

const editOffer = agreement.byPerson('editOffer', {
  keys: (call) => [signerKey(call), rowKey('offer', call.params.offer), rowKey('stock', call.params.offer)],
  async decide(call, session) {
    const { offer: id } = call.params;
    const seller = (await signerOf(session, call, { role: 'client', organisation: null })).id;
    const rows = decideEditOffer({
      seller,
      content: call.params,
      parameters: call.parameters(),
      offer: present(await session.row('offer', id), 'offer'),
      stock: present(await session.row('stock', id), 'stock'),
    });
    session.put('offer', [id], rows.offer);
    session.put('stock', [id], rows.stock);
    return 'done';
  },
});

const moderateOffer = agreement.byPerson('moderateOffer', {
  keys: (call) => [signerKey(call), rowKey('offer', call.params.offer)],
  async decide(call, session) {
    const parameters = call.parameters();
    await signerOf(session, call, { role: 'moderator', organisation: parameters.marketplace });
    const offer = present(await session.row('offer', call.params.offer), 'offer');
    session.put('offer', [offer.id], decideModerateOffer(call.params, offer, parameters));
    return 'done';
  },
});

const listOffer = agreement.byPerson('listOffer', {
  keepsSignature: true,
  keys: (call) => [signerKey(call), rowKey('offer', call.params.offer), rowKey('link', call.params.link)],
  async decide(call, session) {
    await signerOf(session, call, { role: 'client', organisation: null });
    const parameters = call.parameters();
    const { intent, params, keyThumbprint } = call;
    const offer = present(await session.row('offer', params.offer), 'offer');
    const sellerLink = await session.owned('link', params.link);
    const { commissionLink: link } = parameters;
    const commissionLink = link === null ? null : await session.owned('link', link);
    const sources = { intent, params, keyThumbprint, parameters, offer, sellerLink, commissionLink };
    session.put('offer', [offer.id], decideListOffer(sources));
    return 'done';
  },
});

function administratorOf(call: Parameters<typeof signerOf>[1], session: AgreementSession) {
  return signerOf(session, call, { role: 'administrator', organisation: null });
}

/** MSP of the caller, an X.509 administrator. Rejects: WRONG_ROLE. */
function requireAdministrator({ caller }: Call): string {
  if (caller.role !== 'admin') throw new RuleViolation('WRONG_ROLE', { found: caller.role, needed: 'admin' });
  return caller.msp;
}

function sameRow(left: ParametersRow, right: ParametersRow): boolean {
  // Rows hold JSON values only; interfaces merely lack the index signature that Json asks for.
  return canonicalJson(left as unknown as Json) === canonicalJson(right as unknown as Json);
}

export const REGISTRY_AGREEMENT_HANDLERS: readonly Handler<AgreementSession>[] = [
  setParameters,
  registerBank,
  registerPerson,
  askLink,
  setCommissionAccount,
  draftOffer,
  editOffer,
  moderateOffer,
  listOffer,
];
