// A new account for a holder. Its number is made here, once for this form, so that sent twice it is opened once.
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { z } from 'zod';
import { ACCOUNT_NUMBER_BYTES, accountNumber } from '../../../chaincode/protocol/account-number.js';
import { CURRENCIES } from '../../../chaincode/protocol/currency.js';
import type { holderSchema } from '../../../gateway/protocol/api/bank.js';
import { openAccount } from '../../../gateway/sdk/commands/accounts.js';
import { useCommand } from '../../app/answers.js';
import { useOwnBank } from '../../app/gateway.js';
import { AccountLink, AccountNumber } from '../../components/account-number.js';
import { Button } from '../../components/button.js';
import { CommandNote } from '../../components/command-note.js';
import { Facts } from '../../components/facts.js';
import { Select } from '../../components/field.js';
import { Notice } from '../../components/notice.js';
import { useForm } from '../../components/use-form.js';

const USUAL_CURRENCY = 'RUB';

export function OpenAccount({ holder }: { readonly holder: z.infer<typeof holderSchema> }): ReactNode {
  const { t } = useTranslation();
  const bank = useOwnBank();
  const [number] = useState(() =>
    accountNumber(bank, crypto.getRandomValues(new Uint8Array(ACCOUNT_NUMBER_BYTES))),
  );
  const command = useCommand('openAccount');
  const form = useForm<'currency', string>({
    read: (typed) => ({ values: typed('currency') }),
    send: async (currency) => {
      const request = openAccount({ bank, account: number, holder: holder.holder, currency });
      await command.send({ request, purpose: `openAccount ${number}` });
    },
  });
  const isDone = command.operation?.status === 'done';
  if (isDone) {
    return (
      <Notice meaning="paid">
        <p className="font-semibold">{t('openAccount.done')}</p>
        <p>
          <AccountLink of={number} />
        </p>
      </Notice>
    );
  }
  return (
    <form className="grid gap-5" onSubmit={form.onSubmit} noValidate>
      <Facts
        of={[
          { name: t('account.holder'), value: holder.name },
          { name: t('account.number'), value: <AccountNumber of={number} /> },
        ]}
      />
      <Select
        label={t('account.currency')}
        name="currency"
        defaultValue={USUAL_CURRENCY}
        disabled={command.isWaiting}
        choices={CURRENCIES.map((code) => ({ value: code, words: code }))}
      />
      <CommandNote command={command} />
      <Button
        type="submit"
        disabled={command.isWaiting}
        busy={command.isSending ? t('command.sending') : null}
      >
        {t('openAccount.sign')}
      </Button>
    </form>
  );
}
