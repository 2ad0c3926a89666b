// The person's linked accounts as they are chosen from: label, bank, last four characters. Never a balance, never
// a number.
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { LinkedAccountInfo } from '../../gateway/protocol/api/accounts.js';
import { useAnswer } from '../app/answers.js';
import { useBankName } from '../app/gateway.js';
import { Choices } from './field.js';

export function useActiveAccounts(currency: string): readonly LinkedAccountInfo[] {
  const { data } = useAnswer('listMyAccounts', {});
  return (data?.items ?? []).filter(
    (account) => account.status === 'active' && account.currency === currency,
  );
}

interface AccountChoicesProps {
  readonly legend: string;
  readonly accounts: readonly LinkedAccountInfo[];
  readonly chosen: string | null;
  readonly choose: (link: string) => void;
  /** More about an account, such as its fee. */
  readonly more?: (account: LinkedAccountInfo) => ReactNode;
}

export function AccountChoices({ legend, accounts, chosen, choose, more }: AccountChoicesProps): ReactNode {
  const bankName = useBankName();
  return (
    <Choices
      legend={legend}
      name="account"
      chosen={chosen}
      choose={choose}
      choices={accounts.map((account) => ({
        value: account.link,
        words: account.label,
        more: (
          <>
            {bankName(account.bank)} · <LastFour of={account.lastFour} />
            {more !== undefined && <span className="block">{more(account)}</span>}
          </>
        ),
      }))}
    />
  );
}

export function LastFour({ of }: { readonly of: string }): ReactNode {
  const { t } = useTranslation();
  return (
    <span className="amount">
      <span aria-hidden="true">•• {of}</span>
      <span className="sr-only">{t('accounts.endsWith', { lastFour: of })}</span>
    </span>
  );
}
