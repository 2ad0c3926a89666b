// How much the bank has credited on each other bank's word and still may, and the credits that wait for a settlement.
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import type { z } from 'zod';
import type { debitCapSchema } from '../../../gateway/protocol/api/bank.js';
import { useAnswer } from '../../app/answers.js';
import { useBankName } from '../../app/gateway.js';
import { useTexts } from '../../app/use-texts.js';
import { Amount } from '../../components/amount.js';
import { Loaded } from '../../components/loaded.js';
import { Badge } from '../../components/status.js';
import { Table } from '../../components/table.js';

type DebitCap = z.infer<typeof debitCapSchema>;
type Waiting = DebitCap['waiting'][number] & Pick<DebitCap, 'bank' | 'currency'>;

const EVERY_MS = 5_000;

export function CreditOnWord(): ReactNode {
  const { t } = useTranslation();
  const caps = useAnswer('listDebitCaps', {}, { everyMs: EVERY_MS });
  return (
    <section className="grid min-w-0 gap-3">
      <h2>{t('onWord.title')}</h2>
      <p className="text-quiet">{t('onWord.about')}</p>
      <Loaded from={caps}>
        {({ items }) =>
          items.length === 0 ? (
            <p>{t('onWord.empty')}</p>
          ) : (
            <>
              <CapTable caps={items} />
              <Queue
                credits={items.flatMap(({ bank, currency, waiting }) =>
                  waiting.map((credit) => ({ ...credit, bank, currency })),
                )}
              />
            </>
          )
        }
      </Loaded>
    </section>
  );
}

function CapTable({ caps }: { readonly caps: readonly DebitCap[] }): ReactNode {
  const { t } = useTranslation();
  const bankName = useBankName();
  return (
    <Table
      caption={t('onWord.title')}
      rows={caps}
      keyOf={({ bank, currency }) => `${bank} ${currency}`}
      columns={[
        { name: t('onWord.bank'), cell: ({ bank }) => bankName(bank) },
        {
          name: t('onWord.used'),
          isEnd: true,
          cell: ({ used, currency }) => <Amount of={used} currency={currency} />,
        },
        {
          name: t('onWord.cap'),
          isEnd: true,
          cell: ({ cap, currency }) => <Amount of={cap} currency={currency} />,
        },
        { name: t('onWord.state'), cell: ({ waiting }) => <State waiting={waiting.length} /> },
      ]}
    />
  );
}

function State({ waiting }: { readonly waiting: number }): ReactNode {
  const { t } = useTranslation();
  return waiting === 0 ? (
    <Badge meaning="paid">{t('onWord.free')}</Badge>
  ) : (
    <Badge meaning="trouble">{t('onWord.waits', { count: waiting })}</Badge>
  );
}

/** Which credits wait, each with its place. */
function Queue({ credits }: { readonly credits: readonly Waiting[] }): ReactNode {
  const { t } = useTranslation();
  const { shortInstant, number } = useTexts();
  const bankName = useBankName();
  if (credits.length === 0) return null;
  return (
    <Table
      caption={t('onWord.queue')}
      rows={credits}
      keyOf={({ payment, bank, place }) => `${bank} ${String(place)} ${payment}`}
      columns={[
        { name: t('onWord.place'), isEnd: true, cell: ({ place }) => number(place) },
        { name: t('onWord.bank'), cell: ({ bank }) => bankName(bank) },
        {
          name: t('onWord.amount'),
          isEnd: true,
          cell: ({ amount, currency }) => <Amount of={amount} currency={currency} />,
        },
        { name: t('onWord.arrived'), cell: ({ arrivedAt }) => shortInstant(arrivedAt) },
        {
          name: t('onWord.deal'),
          cell: ({ deal }) => (
            <Link href={`/payments/${deal}`} className="code break-all">
              {deal}
            </Link>
          ),
        },
      ]}
    />
  );
}
