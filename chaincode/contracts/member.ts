// Rules of members: parameters, persons, banks, and what each organisation sets up for itself.
import { activeLink } from '../domain/account/links.js';
import { requireAttested } from '../domain/owned.js';
import { decideCommission, decideCommissionAccount, decideFounding } from '../domain/member/parameters.js';
import type { CorrespondentsRow } from '../domain/account/private-rows.js';
import {
  decideConfirmClient,
  decideConfirmPerson,
  decidePublishBank,
  decideRegisterBank,
  decideRegisterPerson,
} from '../domain/member/registry.js';
import { canonicalJson, type Json } from '../protocol/canonical-json.js';
import { nameSkeleton } from '../protocol/display-name.js';
import {
  confirmClient,
  confirmPerson,
  publishBank,
  registerBank,
  registerPerson,
  setCommission,
  setCommissionAccount,
  setParameters,
  setSecret,
  trustBanks,
} from '../protocol/member.js';
import { RuleViolation } from '../protocol/violation.js';
import {
  agreementRule,
  type AgreementRule,
  type Caller,
  type CommandContext,
  ownerRule,
  type OwnerRule,
} from './rule.js';
import { requireMarketplacesAdministrator, requireSignerOf, signerRow } from './signer.js';

/** By the marketplace's X.509 administrator. Rejects: WRONG_ROLE, and what `decideFounding` rejects. */
const settingParameters = agreementRule(setParameters, {
  load: (rows) => ({ existing: rows.row('parameters') }),
  decide({ existing }, command) {
    const { channel, machine: params, deployment } = command;
    const msp = requireAdministrator(command);
    return decideFounding({ channel, msp, marketplace: deployment.marketplace, params, existing });
  },
  save: (write, row) => {
    write.put('parameters', [], row);
  },
});

const settingCommission = agreementRule(setCommission, {
  load: (rows, command) => ({ signer: signerRow(rows, command) }),
  decide({ signer }, command) {
    requireMarketplacesAdministrator(command, signer);
    return decideCommission(command.params, command.parameters());
  },
  save: (write, row) => {
    write.put('parameters', [], row);
  },
});

const settingCommissionAccount = agreementRule(setCommissionAccount, {
  load: (rows, command) => ({
    signer: signerRow(rows, command),
    link: rows.owned('link', command.params.link),
  }),
  decide({ signer, link }, command) {
    const person = requireMarketplacesAdministrator(command, signer);
    return decideCommissionAccount(command.parameters(), activeLink(link), person.id);
  },
  save: (write, row) => {
    write.put('parameters', [], row);
  },
});

/**
 * By an administrator of any member for that member; the first ones by the member's X.509 administrator, clients by its
 * registrar.
 */
const registeringPerson = agreementRule(registerPerson, {
  load: (rows, command) =>
    'intent' in command
      ? { signer: signerRow(rows, command), existing: rows.row('person', command.intent.body.id) }
      : { signer: null, existing: rows.row('person', command.machine.person) },
  decide({ signer, existing }, command) {
    const of =
      'intent' in command
        ? {
            id: command.intent.body.id,
            owner: requireSignerOf(command, signer, { role: 'administrator', organisation: null }).owner,
          }
        : { id: command.machine.person, owner: requireCertificate(command, ['admin', 'registrar']) };
    return decideRegisterPerson(of, existing, command.parameters());
  },
  save: (write, person) => write.createOwned('person', [person.id], person),
});

const registeringBank = agreementRule(registerBank, {
  load: (rows, command) => ({
    signer: signerRow(rows, command),
    bank: rows.row('bank', command.params.bank),
    name: rows.row('bankName', nameSkeleton(command.params.name)),
  }),
  decide({ signer, ...existing }, command) {
    requireMarketplacesAdministrator(command, signer);
    return decideRegisterBank(command.params, existing, command.parameters());
  },
  save(write, bank) {
    const skeleton = nameSkeleton(bank.name);
    write.put('bankName', [skeleton], { v: 1, skeleton, bank: bank.id });
    return write.createOwned('bank', [bank.id], bank);
  },
});

