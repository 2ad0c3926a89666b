// Where the commissions go, by currency: a linked account of an administrator, named by a signed command.
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import type { LinkedAccountInfo } from '../../../gateway/protocol/api/accounts.js';
import type { ParametersInfo } from '../../../gateway/protocol/api/parameters.js';
import { setCommissionAccount } from '../../../gateway/sdk/commands/accounts.js';
import { useAnswer, useCommand } from '../../app/answers.js';
import { useBankName } from '../../app/gateway.js';
import { AccountChoices, LastFour } from '../../components/accounts.js';
import { Button } from '../../components/button.js';
import { CommandNote } from '../../components/command-note.js';
import { Facts } from '../../components/facts.js';
import { Loaded } from '../../components/loaded.js';
import { Section } from '../../components/page.js';
import { Panel } from '../../components/panel.js';

type CommissionAccount = ParametersInfo['commissionAccounts'][number];

export function CommissionAccounts({ of }: { readonly of: readonly CommissionAccount[] }): ReactNode {
  const { t } = useTranslation();
  const [isChoosing, setChoosing] = useState(false);
  const accounts = useAnswer('listMyAccounts', {});
  const own = (accounts.data?.items ?? []).filter(({ status }) => status === 'active');
  const close = (): void => {
    setChoosing(false);
  };
  return (
    <Section title={t('commissionAccounts.title')}>
      <p className="hint -mt-2">{t('commissionAccounts.about')}</p>
      <div className="card px-5 py-1">
        <Facts
          of={of.map((account) => ({
            name: account.currency,
            value: <Named account={account} own={own} />,
          }))}
        />
      </div>
      <div className="flex flex-wrap items-center gap-4">
        <Button
          look="plain"
          onClick={() => {
            setChoosing(true);
          }}
        >
          {t('commissionAccounts.choose')}
        </Button>
        <Link href="/accounts">{t('commissionAccounts.own')}</Link>
      </div>
      {isChoosing && (
        <Panel title={t('commissionAccounts.choose')} close={close}>
          <Loaded from={accounts}>{() => <Choice own={own} done={close} />}</Loaded>
        </Panel>
      )}
    </Section>
  );
}

/** The bank; of one's own account its name as well. */
function Named({
  account: { link, bank },
  own,
}: {
  readonly account: CommissionAccount;
  readonly own: readonly LinkedAccountInfo[];
}): ReactNode {
  const bankName = useBankName();
  const mine = own.find((account) => account.link === link);
  if (bank === null) return '—';
  if (mine === undefined) return bankName(bank);
  return (
    <>
      {bankName(bank)} · {mine.label} <LastFour of={mine.lastFour} />
    </>
  );
}

function Choice({
  own,
  done,
}: {
  readonly own: readonly LinkedAccountInfo[];
  readonly done: () => void;
}): ReactNode {
  const { t } = useTranslation();
  const [chosen, setChosen] = useState<string | null>(null);
  const command = useCommand('setCommissionAccount');
  const link = chosen ?? own[0]?.link ?? null;
  if (link === null) {
    return (
      <div className="grid gap-3">
        <p>{t('commissionAccounts.none')}</p>
        <p>
          <Link href="/accounts/new">{t('accounts.link')}</Link>
        </p>
      </div>
    );
  }
  const send = async (): Promise<void> => {
    const { status } = await command.send({ request: setCommissionAccount({ link }) });
    if (status === 'done') done();
  };
  return (
    <div className="grid gap-5">
      <AccountChoices
        legend={t('commissionAccounts.account')}
        accounts={own}
        chosen={link}
        choose={setChosen}
        more={({ currency }) => currency}
      />
      <p className="hint">{t('commissionAccounts.signing')}</p>
      <CommandNote command={command} />
      <Button
        busy={command.isSending ? t('command.sending') : null}
        onClick={() => void send().catch(() => undefined)}
      >
        {t('commissionAccounts.sign')}
      </Button>
    </div>
  );
}
