// Banks, persons and links come to the ledger and are published by their owners.
import type { LinkRow } from '../../protocol/account.js';
import { askLink } from '../../protocol/account.js';
import { claimBody } from '../../protocol/claim-text.js';
import type { IntentParams } from '../../protocol/commands.js';
import type { Hash, Instant, Role } from '../../protocol/forms.js';
import { bodyHash, type Intent, keyThumbprint } from '../../protocol/intent.js';
import { transition } from '../../protocol/life-cycle.js';
import type { BankNameRow, BankRow, ParametersRow, PersonRow } from '../../protocol/member.js';
import {
  confirmClient,
  confirmPerson,
  publishBank,
  registerBank,
  registerPerson,
} from '../../protocol/member.js';
import { RuleViolation } from '../../protocol/violation.js';
import { isSigned } from '../../signatures/intent-signatures.js';
import { memberKind, requireMemberKind, ROLES_OF } from './parameters.js';

export interface SignerInput {
  /** The signer's person row, attested. */
  readonly person: PersonRow;
  readonly keyThumbprint: Hash;
  /** Thumbprint of the key that the row holds; null: none. */
  readonly registeredThumbprint: Hash | null;
  /** Null: any. */
  readonly role: Role | null;
  /** Organisation that must have registered the signer; null: any. */
  readonly organisation: string | null;
}

/**
 * A registered person with the registered key and the role.
 * Rejects: WRONG_STATE, KEY_DIFFERS, WRONG_ROLE, WRONG_ORGANISATION.
 */
export function requireSigner(input: SignerInput): PersonRow {
  const { person, role, organisation } = input;
  if (person.status !== 'active') {
    throw new RuleViolation('WRONG_STATE', { kind: 'person', found: person.status, needed: 'active' });
  }
  if (input.registeredThumbprint !== input.keyThumbprint) {
    throw new RuleViolation('KEY_DIFFERS', { person: person.id });
  }
  if (role !== null && !person.roles.includes(role)) throw new RuleViolation('WRONG_ROLE', { needed: role });
  if (organisation !== null && person.owner !== organisation) {
    throw new RuleViolation('WRONG_ORGANISATION', { found: person.owner, needed: organisation });
  }
  return person;
}

/**
 * Owned by the organisation that runs the bank, under a name that looks like no other bank's.
 * Rejects: EXISTS, NAME_TAKEN, WRONG_ORGANISATION.
 */
export function decideRegisterBank(
  params: IntentParams['registerBank'],
  existing: { readonly bank: BankRow | null; readonly name: BankNameRow | null },
  parameters: ParametersRow,
): BankRow {
  if (existing.bank !== null) throw new RuleViolation('EXISTS', { what: params.bank });
  if (existing.name !== null) throw new RuleViolation('NAME_TAKEN', { bank: existing.name.bank });
  requireMemberKind(parameters, params.owner, 'bank');
  return {
    v: 1,
    id: params.bank,
    owner: params.owner,
    status: transition(registerBank, 'bank', 'new', null),
    name: params.name,
    bic: params.bic,
    tariff: null,
    previousTariff: null,
    tariffSince: 0,
    sealingKey: null,
    debitCaps: {},
  };
}

/** Publishes or replaces tariff, sealing key and debit caps; the tariff before counts for the life of a quote. */
export function decidePublishBank(params: IntentParams['publishBank'], bank: BankRow, now: Instant): BankRow {
  const { tariff, sealingKey, debitCaps } = params;
  const status = transition(publishBank, 'bank', 'active', bank.status);
  // Before the first publication the row is others' word: a tariff in it is none of this bank's.
  const previousTariff = bank.status === 'new' ? null : bank.tariff;
  return { ...bank, status, tariff, previousTariff, tariffSince: now, sealingKey, debitCaps };
}

/** A person without key or rights, owned by the registering organisation. Rejects: EXISTS, WRONG_ORGANISATION. */
export function decideRegisterPerson(
  of: { readonly id: string; readonly owner: string },
  existing: PersonRow | null,
  parameters: ParametersRow,
): PersonRow {
  if (existing !== null) throw new RuleViolation('EXISTS', { what: of.id });
  memberKind(parameters, of.owner);
  const status = transition(registerPerson, 'person', 'new', null);
  return { v: 1, id: of.id, owner: of.owner, status, key: null, roles: [] };
}

/** Key and roles, by the organisation that registered the person. Rejects: WRONG_STATE, WRONG_ROLE. */
export function decideConfirmPerson(
  params: IntentParams['confirmPerson'],
  person: PersonRow,
  parameters: ParametersRow,
): PersonRow {
  const allowed = ROLES_OF[memberKind(parameters, person.owner)];
  if (!params.roles.every((role) => allowed.includes(role))) {
    throw new RuleViolation('WRONG_ROLE', { needed: allowed });
  }
  const status = transition(confirmPerson, 'person', 'active', person.status);
  return { ...person, status, key: params.key, roles: params.roles };
}

export interface ConfirmClientInput {
  readonly channel: string;
  readonly now: Instant;
  /** What the person's key signed. */
  readonly claim: Intent;
  /** Attested. */
  readonly person: PersonRow;
}

/**
 * The first key of a client, who has proved that he has it: the claim names person and organisation, is signed by the
 * key that it names, and no rule accepts its action. Rejects: WRONG_STATE, BAD_SIGNATURE, INTENT_EXPIRED.
 */
export function decideConfirmClient(input: ConfirmClientInput, parameters: ParametersRow): PersonRow {
  const { channel, now, claim, person } = input;
  memberKind(parameters, person.owner);
  const status = transition(confirmClient, 'person', 'active', person.status);
  const { id, expiresAt } = claim.body;
  const said = claimBody({
    ...{ channel, id, expiresAt },
    person: person.id,
    organisation: person.owner,
    thumbprint: keyThumbprint(claim.key),
  });
  if (bodyHash(said) !== bodyHash(claim.body) || !isSigned(claim)) {
    throw new RuleViolation('BAD_SIGNATURE', { what: 'claim' });
  }
  if (now > expiresAt) throw new RuleViolation('INTENT_EXPIRED', { now, found: expiresAt });
  return { ...person, status, key: claim.key, roles: ['client'] };
}

export interface AskLinkInput {
  readonly id: string;
  readonly person: string;
  readonly params: IntentParams['askLink'];
  readonly keyThumbprint: Hash;
  /** Attested. */
  readonly bank: BankRow;
  readonly existing: LinkRow | null;
}

/** A client asks a bank to link an account; only the bank gets the number. Rejects: EXISTS, KEY_DIFFERS. */
export function decideAskLink(input: AskLinkInput): LinkRow {
  const { params } = input;
  if (input.existing !== null) throw new RuleViolation('EXISTS', { what: input.id });
  if (params.keyThumbprint !== input.keyThumbprint)
    throw new RuleViolation('KEY_DIFFERS', { link: input.id });
  return {
    v: 1,
    id: input.id,
    owner: input.bank.owner,
    bank: params.bank,
    person: input.person,
    currency: params.currency,
    keyThumbprint: params.keyThumbprint,
    status: transition(askLink, 'link', 'asked', null),
  };
}
