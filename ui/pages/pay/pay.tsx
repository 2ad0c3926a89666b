// Paying into a deal: a new payment, or the one that is under way, at whatever step it is. Leaving and coming back
// shows the same, since all of it follows from what the gateway says.
import { type ReactNode, useCallback, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import type { DealPage, PaymentInfo } from '../../../gateway/protocol/api/deals.js';
import { isGivenBack } from '../../../gateway/protocol/deal-status.js';
import { useAnswer } from '../../app/answers.js';
import { openedInvitation } from '../../app/invitation.js';
import { useLive } from '../../app/live.js';
import type { PageProps } from '../../app/page-props.js';
import { useTexts } from '../../app/use-texts.js';
import { Amount } from '../../components/amount.js';
import { Deadline } from '../../components/deadline.js';
import { Loaded } from '../../components/loaded.js';
import { MoneyStrip } from '../../components/money-strip.js';
import { Notice } from '../../components/notice.js';
import { Page } from '../../components/page.js';
import { Invitations } from './invitations.js';
import { NewPayment } from './new-payment.js';
import { OpenPayment } from './open-payment.js';
import { TakeInvitation } from './take-invitation.js';

export function Pay({ id }: PageProps): ReactNode {
  const [opened, setOpened] = useState(openedInvitation);
  const done = useCallback(() => {
    setOpened(null);
  }, []);
  if (opened?.deal === id) return <TakeInvitation opened={opened} done={done} />;
  return <PayDeal id={id} />;
}

function PayDeal({ id }: PageProps): ReactNode {
  const everyMs = useLive();
  const isMoving = ({ next }: DealPage): boolean => next !== null;
  const deal = useAnswer('getDeal', { path: { deal: id } }, { everyMs, isMoving });
  return <Loaded from={deal}>{(found) => <PayView deal={found} />}</Loaded>;
}

function PayView({ deal }: { readonly deal: DealPage }): ReactNode {
  const { t } = useTranslation();
  const [another, setAnother] = useState<Another | null>(null);
  const open = openPaymentsOf(deal);
  const begun = another !== null && another.after === open.at(-1)?.id ? another : null;
  const toPay = dealToPay(deal, open, begun);
  return (
    <Page title={t('pay.title')} up={{ to: `/deals/${deal.id}`, words: deal.title }}>
      <Missing deal={deal} />
      <MoneyStrip deal={deal} />
      <OpenPayments deal={deal} open={open} begin={begun === null ? setAnother : null} />
      {open.length === 0 && <LastRefusal deal={deal} />}
      {toPay !== null && <NewPayment deal={toPay} />}
      {open.length === 0 && toPay === null && <NothingToPay deal={deal} />}
      {deal.role === 'buyer' && <Invitations deal={deal} />}
    </Page>
  );
}

/** The person's own that wait for their code or their bank. */
function openPaymentsOf({ payments }: DealPage): readonly PaymentInfo[] {
  return payments.filter(({ isMine, place }) => isMine && (place === 'asked' || place === 'admitted'));
}

interface OpenPaymentsProps {
  readonly deal: DealPage;
  readonly open: readonly PaymentInfo[];
  /** Null: another payment has begun. */
  readonly begin: ((another: Another) => void) | null;
}

function OpenPayments({ deal, open, begin }: OpenPaymentsProps): ReactNode {
  return open.map((payment, index) => (
    <OpenPayment
      key={payment.id}
      deal={deal}
      payment={payment}
      another={
        begin !== null && index === open.length - 1
          ? (freed) => {
              begin({ after: payment.id, freed });
            }
          : null
      }
    />
  ));
}

/** Beside a confirmed payment another part may be paid; one whose code is dead leaves its part to be paid anew. */
interface Another {
  readonly after: string;
  /** Minor units of the payment that comes to nothing. */
  readonly freed: string;
}

/**
 * The deal as a new payment sees it; null: none can be made now. The form stays, with what was typed, when an earlier
 * payment has been answered meanwhile.
 */
function dealToPay(deal: DealPage, open: readonly PaymentInfo[], begun: Another | null): DealPage | null {
  if (begun !== null) return withFreed(deal, begun.freed);
  return open.length === 0 && canPay(deal) ? deal : null;
}

function withFreed(deal: DealPage, freed: string): DealPage {
  const missing = (BigInt(deal.money.missing) + BigInt(freed)).toString();
  return { ...deal, money: { ...deal.money, missing } };
}

function canPay({ status, next, money }: DealPage): boolean {
  const isUnpaid = status === 'awaitingPayment' || status === 'inProgress';
  return isUnpaid && next?.what !== 'close' && money.missing !== '0';
}

function Missing({ deal }: { readonly deal: DealPage }): ReactNode {
  const { t } = useTranslation();
  const { money, terms } = deal;
  if (money.missing === '0' || isGivenBack(deal.status)) return null;
  const isPart = money.missing !== money.price;
  return (
    <div>
      <p className="text-2xl font-semibold tracking-tight">
        <Amount of={money.missing} currency={money.currency} isShort />
      </p>
      <p className="text-quiet">
        {isPart && (
          <>
            {t('pay.missingOf')} <Amount of={money.price} currency={money.currency} isShort />
            {' · '}
          </>
        )}
        <Deadline at={terms.payDeadline} />
      </p>
    </div>
  );
}

/** What became of the person's last payment, if it came to nothing. */
function LastRefusal({ deal }: { readonly deal: DealPage }): ReactNode {
  const { t } = useTranslation();
  const { money } = useTexts();
  const mine = deal.payments.filter(({ isMine }) => isMine);
  const last = mine.reduce<PaymentInfo | null>(
    (newest, payment) => (newest === null || payment.arrivedAt > newest.arrivedAt ? payment : newest),
    null,
  );
  if (last === null || (last.place !== 'refused' && last.place !== 'late')) return null;
  return (
    <Notice meaning="trouble">
      <p className="font-semibold">
        {t(`pay.came.${last.place}`, { amount: money(last.amount, deal.money.currency) })}
      </p>
      <p>{t(`pay.cameMore.${last.place}`)}</p>
    </Notice>
  );
}

/** Why nothing can be paid now. */
function NothingToPay({ deal }: { readonly deal: DealPage }): ReactNode {
  const { t } = useTranslation();
  const { status, next } = deal;
  const toDeal = (
    <p>
      <Link href={`/deals/${deal.id}`}>{t('pay.toDeal')}</Link>
    </p>
  );
  if (status === 'paid' || status === 'completed') {
    return (
      <Notice meaning="paid">
        <p className="font-semibold">{t('pay.allHeld')}</p>
        <p>{t('pay.allHeldMore')}</p>
        {toDeal}
      </Notice>
    );
  }
  if (isGivenBack(status) || next?.what === 'close') {
    return (
      <Notice meaning="returned">
        <p className="font-semibold">{t('pay.over')}</p>
        <p>{t('pay.overMore')}</p>
        {toDeal}
      </Notice>
    );
  }
  return (
    <Notice meaning="moving">
      <p className="font-semibold">{t('pay.others')}</p>
      {toDeal}
    </Notice>
  );
}
