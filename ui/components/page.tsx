// The head of a page: its name, which the browser's tab shows too, and what belongs beside it.
import { type ReactNode, useEffect } from 'react';
import { Link } from 'wouter';
import { Icon } from './icon.js';

interface PageProps {
  readonly title: string;
  /** Where the page belongs. */
  readonly up?: { readonly to: string; readonly words: string };
  readonly beside?: ReactNode;
  readonly isWide?: boolean;
  readonly children: ReactNode;
}

export function Page({ title, up, beside, isWide = false, children }: PageProps): ReactNode {
  useEffect(() => {
    document.title = `${title} · Forescrow`;
  }, [title]);
  return (
    <div className={`${isWide ? 'w-full' : 'column'} grid min-w-0 gap-6`}>
      <div className="grid gap-2">
        {up !== undefined && (
          <Link href={up.to} className="inline-flex items-center gap-1.5 justify-self-start text-sm">
            <Icon name="back" size={16} />
            {up.words}
          </Link>
        )}
        <div className="flex flex-wrap items-start justify-between gap-x-6 gap-y-3">
          <h1 tabIndex={-1} className="min-w-0 outline-none">
            {title}
          </h1>
          {beside}
        </div>
      </div>
      {children}
    </div>
  );
}

/** One part of a page, with its heading. */
export function Section({
  title,
  children,
}: {
  readonly title: string;
  readonly children: ReactNode;
}): ReactNode {
  return (
    <section className="grid min-w-0 gap-3">
      <h2>{title}</h2>
      {children}
    </section>
  );
}

/** What will be here, and the first step. */
export function Empty({
  title,
  children,
}: {
  readonly title: string;
  readonly children?: ReactNode;
}): ReactNode {
  return (
    <div className="card grid justify-items-center gap-3 border-dashed px-6 py-12 text-center">
      <p className="text-lg font-semibold">{title}</p>
      {children}
    </div>
  );
}
