// Names and goods for the demo world in both languages; all of them are invented.
import { randomInt } from 'node:crypto';
import type { Name } from './people.js';

interface Pool {
  readonly given: readonly Name[];
  readonly family: readonly Name[];
}

const WOMEN: Pool = {
  given: [
    { en: 'Alisa', ru: 'Алиса' },
    { en: 'Marina', ru: 'Марина' },
    { en: 'Galina', ru: 'Галина' },
    { en: 'Yelena', ru: 'Елена' },
    { en: 'Natalia', ru: 'Наталья' },
    { en: 'Vasilisa', ru: 'Василиса' },
  ],
  family: [
    { en: 'Vorontsova', ru: 'Воронцова' },
    { en: 'Belozerova', ru: 'Белозерова' },
    { en: 'Kalinina', ru: 'Калинина' },
    { en: 'Starikova', ru: 'Старикова' },
    { en: 'Lebedeva', ru: 'Лебедева' },
    { en: 'Zimina', ru: 'Зимина' },
  ],
};

const MEN: Pool = {
  given: [
    { en: 'Bogdan', ru: 'Богдан' },
    { en: 'Fyodor', ru: 'Фёдор' },
    { en: 'Grigory', ru: 'Григорий' },
    { en: 'Matvey', ru: 'Матвей' },
    { en: 'Stepan', ru: 'Степан' },
    { en: 'Timofey', ru: 'Тимофей' },
  ],
  family: [
    { en: 'Sokolov', ru: 'Соколов' },
    { en: 'Ozerov', ru: 'Озеров' },
    { en: 'Morozov', ru: 'Морозов' },
    { en: 'Ryabinin', ru: 'Рябинин' },
    { en: 'Polyakov', ru: 'Поляков' },
    { en: 'Chernov', ru: 'Чернов' },
  ],
};

/** Different full names, `women` first, then `men`; none of those that are taken. */
export function drawNames(women: number, men: number, taken: readonly Name[] = []): Name[] {
  return [...drawFrom(WOMEN, women, taken), ...drawFrom(MEN, men, taken)];
}

/** A full name by number: the same for the same number; beyond some seventy people have namesakes. */
export function numberedName(index: number): Name {
  const { given, family } = index % 2 === 0 ? WOMEN : MEN;
  const half = Math.floor(index / 2);
  const first = given[half % given.length];
  const second = family[Math.floor(half / given.length) % family.length];
  if (first === undefined || second === undefined) throw new Error('the pool of names is empty');
  return { en: `${first.en} ${second.en}`, ru: `${first.ru} ${second.ru}` };
}

/** As long as there are enough, no two of them share a given or a family name. */
function drawFrom({ given, family }: Pool, count: number, taken: readonly Name[]): Name[] {
  const whole = given.flatMap((first) =>
    family.map((second) => ({
      parts: [first.en, second.en],
      name: { en: `${first.en} ${second.en}`, ru: `${first.ru} ${second.ru}` },
    })),
  );
  const free = shuffled(whole.filter(({ name }) => !taken.some(({ en }) => en === name.en)));
  const parts = new Set<string>();
  return Array.from({ length: count }, () => {
    const unlike = free.findIndex((one) => !one.parts.some((part) => parts.has(part)));
    const [drawn] = free.splice(Math.max(0, unlike), 1);
    if (drawn === undefined) throw new Error('the pool of names is empty');
    for (const part of drawn.parts) parts.add(part);
    return drawn.name;
  });
}

function shuffled<T>(items: readonly T[]): T[] {
  const rest = [...items];
  const drawn: T[] = [];
  while (rest.length > 0) drawn.push(...rest.splice(randomInt(rest.length), 1));
  return drawn;
}

/** What an offer says; off the ledger, which holds its hash. */
export interface Goods {
  readonly title: Name;
  readonly description: Name;
}

/** Where goods are; the more places, the fewer offers a search for one finds. */
export const PLACES: readonly Name[] = [
  { en: 'Pskov', ru: 'Псков' },
  { en: 'Tula', ru: 'Тула' },
  { en: 'Kazan', ru: 'Казань' },
  { en: 'Vologda', ru: 'Вологда' },
  { en: 'Suzdal', ru: 'Суздаль' },
  { en: 'Kaluga', ru: 'Калуга' },
  { en: 'Tomsk', ru: 'Томск' },
  { en: 'Saratov', ru: 'Саратов' },
];

export const GOODS = {
  bicycle: {
    title: { en: 'City bicycle, 7 gears', ru: 'Велосипед городской, 7 передач' },
    description: { en: 'Ridden for one summer, new tyres.', ru: 'Катались одно лето, новые покрышки.' },
  },
  samovar: {
    title: { en: 'Tula samovar, 3 litres', ru: 'Самовар тульский, 3 литра' },
    description: { en: 'Coal-fired, with its tray.', ru: 'Угольный, с подносом.' },
  },
  telescope: {
    title: { en: 'Telescope for beginners', ru: 'Телескоп для начинающих' },
    description: { en: '70 mm, tripod and two eyepieces.', ru: '70 мм, тренога и два окуляра.' },
  },
  accordion: {
    title: { en: 'Accordion, three quarters', ru: 'Аккордеон три четверти' },
    description: { en: 'Tuned in spring.', ru: 'Настроен весной.' },
  },
  skis: {
    title: { en: 'Cross-country skis, 190 cm', ru: 'Беговые лыжи, 190 см' },
    description: { en: 'With boots, size 42.', ru: 'С ботинками, размер 42.' },
  },
} as const satisfies { readonly [name: string]: Goods };
