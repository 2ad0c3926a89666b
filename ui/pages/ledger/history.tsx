// What happened to a deal, oldest first, with the transaction in which each step stands.
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import { useAnswer } from '../../app/answers.js';
import { useGateway, useMemberName } from '../../app/gateway.js';
import type { PageProps } from '../../app/page-props.js';
import { useTexts } from '../../app/use-texts.js';
import { Loaded } from '../../components/loaded.js';
import { Page } from '../../components/page.js';
import { Person } from '../../components/person.js';
import { Table } from '../../components/table.js';
import { Fingerprint } from './fingerprint.js';

export function LedgerHistory({ id }: PageProps): ReactNode {
  const { t } = useTranslation();
  const { exactInstant, number } = useTexts();
  const memberName = useMemberName();
  const { consortium } = useGateway();
  const history = useAnswer('getDealHistory', { path: { deal: id } });
  const own = consortium.members.find(({ mspId }) => mspId === consortium.mspId);
  return (
    <Page title={t('ledger.history')} up={{ to: '/ledger', words: t('ledger.title') }} isWide>
      <p className="-mt-3">
        {own?.kind === 'marketplace' ? (
          <Link href={`/deals/${id}`} className="code">
            {id}
          </Link>
        ) : (
          <span className="code">{id}</span>
        )}
      </p>
      <Loaded from={history}>
        {({ steps }) => (
          <Table
            caption={t('ledger.history')}
            rows={steps.map((step, place) => ({ ...step, place }))}
            keyOf={({ place }) => String(place)}
            columns={[
              {
                name: t('ledger.happened'),
                cell: ({ event }) => (
                  <span className="font-semibold">{t(`event.${event}`, { defaultValue: event })}</span>
                ),
              },
              { name: t('ledger.time'), cell: ({ at }) => exactInstant(at) },
              {
                name: t('ledger.signer'),
                cell: ({ signer, creator }) =>
                  signer === null ? memberName(creator) : <Person who={signer} isBrief />,
              },
              {
                name: t('ledger.block'),
                isEnd: true,
                cell: ({ block }) => <Link href={`/ledger/blocks/${String(block)}`}>{number(block)}</Link>,
              },
              {
                name: t('ledger.transaction'),
                cell: ({ txId }) => (
                  <Link href={`/ledger/transactions/${txId}`}>
                    <Fingerprint of={txId} />
                  </Link>
                ),
              },
            ]}
          />
        )}
      </Loaded>
    </Page>
  );
}
