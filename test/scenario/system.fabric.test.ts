// Whole systems, one of them on real Fabric.
import { fabricLedgerReader } from './fabric-ledger-reader.js';
import { describeWholeSystems } from './whole-systems.js';

describeWholeSystems({
  name: 'fabric',
  processes: 23,
  limitMs: 480_000,
  ledger: fabricLedgerReader,
});
