// Invitations: the buyer signed each, who took it signed with its key and his own, and only then anybody else pays.
import type { DealTerms, InvitationRow, TermsRow } from '../chaincode/protocol/deal.js';
import { attached, keyThumbprint } from '../chaincode/protocol/intent.js';
import { acceptanceBody } from '../chaincode/protocol/invitation-text.js';
import type { PaymentRow } from '../chaincode/protocol/payment.js';
import { isSigned } from '../chaincode/signatures/intent-signatures.js';
import { firstBroken, sameJson, sumOf, writesOf, type CheckScope } from './check.js';
import type { EscrowTransaction, LedgerRows, RowWrite } from './escrow-transaction.js';
import { covers } from './signed-statement.js';

export class InvitationCheck {
  /** Payments by each invitation, as they were submitted. */
  private readonly payments = new Map<string, string[]>();

  check(transaction: EscrowTransaction, scope: CheckScope): void {
    const faults: (readonly [key: string, fault: string | null])[] = [];
    for (const { key, before, after } of writesOf(transaction, 'payment')) {
      if (before !== null) continue;
      this.note(after);
      faults.push([key, payerFault(after, scope)]);
    }
    for (const write of writesOf(transaction, 'invitation')) {
      faults.push([write.key, this.invitationFault(write, transaction, scope)]);
    }
    for (const { key, after } of writesOf(transaction, 'reservation')) {
      const held = after.payments.flatMap((id) => scope.ledger.attested('payment', after.deal, id) ?? []);
      if (!after.released) faults.push([key, sumsFault(held, scope.ledger)]);
    }
    for (const [key, fault] of faults) {
      scope.findings.expect('invitations', transaction.place, fault === null, () => ({
        found: `${key}: ${fault ?? ''}`,
        needed: 'the buyer, or who took an invitation that he signed, for no more than it allows',
      }));
    }
  }

  private note({ deal, id, invitation }: PaymentRow): void {
    if (invitation === null) return;
    const name = `${deal}/${invitation}`;
    this.payments.set(name, [...(this.payments.get(name) ?? []), id]);
  }

  private invitationFault(
    { before, after }: RowWrite<'invitation'>,
    transaction: EscrowTransaction,
    scope: CheckScope,
  ): string | null {
    const { ledger, channel } = scope;
    const row = ledger.row('terms', after.deal);
    if (row === null) return 'for a deal that is not there';
    return (
      signedFault(after, row, scope) ??
      (before === null ? madeFault(after, row.terms, transaction) : changedFault(before, after)) ??
      (after.accepted === null ? null : takenFault(after, row.terms, channel)) ??
      this.stateFault({ before, after }, row.terms, { transaction, ledger })
    );
  }

  private stateFault(
    { before, after }: Pick<RowWrite<'invitation'>, 'before' | 'after'>,
    { buyer }: DealTerms,
    of: { readonly transaction: EscrowTransaction; readonly ledger: LedgerRows },
  ): string | null {
    const isTakenNow = after.accepted !== null && (before === null || before.accepted === null);
    const isUsed = (this.payments.get(`${after.deal}/${after.id}`) ?? []).some(
      (id) => of.ledger.attested('payment', after.deal, id) !== null,
    );
    const isWithdrawn = after.status === 'withdrawn';
    return firstBroken(
      [() => after.status !== 'accepted' || after.accepted !== null, 'accepted by nobody'],
      [() => after.status !== 'open' || after.accepted === null, 'open, though somebody took it'],
      [() => !isTakenNow || of.transaction.timestampMs <= after.until, 'taken when it was over'],
      [() => !isWithdrawn || isWithdrawnBy(buyer, after, of.transaction), 'not withdrawn by the buyer'],
      [() => !isWithdrawn || !isUsed, 'withdrawn though something was paid by it'],
    );
  }
}

