// One deal, top to bottom: where the money is, who acts next, what happened, who takes part, on which terms.
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import type { DealPage } from '../../../gateway/protocol/api/deals.js';
import { acceptGoods } from '../../../gateway/sdk/commands/deals.js';
import { useAnswer, useCommand } from '../../app/answers.js';
import { useMe } from '../../app/gateway.js';
import { useLive } from '../../app/live.js';
import type { PageProps } from '../../app/page-props.js';
import type { Me } from '../../app/session.js';
import { useTexts } from '../../app/use-texts.js';
import { Amount } from '../../components/amount.js';
import { Button } from '../../components/button.js';
import { CommandNote } from '../../components/command-note.js';
import { Loaded } from '../../components/loaded.js';
import { MoneyStrip } from '../../components/money-strip.js';
import { NextStepCard } from '../../components/next-step.js';
import { Page, Section } from '../../components/page.js';
import { DealStatus } from '../../components/status.js';
import { Timeline } from '../../components/timeline.js';
import { EndDeal } from './end-deal.js';
import { DealAddressView } from './deal-address.js';
import { DealLabels } from './deal-labels.js';
import { DealPeople } from './deal-people.js';
import { DealTermsView } from './deal-terms.js';
import { RecipientCode } from './recipient-code.js';

export function Deal({ id }: PageProps): ReactNode {
  const everyMs = useLive();
  const isMoving = ({ next }: DealPage): boolean => next !== null;
  const deal = useAnswer('getDeal', { path: { deal: id } }, { everyMs, isMoving });
  return <Loaded from={deal}>{(found) => <DealView deal={found} />}</Loaded>;
}

function DealView({ deal }: { readonly deal: DealPage }): ReactNode {
  const { t } = useTranslation();
  const me = useMe();
  const up =
    deal.role === 'staff'
      ? { to: '/all-deals', words: t('nav.allDeals') }
      : { to: '/deals', words: t('nav.deals') };
  return (
    <Page title={deal.title} up={up} beside={<DealStatus status={deal.status} />}>
      <p className="-mt-3 text-lg">
        <Amount of={deal.money.price} currency={deal.money.currency} />
        {deal.net !== null && <Net deal={deal} net={deal.net} />}
      </p>
      <MoneyStrip deal={deal} />
      <NextStepCard deal={deal}>
        <NextButton deal={deal} />
        <EndDeal deal={deal} />
      </NextStepCard>
      {deal.role === 'buyer' && hasUseForCode(deal) && <RecipientCode deal={deal.id} />}
      {(deal.role === 'buyer' || deal.role === 'seller') && <DealAddressView deal={deal} />}
      <Section title={t('deal.history')}>
        <Timeline deal={deal} />
      </Section>
      <Section title={t('deal.people')}>
        <DealPeople deal={deal} />
      </Section>
      <Section title={t('deal.terms')}>
        <DealTermsView deal={deal} />
      </Section>
      {deal.role !== 'staff' && (
        <Section title={t('deal.documents')}>
          <p>
            <Link href={`/deals/${deal.id}/receipt`}>{t('deal.toReceipt')}</Link>
          </p>
        </Section>
      )}
      {isStaff(me) && <DealLabels deal={deal.id} />}
    </Page>
  );
}

function Net({ deal, net }: { readonly deal: DealPage; readonly net: string }): ReactNode {
  const { t } = useTranslation();
  return (
    <span className="text-base text-quiet">
      {' · '}
      {t('deal.net')} <Amount of={net} currency={deal.money.currency} />
    </span>
  );
}

function isStaff({ roles }: Me): boolean {
  return roles.includes('moderator') || roles.includes('administrator');
}

function hasUseForCode({ status, shipment }: DealPage): boolean {
  return status === 'paid' && shipment !== 'delivered';
}

/** What the viewer can do now, if it is the viewer's turn. */
function NextButton({ deal }: { readonly deal: DealPage }): ReactNode {
  const { t } = useTranslation();
  const { money } = useTexts();
  const { next } = deal;
  if (next === null) return null;
  const isPayersTurn = deal.role === 'buyer' || deal.role === 'payer';
  const hasOpen = deal.payments.some(({ isMine, place }) => isMine && place === 'asked');
  if (isPayersTurn && next.what === 'pay') {
    const missing = money(deal.money.missing, deal.money.currency, { isShort: true });
    return <ToPay deal={deal} words={t('deal.pay', { missing })} />;
  }
  if (isPayersTurn && hasOpen) return <ToPay deal={deal} words={t('deal.typeCode')} />;
  if (deal.role === 'buyer' && next.what === 'inspect') return <AcceptGoods deal={deal} />;
  return null;
}

function ToPay({ deal, words }: { readonly deal: DealPage; readonly words: string }): ReactNode {
  return (
    <div>
      <Link href={`/deals/${deal.id}/pay`} className="button w-full sm:w-auto">
        {words}
      </Link>
    </div>
  );
}

function AcceptGoods({ deal }: { readonly deal: DealPage }): ReactNode {
  const { t } = useTranslation();
  const command = useCommand('acceptGoods');
  return (
    <div className="grid gap-3">
      <CommandNote command={command} />
      <div>
        <Button
          className="w-full sm:w-auto"
          disabled={command.operation !== null}
          busy={command.isSending ? t('command.sending') : null}
          onClick={() => {
            const request = acceptGoods(deal.terms);
            void command.send({ path: { deal: deal.id }, request }).catch(() => null);
          }}
        >
          {t('deal.accept')}
        </Button>
      </div>
      <p className="hint">{t('deal.acceptMore')}</p>
    </div>
  );
}
