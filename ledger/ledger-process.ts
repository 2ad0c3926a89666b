// The embedded ledger as one process: reads keys and certificates, opens the engine, serves every organisation.
import { chmodSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import type { Server } from 'node:net';
import { join } from 'node:path';
import { messageOf } from './fabric/error-message.js';
import type { ChannelConfig } from './fabric/channel-config.js';
import type { Draft } from './fabric/draft.js';
import type { Engine } from './engine/ledger.js';
import { LevelStore } from './engine/level-store.js';
import { openEngine } from './engine/open-engine.js';
import type { LedgerConfig } from './ledger-config.js';
import { readOrganisation, readSigner } from './grpc/msp-folder.js';
import { Wire, type ChaincodeAddress, type PeerAddress } from './grpc/server.js';
import { openFaultSocket } from './grpc/fault-socket.js';

export interface RunningLedger {
  readonly engine: Engine;
  /** `host:port` of each organisation's services, by MSP id. */
  readonly addresses: ReadonlyMap<string, string>;
  /** Resolves when the engine closes, by `stop` or by itself. */
  readonly closed: Promise<void>;
  readonly stopping: boolean;
  /** Stops serving, then closes the engine. May be called twice. */
  stop(): Promise<void>;
}

interface Opened {
  readonly wire?: Wire;
  readonly faultSocket?: Server;
}

/**
 * Opens the ledger in `dataDir` and serves it. Throws with nothing left open: a sentence for the operator when a
 * folder, file or port is not as it must be, LedgerDamaged when the ledger's own files cannot be trusted.
 */
export async function startLedger(
  config: LedgerConfig,
  log: (message: string) => void,
): Promise<RunningLedger> {
  prepareFolder(config.dataDir);
  // Read first: a file that is missing leaves nothing open.
  const settings = channelConfig(config);
  const engine = await openEngine(settings, await LevelStore.open(join(config.dataDir, 'store')));
  const opened: Draft<Opened> = {};
  let stopping: Promise<void> | null = null;
  const stop = (): Promise<void> => (stopping ??= close(config, engine, opened));
  try {
    opened.wire = await Wire.start({
      engine,
      organisations: config.organisations.map(peerAddress),
      chaincodes: config.chaincodes.map(chaincodeAddress),
      timeWindowMs: config.timeWindowMs,
      executionTimeoutMs: config.executionTimeoutMs,
      ...(config.concurrency === undefined ? {} : { concurrency: config.concurrency }),
      log,
    });
    if (config.faultSocketPath !== undefined) {
      opened.faultSocket = await openFaultSocket(config.faultSocketPath, engine.faults);
    }
    const { addresses } = opened.wire;
    // No ledger grows that high: the wait ends only when the engine closes.
    const closed = engine.waitForHeight(BigInt(Number.MAX_SAFE_INTEGER));
    return {
      engine,
      addresses,
      closed,
      stop,
      get stopping() {
        return stopping !== null;
      },
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function close(config: LedgerConfig, engine: Engine, opened: Opened): Promise<void> {
  opened.faultSocket?.close();
  if (opened.faultSocket !== undefined && config.faultSocketPath !== undefined) {
    rmSync(config.faultSocketPath, { force: true });
  }
  await opened.wire?.stop();
  await engine.close();
}

/** The folder holds private data in clear: only its owner may enter. */
function prepareFolder(dataDir: string): void {
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    chmodSync(dataDir, 0o700);
  } catch (cause) {
    const reason = messageOf(cause);
    throw new Error(
      `The ledger's folder ${dataDir} cannot be written (${reason}). Choose another folder or change its rights.`,
      { cause },
    );
  }
}

function channelConfig(config: LedgerConfig): ChannelConfig {
  return {
    channel: config.channel,
    organisations: config.organisations.map(({ mspId, mspDir, peerMspDir }) => ({
      msp: readOrganisation(mspId, mspDir),
      peer: readSigner(peerMspDir),
    })),
    orderer: {
      ...readSigner(config.orderer.mspDir),
      msp: readOrganisation(config.orderer.mspId, config.orderer.mspDir),
    },
    chaincodes: config.chaincodes.map(({ name, version, sequence, endorsementPolicy, collections }) => ({
      name,
      version,
      sequence,
      endorsementPolicy,
      collections,
    })),
    channelPolicies: config.policies,
    timeWindowMs: config.timeWindowMs,
    batchTimeoutMs: config.batch.timeoutMs,
    maxMessageCount: config.batch.maxMessageCount,
    preferredMaxBytes: config.batch.preferredMaxBytes,
    absoluteMaxBytes: config.batch.absoluteMaxBytes,
    ...(config.pending === undefined
      ? {}
      : {
          maxPendingEnvelopes: config.pending.maxEnvelopes,
          maxPendingBytes: config.pending.maxBytes,
          submitTimeoutMs: config.pending.submitTimeoutMs,
        }),
  };
}

function peerAddress(organisation: LedgerConfig['organisations'][number]): PeerAddress {
  const { mspId, host, port, tlsCertPath, tlsKeyPath } = organisation;
  return { mspId, host, port, tlsCertPem: readFileSync(tlsCertPath), tlsKeyPem: readFileSync(tlsKeyPath) };
}

function chaincodeAddress({ name, address, tls }: LedgerConfig['chaincodes'][number]): ChaincodeAddress {
  return {
    name,
    address,
    ...(tls === undefined
      ? {}
      : {
          tls: {
            rootCertPem: readFileSync(tls.rootCertPath),
            clientCertPem: readFileSync(tls.clientCertPath),
            clientKeyPem: readFileSync(tls.clientKeyPath),
          },
        }),
  };
}
