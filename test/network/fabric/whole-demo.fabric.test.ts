// The whole demonstration on real Fabric.
import { describeDemo } from '../../demo/whole-demo.js';

describeDemo({
  ground: 'fabric',
  processes: ['orderer', 'peer', 'chaincode'].flatMap((kind) =>
    ['marketplace', 'bank-a', 'bank-b', 'courier'].map((name) => `${kind}-${name}.example`),
  ),
  againLimitMs: 60_000,
  kill: {
    'Deal 1 of 4': 'peer-bank-b.example',
    'Deal 2 of 4': 'orderer-courier.example',
    'Deal 3 of 4': 'chaincode-bank-a.example',
  },
});
