// Who acts next, what, until when, the button for it, and why nothing else can be done now.
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { DealPage } from '../../gateway/protocol/api/deals.js';
import { isGivenBack } from '../../gateway/protocol/deal-status.js';
import { Deadline } from './deadline.js';
import { Icon } from './icon.js';

type Next = NonNullable<DealPage['next']>;

interface NextStepProps {
  readonly deal: DealPage;
  /** The button of the step, where it is the viewer's. */
  readonly children?: ReactNode;
}

export function NextStepCard({ deal, children }: NextStepProps): ReactNode {
  const { t } = useTranslation();
  const next = nextForViewer(deal);
  const isMine = next?.isMine === true;
  return (
    <section
      aria-labelledby="next-step"
      className={`card grid gap-3 border-s-4 p-5 sm:p-6 ${isMine ? 'border-s-accent' : 'border-s-line-strong'}`}
    >
      <p className="hint">{isMine ? t('next.yours') : next === null ? t('next.nobody') : t('next.others')}</p>
      <h2 id="next-step" className="-mt-2">
        {next === null ? t(`next.over.${deal.status}`) : stepWords(t, next)}
      </h2>
      {next !== null && <p>{t(`next.about.${next.isMine ? 'mine' : 'theirs'}.${next.what}`)}</p>}
      <Settlement of={deal} />
      {next?.until != null && (
        <p className="flex items-center gap-2 font-semibold">
          <Icon name="clock" size={18} />
          <Deadline at={next.until} />
        </p>
      )}
      {children}
      <WhyNot deal={deal} />
    </section>
  );
}

/** Between whom the settlement is that the payout waits for. */
function Settlement({ of: { next, settlement } }: { readonly of: DealPage }): ReactNode {
  const { t } = useTranslation();
  if (settlement === null || next?.what !== 'settle') return null;
  return <p className="font-semibold">{t('next.settlement', settlement)}</p>;
}

/** While the viewer's own payment waits for its code, it is not the bank who is waited for. */
export function nextForViewer({ next, payments }: DealPage): Next | null {
  const awaitsCode = payments.some(({ isMine, place }) => isMine && place === 'asked');
  return next?.what === 'answer' && awaitsCode ? { ...next, isMine: true } : next;
}

type Translate = (key: string) => string;

function stepWords(t: Translate, { who, what, isMine }: Next): string {
  return isMine ? t(`next.mine.${what}`) : t(`next.theirs.${who}.${what}`);
}

/** The shared life cycle in words: what else there is in a deal, and what opens it. */
function WhyNot({ deal }: { readonly deal: DealPage }): ReactNode {
  const { t } = useTranslation();
  const reasons = closedActions(deal);
  if (reasons.length === 0) return null;
  return (
    <details className="text-sm">
      <summary className="text-quiet">{t('next.whyNot')}</summary>
      <ul className="mt-2 grid gap-1.5 ps-4">
        {reasons.map((reason) => (
          <li key={reason} className="list-disc">
            {t(`next.closed.${reason}`)}
          </li>
        ))}
      </ul>
    </details>
  );
}

type ClosedAction =
  'payAgain' | 'payLate' | 'payCancelled' | 'acceptBeforeArrival' | 'return' | 'payOutBefore';

/** What a party may look for and cannot do now. */
function closedActions(deal: DealPage): readonly ClosedAction[] {
  if (deal.next === null || deal.role === 'staff') return [];
  return deal.role === 'seller' ? closedToSeller(deal) : closedToPayer(deal);
}

function closedToSeller({ status }: DealPage): readonly ClosedAction[] {
  return isGivenBack(status) ? [] : ['payOutBefore'];
}

function closedToPayer({ status, shipment, role }: DealPage): readonly ClosedAction[] {
  if (status === 'cancelled') return ['payCancelled'];
  if (status === 'expired') return ['payLate'];
  if (status === 'returned') return [];
  const isBeforeArrival = role === 'buyer' && shipment !== 'delivered';
  return [
    ...(status === 'paid' ? ['payAgain' as const] : []),
    ...(isBeforeArrival ? ['acceptBeforeArrival' as const] : []),
    'return',
  ];
}
