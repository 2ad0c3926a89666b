// The words of the pages in the person's language: each page's come with the page, and both languages are never loaded
// at once.
import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';

export type Language = 'ru' | 'en';

/** Files of words/<language>/. `first` has what every page may say; the others are loaded with pages that name them. */
export type WordGroup =
  | 'accounts'
  | 'address'
  | 'administration'
  | 'bank'
  | 'deal'
  | 'door'
  | 'event'
  | 'figures'
  | 'first'
  | 'help'
  | 'labels'
  | 'ledger'
  | 'moderation'
  | 'notifications'
  | 'offer'
  | 'parcels'
  | 'pay'
  | 'people'
  | 'profile'
  | 'receipt'
  | 'selling'
  | 'terms';

const KEPT_AS = 'forescrow.language';

/** What the pages opened so far say, in whichever language. */
const wanted = new Set<WordGroup>(['first']);
const there = new Set<`${Language}/${WordGroup}`>();

/** What was chosen here before, or what the browser prefers. */
export function firstLanguage(): Language {
  const kept = localStorage.getItem(KEPT_AS);
  if (kept === 'ru' || kept === 'en') return kept;
  return navigator.languages.some((language) => language.startsWith('ru')) ? 'ru' : 'en';
}

export async function startWords(language: Language): Promise<void> {
  await i18next.use(initReactI18next).init({
    lng: language,
    fallbackLng: false,
    resources: {},
    interpolation: { escapeValue: false },
    returnNull: false,
  });
  await speak(language);
}

/** Changes the language of all pages at once. */
export async function speak(language: Language): Promise<void> {
  await complete(language);
  await i18next.changeLanguage(language);
  localStorage.setItem(KEPT_AS, language);
  document.documentElement.lang = language;
}

/** Resolves when these can be said in the language of now, also if it has changed meanwhile. */
export async function loadWords(groups: readonly WordGroup[]): Promise<void> {
  for (const group of groups) wanted.add(group);
  let language: Language;
  do {
    language = spokenLanguage();
    await complete(language);
  } while (language !== spokenLanguage());
}

export function spokenLanguage(): Language {
  return i18next.language === 'en' ? 'en' : 'ru';
}

/** More may be wanted while it loads. */
async function complete(language: Language): Promise<void> {
  const missing = () => [...wanted].filter((group) => !there.has(`${language}/${group}`));
  while (missing().length > 0) await Promise.all(missing().map((group) => load(language, group)));
}

async function load(language: Language, group: WordGroup): Promise<void> {
  const file = (await import(`../words/${language}/${group}.json`)) as { readonly default: object };
  i18next.addResourceBundle(language, 'translation', file.default, true);
  there.add(`${language}/${group}`);
}
