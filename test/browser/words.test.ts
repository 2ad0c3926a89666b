// The words of the pages: both languages have the same keys and placeholders, plurals are complete, each key is
// used, and no sentence stands outside them.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import ts from 'typescript';

const ROOT = join(__dirname, '..', '..', '..');
const PLURALS = { ru: ['one', 'few', 'many', 'other'], en: ['one', 'other'] } as const;
type Language = keyof typeof PLURALS;
type Words = { readonly [key: string]: string | Words };

function flat(words: Words, before = ''): ReadonlyMap<string, string> {
  const entries = Object.entries(words).flatMap(([key, value]): (readonly [string, string])[] =>
    typeof value === 'string' ? [[before + key, value]] : [...flat(value, `${before}${key}.`)],
  );
  return new Map(entries);
}

function wordsOf(language: Language): ReadonlyMap<string, string> {
  return flat(JSON.parse(readFileSync(join(ROOT, 'ui', 'words', `${language}.json`), 'utf8')) as Words);
}

const withoutPlural = (key: string): string => key.replace(/_(one|few|many|other)$/, '');
const sorted = (values: Iterable<string>): string[] => [...new Set(values)].sort();

/** What stands in braces, once each. */
const placeholders = (text: string): string[] =>
  sorted([...text.matchAll(/\{\{(\w+)\}\}/g)].map(([all]) => all));

function sources(): readonly ts.SourceFile[] {
  const args = ['ls-files', '--cached', '--others', '--exclude-standard', '--', 'ui/*.ts', 'ui/*.tsx'];
  const files = execFileSync('git', args, { cwd: ROOT, encoding: 'utf8' }).split('\n').filter(Boolean);
  return files.map((file) => {
    const kind = file.endsWith('x') ? ts.ScriptKind.TSX : ts.ScriptKind.TS;
    const text = readFileSync(join(ROOT, file), 'utf8');
    return ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true, kind);
  });
}

function visit(node: ts.Node, act: (node: ts.Node) => void): void {
  act(node);
  node.forEachChild((child) => {
    visit(child, act);
  });
}

const place = (node: ts.Node): string => {
  const file = node.getSourceFile();
  return `${file.fileName}:${String(file.getLineAndCharacterOfPosition(node.getStart()).line + 1)}`;
};

/** Attributes whose text people see or hear. */
const SPOKEN = /^(aria-label|title|alt|placeholder|label|hint|legend|words|about)$/;

describe('words of the pages', () => {
  const files = sources();
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
    const asked = new Set<string>();
    const beginnings: string[] = [];
    for (const file of files) {
      visit(file, (node) => {
        if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) asked.add(node.text);
        if (ts.isTemplateExpression(node) && /^[a-zA-Z]+\./.test(node.head.text))
          beginnings.push(node.head.text);
      });
    }
    const calls = files.flatMap((file) => literalsOfT(file));
    const known = new Set([...ru.keys()].map(withoutPlural));
    expect(calls.filter((key) => !known.has(key))).to.deep.equal([]);
    const unused = [...known].filter(
      (key) => !asked.has(key) && !beginnings.some((start) => key.startsWith(start)),
    );
    expect(unused).to.deep.equal([]);
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
