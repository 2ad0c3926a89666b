import { expect } from 'chai';
import { Memory } from '../../../chaincode/protocol/memory.js';

describe('memory of what pure functions said', () => {
  it('gives back what was kept, undefined for what was not', () => {
    const memory = new Memory<number>(2);
    expect(memory.keep('a', 1)).to.equal(1);
    expect(memory.get('a')).to.equal(1);
    expect(memory.get('b')).to.equal(undefined);
  });

  it('keeps at most two generations, and longer what is still asked for', () => {
    const memory = new Memory<number>(2);
    for (const [index, name] of ['a', 'b', 'c', 'd'].entries()) {
      memory.keep(name, index);
      memory.get('a');
    }
    // Asked for in each generation; b was not, and two generations have begun since.
    memory.keep('e', 4);
    expect(['a', 'b', 'e'].map((name) => memory.get(name))).to.deep.equal([0, undefined, 4]);
  });
});
