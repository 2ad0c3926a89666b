// Spares the shim's debug lines that its level hides but that it composes all the same, with every message that passes.
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

/** What is carried out stands in the blocks. */
const SUCCESS = 'succeeded. Sending COMPLETED message back to peer';

/** To be called once, when the process starts; CORE_CHAINCODE_LOGGING_LEVEL=DEBUG keeps all lines. */
export function spareShimLines(): void {
  for (const name of TALKATIVE) {
    const logger = Shim.newLogger(name);
    if (logger.isDebugEnabled()) continue;
    const info = logger.info.bind(logger) as (...line: readonly unknown[]) => typeof logger;
    logger.debug = () => logger;
    logger.info = (...line: readonly unknown[]) =>
      typeof line[0] === 'string' && line[0].endsWith(SUCCESS) ? logger : info(...line);
  }
}
