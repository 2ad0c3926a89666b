// Members of the channel: parameters, persons, banks, and what each sets up for itself. How parameters change stands in
// parameters-proposal.ts.
import { bic } from './bic.js';
import {
  eitherCommand,
  machineCommand,
  ownedRow,
  personCommand,
  type RowOf,
  sharedRow,
} from './declaration.js';
import { displayName } from './display-name.js';
import {
  amount,
  bank,
  basisPoints,
  channelName,
  id,
  instant,
  intentForm,
  key32,
  msp,
  nothing,
  publicKey,
  range,
  span,
  version,
  version1,
} from './forms.js';
import { dictionary, distinct, exactly, list, oneOf, orNull, type Parsed, text } from './parse.js';

export const MEMBERS_LIMIT = 200;
const BANKS_LIMIT = 100;
const CURRENCIES_LIMIT = 50;

const memberKind = oneOf(['marketplace', 'bank', 'courier']);
const members = list(exactly({ msp, kind: memberKind }), { least: 2, most: MEMBERS_LIMIT });
const role = oneOf(['client', 'administrator', 'moderator', 'operator', 'agent']);
const roles = distinct(role, { least: 1, most: 5 });

/** What members agree on for offers and deals to come; a running deal has its own in its terms. */
const agreed = {
  members,
  /** The commission is the marketplace's own affair up to here. */
  commissionCapBasisPoints: basisPoints,
  minimumPartBasisPoints: basisPoints,
  /** How far a transaction's timestamp may be from its peers' clocks. */
  windowMs: span,
  /** Waited beside twice the window before time is taken to be over. */
  slackMs: span,
  payTimeMs: range,
  answerTimeMs: range,
  inspectionTimeMs: range,
  /** How long the seller has to hand the parcel to the courier. */
  shipTimeMs: range,
  /** How long the courier has to deliver it. */
  deliverTimeMs: range,
  /** How long a party has for each step of a settlement or dispute. */
  stepTimeMs: span,
  /** How long a payee's bank has to credit what was captured. */
  creditTimeMs: span,
  /** From the purchase on; after it a payer's bank may decide alone. */
  longStopMs: span,
  /** From the voice that decides a change of these settings until the change may be applied. */
  changeDelayMs: span,
};
export const agreedSettings = exactly(agreed);
/** What a proposal proposes: everything but the commission itself. */
export type AgreedSettings = Parsed<typeof agreedSettings>;
/** The names of a record are exactly its keys. */
export const AGREED_NAMES = Object.keys(agreed) as readonly (keyof AgreedSettings)[];

/** `parameters`: one row, agreement lane. Times in milliseconds. */
export const parametersRow = sharedRow({
  kind: 'parameters',
  ids: [],
  form: exactly({
    v: version1,
    /** 1 at the founding, one more with each proposal that is applied. */
    version,
    channel: channelName,
    marketplace: msp,
    ...agreed,
    commissionBasisPoints: basisPoints,
    /** Currency → the marketplace's commission account in it, once it has been linked. */
    commissionLinks: dictionary(/^[A-Z]{3}$/, id, CURRENCIES_LIMIT),
  }),
});
export type ParametersRow = RowOf<typeof parametersRow>;

const personForm = exactly({
  v: version1,
  id,
  owner: msp,
  status: oneOf(['new', 'active']),
  key: orNull(publicKey),
  roles: distinct(role, { least: 0, most: 5 }),
});

/** `person/<id>`: owned by the organisation that registered the person. Initial: new, no key, no roles. */
export const personRow = ownedRow(
  { kind: 'person', ids: ['id'], form: personForm },
  {
    initial: { status: 'new', key: null, roles: [] },
  },
);
export type PersonRow = RowOf<typeof personRow>;

const tariff = exactly({
  /** Interbank fee in basis points for banks that `toBank` does not name. */
  usualBasisPoints: basisPoints,
  toBank: dictionary(/^[0-9]{2}$/, basisPoints, BANKS_LIMIT),
});
export type Tariff = ReturnType<typeof tariff>;

const bankName = displayName(100);

/**
 * Currency → the most that this bank credits on the word of each other bank, minor units, until that has settled. In a
 * currency that is not named it credits nothing on another's word.
 */
const debitCaps = dictionary(/^[A-Z]{3}$/, amount, CURRENCIES_LIMIT);

const bankForm = exactly({
  v: version1,
  id: bank,
  owner: msp,
  status: oneOf(['new', 'active']),
  name: bankName,
  bic,
  tariff: orNull(tariff),
  /** Still accepted for the life of a quote. */
  previousTariff: orNull(tariff),
  tariffSince: instant,
  /** HPKE public key (X25519, base64url) that browsers seal codes to. */
  sealingKey: orNull(key32),
  debitCaps,
});

