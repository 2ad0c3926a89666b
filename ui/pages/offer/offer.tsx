// One offer: what it is, on which terms, and buying it.
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import type { OfferPage } from '../../../gateway/protocol/api/offers.js';
import { useAnswer } from '../../app/answers.js';
import { useMemberName, useMe } from '../../app/gateway.js';
import type { PageProps } from '../../app/page-props.js';
import { useTexts } from '../../app/use-texts.js';
import { Amount } from '../../components/amount.js';
import { Button } from '../../components/button.js';
import { Facts } from '../../components/facts.js';
import { Loaded } from '../../components/loaded.js';
import { Notice } from '../../components/notice.js';
import { Page, Section } from '../../components/page.js';
import { Person } from '../../components/person.js';
import { Picture } from '../../components/picture.js';
import { OfferStatus } from '../../components/status.js';
import { Buy } from './buy.js';

export function Offer({ id }: PageProps): ReactNode {
  const offer = useAnswer('getOffer', { path: { offer: id } });
  return <Loaded from={offer}>{(found) => <OfferView offer={found} />}</Loaded>;
}

function OfferView({ offer }: { readonly offer: OfferPage }): ReactNode {
  const { t } = useTranslation();
  const { content } = offer;
  const isClient = useMe().roles.includes('client');
  return (
    <Page
      title={content.title}
      {...(isClient ? { up: { to: '/catalogue', words: t('nav.catalogue') } } : {})}
      beside={offer.status === 'listed' ? undefined : <OfferStatus status={offer.status} />}
    >
      {content.pictures.map((hash) => (
        <Picture key={hash} hash={hash} title={content.title} className="aspect-[16/9] w-full rounded-md" />
      ))}
      <p className="-mt-2 -mb-2 text-2xl font-semibold tracking-tight">
        <Amount of={offer.price} currency={offer.currency} isShort />
      </p>
      <Buying offer={offer} />
      <Moderating offer={offer} />
      <Section title={t('offer.description')}>
        <p className="whitespace-pre-line">
          {content.description === '' ? t('offer.noDescription') : content.description}
        </p>
      </Section>
      <Section title={t('offer.terms')}>
        <Terms offer={offer} />
      </Section>
      <Section title={t('offer.howItGoes')}>
        <HowItGoes />
      </Section>
    </Page>
  );
}

function Buying({ offer }: { readonly offer: OfferPage }): ReactNode {
  const { t } = useTranslation();
  const { money } = useTexts();
  const { roles } = useMe();
  const [isBuying, setBuying] = useState(false);
  if (offer.isMine) return <OwnOffer offer={offer} />;
  if (!roles.includes('client') || offer.terms === null) return null;
  if (offer.available === 0) return <Notice>{t('offer.soldOutMore')}</Notice>;
  if (isBuying) {
    return (
      <Buy
        offer={offer}
        terms={offer.terms}
        cancel={() => {
          setBuying(false);
        }}
      />
    );
  }
  return (
    <div className="grid gap-2">
      <Button
        className="justify-self-stretch sm:justify-self-start"
        onClick={() => {
          setBuying(true);
        }}
      >
        {t('offer.buyFor', { price: money(offer.price, offer.currency, { isShort: true }) })}
      </Button>
      <p className="hint">{t('offer.left', { count: offer.available })}</p>
    </div>
  );
}

/** Moderators come here from a deal or a notice and can go on to take the offer off sale. */
function Moderating({ offer }: { readonly offer: OfferPage }): ReactNode {
  const { t } = useTranslation();
  const { roles } = useMe();
  if (offer.isMine || !roles.includes('moderator')) return null;
  const list = offer.status === 'listed' ? 'list=sale&' : '';
  return <Link href={`/moderation?${list}offer=${offer.id}`}>{t('offer.moderate')}</Link>;
}

function OwnOffer({ offer }: { readonly offer: OfferPage }): ReactNode {
  const { t } = useTranslation();
  return (
    <Notice>
      <p>{t('offer.yours')}</p>
      {offer.reason !== null && <p>{t('offer.reason', { reason: offer.reason })}</p>}
      <p className="flex flex-wrap gap-4">
        {offer.status === 'approved' && <Link href={`/selling/${offer.id}/list`}>{t('myOffers.list')}</Link>}
        <Link href={`/selling/${offer.id}`}>{t('myOffers.edit')}</Link>
      </p>
    </Notice>
  );
}

function Terms({ offer }: { readonly offer: OfferPage }): ReactNode {
  const { t } = useTranslation();
  const { span } = useTexts();
  const memberName = useMemberName();
  const inspection = offer.inspectionTimeMs === 0 ? t('offer.noInspection') : span(offer.inspectionTimeMs);
  return (
    <div className="card px-5 py-1">
      <Facts
        of={[
          { name: t('terms.seller'), value: <Person who={offer.seller} /> },
          { name: t('terms.payTime'), value: t('terms.afterBuying', { span: span(offer.payTimeMs) }) },
          { name: t('terms.answerTime'), value: span(offer.answerTimeMs) },
          { name: t('terms.courier'), value: memberName(offer.courier) },
          { name: t('terms.shipTime'), value: t('terms.afterPaying', { span: span(offer.shipTimeMs) }) },
          {
            name: t('terms.deliverTime'),
            value: t('terms.afterShipping', { span: span(offer.deliverTimeMs) }),
          },
          { name: t('terms.inspectionTime'), value: inspection },
        ]}
      />
    </div>
  );
}

const STEPS = ['hold', 'deliver', 'pay', 'return'] as const;

function HowItGoes(): ReactNode {
  const { t } = useTranslation();
  return (
    <ol className="grid gap-2 ps-5">
      {STEPS.map((step) => (
        <li key={step} className="list-decimal">
          {t(`offer.steps.${step}`)}
        </li>
      ))}
    </ol>
  );
}
