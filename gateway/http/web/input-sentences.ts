// Says in both languages what is wrong with an input: which field, what was found, what is needed. A value is never
// repeated, since it may be a secret; its kind is.
import type { z } from 'zod';
import type { Language } from '../../people/viewer.js';

/** One issue of zod's. */
export type Issue = z.core.$ZodIssue;

export interface InputFault {
  /** `body.items[3].name` */
  readonly where: string;
  readonly found: string;
  readonly needed: string;
}

type Words = { readonly [L in Language]: string };

const KINDS: { readonly [kind: string]: Words } = {
  string: { en: 'text', ru: 'текст' },
  number: { en: 'a number', ru: 'число' },
  int: { en: 'a whole number', ru: 'целое число' },
  boolean: { en: 'true or false', ru: 'true или false' },
  array: { en: 'a list', ru: 'список' },
  object: { en: 'an object', ru: 'объект' },
  record: { en: 'an object', ru: 'объект' },
  null: { en: 'null', ru: 'null' },
  undefined: { en: 'nothing', ru: 'ничего' },
};
const SOMETHING: Words = { en: 'a value of another form', ru: 'значение другого вида' };

const PATTERNS: { readonly [pattern: string]: Words } = {
  '^[0-9a-z_]{1,128}$': { en: 'an id', ru: 'номер из строчных латинских букв, цифр и _' },
  '^(0|[1-9][0-9]{0,17})$': {
    en: 'a sum in minor units, digits only',
    ru: 'сумма в минимальных единицах, только цифры',
  },
  '^\\+?[0-9][0-9 ()-]{3,23}$': {
    en: 'a telephone number: digits, spaces, brackets and hyphens, + first if need be',
    ru: 'номер телефона: цифры, пробелы, скобки и дефисы, впереди можно +',
  },
  '^[A-Z]{3}$': { en: 'a currency of three letters', ru: 'валюта из трёх букв' },
  '^[0-9a-f]{64}$': { en: '64 hexadecimal digits', ru: '64 шестнадцатеричные цифры' },
  '^[0-9]{2}$': { en: 'two digits', ru: 'две цифры' },
  '^[A-Za-z0-9_-]+$': { en: 'base64url', ru: 'base64url' },
  '^[a-z0-9][a-z0-9._-]{1,63}$': {
    en: '2 to 64 lower-case letters, digits, dots, hyphens or underscores, a letter or digit first',
    ru: 'от 2 до 64 строчных латинских букв, цифр, точек, дефисов и подчёркиваний, первой — буква или цифра',
  },
};

/** The first fault, in one language. */
export function inputFault(root: string, issue: Issue, language: Language): InputFault {
  return {
    where: whereOf(root, issue),
    found: foundOf(issue)[language],
    needed: neededOf(issue)[language],
  };
}

/** The fault in one sentence. */
export function faultSentence({ where, found, needed }: InputFault, language: Language): string {
  return language === 'ru'
    ? `Поле ${where}: найдено — ${found}; нужно — ${needed}.`
    : `${where}: found ${found}; needed ${needed}.`;
}

function whereOf(root: string, issue: Issue): string {
  const path = issue.code === 'unrecognized_keys' ? [...issue.path, issue.keys[0] ?? ''] : issue.path;
  return path.reduce<string>(
    (text, step) => (typeof step === 'number' ? `${text}[${String(step)}]` : `${text}.${readable(step)}`),
    root,
  );
}

/** Names of members come from outside: long or odd ones are cut. */
function readable(step: PropertyKey): string {
  return String(step)
    .replace(/[^\w.-]/g, '?')
    .slice(0, 64);
}

function foundOf(issue: Issue): Words {
  if (issue.code === 'unrecognized_keys') {
    return { en: 'a field that is not known here', ru: 'поле, которого здесь нет' };
  }
  if (issue.code === 'too_big') return { en: 'more', ru: 'больше' };
  if (issue.code === 'too_small') return { en: 'less', ru: 'меньше' };
  return kindOf(issue.input);
}

function kindOf(value: unknown): Words {
  if (value === null) return wordsFor('null');
  if (Array.isArray(value)) return wordsFor('array');
  if (typeof value === 'string') return SOMETHING;
  return wordsFor(typeof value);
}

function wordsFor(kind: string): Words {
  return Object.hasOwn(KINDS, kind) ? (KINDS[kind] ?? SOMETHING) : SOMETHING;
}

type Needed = { readonly [C in Issue['code']]?: (issue: Extract<Issue, { readonly code: C }>) => Words };

/** Sentences by zod's code; what is not here is not used in the declarations. */
const NEEDED: Needed = {
  invalid_type: ({ expected }) => wordsFor(expected),
  unrecognized_keys: () => ({ en: 'only the fields of this request', ru: 'только поля этого запроса' }),
  too_big: ({ maximum, origin }) => limit('at most', 'не больше', maximum, origin),
  too_small: ({ minimum, origin }) => limit('at least', 'не меньше', minimum, origin),
  invalid_value: ({ values }) => oneOf(values),
  invalid_format: ({ pattern, format }) => patternWords(pattern ?? '') ?? formOf(format),
};
const DOCUMENTED: Words = { en: 'the form that the documents describe', ru: 'вид, описанный в документации' };

function neededOf(issue: Issue): Words {
  const needed = NEEDED[issue.code] as ((issue: Issue) => Words) | undefined; // the one of this code
  return needed?.(issue) ?? DOCUMENTED;
}

function patternWords(pattern: string): Words | null {
  return PATTERNS[pattern.replace(/^\/|\/[a-z]*$/g, '')] ?? null;
}

function formOf(format: string): Words {
  return { en: `the form ${format}`, ru: `вид ${format}` };
}

function limit(en: string, ru: string, value: number | bigint, origin: string): Words {
  const count = String(value);
  if (origin === 'string') return { en: `${en} ${count} characters`, ru: `знаков: ${ru} ${count}` };
  if (origin === 'array') return { en: `${en} ${count} items`, ru: `элементов: ${ru} ${count}` };
  return { en: `${en} ${count}`, ru: `${ru} ${count}` };
}

function oneOf(values: readonly unknown[]): Words {
  const list = values.map(String).join(', ');
  return { en: `one of ${list}`, ru: `одно из: ${list}` };
}
