// What parsed JSON from outside may not hold, named by its place.
import { expect } from 'chai';
import { jsonFault, textFault } from '../../gateway/json-faults.js';

function nested(levels: number): unknown {
  return JSON.parse('['.repeat(levels) + ']'.repeat(levels));
}

describe('faults of parsed JSON', () => {
  it('plain values have none', () => {
    for (const value of [null, 1, 'text', [], {}, { a: [{ b: null }], prototype: 1, constructor: {} }]) {
      expect(jsonFault(value)).to.equal(null);
    }
  });

  it('64 levels are allowed, one more and very many more are not', () => {
    expect(jsonFault(nested(64))).to.equal(null);
    expect(jsonFault(nested(65))?.needed).to.equal('at most 64 levels');
    expect(jsonFault(nested(100_000))?.needed).to.equal('at most 64 levels');
  });

  it('a member named __proto__ is found at any place', () => {
    const needed = 'no member __proto__';
    expect(jsonFault(JSON.parse('{"__proto__":1}'))).to.deep.equal({ where: '', needed });
    const deep: unknown = JSON.parse('{"a":[{},{"b":{"__proto__":null}}]}');
    expect(jsonFault(deep)).to.deep.equal({ where: 'a[1].b', needed });
  });

  it('a text or a name with U+0000 or half a character is found at any place; all other characters pass', () => {
    const needed = 'text in Unicode without U+0000';
    expect(textFault({ a: ['Ж', '😀', '\u0001', '\uffff', ''], имя: null, n: 5 })).to.equal(null);
    expect(textFault('\u0000')).to.deep.equal({ where: '', needed });
    expect(textFault({ a: [{}, { b: 'x\ud800' }] })).to.deep.equal({ where: 'a[1].b', needed });
    expect(textFault({ a: { 'b\udfff': 1 } })).to.deep.equal({ where: 'a', needed });
    expect(textFault({ '\u0000': 1 })).to.deep.equal({ where: '', needed });
  });
});
