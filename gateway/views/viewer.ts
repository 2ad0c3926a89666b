// Who looks, and how others are named to him. The rooms of this folder decide what a viewer may see; nothing else does.
import { createHmac } from 'node:crypto';
import type { Role } from '../../chaincode/protocol/forms.js';
import type { PersonRef } from '../protocol/api/forms.js';
import type { KnownNames } from '../store/person-records.js';

export interface Observer {
  /** Id of the person's row on the ledger. */
  readonly person: string;
  /** As the ledger's row gives them. */
  readonly roles: readonly Role[];
}

/** Whether the viewer works for the organisation and may look into other people's deals. */
export function isStaff({ roles }: Observer): boolean {
  return roles.includes('moderator') || roles.includes('administrator');
}

const MEMBER_ROLES: readonly Role[] = ['operator', 'agent', 'moderator', 'administrator'];

/** Whether the viewer works for a member, and so reads the public rows as the member does. */
export function isOfMember({ roles }: Observer): boolean {
  return roles.some((role) => MEMBER_ROLES.includes(role));
}

/** Names people to viewers: real ones where they may be known, else a masked one that stays the same. */
export interface Names {
  /** Null: nobody of this organisation. */
  nameOf(person: string): string | null;
  /** The same for a person at all times, and nothing can be derived from it. */
  maskOf(person: string): string;
  /** Hash of the person's picture; null: none. */
  pictureOf(person: string): string | null;
}

const MASK_DIGITS = 6;

export function namesOf({ names, pictures }: KnownNames, secret: Buffer): Names {
  return {
    nameOf: (person) => names.get(person) ?? null,
    maskOf: maskedBy(secret),
    pictureOf: (person) => pictures.get(person) ?? null,
  };
}

/** Masked names of people, under which they are known until a deal is paid. */
export function maskedBy(secret: Buffer): (person: string) => string {
  return (person) =>
    createHmac('sha256', secret)
      .update(`masked name/${person}`)
      .digest('hex')
      .slice(0, MASK_DIGITS)
      .toUpperCase();
}

/** `isKnown`: the viewer may learn who it is. */
export function personRef(person: string, names: Names, isKnown: boolean): PersonRef {
  const name = isKnown ? names.nameOf(person) : null;
  if (name === null)
    return { id: names.maskOf(person).toLowerCase(), name: names.maskOf(person), isMasked: true };
  return { id: person, name, isMasked: false };
}

/** With the picture, for whom the person has put it up: himself, the other party of a paid deal, administrators. */
export function shownPersonRef(person: string, names: Names): PersonRef {
  const ref = personRef(person, names, true);
  const picture = names.pictureOf(person);
  return ref.isMasked || picture === null ? ref : { ...ref, picture };
}
