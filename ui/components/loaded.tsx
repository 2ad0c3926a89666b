// A read with its states: bones while it loads, words when that takes long or the gateway is silent, the problem,
// the content.
import type { UseQueryResult } from '@tanstack/react-query';
import { type ReactNode, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Notice } from './notice.js';
import { PageProblem } from './problem.js';

const WORDS_AFTER_MS = 300;

interface LoadedProps<Answer> {
  readonly from: UseQueryResult<Answer>;
  readonly children: (answer: Answer) => ReactNode;
  /** Lines of the skeleton. */
  readonly lines?: number;
}

export function Loaded<Answer>({ from, children, lines = 4 }: LoadedProps<Answer>): ReactNode {
  const { t } = useTranslation();
  const isSilent = from.failureCount > 0 && from.isFetching;
  if (from.data !== undefined) {
    return (
      <>
        {(isSilent || from.isError) && (
          <div className="column pb-4">
            <Notice meaning="held">{t('problem.stale')}</Notice>
          </div>
        )}
        {children(from.data)}
      </>
    );
  }
  if (from.error !== null && !from.isFetching) {
    return <PageProblem error={from.error} again={() => void from.refetch()} />;
  }
  return <Bones lines={lines} words={isSilent ? t('problem.retrying') : t('loading')} />;
}

const WIDTHS = ['w-2/3', 'w-full', 'w-5/6', 'w-full', 'w-1/2', 'w-3/4'];

export function Bones({ lines, words }: { readonly lines: number; readonly words: string }): ReactNode {
  const [isLong, setLong] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => {
      setLong(true);
    }, WORDS_AFTER_MS);
    return () => {
      clearTimeout(timer);
    };
  }, []);
  return (
    <div className="column grid gap-4 py-6" aria-busy="true">
      <p className="hint min-h-5" role="status">
        {isLong ? words : ''}
      </p>
      {Array.from({ length: lines }, (_, line) => (
        <div key={line} className={`bone h-6 ${WIDTHS[line % WIDTHS.length] ?? ''}`} />
      ))}
    </div>
  );
}
