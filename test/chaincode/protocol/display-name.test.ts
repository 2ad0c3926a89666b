import { expect } from 'chai';
import { displayName, isDisplayName, nameSkeleton } from '../../../chaincode/protocol/display-name.js';
import { RuleViolation } from '../../../chaincode/protocol/violation.js';
import { drawNames, GOODS } from '../../../demo/names.js';

/** Every character that a name may hold beside a word. */
const ALLOWED = Array.from({ length: 0x110000 }, (_, code) => code)
  .filter((code) => code < 0xd800 || code > 0xdfff)
  .map((code) => String.fromCodePoint(code))
  .filter((character) => isDisplayName(`7 ${character} 7`, 10) || character === ' ');

describe('names that others see', () => {
  it('are made of characters that are the same in every version of Unicode', () => {
    expect(ALLOWED).to.have.length(502);
    const seen = ALLOWED.filter((character) => /[\p{L}\p{Nd}\p{P}\p{S}\p{Zs}]/u.test(character));
    expect(seen).to.deep.equal(ALLOWED);
    const composed = ALLOWED.filter((character) => character.normalize('NFC') === character);
    expect(composed).to.deep.equal(ALLOWED);
  });

  it('are Latin or Cyrillic, of people, banks and goods', () => {
    const names = [
      ...[
        'Bank A',
        'Сбербанк',
        'ПАО «Банк ВТБ»',
        'Ünïcredit',
        "O'Neill & Sons",
        'Қазақ банкі',
        'Nguyễn Văn Ắ',
      ],
      ...['IT-компания', 'Банк № 1', 'Jean-Luc d’Arc', 'A', '7', '100 % (sale!)', 'Şişecam', 'Straße'],
      ...drawNames(6, 6).flatMap(({ en, ru }) => [en, ru]),
      ...Object.values(GOODS).flatMap(({ title, description }) => [
        title.en,
        title.ru,
        description.en,
        description.ru,
      ]),
    ];
    expect(names.filter((name) => !isDisplayName(name, 100))).to.deep.equal([]);
  });

  it('have a word, and no space at an end or twice', () => {
    for (const name of ['', ' ', '-', '«»', ' A', 'A ', 'A  B', '№', '&', '+%'])
      expect(isDisplayName(name, 10), JSON.stringify(name)).to.equal(false);
  });

  it('have each word in one script', () => {
    for (const name of ['Bаnk', 'Вank', 'Банk', 'АA', 'aб1'])
      expect(isDisplayName(name, 10), name).to.equal(false);
    for (const name of ['Банк A', 'A-Я', 'Bank7', 'Банк7'])
      expect(isDisplayName(name, 10), name).to.equal(true);
  });

  it('hold nothing that hides, turns, controls or is not assigned', () => {
    const bad = [
      '\u0000',
      '\u001b',
      '\u007f',
      '\u0085',
      '\u00a0',
      '\u00ad',
      '\u0301',
      '\u061c',
      '\u115f',
      '\u180e',
    ];
    bad.push(
      '\u200b',
      '\u200e',
      '\u202e',
      '\u2060',
      '\u2066',
      '\u2800',
      '\u3164',
      '\ue000',
      '\ufe0f',
      '\ufeff',
    );
    bad.push(
      '\uffff',
      '\u{1d400}',
      '\u{1f600}',
      '\u{e0001}',
      '\u{10ffff}',
      '\ud800',
      '\u0378',
      'α',
      'א',
      '中',
    );
    expect(bad.filter((character) => isDisplayName(`Bank${character}A`, 10))).to.deep.equal([]);
  });

  it('are at most as long as they may be', () => {
    expect([isDisplayName('Bank', 4), isDisplayName('Banks', 4)]).to.deep.equal([true, false]);
    expect(displayName(4)('Bank', 'name')).to.equal('Bank');
    for (const value of ['Banks', '', null, 7, ['Bank']])
      expect(() => displayName(4)(value, 'name')).to.throw(RuleViolation, /BAD_INPUT|form/);
  });
});

describe('skeletons of names', () => {
  const alike: readonly (readonly string[])[] = [
    ['Bank A', 'bank a', 'BANK-A', 'Bánk «A»', 'Вапк А', 'ВАПК А', 'BankA'],
    ['Bank 10', 'Bank IO', 'bank lo', 'Вапк 1О', 'BANK ІО', 'Bank Ю'],
    ['Sber', 'SBER', 'ЅВЕГ', 'ѕвег'],
    ['BTB', 'ВТБ'.replace('Б', 'В'), 'втв'],
    ['modern', 'modem', 'MODERN', 'm0dem'],
    ['wave', 'vvave', 'WAVE', 'vva ve'],
    ['Paypal', 'PayPaI', 'РауРаІ', 'раураІ'],
    ['Ёлка', 'Елка', 'ЕЛКА'],
    ['Банк 36', 'Банк ЗБ', 'БАНК зб'],
    ['Øst', 'Ost', '0st', 'Öst'],
  ];
  for (const names of alike) {
    it(`${names.join(', ')}: one`, () => {
      expect([...new Set(names.map(nameSkeleton))]).to.have.length(1);
    });
  }

  it('different names have different ones', () => {
    const names = [
      'Bank A',
      'Bank B',
      'Bank C',
      'Bank 8',
      'Bank S',
      'Bank 5',
      'Банк А',
      'Bank 1',
      'Bank 2',
      'Bank 3',
      'Bank & A',
      'Marketplace',
    ];
    names.push(
      'Сбербанк',
      'Альфа-Банк',
      'ВТБ',
      'Т-Банк',
      'Райффайзенбанк',
      'Courier',
      'Sovcombank',
      'Совкомбанк',
    );
    expect(new Set(names.map(nameSkeleton)).size).to.equal(names.length);
    expect(new Set([...'0123456789'].map(nameSkeleton)).size).to.equal(10);
  });

  it('are fit for a key, whatever the case of the name', () => {
    for (const character of ALLOWED) {
      const skeleton = nameSkeleton(character);
      expect(skeleton, character).to.match(/^[A-Za-z25789&+%]*$/);
      expect(nameSkeleton(character.toLowerCase()), character).to.equal(skeleton);
    }
  });
});
