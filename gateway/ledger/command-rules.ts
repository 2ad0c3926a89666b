// Duty: what the batcher must know of a command beforehand: the shared rows that it writes, and about what it
// costs (ledger-plan rules 22, 25). Must not: refuse anything; a wrong guess costs a retry, never a result.
import { LANE_OF, type Action, type Command, type Lane } from '../../chaincode/protocol/commands.js';
import { rowKey } from '../../chaincode/protocol/rows.js';

interface CommandRule {
  /**
   * Rows by which commands could disturb each other; `{deal}` stands for the command's parameter of that name, and a
   * row whose parameter is missing is left out.
   */
  readonly rows: readonly string[];
  /**
   * Work of peers and chaincode, in stub calls: intents and attestation cost reads, results cost writes, and what a
   * longer list makes dearer counts more. The plan's average is 16.
   */
  readonly cost: number;
}

/** Which stock row an admission or an expiry writes, the command does not tell: one lock for all. */
const STOCK = 'stock';
/** The agreement steps of a deal read or write its phase and its reservation: one lock for them. */
const DEAL = 'deal/{deal}';
const SHIPMENT = 'shipment/{deal}';
/** A bank's steps on the money of a deal read what it said on the deal's other payments. */
const MONEY = 'money/{deal}';
const ACCOUNT = 'account/{account}';

/**
 * Payments and purchases create rows of their own and share nothing. Payers' accounts do not show in the commands on
 * payments: whoever sends those names them (`SendOptions.rows`).
 */
const RULES: { readonly [A in Action]: CommandRule } = {
  setParameters: { rows: ['parameters'], cost: 6 },
  setCommissionAccount: { rows: ['parameters'], cost: 10 },
  registerBank: { rows: ['bank/{bank}'], cost: 10 },
  registerPerson: { rows: ['person/{person}'], cost: 10 },
  askLink: { rows: [], cost: 10 },
  draftOffer: { rows: [], cost: 10 },
  editOffer: { rows: ['offer/{offer}'], cost: 12 },
  moderateOffer: { rows: ['offer/{offer}'], cost: 10 },
  listOffer: { rows: ['offer/{offer}'], cost: 14 },
  buy: { rows: [], cost: 10 },
  // Seven calls, and a signature.
  submitPayment: { rows: [], cost: 12 },
  admitPayment: { rows: [DEAL, STOCK], cost: 7 },
  closeAdmission: { rows: [DEAL], cost: 12 },
  markPaid: { rows: [DEAL], cost: 50 },
  acceptGoods: { rows: [DEAL], cost: 14 },
  startInspection: { rows: [DEAL], cost: 10 },
  complete: { rows: [DEAL], cost: 20 },
  closePayments: { rows: [DEAL], cost: 8 },
  expire: { rows: [DEAL, STOCK], cost: 50 },
  setSecret: { rows: ['bank-secrets'], cost: 6 },
  trustBanks: { rows: ['bank-secrets'], cost: 6 },
  publishBank: { rows: ['bank/{bank}'], cost: 10 },
  confirmPerson: { rows: ['person/{person}'], cost: 10 },
  openAccount: { rows: [ACCOUNT], cost: 12 },
  deposit: { rows: [ACCOUNT], cost: 14 },
  withdraw: { rows: [ACCOUNT], cost: 14 },
  confirmLink: { rows: ['link/{link}', ACCOUNT], cost: 14 },
  // Nine calls, and a signature.
  answerPayment: { rows: [MONEY], cost: 15 },
  acceptParcel: { rows: [SHIPMENT], cost: 12 },
  deliver: { rows: [SHIPMENT], cost: 12 },
  recordDelivery: { rows: [SHIPMENT], cost: 8 },
  capture: { rows: [MONEY], cost: 25 },
  credit: { rows: ['credit/{deal}/{payment}/{payee}'], cost: 11 },
  postCredits: { rows: [ACCOUNT], cost: 20 },
  voidPayment: { rows: [MONEY], cost: 20 },
};
const UNKNOWN_ACTION: CommandRule = { rows: [], cost: 1 };

/** Rows that no two transactions in flight may both write; an intent counts as one, so that it never flies twice. */
export function locksOf(command: Command): readonly string[] {
  const params = { ...command.intent?.body.params, ...command.params };
  const rows = ruleOf(command).rows.flatMap((template) => {
    const row = template.replace(/\{(\w+)\}/g, (_, name: string) => {
      const value = params[name];
      return typeof value === 'string' ? value : MISSING;
    });
    return row.includes(MISSING) ? [] : [row];
  });
  return command.intent === undefined ? rows : [rowKey('usedIntent', command.intent.body.id), ...rows];
}

/** The row of an account, for senders of commands that move its money and do not name it. */
export function accountRow(account: string): string {
  return ACCOUNT.replace('{account}', () => account);
}

/** Never part of an id. */
const MISSING = '\u0000';

/** Whether a command belongs to an owner's lane: sent in the public one, it would be in the blocks for good. */
export function mustStayPrivate({ action, intent }: Command): boolean {
  const lanes: { readonly [action: string]: Lane } = LANE_OF;
  return [action, intent?.body.action].some(
    (name) => name !== undefined && Object.hasOwn(lanes, name) && lanes[name] === 'owner',
  );
}

export function costOf(command: Command): number {
  return ruleOf(command).cost;
}

/** A command of an unknown action is sent as well: refusing is the chaincode's affair. */
function ruleOf({ action }: Command): CommandRule {
  const rules: { readonly [action: string]: CommandRule } = RULES;
  return Object.hasOwn(rules, action) ? (rules[action] ?? UNKNOWN_ACTION) : UNKNOWN_ACTION;
}
