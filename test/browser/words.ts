// What the pages say, read from their sources: the words of each language by file, and which keys each file of code
// asks for, itself and with all that is loaded together with it.
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join, normalize } from 'node:path';
import ts from 'typescript';

const ROOT = join(__dirname, '..', '..', '..');
const WORDS = join(ROOT, 'ui', 'words');

export type Language = 'ru' | 'en';
type Words = { readonly [key: string]: string | Words };

function flat(words: Words, before = ''): readonly (readonly [key: string, text: string])[] {
  return Object.entries(words).flatMap(([key, value]): readonly (readonly [string, string])[] =>
    typeof value === 'string' ? [[before + key, value]] : flat(value, `${before}${key}.`),
  );
}

/** Keys and texts of each file of a language, by the file's name. */
export function wordGroups(language: Language): ReadonlyMap<string, ReadonlyMap<string, string>> {
  const files = readdirSync(join(WORDS, language)).sort();
  return new Map(
    files.map((file) => {
      const words = JSON.parse(readFileSync(join(WORDS, language, file), 'utf8')) as Words;
      return [file.replace(/\.json$/, ''), new Map(flat(words))];
    }),
  );
}

export const withoutPlural = (key: string): string => key.replace(/_(one|few|many|other)$/, '');

/** For a browser: complains of each text that is a key, even if it is shown for a moment. */
export const complainOfKeys = `{
  const keys = new Set(${JSON.stringify(
    [...wordGroups('en').values()]
      .flatMap((words) => [...words.keys()].map(withoutPlural))
      .filter((key) => key.includes('.')),
  )});
  const look = (node) => {
    if (node instanceof Text && keys.has(node.data.trim())) console.error('no words for ' + node.data);
    node.childNodes.forEach(look);
  };
  new MutationObserver((changes) => {
    for (const { target, addedNodes } of changes) [target, ...addedNodes].forEach(look);
  }).observe(document, { childList: true, characterData: true, subtree: true });
}`;

/** The code of the pages by path in the repository. */
export function pageSources(): ReadonlyMap<string, ts.SourceFile> {
  const args = ['ls-files', '--cached', '--others', '--exclude-standard', '--', 'ui/*.ts', 'ui/*.tsx'];
  const files = execFileSync('git', args, { cwd: ROOT, encoding: 'utf8' }).split('\n').filter(Boolean);
  return new Map(
    files.map((file) => {
      const kind = file.endsWith('x') ? ts.ScriptKind.TSX : ts.ScriptKind.TS;
      const text = readFileSync(join(ROOT, file), 'utf8');
      return [file, ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true, kind)];
    }),
  );
}

export function visit(node: ts.Node, act: (node: ts.Node) => void): void {
  act(node);
  node.forEachChild((child) => {
    visit(child, act);
  });
}

/** Whole keys that stand in a file, and the beginnings of those that it makes. */
export function asked(file: ts.SourceFile): { readonly whole: string[]; readonly begun: string[] } {
  const whole: string[] = [];
  const begun: string[] = [];
  visit(file, (node) => {
    if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) whole.push(node.text);
    if (ts.isTemplateExpression(node) && /^[a-zA-Z]+\./.test(node.head.text)) begun.push(node.head.text);
  });
  return { whole, begun };
}

/** A component that is loaded when it is shown: its file, and the words that come with it. */
export interface LoadedLater {
  readonly file: string;
  readonly groups: readonly string[];
}

/** What the pages' code loads by `import()`; without the words that are named beside it, null. */
export function loadedLater(sources: ReadonlyMap<string, ts.SourceFile>): readonly (LoadedLater | null)[] {
  const found: (LoadedLater | null)[] = [];
  for (const [path, source] of sources) {
    visit(source, (node) => {
      if (!ts.isCallExpression(node) || node.expression.kind !== ts.SyntaxKind.ImportKeyword) return;
      const [target] = node.arguments;
      const file = target !== undefined && ts.isStringLiteral(target) && resolved(path, target.text, sources);
      if (typeof file !== 'string') return; // words, or code of no page
      const call = ts.findAncestor(node.parent, ts.isCallExpression);
      const words = call?.expression.getText() === 'lazily' ? call.arguments[0] : undefined;
      if (words === undefined || !ts.isArrayLiteralExpression(words)) found.push(null);
      else found.push({ file, groups: words.elements.map((group) => (group as ts.StringLiteral).text) });
    });
  }
  return found;
}

/** The file with all that it imports at once, and so on. */
export function loadedTogether(
  entry: string,
  sources: ReadonlyMap<string, ts.SourceFile>,
): readonly ts.SourceFile[] {
  const seen = new Map<string, ts.SourceFile>();
  const add = (path: string): void => {
    const source = sources.get(path);
    if (source === undefined || seen.has(path)) return;
    seen.set(path, source);
    for (const statement of source.statements) {
      if (!ts.isImportDeclaration(statement) || !ts.isStringLiteral(statement.moduleSpecifier)) continue;
      const next = resolved(path, statement.moduleSpecifier.text, sources);
      if (next !== null) add(next);
    }
  };
  add(entry);
  return [...seen.values()];
}

function resolved(
  from: string,
  specifier: string,
  sources: ReadonlyMap<string, ts.SourceFile>,
): string | null {
  const path = normalize(join(from, '..', specifier)).replace(/\.js$/, '');
  return [`${path}.ts`, `${path}.tsx`].find((file) => sources.has(file)) ?? null;
}
