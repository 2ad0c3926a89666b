// Long lists compute one after the other, with the process sending and receiving between them.
import { expect } from 'chai';
import { MessageChannel } from 'node:worker_threads';
import { yieldTurn } from '../../../chaincode/contracts/event-loop-turns.js';

describe('the event-loop-turns', () => {
  it('lets messages arrive between two long lists, in the order of their coming', async () => {
    const { port1, port2 } = new MessageChannel();
    const order: string[] = [];
    port2.on('message', (text: string) => order.push(text));
    const lists = ['first', 'second', 'third'].map(async (name) => {
      await yieldTurn(100);
      order.push(name);
      port1.postMessage(`after ${name}`);
    });
    await Promise.all(lists);
    port1.close();
    expect(order).to.deep.equal(['first', 'after first', 'second', 'after second', 'third']);
  });

  it('a short list is let through at once, also past long ones that wait', async () => {
    const order: string[] = [];
    const long = yieldTurn(100).then(() => order.push('long'));
    await yieldTurn(1);
    order.push('short');
    await long;
    expect(order).to.deep.equal(['short', 'long']);
  });
});
