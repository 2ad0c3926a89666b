// The accounts that the person has linked: enough to choose by, nothing that others could use.
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import type { LinkedAccountInfo } from '../../../gateway/protocol/api/accounts.js';
import { useAnswer } from '../../app/answers.js';
import { useBankName } from '../../app/gateway.js';
import { LastFour } from '../../components/accounts.js';
import { Loaded } from '../../components/loaded.js';
import { Empty, Page } from '../../components/page.js';
import { Badge } from '../../components/status.js';
import { Balance } from './balance.js';

export function Accounts(): ReactNode {
  const { t } = useTranslation();
  const accounts = useAnswer('listMyAccounts', {});
  const toLink = (
    <Link href="/accounts/new" className="button">
      {t('accounts.link')}
    </Link>
  );
  return (
    <Page title={t('accounts.title')}>
      <Loaded from={accounts} lines={3}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty title={t('accounts.empty')}>
              <p className="max-w-md text-quiet">{t('accounts.emptyMore')}</p>
              {toLink}
            </Empty>
          ) : (
            <>
              <ul className="card divide-y divide-line">
                {items.map((account) => (
                  <Row key={account.link} account={account} />
                ))}
              </ul>
              <div>{toLink}</div>
              <p className="hint">{t('accounts.privacy')}</p>
            </>
          )
        }
      </Loaded>
    </Page>
  );
}

function Row({ account }: { readonly account: LinkedAccountInfo }): ReactNode {
  const { t } = useTranslation();
  const bankName = useBankName();
  return (
    <li className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2 px-5 py-4">
      <div>
        <p className="font-semibold">{account.label}</p>
        <p className="text-sm text-quiet">
          {bankName(account.bank)} · {account.currency} · <LastFour of={account.lastFour} />
        </p>
      </div>
      {account.status === 'active' ? (
        <>
          <Badge meaning="paid">{t('accounts.active')}</Badge>
          <Balance account={account} />
        </>
      ) : (
        <span className="flex items-center gap-4">
          <Badge meaning="moving">{t('accounts.asked')}</Badge>
          <Link href={`/accounts/${account.link}`}>{t('accounts.goOn')}</Link>
        </span>
      )}
    </li>
  );
}
