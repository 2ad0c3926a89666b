// What happened to a deal, newest first, each step with whose word it is and where it stands on the ledger.
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import type { DealPage, DealStepInfo } from '../../gateway/protocol/api/deals.js';
import { useMemberName } from '../app/gateway.js';
import { useTexts } from '../app/use-texts.js';
import { CopyButton } from './copy-button.js';
import { Facts } from './facts.js';

export function Timeline({ deal }: { readonly deal: DealPage }): ReactNode {
  const newestFirst = [...deal.timeline].reverse();
  return (
    <ol className="timeline card p-5 sm:p-6">
      {newestFirst.map((step, index) => (
        <Step key={`${step.txId}-${step.event}-${String(index)}`} step={step} deal={deal} />
      ))}
    </ol>
  );
}

function Step({ step, deal }: { readonly step: DealStepInfo; readonly deal: DealPage }): ReactNode {
  const { t } = useTranslation();
  const { instant, exactInstant, money, number } = useTexts();
  const by = useWord(step, deal);
  const payment = deal.payments.find(({ id }) => step.ids.includes(id));
  return (
    <li>
      <p className="font-semibold">
        {t(`event.${step.event}`, { defaultValue: step.event })}
        {payment !== undefined && (
          <span className="amount font-normal"> · {money(payment.amount, deal.money.currency)}</span>
        )}
      </p>
      <details className="text-sm text-quiet">
        <summary>
          <time dateTime={new Date(step.at).toISOString()}>{instant(step.at)}</time> · {by}
        </summary>
        <div className="mt-2 rounded-md bg-sunken px-4 text-ink">
          <Facts
            of={[
              { name: t('timeline.exactTime'), value: exactInstant(step.at) },
              { name: t('timeline.word'), value: step.isSigned ? t('timeline.signed', { by }) : by },
              { name: t('timeline.block'), value: number(step.block) },
              { name: t('timeline.transaction'), value: <Record txId={step.txId} /> },
            ]}
          />
          <div className="pb-3">
            <CopyButton text={step.txId} />
          </div>
        </div>
      </details>
    </li>
  );
}

function Record({ txId }: { readonly txId: string }): ReactNode {
  return (
    <Link href={`/ledger/transactions/${txId}`} className="code">
      {txId}
    </Link>
  );
}

/** Whose word a step is. */
function useWord({ by }: DealStepInfo, { buyer, seller, payments }: DealPage): string {
  const { t } = useTranslation();
  const memberName = useMemberName();
  if (by === null) return t('timeline.agreed');
  const people = [buyer, seller, ...payments.map(({ payer }) => payer)];
  return people.find(({ id }) => id === by)?.name ?? memberName(by);
}
