// Which of the shim's log lines are composed.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { expect } from 'chai';
import { Shim } from 'fabric-shim';
import { spareShimLines } from '../../../chaincode/state/shim-logs.js';

const SUCCESS = 'Calling chaincode %s() succeeded. Sending COMPLETED message back to peer';

describe('lines of the shim', () => {
  const VARIABLE = 'CORE_CHAINCODE_LOGGING_LEVEL';
  const usual = process.env[VARIABLE];

  after(() => {
    if (usual === undefined) Reflect.deleteProperty(process.env, VARIABLE);
    else process.env[VARIABLE] = usual;
    spareShimLines();
  });

  /** Which calls reach the logger's stream, where lines are composed. */
  function composed(level: string): string[] {
    const calls: string[] = [];
    process.env[VARIABLE] = level;
    const logger = Shim.newLogger('lib/handler.js');
    Reflect.deleteProperty(logger, 'debug');
    Reflect.deleteProperty(logger, 'info');
    spareShimLines();
    const write = logger.write.bind(logger);
    logger.write = (info: { level: string }) => calls.push(info.level) > 0;
    logger.debug('a line');
    logger.info('a line');
    logger.info(`[escrow-0a1b2c3d] ${SUCCESS.replace('%s', 'Invoke')}`);
    logger.error('a line');
    logger.write = write;
    return calls;
  }

  it('are not composed where the level hides them, nor for each success; all others are', () => {
    expect(composed('INFO')).to.deep.equal(['info', 'error']);
  });

  it('are all composed where debug lines are shown', () => {
    expect(composed('DEBUG')).to.deep.equal(['debug', 'info', 'info', 'error']);
  });

  it('tell a success in the words that are looked for', () => {
    const handler = createRequire(__filename).resolve('fabric-shim/lib/handler.js');
    expect(readFileSync(handler, 'utf8')).to.contain(SUCCESS);
  });
});
