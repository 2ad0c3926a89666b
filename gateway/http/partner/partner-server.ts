// Listens for other members' gateways: TLS 1.3, with client certificates of the members' authorities alone.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Express } from 'express';

export interface PartnerListener {
  readonly host: string;
  /** 0: a free one. */
  readonly port: number;
  readonly tls: { readonly certPath: string; readonly keyPath: string };
}

export interface RunningPartnerDoor {
  readonly port: number;
  close(): Promise<void>;
}

const TIMES = { headersTimeout: 10_000, requestTimeout: 30_000, keepAliveTimeout: 65_000 };
const LONGEST_HEADERS_BYTES = 16_384;
const MOST_CONNECTIONS = 500;

/** @param roots PEM certificates. Rejects when the port cannot be taken. */
export async function servePartners(
  app: Express,
  listener: PartnerListener,
  roots: readonly string[],
): Promise<RunningPartnerDoor> {
  const server = createServer(
    {
      ...TIMES,
      maxHeaderSize: LONGEST_HEADERS_BYTES,
      cert: readFileSync(listener.tls.certPath),
      key: readFileSync(listener.tls.keyPath),
      ca: [...roots],
      requestCert: true,
      rejectUnauthorized: true,
      minVersion: 'TLSv1.3',
    },
    app,
  );
  server.maxConnections = MOST_CONNECTIONS;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(listener.port, listener.host, resolve);
  });
  const { port } = server.address() as AddressInfo; // TCP, so never a string
  return {
    port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}
