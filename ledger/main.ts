// The entry of the ledger's process: `node dist/ledger/main.js <configuration file>`.
// It prints one line of JSON on stdout when it serves; logs go to stderr.
import { pino } from 'pino';
import { messageOf } from './fabric/error-message.js';
import { readLedgerConfig } from './ledger-config.js';
import { startLedger, type RunningLedger } from './ledger-process.js';

const logger = pino({ name: 'ledger' }, pino.destination({ dest: 2, sync: true }));

async function main(): Promise<void> {
  const [file] = process.argv.slice(2);
  if (file === undefined) {
    throw new Error('Name the configuration file: node dist/ledger/main.js <file>.');
  }
  const ledger = await startLedger(readLedgerConfig(file), (message) => {
    logger.info(message);
  });
  stopOnSignals(ledger);
  exitWhenBroken(ledger);
  const ready = {
    ready: true,
    channel: ledger.engine.channel,
    height: ledger.engine.height().toString(),
    addresses: Object.fromEntries(ledger.addresses),
  };
  process.stdout.write(`${JSON.stringify(ready)}\n`);
  logger.info(
    'the embedded ledger serves; one process plays every member, so there is no trust between them',
  );
}

function stopOnSignals(ledger: RunningLedger): void {
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      logger.info(`${signal}: stopping`);
      ledger.stop().then(
        () => process.exit(0),
        (error: unknown) => {
          fail(error);
        },
      );
    });
  }
}

/** A ledger that could not write must not go on answering; its supervisor starts the process again. */
function exitWhenBroken(ledger: RunningLedger): void {
  void ledger.closed.then(async () => {
    if (!ledger.stopping) {
      logger.error('the ledger closed by itself; it could not write');
      await ledger.stop();
      process.exit(1);
    }
  });
}

function fail(error: unknown): void {
  process.stderr.write(`${messageOf(error)}\n`);
  process.exit(1);
}

main().catch(fail);
