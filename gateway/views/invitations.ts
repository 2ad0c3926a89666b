// Invitations to pay as a viewer may see them: the buyer all of his deal, a payer his own, a link's holder what it is
// for.
import { isPaymentCounted, isPaymentOpen, sumOf } from '../../chaincode/protocol/deal-state.js';
import type { InvitationRow, TermsRow } from '../../chaincode/protocol/deal.js';
import type { Instant } from '../../chaincode/protocol/forms.js';
import type { DealView } from '../../chaincode/protocol/queries.js';
import type { InvitationInfo, InvitationPreview } from '../protocol/api/invitations.js';
import { moneyOf } from './deal-money.js';
import { type Names, type Observer, personRef } from './viewer.js';

interface Looking {
  readonly view: DealView;
  readonly viewer: Observer;
  readonly names: Names;
  readonly now: Instant;
}

/** To anybody but the buyer and the person who took it there is no invitation. */
export function invitationInfos({ view, viewer, names, now }: Looking): InvitationInfo[] {
  const isBuyer = view.terms?.terms.buyer === viewer.person;
  return view.invitations.flatMap((row) => {
    const taker = row.accepted?.person ?? null;
    const isMine = taker === viewer.person;
    if (!isBuyer && !isMine) return [];
    const { id, most, until } = row;
    return {
      ...{ id, most, until, isMine },
      status: statusOf(row, now),
      left: leftOf(view, row),
      takenBy: taker === null ? null : personRef(taker, names, true),
      isUnused: !view.payments.some(({ attested, row: payment }) => attested && payment.invitation === id),
    };
  });
}

/** Null: there is no such invitation. */
export function invitationPreview(
  of: {
    readonly view: DealView;
    readonly invitation: string;
    readonly title: string;
    readonly picture: string | null;
  },
  now: Instant,
): InvitationPreview | null {
  const { view, title, picture } = of;
  const row = view.invitations.find(({ id }) => id === of.invitation);
  if (row === undefined || view.terms === null) return null;
  const { terms }: TermsRow = view.terms;
  const { price, currency, missing } = moneyOf(view, terms, 'whole');
  const { id: invitation, deal, most, until, invitationKey } = row;
  const isOpen = view.phase?.status === 'open';
  const status = isOpen ? statusOf(row, now) : 'over';
  const { payDeadline } = terms;
  return {
    ...{ deal, invitation, title, picture, status, currency, price, missing, most, until },
    payDeadline,
    invitationKey,
  };
}

function statusOf({ status, until }: InvitationRow, now: Instant): InvitationInfo['status'] {
  if (status === 'withdrawn') return 'withdrawn';
  if (status === 'accepted') return 'taken';
  return now > until ? 'over' : 'open';
}

/** What may still be paid by it: payments that wait, are held or paid out count. */
function leftOf({ payments }: DealView, { id, most }: InvitationRow): string {
  const by = payments.filter(({ attested, row }) => attested && row.invitation === id);
  const counted = by.filter(
    (payment) =>
      isPaymentOpen(payment, payment.admission) ||
      isPaymentCounted(payment, payment.admission) ||
      payment.row.status === 'captured',
  );
  const left = BigInt(most) - sumOf(counted.map(({ row }) => row));
  return (left < 0n ? 0n : left).toString();
}
