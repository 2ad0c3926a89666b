// Money is paid into an account or out of it: the amount, then exactly what will be signed, then what became of it. The
// command is made once for each review, so that a double click, a reload or a lost answer books it once.
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { deposit, withdraw } from '../../../gateway/sdk/commands/accounts.js';
import { useCommand } from '../../app/answers.js';
import { useOwnBank } from '../../app/gateway.js';
import type { CommandInput } from '../../app/session.js';
import { currencySign, readAmount } from '../../app/texts.js';
import { useTexts } from '../../app/use-texts.js';
import { AccountNumber } from '../../components/account-number.js';
import { Amount } from '../../components/amount.js';
import { Button } from '../../components/button.js';
import { CommandNote } from '../../components/command-note.js';
import { Facts } from '../../components/facts.js';
import { Field } from '../../components/field.js';
import { Notice } from '../../components/notice.js';
import { useForm } from '../../components/use-form.js';
import type { BankAccount } from '../customers/account-table.js';

export type MovementKind = 'deposit' | 'withdraw';

interface MovementProps {
  readonly account: BankAccount;
  readonly kind: MovementKind;
}

interface Draft {
  readonly amount: string;
  /** Free money as it was when the amount was typed. */
  readonly available: string;
  readonly request: CommandInput['request'];
}

/** The ledger takes no longer amount. */
const MOST_DIGITS = 18;

export function Movement({ account, kind }: MovementProps): ReactNode {
  const bank = useOwnBank();
  const [draft, setDraft] = useState<Draft | null>(null);
  const review = (amount: string): void => {
    const params = { bank, account: account.account, amount, currency: account.currency };
    const request = kind === 'deposit' ? deposit(params) : withdraw(params);
    setDraft({ amount, available: account.available, request });
  };
  if (draft === null) return <AmountForm account={account} kind={kind} review={review} />;
  return (
    <Review
      key={draft.request.id}
      account={account}
      kind={kind}
      draft={draft}
      again={() => {
        setDraft(null);
      }}
    />
  );
}

function AmountForm({
  account,
  kind,
  review,
}: MovementProps & { readonly review: (amount: string) => void }): ReactNode {
  const { t } = useTranslation();
  const { language, money } = useTexts();
  const { currency, available } = account;
  const form = useForm<'amount', string>({
    read: (typed) => {
      const amount = readAmount(typed('amount'), currency);
      if (amount === null || amount === '0' || amount.length > MOST_DIGITS) {
        return { faults: { amount: t('movement.amountForm') } };
      }
      if (kind === 'withdraw' && BigInt(amount) > BigInt(available)) {
        return { faults: { amount: t('movement.tooMuch', { available: money(available, currency) }) } };
      }
      return { values: amount };
    },
    send: (amount) => {
      review(amount);
      return Promise.resolve();
    },
  });
  return (
    <form className="grid gap-5" onSubmit={form.onSubmit} noValidate>
      <Facts
        of={[
          { name: t('account.number'), value: <AccountNumber of={account.account} /> },
          { name: t('account.available'), value: <Amount of={available} currency={currency} /> },
        ]}
      />
      <Field
        label={t('movement.amount')}
        name="amount"
        inputMode="decimal"
        autoComplete="off"
        unit={currencySign(currency, language)}
        fault={form.faultOf('amount')}
      />
      <Button type="submit">{t('movement.review')}</Button>
    </form>
  );
}

function Review({
  account,
  kind,
  draft,
  again,
}: MovementProps & { readonly draft: Draft; readonly again: () => void }): ReactNode {
  const { t } = useTranslation();
  const { money } = useTexts();
  const command = useCommand(kind);
  const { amount, available, request } = draft;
  const { currency } = account;
  const after = BigInt(available) + (kind === 'deposit' ? 1n : -1n) * BigInt(amount);
  const { operation } = command;
  const isDone = operation?.status === 'done' && command.error === null;
  return (
    <div className="grid gap-5">
      {!isDone && <p>{t('movement.signs')}</p>}
      <Facts
        of={[
          { name: t('account.number'), value: <AccountNumber of={account.account} /> },
          {
            name: t(`movement.${kind}.what`),
            value: <Amount of={amount} currency={currency} />,
            isMain: true,
          },
          { name: t('movement.before'), value: <Amount of={available} currency={currency} /> },
          { name: t('movement.after'), value: <Amount of={after} currency={currency} /> },
        ]}
      />
      <CommandNote command={command} />
      {isDone ? (
        <Done block={operation.block} txId={operation.txId} again={again} />
      ) : (
        <div className="flex flex-wrap gap-3">
          <Button
            disabled={command.isWaiting}
            busy={command.isSending ? t('command.sending') : null}
            onClick={() => {
              // What went wrong is shown above the button.
              void command.send({ request }).catch(() => undefined);
            }}
          >
            {t(`movement.${kind}.sign`, { amount: money(amount, currency) })}
          </Button>
          {!command.isSending && !command.isWaiting && (
            <Button look="plain" onClick={again}>
              {t('movement.change')}
            </Button>
          )}
        </div>
      )}
    </div>
  );
}

function Done(of: {
  readonly block: number | null;
  readonly txId: string | null;
  readonly again: () => void;
}): ReactNode {
  const { t } = useTranslation();
  return (
    <>
      <Notice meaning="paid">
        <p className="font-semibold">{t('movement.done')}</p>
        {of.block !== null && <p>{t('movement.block', { block: of.block })}</p>}
        {of.txId !== null && <p className="code break-all">{of.txId}</p>}
      </Notice>
      <div>
        <Button look="plain" onClick={of.again}>
          {t('movement.another')}
        </Button>
      </div>
    </>
  );
}
