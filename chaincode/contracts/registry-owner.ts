// Duty: handlers of the owner lane for an organisation's secret, trusted banks, bank and persons (S1, S3, S5).
// Must not: hold rules; they load, let the domain decide, and write.
import { requireAttested } from '../domain/owned.js';
import type { CorrespondentsRow } from '../domain/private-rows.js';
import { decideConfirmPerson, decidePublishBank } from '../domain/registry.js';
import { canonicalJson, type Json } from '../protocol/canonical-json.js';
import { rowKey } from '../protocol/rows.js';
import { RuleViolation } from '../protocol/violation.js';
import type { OwnerSession } from '../state/sessions.js';
import { owner, type Handler } from './handler.js';
import { signerKey, signerOf } from './signer.js';

/** Set once; everything private hangs on it. Rejects: SECRET_SET. */
const setSecret = owner.first('setSecret', {
  async decide(call, session) {
    const found = await session.secret();
    if (found === call.machine.secret) return 'repeated';
    if (found !== null) throw new RuleViolation('SECRET_SET');
    session.setSecret(call.machine.secret);
    return 'done';
  },
});

/** The banks whose money's attestation this organisation accepts (rule 2); replaces the list. */
const trustBanks = owner.first('trustBanks', {
  privateRows: () => [['correspondents', '']],
  async decide(call, session) {
    const found = await session.privateRow('correspondents', '');
    const row: CorrespondentsRow = { v: 1, banks: call.machine.banks };
    if (found !== null && sameRow(found, row)) return 'repeated';
    await session.putPrivate('correspondents', '', row);
    return 'done';
  },
});

const publishBank = owner.byPerson('publishBank', {
  keys: (call) => [signerKey(call), rowKey('bank', call.params.bank)],
  async decide(call, session) {
    await signerOf(session, call, { role: 'operator', organisation: session.owner });
    const bank = requireAttested(await session.owned('bank', call.params.bank), 'bank');
    session.changeOwned('bank', [bank.id], decidePublishBank(call.params, bank, call.now));
    return 'done';
  },
});

/** By an administrator of the owner; its first administrators by its X.509 administrator. */
const confirmPerson = owner.byEither('confirmPerson', {
  keys: (call) =>
    'intent' in call
      ? [signerKey(call), rowKey('person', call.params.person)]
      : [rowKey('person', call.machine.person)],
  async decide(call, session) {
    const signed = 'intent' in call;
    if (signed) await signerOf(session, call, { role: 'administrator', organisation: session.owner });
    else requireFirstAdministrator(call.caller.role, call.machine.roles);
    const params = signed ? call.params : call.machine;
    const person = requireAttested(await session.owned('person', params.person), 'person');
    session.changeOwned('person', [person.id], decideConfirmPerson(params, person, call.parameters()));
    return 'done';
  },
});

/** By certificate, administrators only: everybody else comes with an administrator's signature. */
function requireFirstAdministrator(role: string, roles: readonly string[]): void {
  if (role !== 'admin') throw new RuleViolation('WRONG_ROLE', { found: role, needed: 'admin' });
  if (roles.some((given) => given !== 'administrator')) {
    throw new RuleViolation('WRONG_ROLE', { needed: 'administrator' });
  }
}

function sameRow(left: CorrespondentsRow, right: CorrespondentsRow): boolean {
  // Rows hold JSON values only; interfaces merely lack the index signature that Json asks for.
  return canonicalJson(left as unknown as Json) === canonicalJson(right as unknown as Json);
}

export const REGISTRY_OWNER_HANDLERS: readonly Handler<OwnerSession>[] = [
  setSecret,
  trustBanks,
  publishBank,
  confirmPerson,
];
