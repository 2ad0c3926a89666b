// A list that is read page by page: bones, the problem, what stands there when it is empty, the items, and more of
// them.
import type { InfiniteData, UseInfiniteQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from './button.js';
import { Bones } from './loaded.js';
import { PageProblem } from './problem.js';

interface EndlessListProps<Item> {
  readonly from: UseInfiniteQueryResult<InfiniteData<{ readonly items: readonly Item[] }>>;
  readonly empty: ReactNode;
  readonly children: (items: readonly Item[]) => ReactNode;
}

export function EndlessList<Item>({ from, empty, children }: EndlessListProps<Item>): ReactNode {
  const { t } = useTranslation();
  if (from.data === undefined) {
    return from.error === null || from.isFetching ? (
      <Bones lines={5} words={t(from.failureCount > 0 ? 'problem.retrying' : 'loading')} />
    ) : (
      <PageProblem error={from.error} again={() => void from.refetch()} />
    );
  }
  const items = from.data.pages.flatMap((page) => page.items);
  if (items.length === 0) return empty;
  return (
    <>
      {children(items)}
      {from.hasNextPage && (
        <Button
          look="plain"
          className="justify-self-center"
          busy={from.isFetchingNextPage ? t('loading') : null}
          onClick={() => void from.fetchNextPage()}
        >
          {t('more')}
        </Button>
      )}
    </>
  );
}
