// The words of the pages in the person's language, each language loaded when it is wanted.
import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';

export type Language = 'ru' | 'en';

const KEPT_AS = 'forescrow.language';
const LOADERS = {
  ru: () => import('../words/ru.json'),
  en: () => import('../words/en.json'),
} as const;

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
  if (!i18next.hasResourceBundle(language, 'translation')) {
    const words = await LOADERS[language]();
    i18next.addResourceBundle(language, 'translation', words.default);
  }
  await i18next.changeLanguage(language);
  localStorage.setItem(KEPT_AS, language);
  document.documentElement.lang = language;
}

export function spokenLanguage(): Language {
  return i18next.language === 'en' ? 'en' : 'ru';
}
