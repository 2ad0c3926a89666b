// What stands around every page: the organisation, the navigation of the person's roles, the person.
import { type ReactNode, useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useLocation } from 'wouter';
import { Face } from '../components/face.js';
import { Icon } from '../components/icon.js';
import { Bell } from './bell.js';
import { useGateway } from './gateway.js';
import { navigationOf, type PageRoute } from './routes.js';
import { type Language, speak, spokenLanguage } from './words.js';

export function Frame({ children }: { readonly children: ReactNode }): ReactNode {
  const { t } = useTranslation();
  const { consortium, session, atDoor } = useGateway();
  const main = useFocusOnNewPage();
  const own = consortium.members.find(({ mspId }) => mspId === consortium.mspId);
  const { me } = session;
  const entries = me !== null && atDoor === 'ready' ? navigationOf(own?.kind ?? 'marketplace', me) : [];
  return (
    <div className="flex min-h-dvh flex-col">
      <a
        href="#main"
        className="sr-only focus:not-sr-only focus:absolute focus:z-20 focus:bg-surface focus:p-4"
      >
        {t('frame.skip')}
      </a>
      <header className="sticky top-0 z-10 border-b border-line bg-surface">
        <div className="mx-auto flex h-14 max-w-6xl items-center gap-6 px-4">
          <Link href="/" className="bare-link flex items-center gap-2.5 font-semibold">
            <Mark />
            <span className="truncate">{own?.name ?? 'Forescrow'}</span>
          </Link>
          <Navigation entries={entries} />
          <PersonMenu />
        </div>
        {consortium.isDemo && (
          <p className="bg-sunken px-4 py-1 text-center text-xs text-quiet">{t('frame.demo')}</p>
        )}
      </header>
      <main
        ref={main}
        id="main"
        tabIndex={-1}
        className="mx-auto w-full max-w-6xl flex-1 px-4 pt-8 pb-28 outline-none"
      >
        {children}
      </main>
      {entries.length > 1 && <BottomBar entries={entries} />}
    </div>
  );
}

function Mark(): ReactNode {
  return (
    <svg aria-hidden="true" width="28" height="28" viewBox="0 0 32 32" className="flex-none">
      <rect width="32" height="32" rx="8" fill="#0b5a5e" />
      <path d="M7 16h18" stroke="#fff" strokeOpacity=".45" strokeWidth="3" strokeLinecap="round" />
      <path d="M7 16h9" stroke="#fff" strokeWidth="3" strokeLinecap="round" />
      <circle cx="16" cy="16" r="5" fill="#f2b13c" stroke="#0b5a5e" strokeWidth="2" />
    </svg>
  );
}

interface Entries {
  readonly entries: readonly PageRoute[];
}

function Navigation({ entries }: Entries): ReactNode {
  const { t } = useTranslation();
  const [location] = useLocation();
  return (
    <nav aria-label={t('frame.navigation')} className="hidden flex-1 gap-1 md:flex">
      {entries.map((entry) => (
        <Link
          key={entry.path}
          href={entry.path}
          className="tab"
          aria-current={isAt(location, entry) ? 'page' : undefined}
        >
          {t(`nav.${entry.nav?.words ?? ''}`)}
        </Link>
      ))}
    </nav>
  );
}

function scrolledTo(entry: HTMLElement | null): void {
  entry?.scrollIntoView({ inline: 'center', block: 'nearest' });
}

/** On a phone the same entries stand where the thumb is; where they are many, the bar scrolls. */
function BottomBar({ entries }: Entries): ReactNode {
  const { t } = useTranslation();
  const [location] = useLocation();
  return (
    <nav aria-label={t('frame.navigation')} className="bottom-bar md:hidden">
      {entries.map((entry) => {
        const { path, nav } = entry;
        const isHere = isAt(location, entry);
        return (
          <Link
            key={path}
            href={path}
            ref={isHere ? scrolledTo : undefined}
            aria-current={isHere ? 'page' : undefined}
            className={`bare-link grid min-w-16 flex-[1_0_auto] justify-items-center gap-0.5 px-2 pt-2 pb-1.5 text-xs ${
              isHere ? 'font-semibold text-accent' : 'text-quiet'
            }`}
          >
            {nav !== undefined && <Icon name={nav.icon} size={22} />}
            <span className="whitespace-nowrap">{t(`nav.${nav?.words ?? ''}`)}</span>
          </Link>
        );
      })}
    </nav>
  );
}

function isAt(location: string, { path, nav }: PageRoute): boolean {
  return [path, nav?.holds ?? path].some((one) => location === one || location.startsWith(`${one}/`));
}

function PersonMenu(): ReactNode {
  const { t } = useTranslation();
  const { session, refresh } = useGateway();
  const { me } = session;
  const signOut = async (): Promise<void> => {
    await session.signOut();
    refresh();
  };
  return (
    <div className="ms-auto flex items-center gap-4 text-sm">
      <LanguageSwitch />
      <Bell />
      {me !== null && (
        <>
          <Link href="/profile" className="bare-link flex min-h-11 items-center gap-2">
            {me.picture === null ? (
              <Icon name="person" />
            ) : (
              <Face person={me.id} name={me.name} picture={me.picture} />
            )}
            <span className="hidden max-w-40 truncate lg:inline">{me.name}</span>
            <span className="sr-only lg:hidden">{me.name}</span>
          </Link>
          <button type="button" className="link hidden text-sm sm:inline" onClick={() => void signOut()}>
            {t('frame.signOut')}
          </button>
        </>
      )}
    </div>
  );
}

const OTHER = { ru: 'en', en: 'ru' } as const satisfies { readonly [L in Language]: Language };

function LanguageSwitch(): ReactNode {
  const { t } = useTranslation();
  const { session } = useGateway();
  const other = OTHER[spokenLanguage()];
  const change = async (): Promise<void> => {
    // Kept for other devices as well, at once: the person may go to another page before the words have come.
    const kept = session.me === null ? null : session.api.call('changeMe', { body: { language: other } });
    await Promise.all([speak(other), kept?.catch(() => undefined)]);
  };
  return (
    <button
      type="button"
      lang={other}
      className="link min-h-11 text-sm whitespace-nowrap"
      onClick={() => void change()}
    >
      {t('frame.otherLanguage')}
    </button>
  );
}

/** A new page is read from its beginning, also by those who hear it. */
function useFocusOnNewPage() {
  const main = useRef<HTMLElement>(null);
  const [location] = useLocation();
  const first = useRef(true);
  useEffect(() => {
    if (first.current) {
      first.current = false;
      return;
    }
    globalThis.scrollTo(0, 0);
    main.current?.focus({ preventScroll: true });
  }, [location]);
  return main;
}
