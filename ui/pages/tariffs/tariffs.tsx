// The banks with what they have published on the ledger: interbank fees and sealing keys.
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { BankInfo } from '../../../gateway/protocol/api/consortium.js';
import { useAnswer } from '../../app/answers.js';
import { useGateway } from '../../app/gateway.js';
import { useTexts } from '../../app/use-texts.js';
import { Loaded } from '../../components/loaded.js';
import { Page } from '../../components/page.js';
import { Badge } from '../../components/status.js';
import { Table } from '../../components/table.js';

export function Tariffs(): ReactNode {
  const { t } = useTranslation();
  const banks = useAnswer('listBanks', {});
  return (
    <Page title={t('tariffs.title')} isWide>
      <p className="-mt-3 text-quiet">{t('tariffs.about')}</p>
      <Loaded from={banks}>{({ items }) => <BankTable banks={items} />}</Loaded>
    </Page>
  );
}

function BankTable({ banks }: { readonly banks: readonly BankInfo[] }): ReactNode {
  const { t } = useTranslation();
  const { shortInstant, rate } = useTexts();
  const { consortium } = useGateway();
  return (
    <Table
      caption={t('tariffs.title')}
      rows={banks}
      keyOf={({ id }) => id}
      columns={[
        {
          name: t('tariffs.bank'),
          cell: ({ id, name, owner }) => (
            <span className={owner === consortium.mspId ? 'font-semibold' : undefined}>
              {id} · {name}
            </span>
          ),
        },
        { name: t('tariffs.bic'), cell: ({ bic }) => bic },
        {
          name: t('tariffs.usual'),
          isEnd: true,
          cell: ({ tariff }) => (tariff === null ? '—' : rate(tariff.usualBasisPoints)),
        },
        { name: t('tariffs.special'), isEnd: true, cell: (bank) => <Special bank={bank} banks={banks} /> },
        {
          name: t('tariffs.since'),
          cell: ({ tariff, tariffSince }) => (tariff === null ? '—' : shortInstant(tariffSince)),
        },
        {
          name: t('tariffs.state'),
          cell: ({ sealingKey, tariff }) =>
            sealingKey !== null && tariff !== null ? (
              <Badge meaning="paid">{t('tariffs.ready')}</Badge>
            ) : (
              <Badge meaning="plain">{t('tariffs.notReady')}</Badge>
            ),
        },
      ]}
    />
  );
}

function Special({
  bank,
  banks,
}: {
  readonly bank: BankInfo;
  readonly banks: readonly BankInfo[];
}): ReactNode {
  const { rate } = useTexts();
  const entries = Object.entries(bank.tariff?.toBank ?? {});
  if (entries.length === 0) return '—';
  return entries.map(([id, basisPoints]) => (
    <span key={id} className="block">
      {banks.find((one) => one.id === id)?.name ?? id}: {rate(basisPoints)}
    </span>
  ));
}
