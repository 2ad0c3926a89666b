// One transaction with its commands as they were signed, as far as the viewer may see them.
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import type { LedgerCommandInfo, LedgerTransactionPage } from '../../../gateway/protocol/api/ledger.js';
import { useAnswer } from '../../app/answers.js';
import { useMemberName } from '../../app/gateway.js';
import type { PageProps } from '../../app/page-props.js';
import { useTexts } from '../../app/use-texts.js';
import { type Fact, Facts } from '../../components/facts.js';
import { Loaded } from '../../components/loaded.js';
import { Page, Section } from '../../components/page.js';
import { Person } from '../../components/person.js';
import { Badge } from '../../components/status.js';
import { Validity } from './validity.js';

export function LedgerTransaction({ id }: PageProps): ReactNode {
  const transaction = useAnswer('getTransaction', { path: { transaction: id } });
  return <Loaded from={transaction}>{(found) => <TransactionView transaction={found} />}</Loaded>;
}

function TransactionView({ transaction }: { readonly transaction: LedgerTransactionPage }): ReactNode {
  const { t } = useTranslation();
  const { exactInstant, number } = useTexts();
  const memberName = useMemberName();
  const { block, txId, items, events, hidden } = transaction;
  const blockName = t('ledger.blockTitle', { number: number(block) });
  return (
    <Page
      title={t('ledger.transaction')}
      up={{ to: `/ledger/blocks/${String(block)}`, words: blockName }}
      beside={<Validity code={transaction.code} />}
    >
      <div className="card px-5 py-1">
        <Facts
          of={[
            { name: t('ledger.txId'), value: <span className="code">{txId}</span> },
            { name: t('ledger.time'), value: exactInstant(transaction.at) },
            { name: t('ledger.sender'), value: memberName(transaction.creator) },
            { name: t('ledger.blockHash'), value: <span className="code">{transaction.blockHash}</span> },
          ]}
        />
      </div>
      {events.length > 0 && (
        <Section title={t('ledger.happened')}>
          <ul className="card divide-y divide-line">
            {events.map(({ event, ids, deal }) => (
              <li key={`${event}/${ids.join('/')}`} className="grid gap-1 px-5 py-3">
                <span className="font-semibold">{t(`event.${event}`, { defaultValue: event })}</span>
                {deal !== null && <DealLink deal={deal} />}
              </li>
            ))}
          </ul>
        </Section>
      )}
      <Section title={t('ledger.commands')}>
        {items.map((command) => (
          <Command key={command.place} command={command} />
        ))}
        {hidden > 0 && <p className="hint">{t('ledger.hiddenCommands', { count: hidden })}</p>}
      </Section>
    </Page>
  );
}

function DealLink({ deal }: { readonly deal: string }): ReactNode {
  return (
    <Link href={`/ledger/deals/${deal}`} className="code text-sm">
      {deal}
    </Link>
  );
}

function Command({ command }: { readonly command: LedgerCommandInfo }): ReactNode {
  const { t } = useTranslation();
  const { action, isOk, code, params, without, signature } = command;
  return (
    <article className="card grid gap-3 px-5 py-4">
      <div className="flex flex-wrap items-center justify-between gap-2">
        <h3 className="code text-base font-semibold">{action}</h3>
        {isOk ? (
          <Badge meaning="paid">{t('ledger.carriedOut')}</Badge>
        ) : (
          <Badge meaning="trouble">{t('ledger.refused', { code })}</Badge>
        )}
      </div>
      <Facts of={useHead(command)} />
      {params === null ? (
        <p className="hint">{t('ledger.notPublic')}</p>
      ) : (
        <details className="text-sm">
          <summary className="text-quiet">
            {t(signature === null ? 'ledger.content' : 'ledger.signedContent')}
          </summary>
          <pre className="code mt-2 rounded-md bg-sunken p-4 whitespace-pre-wrap">
            {JSON.stringify(params, null, 2)}
          </pre>
          {signature !== null && (
            <Facts
              of={[
                { name: t('ledger.key'), value: <span className="code">{signature.key}</span> },
                { name: t('ledger.signature'), value: <span className="code">{signature.signature}</span> },
              ]}
            />
          )}
        </details>
      )}
      {without.length > 0 && <p className="hint">{t('ledger.without', { names: without.join(', ') })}</p>}
    </article>
  );
}

function useHead({ id, signer }: LedgerCommandInfo): Fact[] {
  const { t } = useTranslation();
  return [
    {
      name: t('ledger.signer'),
      value: signer === null ? t('ledger.machine') : <Person who={signer} isBrief />,
    },
    { name: t('ledger.subject'), value: <span className="code">{id}</span> },
  ];
}
