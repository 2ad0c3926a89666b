// What this member says of a receipt that somebody shows: part by part, from its own tables, and nothing beyond what
// was handed in. The money that went to payees is spoken of only where a member has signed the receipt: otherwise
// everybody could ask whether a guess is right.
import { canonicalJson, hashOf, type Json } from '../../chaincode/protocol/canonical-json.js';
import type { Instant } from '../../chaincode/protocol/forms.js';
import type { Rows } from '../../chaincode/protocol/rows.js';
import {
  CHECK_DOMAIN,
  type Receipt,
  type ReceiptCheck,
  type ReceiptRow,
  type SignedReceipt,
  type Verdict,
} from '../protocol/api/receipts.js';
import type { CarriedIntent, LedgerReads, RowVersion } from '../store/ledger-reads.js';
import {
  attestationIn,
  inFormOf,
  isReceiptForm,
  isReceiptKind,
  type ReceiptKind,
} from '../views/receipt-rows.js';
import type { SignatureChecker } from './member-signatures.js';

export interface ReceiptCheckOptions {
  readonly member: string;
  readonly channel: string;
  readonly ledger: LedgerReads;
  readonly isSigned: SignatureChecker;
}

type RowVerdict = ReceiptCheck['rows'][number];

/** What this member has of the deal. */
interface Known {
  readonly receipt: Receipt;
  readonly isGenuine: boolean;
  readonly newest: number;
  readonly versions: readonly RowVersion[];
  readonly transactions: ReadonlySet<string>;
}

export async function checkReceipt(
  { member, channel, ledger, isSigned }: ReceiptCheckOptions,
  signed: SignedReceipt,
  now: Instant,
): Promise<ReceiptCheck> {
  const { receipt, signature } = signed;
  const newest = await ledger.newestBlock();
  const verdict = isSigned(receipt, signature, receipt.issuedAt);
  const isHere = receipt.channel === channel;
  const { deal, holder, intents, rows } = receipt;
  const known: Known = {
    ...{ receipt, newest, isGenuine: verdict === 'fits' },
    versions: isHere ? await ledger.versions(deal) : [],
    transactions: isHere ? await ledger.transactionsOf(deal) : new Set(),
  };
  const ids = intents.map(({ intent }) => intent.body.id);
  const carried = isHere ? await ledger.carried(holder, ids) : [];
  return {
    ...{ v: 1, domain: CHECK_DOMAIN, member, at: now, block: newest },
    receipt: hashOf(signed),
    signature: verdict,
    intents: intents.map((shown) => ({
      id: shown.intent.body.id,
      verdict: intentVerdict(
        shown,
        carried.filter(({ intent }) => intent.body.id === shown.intent.body.id),
      ),
    })),
    rows: rows.map((row) => rowVerdict(row, known)),
  };
}

/** The whole command is compared, signature included: who does not hold it learns nothing of its parts. */
function intentVerdict(shown: Receipt['intents'][number], carried: readonly CarriedIntent[]): Verdict {
  if (carried.length === 0) return 'unknown';
  const isSame = ({ intent, block, txId }: CarriedIntent): boolean =>
    block === shown.block && txId === shown.txId && isSameJson(intent, shown.intent);
  return carried.some(isSame) ? 'fits' : 'differs';
}

function rowVerdict(shown: ReceiptRow, known: Known): RowVerdict {
  const { key } = shown;
  const kind = kindOf(shown, known.receipt.deal);
  // Decided before anything is looked up: it says nothing of this member's tables.
  if (kind === null) return { key, verdict: 'differs', isNewest: false };
  const versions = known.versions.filter((version) => version.key === key);
  const isSpokenOf = kind !== 'credit' || known.isGenuine;
  if (!isSpokenOf || versions.length === 0 || shown.block > known.newest) {
    return { key, verdict: 'unknown', isNewest: false };
  }
  const then = versions.find(({ block }) => block === shown.block);
  const isKnown = known.transactions.has(`${String(shown.block)}/${shown.txId}`);
  const fits = then !== undefined && isKnown && isSameRow(kind, shown, then);
  return { key, verdict: fits ? 'fits' : 'differs', isNewest: fits && then === versions.at(-1) };
}

/** Null: no receipt of that deal holds such a row. */
function kindOf({ key, row }: ReceiptRow, deal: string): ReceiptKind | null {
  const [kind = '', of] = key.split('/');
  return isReceiptKind(kind) && of === deal && isReceiptForm(kind, row) ? kind : null;
}

function isSameRow(kind: ReceiptKind, { row, attestation }: ReceiptRow, then: RowVersion): boolean {
  const body = then.body as Rows[ReceiptKind]; // the version's key names the kind
  if (!then.isAttested || !isSameJson(inFormOf(row, body), row)) return false;
  return attestationIn(kind, row, body) === attestation;
}

function isSameJson(left: Json, right: Json): boolean {
  return canonicalJson(left) === canonicalJson(right);
}
