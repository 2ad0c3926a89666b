// Exactly what will be signed, as a document, and signing it.
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { interbankFeeOf, tariffBasisPoints } from '../../../chaincode/protocol/fees.js';
import type { DealPage } from '../../../gateway/protocol/api/deals.js';
import { submitPayment } from '../../../gateway/sdk/commands/payments.js';
import { callOf, useCommand } from '../../app/answers.js';
import { useMemberName, useSession } from '../../app/gateway.js';
import { useTexts } from '../../app/use-texts.js';
import { LastFour } from '../../components/accounts.js';
import { Amount } from '../../components/amount.js';
import { Button } from '../../components/button.js';
import { ClockNote } from '../../components/clock-note.js';
import { CommandNote } from '../../components/command-note.js';
import { Deadline } from '../../components/deadline.js';
import { Facts } from '../../components/facts.js';
import { Notice } from '../../components/notice.js';
import { Person } from '../../components/person.js';
import { ProblemNote } from '../../components/problem.js';
import type { Draft } from './draft.js';

interface ReviewProps {
  readonly deal: DealPage;
  readonly draft: Draft;
  readonly back: () => void;
}

interface Sums {
  readonly amount: string;
  readonly fee: string;
  readonly total: string;
}

export function Review({ deal, draft, back }: ReviewProps): ReactNode {
  const { t } = useTranslation();
  const { money } = useTexts();
  const session = useSession();
  const command = useCommand('submitPayment');
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    heading.current?.focus();
  }, []);
  const quote = useLiveQuote(deal, draft);
  const sums = quote.data ?? publishedSums(deal, draft);
  const { currency } = deal.money;
  const send = (): void => {
    const { terms } = deal;
    const { amount, fee } = sums;
    const { account, invitation } = draft;
    const payment = { terms, amount, fee, link: account.link, arrivedAt: session.now() };
    const request = submitPayment(invitation === null ? payment : { ...payment, invitation });
    // What went wrong stands beside the button.
    void command.send({ path: { deal: deal.id }, request, deadline: terms.payDeadline }).catch(() => null);
  };
  return (
    <section className="grid gap-5" aria-label={t('pay.reviewTitle')}>
      <h2 ref={heading} tabIndex={-1} className="outline-none">
        {t('pay.reviewTitle')}
      </h2>
      <Document deal={deal} draft={draft} sums={sums} />
      <TariffAge deal={deal} draft={draft} quote={quote} />
      <ClockNote />
      <CommandNote command={command} />
      {command.operation?.status === 'done' && <Notice meaning="moving">{t('pay.submitted')}</Notice>}
      <div className="flex flex-wrap items-center gap-4">
        <Button
          disabled={command.operation !== null}
          busy={command.isSending ? t('command.sending') : null}
          onClick={send}
        >
          {t('pay.sign', { total: money(sums.total, currency) })}
        </Button>
        {command.operation === null && (
          <button type="button" className="link" onClick={back}>
            {t('pay.change')}
          </button>
        )}
      </div>
      <p className="hint">{t('pay.codeComes')}</p>
    </section>
  );
}

function publishedSums({ terms }: DealPage, { amount, bank }: Draft): Sums {
  const { sellerBank } = terms.offerTerms;
  // A bank without a tariff cannot be chosen.
  const fee =
    bank.tariff === null
      ? '0'
      : interbankFeeOf({ amount, payerBank: bank.id, sellerBank, tariff: bank.tariff });
  return { amount, fee, total: (BigInt(amount) + BigInt(fee)).toString() };
}

interface DocumentProps {
  readonly deal: DealPage;
  readonly draft: Draft;
  readonly sums: Sums;
}

function Document({ deal, draft, sums }: DocumentProps): ReactNode {
  const { t } = useTranslation();
  const memberName = useMemberName();
  const { currency } = deal.money;
  const { account, bank } = draft;
  return (
    <div className="card px-5 py-1 sm:px-6">
      <Facts
        of={[
          { name: t('pay.doc.deal'), value: deal.title },
          { name: t('pay.doc.payee'), value: <Person who={deal.seller} /> },
          { name: t('pay.doc.through'), value: memberName(deal.terms.offerTerms.marketplace) },
          {
            name: t('pay.doc.from'),
            value: (
              <>
                {account.label}, {bank.name} · <LastFour of={account.lastFour} />
              </>
            ),
          },
          { name: t('pay.doc.until'), value: <Deadline at={deal.terms.payDeadline} /> },
        ]}
      />
      <div className="border-t border-line">
        <Facts
          areSums
          of={[
            { name: t('pay.doc.amount'), value: <Amount of={sums.amount} currency={currency} /> },
            {
              name: t('pay.doc.fee', { bank: bank.name }),
              value: <Amount of={sums.fee} currency={currency} />,
            },
            { name: t('pay.doc.total'), value: <Amount of={sums.total} currency={currency} />, isMain: true },
          ]}
        />
      </div>
    </div>
  );
}

/** Asked of the bank itself, when the person wants it. */
function useLiveQuote(deal: DealPage, { account, amount }: Draft) {
  const session = useSession();
  const call = callOf(session.api);
  return useQuery({
    queryKey: ['liveQuote', deal.id, account.link, amount],
    enabled: false,
    retry: false,
    queryFn: ({ signal }) => {
      const query = { link: account.link, amount, live: 'true' } as const;
      return call('getQuote', { path: { deal: deal.id }, query }, { signal });
    },
  });
}

interface TariffAgeProps {
  readonly deal: DealPage;
  readonly draft: Draft;
  readonly quote: ReturnType<typeof useLiveQuote>;
}

function TariffAge({ deal, draft, quote }: TariffAgeProps): ReactNode {
  const { t } = useTranslation();
  const { instant, rate } = useTexts();
  const { bank } = draft;
  const { sellerBank } = deal.terms.offerTerms;
  if (bank.id === sellerBank) return <p className="hint">{t('pay.sameBank')}</p>;
  const basisPoints = bank.tariff === null ? 0 : tariffBasisPoints(bank.tariff, sellerBank);
  return (
    <div className="grid gap-2 text-sm">
      <p className="text-quiet">
        {quote.data === undefined
          ? t('pay.tariffSince', { rate: rate(basisPoints), since: instant(bank.tariffSince) })
          : t('pay.askedAt', { rate: rate(quote.data.basisPoints), at: instant(quote.data.askedAt) })}{' '}
        <button
          type="button"
          className="link"
          disabled={quote.isFetching}
          onClick={() => void quote.refetch()}
        >
          {quote.isFetching ? t('pay.asking') : t('pay.askNow')}
        </button>
      </p>
      <ProblemNote error={quote.isFetching ? null : quote.error} />
    </div>
  );
}
