// The terms that both sides signed, and how that can be checked.
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import { termsHash } from '../../../chaincode/protocol/terms.js';
import type { DealPage } from '../../../gateway/protocol/api/deals.js';
import { useBankName } from '../../app/gateway.js';
import { useTexts } from '../../app/use-texts.js';
import { Amount } from '../../components/amount.js';
import { Facts } from '../../components/facts.js';
import { Notice } from '../../components/notice.js';

export function DealTermsView({ deal }: { readonly deal: DealPage }): ReactNode {
  const { t } = useTranslation();
  const { span, exactInstant } = useTexts();
  const bankName = useBankName();
  const { terms } = deal;
  const { offerTerms } = terms;
  return (
    <>
      <div className="card px-5 py-1">
        <Facts
          of={[
            { name: t('buy.price'), value: <Amount of={offerTerms.price} currency={offerTerms.currency} /> },
            {
              name: t('terms.minimumPart'),
              value: <Amount of={offerTerms.minimumPart} currency={offerTerms.currency} />,
            },
            { name: t('terms.bought'), value: exactInstant(terms.boughtAt) },
            { name: t('terms.payUntil'), value: exactInstant(terms.payDeadline) },
            { name: t('terms.answerTime'), value: span(offerTerms.answerTimeMs) },
            { name: t('terms.shipTime'), value: span(offerTerms.shipTimeMs) },
            { name: t('terms.deliverTime'), value: span(offerTerms.deliverTimeMs) },
            { name: t('terms.inspectionTime'), value: span(offerTerms.inspectionTimeMs) },
            { name: t('terms.payeeBank'), value: bankName(offerTerms.sellerBank) },
          ]}
        />
      </div>
      <details className="text-sm">
        <summary className="text-quiet">{t('deal.check')}</summary>
        <div className="mt-2 grid gap-2">
          <p>{t('deal.checkMore')}</p>
          <Facts
            of={[
              { name: t('deal.number'), value: <span className="code">{deal.id}</span> },
              { name: t('deal.termsHash'), value: <span className="code">{deal.termsHash}</span> },
            ]}
          />
          <Link href={`/ledger/deals/${deal.id}`}>{t('deal.toLedger')}</Link>
          <Link href={`/offers/${deal.offer}`}>{t('deal.toOffer')}</Link>
        </div>
      </details>
      {termsHash(terms) !== deal.termsHash && <Notice meaning="trouble">{t('deal.termsDiffer')}</Notice>}
    </>
  );
}
