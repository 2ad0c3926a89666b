// What a name that others see must be, and when two such names look alike (after Unicode's UTS 39).
// It names its characters one range after the other: a Unicode property grows from one version of Node.js to the next,
// and peers of different versions would then disagree.
import { badInput, type Parser } from './parse.js';

/** Precomposed letters alone; no ligature, no long s. */
const LATIN =
  'A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u0131\u0134-\u013e\u0141-\u0148\u014a-\u017e' +
  '\u018f\u01a0\u01a1\u01af\u01b0\u0218-\u021b\u0259\u1e9e\u1ea0-\u1ef9';
/** The alphabets of Slavic languages, and the further letters of Kazakh, Kyrgyz, Tatar, Bashkir and Tajik. */
const CYRILLIC =
  '\u0400-\u045f\u0490-\u0493\u0496-\u049b\u04a0-\u04a3\u04aa\u04ab\u04ae-\u04b3\u04b6\u04b7' +
  '\u04ba\u04bb\u04d8\u04d9\u04e2\u04e3\u04e8\u04e9\u04ee\u04ef';
const DIGITS = '0-9';
/** Say something, as letters do. */
const SIGNS = '&+%№';
const PUNCTUATION = ` .,:;!?'’"«»„“”()/–—\\-`;

const NAME = new RegExp(`^[${LATIN}${CYRILLIC}${DIGITS}${SIGNS}${PUNCTUATION}]+$`, 'u');
const WORD = new RegExp(`[${LATIN}${CYRILLIC}${DIGITS}]+`, 'gu');
const HAS_LATIN = new RegExp(`[${LATIN}]`, 'u');
const HAS_CYRILLIC = new RegExp(`[${CYRILLIC}]`, 'u');
const STRAY_SPACE = /^ | $| {2}/;
const SILENT = new RegExp(`[${PUNCTUATION}]`, 'gu');
const MARKS = /[\u0300-\u036f]/gu;

/**
 * Whether others may be shown this name: 1 to `most` Latin or Cyrillic letters, digits, signs and punctuation, with a
 * word in it, each word in one script, spaces only between others. So it is NFC and holds no control, format,
 * invisible, direction, private or unassigned character: none is among those listed.
 */
export function isDisplayName(name: string, most: number): boolean {
  if (name.length > most || !NAME.test(name) || STRAY_SPACE.test(name)) return false;
  const words = name.match(WORD) ?? [];
  return words.length > 0 && !words.some((word) => HAS_LATIN.test(word) && HAS_CYRILLIC.test(word));
}

/**
 * What stands in a skeleton, and the lower-case letters and digits that look like it in upper or lower case. A capital
 * stands for what looks like no Latin letter, so that skeletons are ASCII.
 */
const LOOK_ALIKES: readonly (readonly [seen: string, lookAlikes: string])[] = [
  ['a', 'а'],
  ['b', 'вьъß'],
  ['c', 'сҫ'],
  ['d', 'đð'],
  ['e', 'еє'],
  ['h', 'нңһħћђ'],
  ['j', 'ј'],
  ['k', 'кқҡĸ'],
  ['l', 'iıі1ł'],
  ['n', 'пŋ'],
  ['o', 'оөø0'],
  ['p', 'рþ'],
  ['r', 'гґғ'],
  ['s', 'ѕ'],
  ['t', 'тŧ'],
  ['u', 'и'],
  ['x', 'хҳ'],
  ['y', 'уүұ'],
  ['A', 'əә'],
  ['B', 'б6'],
  ['C', 'ц'],
  ['D', 'д'],
  ['E', 'э'],
  ['F', 'ф'],
  ['H', 'чҷ4'],
  ['J', 'жҗ'],
  ['L', 'л'],
  ['N', '№'],
  ['R', 'я'],
  ['U', 'џ'],
  ['W', 'щ'],
  ['Z', 'зҙ3'],
  ['rn', 'mм'],
  ['vv', 'wш'],
  ['bl', 'ы'],
  ['lo', 'ю'],
  ['Lb', 'љ'],
  ['hb', 'њ'],
  ['ae', 'æ'],
  ['oe', 'œ'],
];
const SEEN_AS: ReadonlyMap<string, string> = new Map(
  LOOK_ALIKES.flatMap(([seen, lookAlikes]) => [...lookAlikes].map((letter) => [letter, seen] as const)),
);

/**
 * One text for all names that look alike: case, accents, spaces and punctuation do not count, and letters and digits
 * that look alike count as one. Latin for Cyrillic: а a, в b, е e, к k, м m, н h, о o, р p, с c, т t, у y, х x, ѕ s,
 * і i, ј j, һ h, г r, п n, и u, ь b, ш w, ы bl, ю lo and what is drawn like them. Digits: 0 o, 1 l i, 3 з, 4 ч,
 * 6 б. Among Latin letters: i l, m rn, w vv. ASCII letters, digits and &+% alone, so it is fit for a
 * ledger key; it is not to be shown.
 */
export function nameSkeleton(name: string): string {
  const folded = name.normalize('NFD').replace(MARKS, '').toLowerCase().replace(SILENT, '');
  return [...folded].map((letter) => SEEN_AS.get(letter) ?? letter).join('');
}

/** Rejects: BAD_INPUT. */
export function displayName(most: number): Parser<string> {
  return (value, at) => {
    if (typeof value === 'string' && isDisplayName(value, most)) return value;
    const needed = `1 to ${String(most)} letters, digits and punctuation, each word Latin or Cyrillic`;
    throw badInput(at, 'something else', needed);
  };
}
