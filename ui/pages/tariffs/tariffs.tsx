// The banks with what they have published on the ledger: interbank fees and sealing keys. A bank's operator publishes
// its own here.
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { BankInfo } from '../../../gateway/protocol/api/consortium.js';
import { useAnswer } from '../../app/answers.js';
import { useGateway, useMe } from '../../app/gateway.js';
import { useTexts } from '../../app/use-texts.js';
import { Amount } from '../../components/amount.js';
import { Button } from '../../components/button.js';
import { Loaded } from '../../components/loaded.js';
import { Page } from '../../components/page.js';
import { Panel } from '../../components/panel.js';
import { Badge } from '../../components/status.js';
import { Table } from '../../components/table.js';
import { PublishTariff } from './publish-tariff.js';

export function Tariffs(): ReactNode {
  const { t } = useTranslation();
  const banks = useAnswer('listBanks', {});
  const isOperator = useMe().roles.includes('operator');
  return (
    <Page title={t('tariffs.title')} isWide>
      <p className="-mt-3 text-quiet">{t('tariffs.about')}</p>
      <Loaded from={banks}>
        {({ items }) => (
          <>
            <BankTable banks={items} />
            <CapTable banks={items} />
            {isOperator && <Publishing banks={items} />}
          </>
        )}
      </Loaded>
    </Page>
  );
}

/** Of the bank that this gateway serves. */
function Publishing({ banks }: { readonly banks: readonly BankInfo[] }): ReactNode {
  const { t } = useTranslation();
  const own = useAnswer('getSealingKey', {});
  const [isOpen, setOpen] = useState(false);
  const bank = banks.find(({ id }) => id === own.data?.bank);
  if (own.data === undefined || bank === undefined) return null;
  const close = (): void => {
    setOpen(false);
  };
  return (
    <div>
      <Button
        look="plain"
        onClick={() => {
          setOpen(true);
        }}
      >
        {t('tariffs.publish')}
      </Button>
      {isOpen && (
        <Panel title={t('tariffs.publishOf', { bank: bank.name })} close={close}>
          <PublishTariff
            bank={bank}
            others={banks.filter(({ id }) => id !== bank.id)}
            sealingKey={own.data.sealingKey}
            done={close}
          />
        </Panel>
      )}
    </div>
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

/** What each bank credits on the word of every other one; nothing in currencies that are not here. */
function CapTable({ banks }: { readonly banks: readonly BankInfo[] }): ReactNode {
  const { t } = useTranslation();
  const caps = banks.flatMap(({ id, name, debitCaps }) =>
    Object.entries(debitCaps).map(([currency, cap]) => ({ id, name, currency, cap: cap ?? '0' })),
  );
  return (
    <section className="grid min-w-0 gap-3">
      <h2>{t('tariffs.caps')}</h2>
      <p className="text-quiet">{t('tariffs.capsOfAll')}</p>
      {caps.length > 0 && (
        <Table
          caption={t('tariffs.caps')}
          rows={caps}
          keyOf={({ id, currency }) => `${id} ${currency}`}
          columns={[
            { name: t('tariffs.bank'), cell: ({ id, name }) => `${id} · ${name}` },
            {
              name: t('tariffs.atMost'),
              isEnd: true,
              cell: ({ cap, currency }) => <Amount of={cap} currency={currency} />,
            },
          ]}
        />
      )}
    </section>
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
