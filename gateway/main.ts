// The process of one organisation's gateway: reads its configuration, starts, says so, stops on a signal.
import { gatewayLog } from './log.js';
import { systemClock } from './clock.js';
import { connect } from './ledger/fabric/connect.js';
import { type RunningGateway, startOrganisationGateway } from './organisations/organisation-gateway.js';
import { readGatewayConfig } from './protocol/gateway-config.js';

/** What is still in flight then is resolved after the next start: operation ids are stored before they are sent. */
const STOP_LIMIT_MS = 5_000;

async function main(): Promise<void> {
  const file = process.argv[2];
  if (file === undefined) throw new Error('Give the path of the gateway configuration as the only argument.');
  const config = readGatewayConfig(file);
  const log = gatewayLog(config.organisation.mspId);
  const ledger = connect(config);
  const gateway = await startOrganisationGateway({ config, ledger, clock: systemClock, log });
  process.stdout.write(`${JSON.stringify({ ready: true, port: gateway.port, webPort: gateway.webPort })}\n`);
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
