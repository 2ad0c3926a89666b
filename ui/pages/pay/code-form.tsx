// The one-time code from the bank's message, sealed for that bank alone; tries, time left, and sending it again.
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { DealPage, PaymentInfo } from '../../../gateway/protocol/api/deals.js';
import type { Authorisation } from '../../../gateway/protocol/api/payments.js';
import { CODE_DIGITS, normalisedCode } from '../../../gateway/protocol/one-time-code.js';
import { useAnswer } from '../../app/answers.js';
import { authorisePayment, resendCode } from '../../app/authorise.js';
import { useBankName, useSession } from '../../app/gateway.js';
import { Button } from '../../components/button.js';
import { TimeLeft } from '../../components/deadline.js';
import { Field } from '../../components/field.js';
import { ProblemNote } from '../../components/problem.js';
import { useForm } from '../../components/use-form.js';

interface CodeFormProps {
  readonly deal: DealPage;
  readonly payment: PaymentInfo;
  readonly authorisation: Authorisation;
}

export function CodeForm({ deal, payment, authorisation }: CodeFormProps): ReactNode {
  const { t } = useTranslation();
  const session = useSession();
  const client = useQueryClient();
  const bankName = useBankName();
  const banks = useAnswer('listBanks', {});
  const bank = banks.data?.items.find(({ id }) => id === payment.bank);
  const { challenge, triesLeft, validUntil } = authorisation;
  const form = useForm<'code', string>({
    read: (typed) => {
      const code = normalisedCode(typed('code'));
      return code === null ? { faults: { code: t('code.form') } } : { values: code };
    },
    send: async (code, element) => {
      if (bank === undefined) return;
      await authorisePayment(session, { bank, deal: deal.id, payment: payment.id, challenge, code }).finally(
        () => {
          element.reset();
          void client.invalidateQueries();
        },
      );
    },
  });
  return (
    <form className="card grid gap-5 p-5 sm:p-6" onSubmit={form.onSubmit} noValidate>
      <Field
        label={t('code.label')}
        hint={t('code.hint', { bank: bankName(payment.bank) })}
        name="code"
        inputMode="numeric"
        autoComplete="one-time-code"
        maxLength={CODE_DIGITS + 2}
        autoFocus
        fault={form.faultOf('code')}
        className="input-code"
      />
      <ProblemNote error={form.error}>
        <p>{t('code.tries', { count: triesLeft })}</p>
      </ProblemNote>
      <div className="flex flex-wrap items-center gap-x-6 gap-y-3">
        <Button type="submit" disabled={bank === undefined} busy={form.isSending ? t('code.sealing') : null}>
          {t('code.confirm')}
        </Button>
        {bank !== undefined && (
          <SendAgain
            ask={() => resendCode(session, { bank, deal: deal.id, payment: payment.id, challenge })}
          />
        )}
      </div>
      <p className="hint">
        {validUntil !== null && (
          <>
            {t('code.valid')} <TimeLeft at={validUntil} />.{' '}
          </>
        )}
        {form.error === null && t('code.tries', { count: triesLeft })} {t('code.sealed')}
      </p>
    </form>
  );
}

export function SendAgain({ ask }: { readonly ask: () => Promise<unknown> }): ReactNode {
  const { t } = useTranslation();
  const client = useQueryClient();
  const again = useMutation({ mutationFn: ask, onSettled: () => client.invalidateQueries() });
  return (
    <>
      <button
        type="button"
        className="link"
        disabled={again.isPending}
        onClick={() => {
          again.mutate();
        }}
      >
        {t(again.isPending ? 'code.asking' : again.isSuccess ? 'code.sentAgain' : 'code.again')}
      </button>
      <ProblemNote error={again.error} />
    </>
  );
}
