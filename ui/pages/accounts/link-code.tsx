// The code by which the bank knows that the account's holder wants the link.
import { useQueryClient } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiProblem } from '../../../gateway/sdk/api-client.js';
import { CODE_DIGITS, normalisedCode } from '../../../gateway/protocol/one-time-code.js';
import { confirmLinkByCode } from '../../app/authorise.js';
import { useSession } from '../../app/gateway.js';
import { Button } from '../../components/button.js';
import { TimeLeft } from '../../components/deadline.js';
import { Field } from '../../components/field.js';
import { ProblemNote } from '../../components/problem.js';
import { useForm } from '../../components/use-form.js';
import type { AskedLink } from './asked-link.js';

interface LinkCodeProps {
  readonly asked: AskedLink;
  readonly back: () => void;
  readonly done: () => void;
}

export function LinkCode({ asked, back, done }: LinkCodeProps): ReactNode {
  const { t } = useTranslation();
  const session = useSession();
  const client = useQueryClient();
  const { bank, link, account, authorisation } = asked;
  const form = useForm<'code', string>({
    read: (typed) => {
      const code = normalisedCode(typed('code'));
      return code === null ? { faults: { code: t('code.form') } } : { values: code };
    },
    send: async (code) => {
      await confirmLinkByCode(session, {
        ...{ bank, link, account, code },
        challenge: authorisation.challenge,
      });
      await client.invalidateQueries();
      done();
    },
  });
  const triesLeft = triesIn(form.error);
  return (
    <form className="grid gap-5" onSubmit={form.onSubmit} noValidate>
      <p>{t('link.codeAbout', { bank: bank.name })}</p>
      <Field
        label={t('code.label')}
        hint={t('link.codeHint')}
        name="code"
        inputMode="numeric"
        autoComplete="one-time-code"
        maxLength={CODE_DIGITS + 2}
        autoFocus
        fault={form.faultOf('code')}
        className="input-code"
      />
      {authorisation.validUntil !== null && (
        <p className="hint">
          {t('code.valid')} <TimeLeft at={authorisation.validUntil} />
        </p>
      )}
      <ProblemNote error={form.error}>
        {triesLeft !== null && <p>{t('code.tries', { count: triesLeft })}</p>}
      </ProblemNote>
      <div className="flex flex-wrap items-center gap-4">
        <Button type="submit" busy={form.isSending ? t('code.sealing') : null}>
          {t('link.confirm')}
        </Button>
        <button type="button" className="link" onClick={back}>
          {t('link.otherAccount')}
        </button>
      </div>
    </form>
  );
}

function triesIn(error: Error | null): number | null {
  const tries = error instanceof ApiProblem ? error.problem.values['triesLeft'] : null;
  return typeof tries === 'number' ? tries : null;
}
