// The words of the pages: both languages have the same keys and placeholders, plurals are complete, each key is
// used and comes with the pages that use it, and no sentence stands outside them.
import { expect } from 'chai';
import ts from 'typescript';
import {
  asked,
  type Language,
  loadedLater,
  loadedTogether,
  pageSources,
  visit,
  withoutPlural,
  wordGroups,
} from './words.js';

const PLURALS = { ru: ['one', 'few', 'many', 'other'], en: ['one', 'other'] } as const;
/** What every page may say; it comes first. */
const FIRST = 'first';

function wordsOf(language: Language): ReadonlyMap<string, string> {
  return new Map([...wordGroups(language).values()].flatMap((words) => [...words]));
}

const sorted = (values: Iterable<string>): string[] => [...new Set(values)].sort();

/** What stands in braces, once each. */
const placeholders = (text: string): string[] =>
  sorted([...text.matchAll(/\{\{(\w+)\}\}/g)].map(([all]) => all));

const place = (node: ts.Node): string => {
  const file = node.getSourceFile();
  return `${file.fileName}:${String(file.getLineAndCharacterOfPosition(node.getStart()).line + 1)}`;
};

/** Attributes whose text people see or hear. */
const SPOKEN = /^(aria-label|title|alt|placeholder|label|hint|legend|words|about)$/;

describe('words of the pages', () => {
  const sources = pageSources();
  const files = [...sources.values()];
  const ru = wordsOf('ru');
  const en = wordsOf('en');

  it('both languages have the same keys, and the same placeholders in each', () => {
    expect(sorted([...ru.keys()].map(withoutPlural))).to.deep.equal(
      sorted([...en.keys()].map(withoutPlural)),
    );
    const differing = [...en].filter(([key, text]) => {
      const other = ru.get(key) ?? '';
      return placeholders(text).join() !== placeholders(other).join();
    });
    expect(differing).to.deep.equal([]);
  });

  it('plurals are complete in each language', () => {
    for (const [language, words] of [['ru', ru] as const, ['en', en] as const]) {
      const counted = sorted(
        [...words.keys()].filter((key) => key !== withoutPlural(key)).map(withoutPlural),
      );
      expect(counted.length).to.be.greaterThan(0);
      for (const key of counted) {
        const found = [...words.keys()].filter((one) => one !== key && withoutPlural(one) === key);
        expect(
          found.map((one) => one.slice(key.length + 1)),
          key,
        ).to.deep.equal([...PLURALS[language]]);
      }
    }
  });

  it('sentences are calm, and Russian ones are Russian', () => {
    const loud = [...ru, ...en].filter(
      ([, text]) => text.includes('!') || text.trim() !== text || text === '',
    );
    expect(loud).to.deep.equal([]);
    const foreign = [...ru].filter(
      ([key, text]) => !/[А-Яа-яЁё]/.test(text) && key !== 'frame.otherLanguage',
    );
    expect(foreign).to.deep.equal([]);
  });

  it('every key that a page asks for is there, and none is there for nothing', () => {
    const all = files.map(asked);
    const whole = new Set(all.flatMap((of) => of.whole));
    const begun = all.flatMap((of) => of.begun);
    const calls = files.flatMap((file) => literalsOfT(file));
    const known = new Set([...ru.keys()].map(withoutPlural));
    expect(calls.filter((key) => !known.has(key))).to.deep.equal([]);
    const unused = [...known].filter(
      (key) => !whole.has(key) && !begun.some((start) => key.startsWith(start)),
    );
    expect(unused).to.deep.equal([]);
  });

  it('each key stands in one file of words, the same in both languages', () => {
    const placesIn = (language: Language) =>
      sorted(
        [...wordGroups(language)].flatMap(([group, words]) =>
          [...words.keys()].map((key) => `${withoutPlural(key)} in ${group}`),
        ),
      );
    expect(placesIn('ru')).to.deep.equal(placesIn('en'));
    expect(placesIn('ru')).to.have.length(new Set([...ru.keys()].map(withoutPlural)).size);
  });

  it('a page comes with the words that it says, and with no others', () => {
    const groups = [...wordGroups('ru')].map(([name, words]) => ({ name, keys: [...words.keys()] }));
    const saidBy = (entry: string): readonly string[] => {
      const all = loadedTogether(entry, sources).map(asked);
      const whole = new Set(all.flatMap((of) => of.whole));
      const begun = all.flatMap((of) => of.begun);
      const isSaid = (key: string) =>
        whole.has(withoutPlural(key)) || begun.some((one) => key.startsWith(one));
      return groups.filter(({ keys }) => keys.some(isSaid)).map(({ name }) => name);
    };
    const later = loadedLater(sources);
    expect(later.length).to.be.greaterThan(30);
    const beside = (names: readonly string[]) => sorted(names.filter((name) => name !== FIRST));
    const found = later.map((one) => [one?.file, one && beside(saidBy(one.file))]);
    expect(found).to.deep.equal(later.map((one) => [one?.file, one && beside(one.groups)]));
    expect(found.filter(([file]) => file === undefined)).to.deep.equal([]);
    expect(saidBy('ui/app/main.tsx')).to.deep.equal([FIRST]);
  });

  it('no sentence stands in a page', () => {
    const found: string[] = [];
    for (const file of files) {
      visit(file, (node) => {
        if (ts.isJsxText(node) && /\p{L}/u.test(node.text)) found.push(place(node));
        if (ts.isJsxAttribute(node) && SPOKEN.test(node.name.getText()) && saysSomething(node))
          found.push(place(node));
        if (ts.isStringLiteral(node) && /[А-Яа-яЁё]/.test(node.text)) found.push(place(node));
      });
    }
    expect(found).to.deep.equal([]);
  });
});

function saysSomething({ initializer }: ts.JsxAttribute): boolean {
  return initializer !== undefined && ts.isStringLiteral(initializer) && /\p{L}/u.test(initializer.text);
}

/** Literal keys given to `t`, also in both arms of a choice. */
function literalsOfT(file: ts.SourceFile): string[] {
  const found: string[] = [];
  visit(file, (node) => {
    if (!ts.isCallExpression(node) || node.expression.getText() !== 't') return;
    const [key] = node.arguments;
    const arms = key !== undefined && ts.isConditionalExpression(key) ? [key.whenTrue, key.whenFalse] : [key];
    for (const arm of arms) if (arm !== undefined && ts.isStringLiteral(arm)) found.push(arm.text);
  });
  return found;
}
