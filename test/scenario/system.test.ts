// Whole systems on the embedded ground.
import { embeddedLedgerReader } from './embedded-ledger-reader.js';
import { describeWholeSystems } from './whole-systems.js';

describeWholeSystems({
  name: 'embedded',
  processes: 13,
  limitMs: 240_000,
  ledger: embeddedLedgerReader,
});
