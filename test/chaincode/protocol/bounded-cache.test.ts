import { expect } from 'chai';
import { BoundedCache } from '../../../chaincode/protocol/bounded-cache.js';

describe('memory of what pure functions said', () => {
  it('gives back what was kept, undefined for what was not', () => {
    const memory = new BoundedCache<number>(2, 8);
    expect(memory.keep('a', 1)).to.equal(1);
    expect(memory.get('a')).to.equal(1);
    expect(memory.get('b')).to.equal(undefined);
  });

  it('keeps at most two generations, and longer what is still asked for', () => {
    const memory = new BoundedCache<number>(2, 8);
    for (const [index, name] of ['a', 'b', 'c', 'd'].entries()) {
      memory.keep(name, index);
      memory.get('a');
    }
    // Asked for in each generation; b was not, and two generations have begun since.
    memory.keep('e', 4);
    expect(['a', 'b', 'e'].map((name) => memory.get(name))).to.deep.equal([0, undefined, 4]);
  });

  it('keeps nothing under a name that is too long', () => {
    const memory = new BoundedCache<number>(2, 8);
    expect(memory.keep('123456789', 1)).to.equal(1);
    expect(memory.get('123456789')).to.equal(undefined);
    expect(memory.keep('12345678', 2)).to.equal(memory.get('12345678'));
  });
});