/** Who may pay: the buyer, or the person who took the invitation that the payment names. */
function payerFault(payment: PaymentRow, scope: CheckScope): string | null {
  const { ledger, channel } = scope;
  const { deal, payer, invitation: id, amount } = payment;
  const row = ledger.row('terms', deal);
  if (row === null) return 'in a deal that is not there';
  if (id === null) return payer === row.terms.buyer ? null : 'by somebody whom the buyer did not invite';
  const invitation = ledger.row('invitation', deal, id);
  if (invitation === null) return 'by an invitation that is not there';
  return firstBroken(
    [() => invitation.status === 'accepted', `by an invitation that is ${invitation.status}`],
    [() => invitation.accepted?.person === payer, 'by an invitation that another person took'],
    [() => signedFault(invitation, row, scope) === null, 'by an invitation that the buyer did not sign'],
    [() => takenFault(invitation, row.terms, channel) === null, 'by an invitation that nobody took'],
    [() => BigInt(amount) <= BigInt(invitation.most), `of ${amount} by an invitation for ${invitation.most}`],
  );
}

/** Payments by one invitation count together. */
function sumsFault(payments: readonly PaymentRow[], ledger: LedgerRows): string | null {
  for (const { deal, invitation: id } of payments) {
    if (id === null) continue;
    const sum = sumOf(payments.filter(({ invitation }) => invitation === id));
    const most = ledger.row('invitation', deal, id)?.most ?? '0';
    if (sum > BigInt(most)) return `${sum.toString()} by an invitation for ${most}`;
  }
  return null;
}

function signedFault(row: InvitationRow, terms: TermsRow, { ledger, channel }: CheckScope): string | null {
  const { id, deal, invitationKey, most, until, signed } = row;
  const params = { deal, termsHash: terms.termsHash, invitationKey, most, until };
  const link = ledger.attested('link', terms.terms.buyerLink);
  return firstBroken(
    [() => signed.id === id, 'with the signature of another invitation'],
    [() => link?.person === terms.terms.buyer, "a link that is not the buyer's"],
    [
      () => covers(signed, { channel, action: 'invitePayer', params, link }),
      'without the signature of the buyer',
    ],
  );
}

function madeFault(
  { most, until }: InvitationRow,
  { offerTerms, payDeadline }: DealTerms,
  { timestampMs }: EscrowTransaction,
): string | null {
  return firstBroken(
    [() => BigInt(most) <= BigInt(offerTerms.price), `for ${most} of a price of ${offerTerms.price}`],
    [() => timestampMs <= until && until <= payDeadline, 'over before it began, or longer than the deal'],
  );
}

function changedFault(before: InvitationRow, after: InvitationRow): string | null {
  const { status } = before;
  const { accepted } = after;
  const isSame = sameJson({ ...before, accepted }, { ...after, status });
  const isKept = before.accepted === null || sameJson(before.accepted, accepted);
  return isSame && isKept ? null : 'another invitation than before';
}

/** Taken with its own key, and with the key of the links that the payer will pay from. */
function takenFault(row: InvitationRow, { buyer }: DealTerms, channel: string): string | null {
  const { id: invitation, deal, invitationKey, accepted } = row;
  if (accepted === null) return 'taken by nobody';
  const { person, keyThumbprint: thumbprint, invitationSignature, signed } = accepted;
  const body = acceptanceBody({ channel, deal, invitation, person, keyThumbprint: thumbprint });
  const { id, ...own } = signed;
  const params = { deal, invitation, keyThumbprint: thumbprint, invitationSignature };
  const said = { channel, id, person, action: 'acceptInvitation', params };
  return firstBroken(
    [() => person !== buyer, 'taken by the buyer himself'],
    [() => isSigned({ body, key: invitationKey, signature: invitationSignature }), 'without its own key'],
    [
      () => keyThumbprint(own.key) === thumbprint && isSigned(attached(own, said)),
      'without the signature of who took it',
    ],
  );
}

/** The row holds no signature of the withdrawal: the buyer's command does. */
function isWithdrawnBy(buyer: string, { id, deal }: InvitationRow, { commands }: EscrowTransaction): boolean {
  return commands.some(({ action, intent }) => {
    if (action !== 'withdrawInvitation' || intent?.body.person !== buyer) return false;
    const { params } = intent.body;
    return params['invitation'] === id && params['deal'] === deal;
  });
}
