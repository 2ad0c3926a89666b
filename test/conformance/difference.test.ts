// How the difference of two outcomes is described.
import { expect } from 'chai';
import { expectSame, firstDifference } from './difference.js';

describe('conformance: where two outcomes differ', () => {
  it('nowhere, if they are the same, whatever the order of names', () => {
    expect(firstDifference({ a: [1, null], b: '' }, { b: '', a: [1, null] })).to.equal(undefined);
  });

  it('the path and both values are told, in one line', () => {
    const [played, recorded] = [{ codes: [0, { name: 'a\nb' }] }, { codes: [0, { name: 'c' }] }];
    expect(() => {
      expectSame(played, recorded);
    }).to.throw('at "codes.1.name" played "a\\nb", recorded "c"');
  });

  for (const [what, left, right] of [
    ['an entry that one of them lacks', { a: 1 }, {}],
    ['an entry that the other lacks', [], [null]],
    ['a list against an object', [], {}],
    ['nothing against null', undefined, null],
  ] as const) {
    it(`${what} is a difference`, () => {
      expect(firstDifference(left, right)).not.to.equal(undefined);
    });
  }

  it('of long texts the part that differs is shown', () => {
    const long = 'x'.repeat(100_000);
    const { left = '', right = '' } = firstDifference(`${long}left${long}`, `${long}right${long}`) ?? {};
    expect(left).to.contain('xleftx').and.to.have.length.below(400);
    expect(right).to.contain('xrightx').and.to.have.length.below(400);
  });
});
