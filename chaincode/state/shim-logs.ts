// Duty: spares the debug lines that nobody is shown: the shim's logger composes each line before it asks for the level,
// several for every message. Must not: touch what is shown at any level.
import { Shim } from 'fabric-shim';

/** Loggers of the shim's parts that speak at every message or transaction. */
const TALKATIVE = [
  'lib/chaincode.js',
  'lib/handler.js',
  'lib/iterators.js',
  'lib/stub.js',
  'contracts-spi/chaincodefromcontract.js',
  'contracts-spi/datamarshall.js',
] as const;

/** To be called once, when the process starts; CORE_CHAINCODE_LOGGING_LEVEL=DEBUG keeps them. */
export function spareUnseenDebugLines(): void {
  for (const name of TALKATIVE) {
    const logger = Shim.newLogger(name);
    if (!logger.isDebugEnabled()) logger.debug = () => logger;
  }
}
