// Duty: the whole demonstration on the embedded ground.
// Must not: hold rules of its own; they are the same on both grounds, in whole-demo.ts.
import { describeDemo } from './whole-demo.js';

describeDemo({
  ground: 'embedded',
  processes: ['ledger', 'chaincode'],
  againLimitMs: 20_000,
  kill: { 'Deal 1 of 4': 'ledger', 'Deal 3 of 4': 'chaincode' },
});
