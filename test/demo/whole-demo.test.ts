// The whole demonstration on the embedded ground.
import { describeDemo } from './whole-demo.js';

describeDemo({
  ground: 'embedded',
  processes: ['ledger', 'chaincode'],
  againLimitMs: 20_000,
  kill: { 'Deal 1 of 4': 'ledger', 'Deal 3 of 4': 'chaincode' },
});
