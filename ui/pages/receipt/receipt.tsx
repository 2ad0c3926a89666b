// The receipt of a deal as a document: who, what, how much and when, what stands signed behind it; to print, or to keep
// as a file that any member can check.
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import { keyThumbprint } from '../../../chaincode/protocol/intent.js';
import type { DealPage } from '../../../gateway/protocol/api/deals.js';
import type { Receipt as ReceiptContent, SignedReceipt } from '../../../gateway/protocol/api/receipts.js';
import { useAnswer } from '../../app/answers.js';
import { useMemberName } from '../../app/gateway.js';
import type { PageProps } from '../../app/page-props.js';
import { saveJson } from '../../app/save-as-file.js';
import { useTexts } from '../../app/use-texts.js';
import { Amount } from '../../components/amount.js';
import { Button } from '../../components/button.js';
import { Facts } from '../../components/facts.js';
import { Loaded } from '../../components/loaded.js';
import { Page, Section } from '../../components/page.js';
import { PaymentsTable } from '../../components/payments-table.js';
import { Person } from '../../components/person.js';
import { RowName } from '../../components/row-name.js';
import { DealStatus } from '../../components/status.js';
import { Table } from '../../components/table.js';

export function Receipt({ id }: PageProps): ReactNode {
  const deal = useAnswer('getDeal', { path: { deal: id } });
  const receipt = useAnswer('getReceipt', { path: { deal: id } });
  return (
    <Loaded from={deal}>
      {(found) => <Loaded from={receipt}>{(signed) => <Document deal={found} signed={signed} />}</Loaded>}
    </Loaded>
  );
}

interface DocumentProps {
  readonly deal: DealPage;
  readonly signed: SignedReceipt;
}

function Document({ deal, signed }: DocumentProps): ReactNode {
  const { t } = useTranslation();
  const { exactInstant } = useTexts();
  return (
    <Page
      title={t('receipt.title')}
      up={{ to: `/deals/${deal.id}`, words: t('receipt.toDeal') }}
      beside={<DealStatus status={deal.status} />}
    >
      <p className="-mt-3 text-quiet">
        {t('receipt.asOf', { at: exactInstant(signed.receipt.issuedAt), block: signed.receipt.block })}
      </p>
      <Actions signed={signed} />
      <Summary deal={deal} />
      {deal.payments.length > 0 && (
        <Section title={t('receipt.payments')}>
          <PaymentsTable deal={deal} />
        </Section>
      )}
      <Section title={t('receipt.signed')}>
        <Signed receipt={signed.receipt} />
      </Section>
      <Section title={t('receipt.recorded')}>
        <Recorded receipt={signed.receipt} />
      </Section>
      <Section title={t('receipt.issuer')}>
        <Issuer signed={signed} />
      </Section>
    </Page>
  );
}

function Actions({ signed }: Pick<DocumentProps, 'signed'>): ReactNode {
  const { t } = useTranslation();
  return (
    <div className="no-print flex flex-wrap items-center gap-x-5 gap-y-3">
      <Button
        onClick={() => {
          saveJson(`receipt-${signed.receipt.deal}.json`, signed);
        }}
      >
        {t('receipt.save')}
      </Button>
      <Button
        look="plain"
        onClick={() => {
          window.print();
        }}
      >
        {t('receipt.print')}
      </Button>
      <Link href="/verify">{t('receipt.verify')}</Link>
    </div>
  );
}

function Summary({ deal }: { readonly deal: DealPage }): ReactNode {
  const { t } = useTranslation();
  const { exactInstant } = useTexts();
  const memberName = useMemberName();
  const { currency, price } = deal.money;
  const { courier, marketplace } = deal.terms.offerTerms;
  const net =
    deal.net === null
      ? []
      : [{ name: t('receipt.net'), value: <Amount of={deal.net} currency={currency} /> }];
  return (
    <div className="card px-5 py-1">
      <Facts
        of={[
          { name: t('receipt.goods'), value: deal.title },
          { name: t('receipt.price'), value: <Amount of={price} currency={currency} />, isMain: true },
          ...net,
          { name: t('terms.bought'), value: exactInstant(deal.terms.boughtAt) },
          { name: t('deal.buyer'), value: <Person who={deal.buyer} /> },
          { name: t('deal.seller'), value: <Person who={deal.seller} /> },
          { name: t('deal.courier'), value: memberName(courier) },
          { name: t('deal.marketplace'), value: memberName(marketplace) },
          { name: t('deal.number'), value: <span className="code">{deal.id}</span> },
          { name: t('deal.termsHash'), value: <span className="code">{deal.termsHash}</span> },
        ]}
      />
    </div>
  );
}

function Signed({ receipt }: { readonly receipt: ReceiptContent }): ReactNode {
  const { t } = useTranslation();
  if (receipt.intents.length === 0) return <p className="text-quiet">{t('receipt.nothingSigned')}</p>;
  return receipt.intents.map(({ intent, block, txId }) => (
    <div key={intent.body.id} className="card px-5 py-1">
      <Facts
        of={[
          {
            name: t('receipt.command'),
            value: t(`receipt.action.${intent.body.action}`, { defaultValue: intent.body.action }),
          },
          { name: t('receipt.place'), value: <Place block={block} txId={txId} /> },
          { name: t('receipt.key'), value: <span className="code">{keyThumbprint(intent.key)}</span> },
          { name: t('receipt.signature'), value: <span className="code">{intent.signature}</span> },
        ]}
      />
    </div>
  ));
}

function Recorded({ receipt }: { readonly receipt: ReceiptContent }): ReactNode {
  const { t } = useTranslation();
  return (
    <Table
      caption={t('receipt.recorded')}
      rows={receipt.rows}
      keyOf={({ key }) => key}
      columns={[
        { name: t('receipt.row'), cell: ({ key }) => <RowName of={key} /> },
        { name: t('receipt.state'), cell: ({ row }) => <span className="code">{stateOf(row)}</span> },
        { name: t('receipt.place'), cell: (row) => <Place {...row} /> },
        {
          name: t('receipt.attestation'),
          cell: ({ attestation }) => <span className="code">{attestation ?? '—'}</span>,
        },
      ]}
    />
  );
}

function stateOf({ status }: ReceiptContent['rows'][number]['row']): string {
  return typeof status === 'string' ? status : '—';
}

function Place({ block, txId }: { readonly block: number; readonly txId: string }): ReactNode {
  const { t } = useTranslation();
  return (
    <Link href={`/ledger/transactions/${txId}`} title={txId}>
      {t('receipt.inBlock', { block })}
    </Link>
  );
}

function Issuer({ signed: { signature } }: Pick<DocumentProps, 'signed'>): ReactNode {
  const { t } = useTranslation();
  const memberName = useMemberName();
  return (
    <>
      <div className="card px-5 py-1">
        <Facts
          of={[
            { name: t('receipt.member'), value: memberName(signature.member) },
            { name: t('receipt.signature'), value: <span className="code">{signature.value}</span> },
          ]}
        />
      </div>
      <p className="hint">{t('receipt.proves')}</p>
    </>
  );
}