/** `bank/<two digits>`: owned by that bank. Initial: new, nothing published. */
export const bankRow = ownedRow(
  { kind: 'bank', ids: ['id'], form: bankForm },
  {
    initial: {
      status: 'new',
      tariff: null,
      previousTariff: null,
      tariffSince: 0,
      sealingKey: null,
      debitCaps: {},
    },
  },
);
export type BankRow = RowOf<typeof bankRow>;

/** `bankName/<skeleton>`: made with the bank, so that no other bank's name looks like its own. */
export const bankNameRow = sharedRow({
  kind: 'bankName',
  ids: ['skeleton'],
  form: exactly({ v: version1, skeleton: text(/^[0-9A-Za-z&+%]{1,500}$/, "a name's skeleton"), bank }),
});
export type BankNameRow = RowOf<typeof bankNameRow>;

/** Founds the channel, once: by the X.509 administrator of the organisation that every operator names marketplace. */
export const setParameters = machineCommand({
  action: 'setParameters',
  lane: 'agreement',
  machine: exactly({ ...agreed, commissionBasisPoints: basisPoints }),
  conflictKeys: ['parameters'],
  cost: 6,
  isFirst: true,
});

/** By an administrator of the marketplace, within the cap, for offers that are not listed yet. */
export const setCommission = personCommand({
  action: 'setCommission',
  lane: 'agreement',
  signed: exactly({ commissionBasisPoints: basisPoints }),
  conflictKeys: ['parameters'],
  cost: 6,
});

/** By an administrator of the marketplace: its account takes the commissions in its currency from now on. */
export const setCommissionAccount = personCommand({
  action: 'setCommissionAccount',
  lane: 'agreement',
  signed: exactly({ link: id }),
  conflictKeys: ['parameters'],
  cost: 10,
});

/**
 * The person's id is the intent's id. By certificate: an administrator's, only persons who will be administrators; a
 * registrar's, only persons who will be clients.
 */
export const registerPerson = eitherCommand({
  action: 'registerPerson',
  lane: 'agreement',
  signed: nothing,
  machine: exactly({ person: id }),
  steps: { person: { new: [null] } },
  conflictKeys: ['person/{person}'],
  cost: 10,
  byRegistrar: true,
});

const confirmation = exactly({ person: id, key: publicKey, roles });

/** Key and roles, by an administrator of the organisation that registered the person. */
export const confirmPerson = eitherCommand({
  action: 'confirmPerson',
  lane: 'owner',
  signed: confirmation,
  machine: confirmation,
  steps: { person: { active: ['new'] } },
  conflictKeys: ['person/{person}'],
  cost: 10,
});

/**
 * The first key of a client, by the registrar of the organisation that registered the person. `claim`: signed by that
 * key, the body of `claimBody`; so nobody is given a key that he does not have.
 */
export const confirmClient = machineCommand({
  action: 'confirmClient',
  lane: 'owner',
  machine: exactly({ person: id, claim: intentForm }),
  steps: { person: { active: ['new'] } },
  conflictKeys: ['person/{person}'],
  cost: 10,
  byRegistrar: true,
});

export const registerBank = personCommand({
  action: 'registerBank',
  lane: 'agreement',
  signed: exactly({ bank, owner: msp, name: bankName, bic }),
  steps: { bank: { new: [null] } },
  conflictKeys: ['bank/{bank}'],
  cost: 10,
});

/** Tariff, sealing key and debit caps, by the bank's operator. */
export const publishBank = personCommand({
  action: 'publishBank',
  lane: 'owner',
  signed: exactly({ bank, tariff, sealingKey: key32, debitCaps }),
  steps: { bank: { active: ['new', 'active'] } },
  conflictKeys: ['bank/{bank}'],
  cost: 10,
});

/** The organisation's secret, 32 bytes in base64url; set once. */
export const setSecret = machineCommand({
  action: 'setSecret',
  lane: 'owner',
  machine: exactly({ secret: key32 }),
  conflictKeys: ['bank-secrets'],
  cost: 6,
  isFirst: true,
});

/** The banks whose word on their money this organisation accepts. */
export const trustBanks = machineCommand({
  action: 'trustBanks',
  lane: 'owner',
  machine: exactly({
    banks: list(exactly({ bank, msp }), { least: 1, most: BANKS_LIMIT }),
  }),
  conflictKeys: ['bank-secrets'],
  cost: 6,
  isFirst: true,
});

export const memberRows = {
  parameters: parametersRow,
  person: personRow,
  bank: bankRow,
  bankName: bankNameRow,
} as const;
export const memberCommands = {
  setParameters,
  setCommission,
  setCommissionAccount,
  registerPerson,
  confirmPerson,
  confirmClient,
  registerBank,
  publishBank,
  setSecret,
  trustBanks,
} as const;