/** By an administrator of the owner; its first administrators by its X.509 administrator. */
const confirmingPerson = ownerRule(confirmPerson, {
  load: (rows, command) => ({
    owner: rows.owner,
    signer: 'intent' in command ? signerRow(rows, command) : null,
    person: rows.owned('person', 'intent' in command ? command.params.person : command.machine.person),
  }),
  decide({ owner, signer, person }, command) {
    const isSigned = 'intent' in command;
    if (isSigned) requireSignerOf(command, signer, { role: 'administrator', organisation: owner });
    else requireFirstAdministrator(command, command.machine.roles);
    const params = isSigned ? command.params : command.machine;
    return decideConfirmPerson(params, requireAttested(person, 'person'), command.parameters());
  },
  save: (write, person) => {
    write.changeOwned('person', [person.id], person);
  },
});

/** By the owner's registrar. Rejects: WRONG_ROLE, and what `decideConfirmClient` rejects. */
const confirmingClient = ownerRule(confirmClient, {
  load: (rows, { machine: { person } }) => ({ person: rows.owned('person', person) }),
  decide({ person }, command) {
    requireCertificate(command, ['registrar']);
    const { channel, now, machine } = command;
    const row = requireAttested(person, 'person');
    return decideConfirmClient({ channel, now, claim: machine.claim, person: row }, command.parameters());
  },
  save: (write, person) => {
    write.changeOwned('person', [person.id], person);
  },
});

const publishingBank = ownerRule(publishBank, {
  load: (rows, command) => ({
    owner: rows.owner,
    signer: signerRow(rows, command),
    bank: rows.owned('bank', command.params.bank),
  }),
  decide({ owner, signer, bank }, command) {
    requireSignerOf(command, signer, { role: 'operator', organisation: owner });
    return decidePublishBank(command.params, requireAttested(bank, 'bank'), command.now);
  },
  save: (write, bank) => {
    write.changeOwned('bank', [bank.id], bank);
  },
});

/** Set once; everything private hangs on it. Rejects: SECRET_SET. */
const settingSecret = ownerRule(setSecret, {
  load: (rows) => ({ found: rows.secret() }),
  decide({ found }, { machine: { secret } }) {
    if (found === secret) return null;
    if (found !== null) throw new RuleViolation('SECRET_SET');
    return secret;
  },
  save: (write, secret) => {
    write.setSecret(secret);
  },
});

/** Replaces the list. */
const trustingBanks = ownerRule(trustBanks, {
  load: (rows) => ({ found: rows.privateRow('correspondents', '') }),
  decide({ found }, { machine: { banks } }): CorrespondentsRow | null {
    const row: CorrespondentsRow = { v: 1, banks };
    return found !== null && isSame(found, row) ? null : row;
  },
  save: (write, row) => {
    write.putPrivate('correspondents', '', row);
  },
});

/** MSP of the caller, an X.509 administrator. Rejects: WRONG_ROLE. */
function requireAdministrator(context: CommandContext): string {
  return requireCertificate(context, ['admin']);
}

/** MSP of the caller, who has one of these certificates. Rejects: WRONG_ROLE. */
function requireCertificate({ caller }: CommandContext, needed: readonly Caller['role'][]): string {
  if (needed.includes(caller.role)) return caller.msp;
  throw new RuleViolation('WRONG_ROLE', { found: caller.role, needed });
}

/** By certificate, administrators only: everybody else comes with an administrator's signature. */
function requireFirstAdministrator(context: CommandContext, roles: readonly string[]): void {
  requireAdministrator(context);
  if (roles.some((given) => given !== 'administrator')) {
    throw new RuleViolation('WRONG_ROLE', { needed: 'administrator' });
  }
}

function isSame<R extends object>(left: R, right: R): boolean {
  // Rows hold JSON values only; interfaces merely lack the index signature that Json asks for.
  return canonicalJson(left as unknown as Json) === canonicalJson(right as unknown as Json);
}

export const agreement: readonly AgreementRule[] = [
  settingParameters,
  settingCommission,
  settingCommissionAccount,
  registeringPerson,
  registeringBank,
];
export const owner: readonly OwnerRule[] = [
  confirmingPerson,
  confirmingClient,
  publishingBank,
  settingSecret,
  trustingBanks,
];
