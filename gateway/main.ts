// Duty: the process of one organisation's gateway: reads its configuration, starts, says so, stops on a signal.
// Must not: hold logic that a test cannot start without a process.
import pino from 'pino';
import { briefError } from './brief-error.js';
import { connect } from './ledger/connect.js';
import { startOrganisationGateway, type RunningGateway } from './organisation-gateway.js';
import { readGatewayConfig } from './protocol/gateway-config.js';
import { systemClock } from './workers/clock.js';

/** Members of logged objects that could carry secrets; the log keeps the place and drops the value. */
const REDACTED = [
  'token',
  'secret',
  'code',
  'sealed',
  'account',
  'holder',
  'phone',
  'refundKey',
  'privateKey',
].flatMap((name) => (name === 'code' ? [`*.params.${name}`] : [name, `*.${name}`, `*.params.${name}`]));

/** Whatever is still in flight then is settled after the next start: operations are kept before they are sent. */
const STOP_LIMIT_MS = 5_000;

async function main(): Promise<void> {
  const file = process.argv[2];
  if (file === undefined) throw new Error('Give the path of the gateway configuration as the only argument.');
  const config = readGatewayConfig(file);
  const log = pino(
    { base: { organisation: config.organisation.mspId }, redact: REDACTED, serializers: { err: briefError } },
    pino.destination(process.stderr.fd),
  );
  const ledger = connect(config);
  const gateway = await startOrganisationGateway({ config, ledger, clock: systemClock, log });
  process.stdout.write(`${JSON.stringify({ ready: true, port: gateway.port })}\n`);
  stopOnSignal(gateway);
  await gateway.ended;
}

function stopOnSignal(gateway: RunningGateway): void {
  let stopping = false;
  const stop = (): void => {
    if (stopping) return;
    stopping = true;
    setTimeout(() => process.exit(0), STOP_LIMIT_MS).unref();
    gateway.stop().then(() => process.exit(0), fail);
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
}

function fail(error: unknown): void {
  const sentence = error instanceof Error ? error.message : String(error);
  process.stderr.write(`${sentence}\n`);
  process.exit(1);
}

main().catch(fail);
