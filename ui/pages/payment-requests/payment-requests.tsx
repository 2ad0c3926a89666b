// Payments that this bank is asked to hold: what each waits for and until when, and what the bank's core has said.
import { useInfiniteQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import type { z } from 'zod';
import type { paymentRequestInfoSchema } from '../../../gateway/protocol/api/bank.js';
import { callOf, useAnswer } from '../../app/answers.js';
import { useGateway, useSession } from '../../app/gateway.js';
import { useTexts } from '../../app/use-texts.js';
import { AccountLink } from '../../components/account-number.js';
import { Amount } from '../../components/amount.js';
import { TimeLeft } from '../../components/deadline.js';
import { EndlessList } from '../../components/endless-list.js';
import { Empty, Page } from '../../components/page.js';
import { Badge, type Meaning } from '../../components/status.js';
import { Table } from '../../components/table.js';
import { FilterTabs, useFilter } from '../../components/tabs.js';

export type PaymentRequest = z.infer<typeof paymentRequestInfoSchema>;

const STATES = ['', 'answered', 'all'] as const;
const EVERY_MS = 5_000;

export function PaymentRequests(): ReactNode {
  const { t } = useTranslation();
  const requests = usePaymentRequests();
  return (
    <Page title={t('requests.title')} beside={<Switches />} isWide>
      <FilterTabs
        label={t('requests.filter')}
        name="state"
        choices={STATES.map((value) => ({ value, words: t(`requests.states.${value || 'waiting'}`) }))}
      />
      <EndlessList
        from={requests}
        empty={
          <Empty title={t('requests.empty')}>
            <p className="text-quiet">{t('requests.emptyMore')}</p>
          </Empty>
        }
      >
        {(items) => <RequestTable requests={items} />}
      </EndlessList>
    </Page>
  );
}

function usePaymentRequests() {
  const call = callOf(useSession().api);
  const chosen = useFilter('state');
  const state: 'waiting' | 'answered' | null =
    chosen === 'all' ? null : chosen === 'answered' ? 'answered' : 'waiting';
  return useInfiniteQuery({
    queryKey: ['listPaymentRequests', state],
    queryFn: ({ pageParam, signal }) => {
      const query = {
        ...(state === null ? {} : { state }),
        ...(pageParam === null ? {} : { cursor: pageParam }),
      };
      return call('listPaymentRequests', { query }, { signal });
    },
    initialPageParam: null as string | null,
    getNextPageParam: ({ next }) => next,
    refetchInterval: EVERY_MS,
  });
}

/** Only in the demo world there are switches. */
function Switches(): ReactNode {
  const { t } = useTranslation();
  const { consortium } = useGateway();
  const { data } = useAnswer('getSimulator', {}, { enabled: consortium.isDemo });
  const address = data?.switches ?? null;
  if (address === null) return null;
  return (
    <a href={address} target="_blank" rel="noreferrer">
      {t('requests.switches')}
    </a>
  );
}

function RequestTable({ requests }: { readonly requests: readonly PaymentRequest[] }): ReactNode {
  const { t } = useTranslation();
  const { shortInstant } = useTexts();
  return (
    <Table
      caption={t('requests.title')}
      rows={requests}
      keyOf={({ deal, payment }) => `${deal} ${payment}`}
      columns={[
        { name: t('requests.stage'), cell: (request) => <Stage of={request} /> },
        { name: t('requests.total'), isEnd: true, cell: (request) => <Total of={request} /> },
        {
          name: t('requests.payer'),
          cell: ({ payer }) => (payer === null ? '—' : <AccountLink of={payer.account} />),
        },
        { name: t('requests.core'), cell: (request) => <CoreWord of={request} /> },
        { name: t('requests.arrived'), cell: ({ arrivedAt }) => shortInstant(arrivedAt) },
        { name: t('requests.until'), cell: (request) => <Until of={request} /> },
        {
          name: t('requests.deal'),
          cell: ({ deal, payment }) => (
            <Link
              href={`/payments/${deal}`}
              className="code break-all"
              aria-label={t('requests.toDeal', { payment })}
            >
              {payment}
            </Link>
          ),
        },
      ]}
    />
  );
}

function Total({ of: { amount, fee, currency } }: { readonly of: PaymentRequest }): ReactNode {
  const { t } = useTranslation();
  const { money } = useTexts();
  return (
    <span>
      <span className="font-semibold">
        <Amount of={BigInt(amount) + BigInt(fee)} currency={currency} />
      </span>
      {fee !== '0' && (
        <span className="block text-quiet">{t('requests.fee', { fee: money(fee, currency) })}</span>
      )}
    </span>
  );
}

const STAGE_MEANINGS = {
  admission: 'plain',
  code: 'moving',
  core: 'moving',
  recording: 'moving',
  closed: 'returned',
} as const satisfies { readonly [S in Exclude<PaymentRequest['stage'], 'answered'>]: Meaning };

const STATUS_MEANINGS = {
  submitted: 'moving',
  held: 'held',
  rejected: 'trouble',
  late: 'trouble',
  captured: 'paid',
  voided: 'returned',
} as const satisfies { readonly [S in PaymentRequest['status']]: Meaning };

export function Stage({ of: { stage, status } }: { readonly of: PaymentRequest }): ReactNode {
  const { t } = useTranslation();
  if (stage === 'answered') {
    return <Badge meaning={STATUS_MEANINGS[status]}>{t(`requests.status.${status}`)}</Badge>;
  }
  return <Badge meaning={STAGE_MEANINGS[stage]}>{t(`requests.stages.${stage}`)}</Badge>;
}

/** What the bank's own system has said, and why the bank says no where that did not. */
function CoreWord({ of: { core, refusal } }: { readonly of: PaymentRequest }): ReactNode {
  const { t } = useTranslation();
  const { span } = useTexts();
  if (core === null) return refusal === null ? '—' : <Refusal code={refusal} />;
  const { verdict, reason, askedAt, answeredAt } = core;
  if (verdict === null) return t('requests.silent');
  const took = span(Math.max(0, (answeredAt ?? askedAt) - askedAt));
  return (
    <span>
      <span className="font-semibold">{t(`requests.verdict.${verdict}`)}</span>
      {reason !== null && <span className="code"> {reason}</span>}
      <span className="block text-quiet">{t('requests.took', { span: took })}</span>
      {refusal !== null && <Refusal code={refusal} />}
    </span>
  );
}

const KNOWN = ['CODE', 'LINK', 'FUNDS'] as const;

function Refusal({ code }: { readonly code: string }): ReactNode {
  const { t } = useTranslation();
  const known = KNOWN.find((one) => one === code);
  return (
    <span className="block">
      {known === undefined ? <span className="code">{code}</span> : t(`requests.refusal.${known}`)}
    </span>
  );
}

/** How long the bank still has; nothing once it has answered. */
function Until({ of: { answerBy, stage } }: { readonly of: PaymentRequest }): ReactNode {
  const { shortInstant } = useTexts();
  if (answerBy === null || stage === 'answered' || stage === 'closed') return '—';
  return (
    <span>
      {shortInstant(answerBy)}
      <span className="block text-quiet">
        <TimeLeft at={answerBy} />
      </span>
    </span>
  );
}
