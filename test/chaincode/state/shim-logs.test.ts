// Duty: which of the shim's log lines are composed.
// Must not: know what they say.
import { expect } from 'chai';
import { Shim } from 'fabric-shim';
import { spareUnseenDebugLines } from '../../../chaincode/state/shim-logs.js';

describe('debug lines of the shim', () => {
  const VARIABLE = 'CORE_CHAINCODE_LOGGING_LEVEL';
  const usual = process.env[VARIABLE];

  after(() => {
    if (usual === undefined) Reflect.deleteProperty(process.env, VARIABLE);
    else process.env[VARIABLE] = usual;
    spareUnseenDebugLines();
  });

  /** Which calls reach the logger's stream, where lines are composed. */
  function composed(level: string): string[] {
    const calls: string[] = [];
    process.env[VARIABLE] = level;
    const logger = Shim.newLogger('lib/handler.js');
    Reflect.deleteProperty(logger, 'debug');
    spareUnseenDebugLines();
    const write = logger.write.bind(logger);
    logger.write = (info: { level: string }) => calls.push(info.level) > 0;
    logger.debug('a line');
    logger.info('a line');
    logger.error('a line');
    logger.write = write;
    return calls;
  }

  it('are not composed where the level hides them; all others are', () => {
    expect(composed('INFO')).to.deep.equal(['info', 'error']);
  });

  it('are composed where the level shows them', () => {
    expect(composed('DEBUG')).to.deep.equal(['debug', 'info', 'error']);
  });
});
