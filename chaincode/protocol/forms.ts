// Strict forms of the values that commands and rows are made of.
import { isAccountNumberForm } from './account-number.js';
import { type DetachedSignature, type Intent, type IntentBody, isP256Key } from './intent.js';
import { isDealOperationId } from './operation-id.js';
import { badInput, constant, exactly, integer, membersOf, type Parser, text } from './parse.js';

/** Positive or zero integer minor units, decimal digits without sign, exponent or leading zero. */
export type Amount = string;
/** Milliseconds since 1970-01-01 UTC, a safe integer. */
export type Instant = number;
/** Lower-case hexadecimal SHA-256. */
export type Hash = string;
/** Milliseconds: least and most that are allowed, and what is usual. */
export type Range = { readonly least: number; readonly most: number; readonly usual: number };

export type MemberKind = 'marketplace' | 'bank' | 'courier';
export type Role = 'client' | 'administrator' | 'moderator' | 'operator' | 'agent';

const INSTANT_LIMIT = 8_640_000_000_000_000;
const WHOLE_BASIS_POINTS = 10_000;
/** Ten years in milliseconds: no time span of a parameter or an offer is longer. */
const SPAN_LIMIT_MS = 315_360_000_000;

/** Schema version that every row carries. */
export const version1 = constant(1);

const ID = /^[a-z]{1,24}_[0-9a-z]{8,64}$/;
export const id = text(ID, 'an id such as deal_0123456789abcdef');

export function isId(value: string): boolean {
  return ID.test(value);
}

export const bank = text(/^[0-9]{2}$/, 'two digits');
export const msp = text(/^[A-Za-z0-9][A-Za-z0-9.-]{0,63}$/, 'an MSP id');
export const hash = text(/^[0-9a-f]{64}$/, '64 lower-case hexadecimal digits');
export const key32 = text(/^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$/, '32 bytes in base64url');
export const amount = text(/^(0|[1-9][0-9]{0,17})$/, 'integer minor units as text');
export const positiveAmount = text(/^[1-9][0-9]{0,17}$/, 'positive integer minor units as text');
export const instant = integer(0, INSTANT_LIMIT);
export const span = integer(0, SPAN_LIMIT_MS);
export const basisPoints = integer(0, WHOLE_BASIS_POINTS);
export const count = integer(0, 1_000_000_000);
export const version = integer(1, Number.MAX_SAFE_INTEGER);
export const reasonCode = text(/^[A-Z][A-Z_]{0,39}$/, 'a code');
/** The bank's own reference of a customer. */
export const holder = text(/^[A-Za-z0-9_.-]{1,64}$/, '1 to 64 letters, digits, dots, dashes, underscores');
/** Who is paid a share of a deal: an open set, so that new kinds of payees need no new form. */
export const payee = text(/^[a-z][a-z0-9]{0,23}$/, 'a payee such as seller');
/** What a share of a deal is paid for, such as price or commission. */
export const purpose = text(/^[a-z][a-zA-Z]{0,23}$/, 'a purpose such as price');

export const nothing = exactly<Record<string, never>>({});
export const ofDeal = exactly({ deal: id });
export const ofPayment = exactly({ deal: id, payment: id });

export const account: Parser<string> = (value, at) => {
  if (typeof value === 'string' && isAccountNumberForm(value)) return value;
  throw badInput(at, 'something else', '17 digits: bank, number, check digits');
};

export const publicKey: Parser<string> = (value, at) => {
  if (typeof value === 'string' && isP256Key(value)) return value;
  throw badInput(at, 'something else', 'P-256 SubjectPublicKeyInfo DER in base64url');
};

export const range: Parser<Range> = (value, at) => {
  const found = exactly<Range>({ least: span, most: span, usual: span })(value, at);
  if (found.least <= found.usual && found.usual <= found.most) return found;
  throw badInput(at, 'values out of order', 'least ≤ usual ≤ most');
};

/** Id of an operation that is not on a deal's money. */
export const ownOperation: Parser<string> = (value, at) => {
  const found = id(value, at);
  if (!isDealOperationId(found)) return found;
  throw badInput(at, "the id of a deal's operation", 'an id with another prefix');
};

const SIGNATURE = text(/^[A-Za-z0-9_-]{86}$/, '64 bytes in base64url');
const CHANNEL = text(/^[a-z][a-z0-9.-]{0,248}$/, 'a channel name');
const ACTION = text(/^[a-zA-Z]{1,40}$/, 'an action');

export const channelName = CHANNEL;

/** What rows keep of an intent. */
export const detachedSignature = exactly<DetachedSignature>({
  expiresAt: instant,
  key: publicKey,
  signature: SIGNATURE,
});

/** A detached signature with the id of its intent. */
export const namedSignature = exactly({
  id,
  expiresAt: instant,
  key: publicKey,
  signature: SIGNATURE,
});

/** The outline of an intent; its parameters are parsed by the form of its action. */
export const intentForm: Parser<Intent> = exactly<Intent>({
  body: exactly<IntentBody>({
    version: version1,
    channel: CHANNEL,
    id,
    person: id,
    action: ACTION,
    params: membersOf,
    expiresAt: instant,
  }),
  key: publicKey,
  signature: SIGNATURE,
});
