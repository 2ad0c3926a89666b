// Listens: plain HTTP on loopback, TLS elsewhere or behind a proxy. Bounds what a slow or endless caller can hold,
// and stops without cutting off who is being served.
import { readFileSync } from 'node:fs';
import { createServer, type Server, type ServerOptions } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { Express } from 'express';

export interface WebListener {
  readonly host: string;
  /** 0: a free one. */
  readonly port: number;
  /** Null: plain HTTP. */
  readonly tls: { readonly certPath: string; readonly keyPath: string } | null;
}

/** A body of 1 MiB takes a second at eight megabits. */
export const USUAL_TIMES = { headersMs: 10_000, requestMs: 30_000, keepAliveMs: 65_000, stopMs: 3_000 };
export type WebTimes = typeof USUAL_TIMES;

const LONGEST_HEADERS_BYTES = 16_384;
const MOST_CONNECTIONS = 2_000;
const MOST_REQUESTS_A_CONNECTION = 1_000;

export interface RunningWeb {
  readonly port: number;
  close(): Promise<void>;
}

const ERRORS: { readonly [code: string]: string } = {
  ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
  HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
};

/** Rejects when the port cannot be taken. */
export async function serveWeb(
  app: Express,
  listener: WebListener,
  times: WebTimes = USUAL_TIMES,
): Promise<RunningWeb> {
  const server = serverOf(app, listener, times);
  server.maxConnections = MOST_CONNECTIONS;
  server.maxRequestsPerSocket = MOST_REQUESTS_A_CONNECTION;
  server.on('clientError', refuse);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(listener.port, listener.host, resolve);
  });
  const { port } = server.address() as AddressInfo; // TCP, so never a string
  return { port, close: () => closeServer(server, times.stopMs) };
}

function serverOf(app: Express, { tls }: WebListener, times: WebTimes): Server {
  const options: ServerOptions = {
    headersTimeout: times.headersMs,
    requestTimeout: times.requestMs,
    keepAliveTimeout: times.keepAliveMs,
    connectionsCheckingInterval: Math.min(times.headersMs, 1_000),
    maxHeaderSize: LONGEST_HEADERS_BYTES,
  };
  if (tls === null) return createServer(options, app);
  const files = { cert: readFileSync(tls.certPath), key: readFileSync(tls.keyPath) };
  return createTlsServer({ ...options, ...files, minVersion: 'TLSv1.2' }, app);
}

/** What is no request has no frame: a bare line and the end. */
function refuse(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const status = ERRORS[error.code ?? ''] ?? '400 Bad Request';
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}

/** New connections are refused at once; what is under way has a while, then it is cut off. */
function closeServer(server: Server, graceMs: number): Promise<void> {
  return new Promise((resolve) => {
    const cut = setTimeout(() => {
      server.closeAllConnections();
    }, graceMs);
    server.close(() => {
      clearTimeout(cut);
      resolve();
    });
    server.closeIdleConnections();
  });
}
