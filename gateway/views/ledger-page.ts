// Transactions and histories of the ledger as one viewer may see them. Pure. Members' people read what the member
// reads; a client sees what he signed, and of his own deals what is listed here. What is not in here reaches no client.
import type { Command } from '../../chaincode/protocol/commands.js';
import type { Json } from '../../chaincode/protocol/canonical-json.js';
import type { ProjectedEvent } from '../projection/block-changes.js';
import type { PersonRef } from '../protocol/api/forms.js';
import type { LedgerCommandInfo, LedgerHistory, LedgerTransactionPage } from '../protocol/api/ledger.js';
import type { StoredCommand, StoredTransaction } from '../store/ledger-reads.js';
import type { DealSight } from './deal-page.js';
import { isOfMember, type Names, type Observer, personRef } from './viewer.js';

/** By deal: those that the viewer takes part in. */
export type Sights = ReadonlyMap<string, DealSight>;

export interface LedgerViewer {
  readonly viewer: Observer;
  readonly names: Names;
  readonly sights: Sights;
}

export interface SeenTransaction {
  readonly transaction: StoredTransaction;
  readonly blockHash: string;
  readonly commands: readonly StoredCommand[];
  readonly events: readonly ProjectedEvent[];
}

const OF_DEAL = ['deal'];
const OF_PAYMENT = ['deal', 'payment'];
/** What the parties of a deal may see of others' commands on it: these members, and no signature. */
const SHOWN_TO_PARTIES: { readonly [action: string]: readonly string[] } = {
  buy: ['offer', 'termsHash', 'recipientCodeHash', 'boughtAt'],
  submitPayment: ['deal', 'termsHash', 'amount', 'fee', 'currency', 'arrivedAt'],
  acceptGoods: ['deal', 'termsHash'],
  cancelDeal: ['deal', 'termsHash'],
  concedeDeal: ['deal', 'termsHash'],
  decideDeal: ['deal', 'outcome'],
  admitPayment: OF_PAYMENT,
  closeAdmission: OF_PAYMENT,
  closePayments: OF_DEAL,
  expire: OF_DEAL,
  markPaid: OF_DEAL,
  startInspection: OF_DEAL,
  complete: OF_DEAL,
};

/** Null: nothing in it is for this viewer. */
export function transactionPage(seen: SeenTransaction, by: LedgerViewer): LedgerTransactionPage | null {
  const { transaction, blockHash, commands, events } = seen;
  const items = commands.flatMap((command) => commandInfo(command, by) ?? []);
  const shown = events.filter((event) => isShown(event, by));
  if (!isOfMember(by.viewer) && items.length === 0 && shown.length === 0) return null;
  return {
    ...transaction,
    blockHash,
    items,
    events: shown.map(({ name: event, kind, ids, deal }) => ({ event, kind, ids: [...ids], deal })),
    hidden: commands.length - items.length,
  };
}

/** Null: there is no such deal for this viewer. `events`: oldest first. */
export function dealHistory(
  of: { readonly deal: string; readonly newest: number; readonly events: readonly ProjectedEvent[] },
  by: LedgerViewer,
): LedgerHistory | null {
  const { deal, newest, events } = of;
  if (events.length === 0 || (!isOfMember(by.viewer) && !by.sights.has(deal))) return null;
  const steps = events.filter((event) => isShown(event, by));
  return {
    deal,
    newest,
    steps: steps.map(({ name: event, kind, ids, at, block, txId, creator, person }) => ({
      ...{ event, kind, ids: [...ids], deal, at, block, txId, creator },
      signer: person === null ? null : signerRef(person, deal, by),
    })),
  };
}

function isShown(event: ProjectedEvent, { viewer, sights }: LedgerViewer): boolean {
  if (isOfMember(viewer)) return true;
  if (event.deal === null) return event.person === viewer.person;
  return sights.get(event.deal)?.shows(event) ?? false;
}

/** Null: it is not for this viewer. */
function commandInfo(stored: StoredCommand, by: LedgerViewer): LedgerCommandInfo | null {
  const { place, action, id, person, isOk, code, command } = stored;
  const deal = command === null ? null : dealOf(command, id);
  const head = {
    place,
    action,
    id,
    isOk,
    code,
    signer: person === null ? null : signerRef(person, deal, by),
  };
  if (isOfMember(by.viewer) || person === by.viewer.person) {
    const params = command === null ? null : paramsOf(command);
    return { ...head, params, without: [], ...signatureOf(command) };
  }
  const isOfOwnDeal = deal !== null && by.sights.has(deal);
  return command === null || !isOfOwnDeal ? null : partsShown(command, head);
}

/** As the parties of its deal may see a command of others; null: not at all. */
function partsShown(
  command: Command,
  head: Omit<LedgerCommandInfo, 'params' | 'without' | 'signature'>,
): LedgerCommandInfo | null {
  const { action } = head;
  const names = Object.hasOwn(SHOWN_TO_PARTIES, action) ? SHOWN_TO_PARTIES[action] : undefined;
  if (names === undefined) return null;
  const all = Object.entries(paramsOf(command));
  return {
    ...head,
    params: Object.fromEntries(all.filter(([name]) => names.includes(name))),
    without: all.flatMap(([name]) => (names.includes(name) ? [] : [name])),
    signature: null,
  };
}

function signatureOf(command: Command | null): Pick<LedgerCommandInfo, 'signature'> {
  const intent = command?.intent;
  if (intent === undefined) return { signature: null };
  const { key, signature, body } = intent;
  return { signature: { key, signature, expiresAt: body.expiresAt } };
}

/** What was signed, or what a machine said. */
function paramsOf({ intent, params }: Command): Record<string, Json> {
  return { ...params, ...intent?.body.params };
}

/** A purchase makes the deal, so the deal has its id. */
function dealOf(command: Command, id: string): string | null {
  if (command.action === 'buy') return id;
  const { deal } = paramsOf(command);
  return typeof deal === 'string' ? deal : null;
}

/** Members know people by their ids on the ledger, and by name where they are their own. */
function signerRef(person: string, deal: string | null, { viewer, names, sights }: LedgerViewer): PersonRef {
  if (isOfMember(viewer)) return { id: person, name: names.nameOf(person) ?? person, isMasked: false };
  const sight = deal === null ? undefined : sights.get(deal);
  return sight?.refOf(person) ?? personRef(person, names, person === viewer.person);
}
