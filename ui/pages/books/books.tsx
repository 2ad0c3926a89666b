// The trial balance: what the bank owes and what is owed to it, by currency; each sum is zero, or the books are wrong.
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { z } from 'zod';
import type { trialBalanceSchema } from '../../../gateway/protocol/api/bank.js';
import { useAnswer } from '../../app/answers.js';
import { useBankName, useGateway } from '../../app/gateway.js';
import { useTexts } from '../../app/use-texts.js';
import { Amount } from '../../components/amount.js';
import { Button } from '../../components/button.js';
import { Loaded } from '../../components/loaded.js';
import { Empty, Page } from '../../components/page.js';
import { Badge } from '../../components/status.js';
import { CreditOnWord } from './credit-on-word.js';

type TrialBalance = z.infer<typeof trialBalanceSchema>;
type Line = TrialBalance['lines'][number];

const EVERY_MS = 15_000;

export function Books(): ReactNode {
  const { t } = useTranslation();
  const { exactInstant } = useTexts();
  const { consortium, session } = useGateway();
  const books = useAnswer('getTrialBalance', {}, { everyMs: EVERY_MS });
  const own = consortium.members.find(({ mspId }) => mspId === consortium.mspId);
  const toPrint = (
    <Button
      look="plain"
      className="not-printed"
      onClick={() => {
        print();
      }}
    >
      {t('books.print')}
    </Button>
  );
  return (
    <Page title={t('books.title')} beside={toPrint} isWide>
      <p className="-mt-3 text-quiet">
        {t('books.about', { bank: own?.name ?? '', at: exactInstant(session.now()) })}
      </p>
      <Loaded from={books}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty title={t('books.empty')} />
          ) : (
            items.map((balance) => <Balance key={balance.currency} balance={balance} />)
          )
        }
      </Loaded>
      <CreditOnWord />
    </Page>
  );
}

function Balance({ balance }: { readonly balance: TrialBalance }): ReactNode {
  const { t } = useTranslation();
  const { currency, lines, sum, operations } = balance;
  const isZero = sum === '0';
  return (
    <section className="grid min-w-0 gap-3">
      <div className="flex flex-wrap items-center justify-between gap-3">
        <h2>{currency}</h2>
        <Badge meaning={isZero ? 'paid' : 'trouble'}>{t(isZero ? 'books.isZero' : 'books.isNotZero')}</Badge>
      </div>
      <div className="card overflow-x-auto">
        <table className="table">
          <caption className="sr-only">{t('books.caption', { currency })}</caption>
          <thead>
            <tr>
              <th scope="col">{t('books.account')}</th>
              <th scope="col" className="end">
                {t('books.count')}
              </th>
              <th scope="col" className="end">
                {t('books.owed')}
              </th>
              <th scope="col" className="end">
                {t('books.due')}
              </th>
            </tr>
          </thead>
          <tbody>
            {lines.map((line) => (
              <LineRow key={`${line.kind} ${line.bank ?? ''}`} line={line} currency={currency} />
            ))}
          </tbody>
          <Totals balance={balance} />
        </table>
      </div>
      <p className="text-sm text-quiet">{t('books.operations', { count: operations })}</p>
    </section>
  );
}

function LineRow({ line, currency }: { readonly line: Line; readonly currency: string }): ReactNode {
  const { t } = useTranslation();
  const { number } = useTexts();
  const bankName = useBankName();
  const { kind, bank, accounts, sum } = line;
  const value = BigInt(sum);
  const name =
    kind === 'bank' ? t('books.kinds.bank', { bank: bankName(bank ?? '') }) : t(`books.kinds.${kind}`);
  return (
    <tr>
      <td>{name}</td>
      <td className="end" data-label={t('books.count')}>
        {number(accounts)}
      </td>
      <td className="end" data-label={t('books.owed')}>
        {value >= 0n && <Amount of={value} currency={currency} />}
      </td>
      <td className="end" data-label={t('books.due')}>
        {value < 0n && <Amount of={-value} currency={currency} />}
      </td>
    </tr>
  );
}

/** Both sides are equal, so their difference is the sum of the books. */
function Totals({ balance: { currency, lines, sum } }: { readonly balance: TrialBalance }): ReactNode {
  const { t } = useTranslation();
  const sums = lines.map((line) => BigInt(line.sum));
  const total = (of: readonly bigint[]): bigint => of.reduce((all, one) => all + one, 0n);
  return (
    <tfoot>
      <tr className="font-semibold">
        <th scope="row">{t('books.total')}</th>
        <td className="end" data-label={t('books.difference')}>
          <span>
            <span className="font-normal text-quiet max-sm:hidden">{t('books.difference')} </span>
            <Amount of={sum} currency={currency} />
          </span>
        </td>
        <td className="end" data-label={t('books.owed')}>
          <Amount of={total(sums.filter((one) => one >= 0n))} currency={currency} />
        </td>
        <td className="end" data-label={t('books.due')}>
          <Amount of={-total(sums.filter((one) => one < 0n))} currency={currency} />
        </td>
      </tr>
    </tfoot>
  );
}
