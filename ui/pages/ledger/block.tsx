// One block: what binds it to the block before it, and its transactions.
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import type { LedgerBlockPage, LedgerTransactionInfo } from '../../../gateway/protocol/api/ledger.js';
import { useAnswer } from '../../app/answers.js';
import { useMemberName } from '../../app/gateway.js';
import type { PageProps } from '../../app/page-props.js';
import { useTexts } from '../../app/use-texts.js';
import { Facts } from '../../components/facts.js';
import { Loaded } from '../../components/loaded.js';
import { Page, Section } from '../../components/page.js';
import { Table } from '../../components/table.js';
import { Fingerprint } from './fingerprint.js';
import { Validity } from './validity.js';

export function LedgerBlock({ id }: PageProps): ReactNode {
  const block = useAnswer('getBlock', { path: { block: id } });
  return <Loaded from={block}>{(found) => <BlockView block={found} />}</Loaded>;
}

function BlockView({ block }: { readonly block: LedgerBlockPage }): ReactNode {
  const { t } = useTranslation();
  const { exactInstant, number } = useTexts();
  return (
    <Page
      title={t('ledger.blockTitle', { number: number(block.number) })}
      up={{ to: '/ledger', words: t('ledger.title') }}
      beside={<Neighbours block={block} />}
      isWide
    >
      <div className="card px-5 py-1">
        <Facts
          of={[
            { name: t('ledger.time'), value: block.at === null ? '—' : exactInstant(block.at) },
            { name: t('ledger.hash'), value: <span className="code">{block.hash}</span> },
            {
              name: t('ledger.previousHash'),
              value: <span className="code">{block.previousHash || '—'}</span>,
            },
            { name: t('ledger.dataHash'), value: <span className="code">{block.dataHash}</span> },
            {
              name: t('ledger.transactions'),
              value: t('ledger.ofThemValid', { all: number(block.transactions), valid: number(block.valid) }),
            },
          ]}
        />
      </div>
      <Section title={t('ledger.transactions')}>
        {block.items.length > 0 && <Transactions items={block.items} />}
        {block.hidden > 0 && <p className="hint">{t('ledger.hidden', { count: block.hidden })}</p>}
      </Section>
    </Page>
  );
}

function Neighbours({ block }: { readonly block: LedgerBlockPage }): ReactNode {
  const { t } = useTranslation();
  const to = (number: number): string => `/ledger/blocks/${String(number)}`;
  return (
    <nav aria-label={t('ledger.neighbours')} className="flex gap-4 text-sm">
      {block.number > 0 && <Link href={to(block.number - 1)}>{t('ledger.before')}</Link>}
      {block.number < block.newest && <Link href={to(block.number + 1)}>{t('ledger.after')}</Link>}
    </nav>
  );
}

function Transactions({ items }: { readonly items: readonly LedgerTransactionInfo[] }): ReactNode {
  const { t } = useTranslation();
  const { exactInstant, number } = useTexts();
  const memberName = useMemberName();
  return (
    <Table
      caption={t('ledger.transactions')}
      rows={items}
      keyOf={({ index }) => String(index)}
      columns={[
        {
          name: t('ledger.transaction'),
          cell: ({ txId }) =>
            txId === '' ? (
              '—'
            ) : (
              <Link href={`/ledger/transactions/${txId}`}>
                <Fingerprint of={txId} />
              </Link>
            ),
        },
        { name: t('ledger.state'), cell: ({ code }) => <Validity code={code} /> },
        { name: t('ledger.sender'), cell: ({ creator }) => memberName(creator) },
        {
          name: t('ledger.function'),
          cell: ({ function: name }) => <span className="code">{name ?? t('ledger.configuration')}</span>,
        },
        { name: t('ledger.commands'), isEnd: true, cell: ({ commands }) => number(commands) },
        { name: t('ledger.time'), cell: ({ at }) => exactInstant(at) },
      ]}
    />
  );
}
