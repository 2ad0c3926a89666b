// One customer: what the bank's own system knows of him, and his accounts; another is opened here.
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { z } from 'zod';
import type { holderSchema } from '../../../gateway/protocol/api/bank.js';
import { useAnswer } from '../../app/answers.js';
import { useFragment } from '../../app/fragment.js';
import { Button } from '../../components/button.js';
import { EndlessList } from '../../components/endless-list.js';
import { Facts } from '../../components/facts.js';
import { Loaded } from '../../components/loaded.js';
import { Empty, Page, Section } from '../../components/page.js';
import { Panel } from '../../components/panel.js';
import { AccountTable, useAccounts } from './account-table.js';
import { OpenAccount } from './open-account.js';

export function Holder(): ReactNode {
  const reference = useFragment().get('holder') ?? '';
  const holder = useAnswer('getHolder', { body: { holder: reference } });
  return <Loaded from={holder}>{(found) => <Known key={found.holder} holder={found} />}</Loaded>;
}

function Known({ holder }: { readonly holder: z.infer<typeof holderSchema> }): ReactNode {
  const { t } = useTranslation();
  const accounts = useAccounts({ holder: holder.holder });
  const [isOpening, setOpening] = useState(false);
  const toOpen = (
    <Button
      onClick={() => {
        setOpening(true);
      }}
    >
      {t('openAccount.title')}
    </Button>
  );
  return (
    <Page title={holder.name} up={{ to: '/customers', words: t('customers.title') }} beside={toOpen} isWide>
      <Facts
        of={[
          { name: t('customers.phone'), value: holder.phone },
          { name: t('customers.reference'), value: <span className="code">{holder.holder}</span> },
        ]}
      />
      <Section title={t('customers.accounts')}>
        <EndlessList
          from={accounts}
          empty={
            <Empty title={t('customers.noAccounts')}>
              <p className="text-quiet">{t('customers.noAccountsMore')}</p>
            </Empty>
          }
        >
          {(items) => <AccountTable caption={t('customers.accounts')} accounts={items} />}
        </EndlessList>
      </Section>
      {isOpening && (
        <Panel
          title={t('openAccount.title')}
          close={() => {
            setOpening(false);
          }}
        >
          <OpenAccount holder={holder} />
        </Panel>
      )}
    </Page>
  );
}
