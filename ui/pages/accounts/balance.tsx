// The balance of an account: only after a fresh code from its bank, only on this page, kept nowhere.
import { useMutation } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { LinkedAccountInfo } from '../../../gateway/protocol/api/accounts.js';
import type { BankInfo } from '../../../gateway/protocol/api/consortium.js';
import type { BalanceAnswer } from '../../../gateway/protocol/authorise.js';
import { CODE_DIGITS, normalisedCode } from '../../../gateway/protocol/one-time-code.js';
import { useAnswer } from '../../app/answers.js';
import { askBalance, askBalanceCode } from '../../app/authorise.js';
import { useSession } from '../../app/gateway.js';
import { useTexts } from '../../app/use-texts.js';
import { Amount } from '../../components/amount.js';
import { Button } from '../../components/button.js';
import { Field } from '../../components/field.js';
import { ProblemNote } from '../../components/problem.js';
import { useForm } from '../../components/use-form.js';

export function Balance({ account }: { readonly account: LinkedAccountInfo }): ReactNode {
  const { t } = useTranslation();
  const session = useSession();
  const banks = useAnswer('listBanks', {});
  const bank = banks.data?.items.find(({ id }) => id === account.bank);
  const [answer, setAnswer] = useState<BalanceAnswer | null>(null);
  const asking = useMutation({
    mutationFn: (of: BankInfo) => askBalanceCode(session, { bank: of, link: account.link }),
  });
  if (answer !== null) return <Shown answer={answer} />;
  const challenge = asking.data?.challenge ?? null;
  if (bank !== undefined && challenge !== null) {
    return <CodeForm account={account} bank={bank} challenge={challenge} done={setAnswer} />;
  }
  return (
    <>
      <button
        type="button"
        className="link text-sm"
        disabled={asking.isPending || bank === undefined}
        onClick={() => {
          if (bank !== undefined) asking.mutate(bank);
        }}
      >
        {t(asking.isPending ? 'code.asking' : 'balance.ask')}
      </button>
      <ProblemNote error={asking.error} />
    </>
  );
}

interface CodeFormProps {
  readonly account: LinkedAccountInfo;
  readonly bank: BankInfo;
  readonly challenge: string;
  readonly done: (answer: BalanceAnswer) => void;
}

function CodeForm({ account, bank, challenge, done }: CodeFormProps): ReactNode {
  const { t } = useTranslation();
  const session = useSession();
  const form = useForm<'code', string>({
    read: (typed) => {
      const code = normalisedCode(typed('code'));
      return code === null ? { faults: { code: t('code.form') } } : { values: code };
    },
    send: async (code) => {
      done(await askBalance(session, { bank, link: account.link, challenge, code }));
    },
  });
  return (
    <form className="grid w-full gap-4 border-t border-line pt-4" onSubmit={form.onSubmit} noValidate>
      <Field
        label={t('code.label')}
        hint={t('balance.hint', { bank: bank.name })}
        name="code"
        inputMode="numeric"
        autoComplete="one-time-code"
        maxLength={CODE_DIGITS + 2}
        autoFocus
        fault={form.faultOf('code')}
        className="input-code"
      />
      <ProblemNote error={form.error} />
      <div>
        <Button type="submit" busy={form.isSending ? t('code.sealing') : null}>
          {t('balance.show')}
        </Button>
      </div>
    </form>
  );
}

function Shown({ answer }: { readonly answer: BalanceAnswer }): ReactNode {
  const { t } = useTranslation();
  const { instant } = useTexts();
  return (
    <p className="w-full border-t border-line pt-4">
      <span className="text-lg font-semibold">
        <Amount of={answer.amount} currency={answer.currency} />
      </span>{' '}
      <span className="hint">{t('balance.at', { at: instant(answer.at) })}</span>
    </p>
  );
}
