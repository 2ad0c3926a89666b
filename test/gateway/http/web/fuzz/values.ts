// Values for requests, drawn by seed: of a schema's form at its bounds, and such as a hostile caller would send.
import * as fc from 'fast-check';
import type { JsonSchema, OpenApiDocument } from './openapi-document.js';

const SAMPLES = 40;
const LONG = 20_000;

/** Texts that have broken parsers, stores, pages and files elsewhere. */
export const HOSTILE_TEXTS: readonly string[] = [
  '',
  ' ',
  '\u0000',
  'a\u0000b',
  '\ud800',
  '\udfffx',
  '\uffff',
  '\u202eright to left',
  'Ё\u0301\u0301\u0301',
  'ﷺ'.repeat(50),
  '😀'.repeat(100),
  "'; drop table people; --",
  '%_%\\',
  '<img src=x onerror=alert(1)>',
  '${7*7}{{7*7}}',
  '../../../../etc/passwd',
  '..\\..\\windows',
  '__proto__',
  'constructor',
  'toString',
  '-1',
  '0x10',
  '1e999',
  '9'.repeat(400),
  'NaN',
  'null',
  'a'.repeat(LONG),
  '\r\nSet-Cookie: a=b',
];

const WRONG_VALUES: readonly unknown[] = [
  null,
  true,
  0,
  -1,
  1.5,
  1e308,
  9_007_199_254_740_993,
  [],
  {},
  [[[[]]]],
  { length: 5 },
  { toString: 'x' },
];

/** mulberry32: small, and the same on every machine. */
export class Draw {
  constructor(private state: number) {}

  next(): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  }

  below(limit: number): number {
    return Math.floor(this.next() * limit);
  }

  chance(share: number): boolean {
    return this.next() < share;
  }

  of<T>(items: readonly T[]): T {
    const item = items[this.below(items.length)];
    if (item === undefined) throw new Error('nothing to draw from');
    return item;
  }
}

const MAKERS: { readonly [type: string]: (values: Values, schema: JsonSchema) => unknown } = {
  string: (values, schema) => values.text(schema),
  integer: (values, schema) => values.number(schema),
  number: (values, schema) => values.number(schema),
  boolean: ({ draw }) => draw.chance(0.5),
  null: () => null,
  array: (values, schema) => values.list(schema),
  object: (values, schema) => values.object(schema),
};

export class Values {
  private readonly samples = new Map<string, readonly string[]>();

  /** `known`: texts that mean something to the gateway, such as ids of rows. */
  constructor(
    private readonly document: OpenApiDocument,
    readonly draw: Draw,
    private readonly known: readonly string[],
  ) {}

  /** Of the schema's form, often at a bound. */
  valid(given: JsonSchema): unknown {
    const schema = this.document.resolved(given);
    const choices = schema.anyOf ?? schema.oneOf;
    if (choices !== undefined) return this.valid(this.draw.of(choices));
    if (schema.const !== undefined) return schema.const;
    if (schema.enum !== undefined) return this.draw.of(schema.enum);
    const make = MAKERS[schema.type ?? ''];
    return make === undefined ? this.wrong() : make(this, schema);
  }

  wrong(): unknown {
    return this.draw.chance(0.6) ? this.draw.of(HOSTILE_TEXTS) : this.draw.of(WRONG_VALUES);
  }

  /** A copy with one fault, somewhere inside. */
  spoilt(value: unknown): unknown {
    if (typeof value !== 'object' || value === null || this.draw.chance(0.1)) return this.wrong();
    if (Array.isArray(value)) return this.spoiltList(value);
    const names = Object.keys(value);
    const name = names.length === 0 ? null : this.draw.of(names);
    if (name === null || this.draw.chance(0.15)) {
      return { ...value, [this.draw.of(['extra', 'constructor', 'a'.repeat(300)])]: this.wrong() };
    }
    const members = Object.entries(value);
    if (this.draw.chance(0.2)) return Object.fromEntries(members.filter(([each]) => each !== name));
    return Object.fromEntries(
      members.map(([each, member]) => [each, each === name ? this.spoilt(member) : (member as unknown)]),
    );
  }

  private spoiltList(value: readonly unknown[]): unknown {
    if (value.length === 0 || this.draw.chance(0.3))
      return Array.from({ length: 3_000 }, () => value[0] ?? 'x');
    const at = this.draw.below(value.length);
    return value.map((item, index) => (index === at ? this.spoilt(item) : item));
  }

  text({ pattern, minLength = 0, maxLength = 300 }: JsonSchema): string {
    if (pattern !== undefined) {
      const form = new RegExp(pattern, 'u');
      const isOfLength = ({ length }: string): boolean => length >= minLength && length <= maxLength;
      const fitting = this.known.filter((text) => form.test(text) && isOfLength(text));
      if (fitting.length > 0 && this.draw.chance(0.5)) return this.draw.of(fitting);
      return this.draw.of(this.matching(form, minLength, maxLength));
    }
    if (this.known.length > 0 && this.draw.chance(0.3)) return this.draw.of(this.known);
    const fitting = HOSTILE_TEXTS.filter(({ length }) => length >= minLength && length <= maxLength);
    if (this.draw.chance(0.5) && fitting.length > 0) return this.draw.of(fitting);
    return 'ж'.repeat(this.draw.of([minLength, maxLength, Math.ceil((minLength + maxLength) / 2)]));
  }

  private matching(form: RegExp, least: number, most: number): readonly string[] {
    const name = `${form.source} ${String(least)} ${String(most)}`;
    const known = this.samples.get(name);
    if (known !== undefined) return known;
    const texts = fc
      .stringMatching(form, { size: 'small' })
      .map((text) => (text.length < least ? text.padEnd(least, text[0]) : text.slice(0, most)))
      .filter((text) => form.test(text) && text.length >= least);
    const made = fc.sample(texts, { numRuns: SAMPLES, seed: this.draw.below(2 ** 31) });
    this.samples.set(name, made);
    return made;
  }

  number({ minimum, maximum }: JsonSchema): number {
    const least = minimum ?? -5;
    const most = maximum ?? Number.MAX_SAFE_INTEGER;
    return this.draw.of([
      least,
      most,
      Math.min(most, least + 1),
      Math.min(most, least + this.draw.below(1_000)),
    ]);
  }

  list({ items = {}, minItems = 0, maxItems = 3 }: JsonSchema): unknown[] {
    const length = this.draw.of([minItems, maxItems, Math.min(maxItems, minItems + 1)]);
    return Array.from({ length }, () => this.valid(items));
  }

  object({ properties = {}, required = [], additionalProperties }: JsonSchema): object {
    const members = Object.entries(properties)
      .filter(([name]) => required.includes(name) || this.draw.chance(0.6))
      .map(([name, schema]) => [name, this.valid(schema)] as const);
    const more =
      typeof additionalProperties === 'object' && this.draw.chance(0.5)
        ? [['offer', this.wrong()] as const]
        : [];
    return Object.fromEntries([...members, ...more]);
  }
}
