// What went wrong, in words with the next step; the number of the request stands with problems of a whole page.
import { type ReactNode, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiProblem, ApiUnreachable } from '../../gateway/sdk/api-client.js';
import { NotARecoveryCode, VaultClosed } from '../../gateway/sdk/errors.js';
import { CommandRefused, mayHelpAgain } from '../app/answers.js';
import { spokenLanguage } from '../app/words.js';
import { Notice } from './notice.js';

/** Sentence of an error; of a refusal by the ledger once the sentences are loaded. */
export function useProblemText(error: Error | null): string | null {
  const { t } = useTranslation();
  const [refusal, setRefusal] = useState<string | null>(null);
  const code = error instanceof CommandRefused ? error.code : null;
  useEffect(() => {
    let isWanted = true;
    if (code !== null) {
      void import('../../gateway/protocol/problem-codes.js').then(({ problemMeaning }) => {
        if (isWanted) setRefusal(problemMeaning(code)[spokenLanguage()]);
      });
    }
    return () => {
      isWanted = false;
    };
  }, [code]);
  if (error === null) return null;
  if (error instanceof VaultClosed) return t(`problem.vault.${error.reason}`);
  if (error instanceof NotARecoveryCode) return t('problem.notARecoveryCode');
  if (error instanceof ApiProblem) return error.problem.detail || error.problem.title;
  if (error instanceof ApiUnreachable) return t('problem.unreachable');
  if (error instanceof CommandRefused) return refusal ?? t('problem.refused');
  return t('problem.unexpected');
}

/** Beside a button or a form. */
export function ProblemNote({
  error,
  children,
}: {
  readonly error: Error | null;
  readonly children?: ReactNode;
}): ReactNode {
  const text = useProblemText(error);
  if (text === null) return null;
  return (
    <Notice meaning="trouble">
      <p className="font-semibold">{text}</p>
      {children}
    </Notice>
  );
}

/** In place of a page that cannot be shown. */
export function PageProblem({
  error,
  again,
}: {
  readonly error: Error;
  readonly again: () => void;
}): ReactNode {
  const { t } = useTranslation();
  const text = useProblemText(error);
  return (
    <div className="column grid gap-4 py-8">
      <h1>
        {error instanceof ApiProblem && error.problem.status === 404
          ? t('problem.nothingHere')
          : t('problem.title')}
      </h1>
      <Notice meaning="trouble">
        <p>{text}</p>
        {error instanceof ApiProblem && (
          <p className="hint">{t('problem.request', { id: error.problem.requestId })}</p>
        )}
      </Notice>
      {mayHelpAgain(error) && (
        <div>
          <button type="button" className="button button-plain" onClick={again}>
            {t('problem.again')}
          </button>
        </div>
      )}
    </div>
  );
}
