// What is counted and logged of each request: its endpoint, status and time. Never its query, body or headers.
import type { NextFunction, Request, Response } from 'express';
import { Counter, Histogram, Registry } from 'prom-client';
import { endpointNames } from './endpoint-routes.js';
import { frameOf } from './request-frame.js';

export interface WebMetrics {
  readonly registry: Registry;
  readonly requests: Histogram<'endpoint' | 'method' | 'status'>;
  readonly problems: Counter<'code'>;
}

const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

export function webMetrics(): WebMetrics {
  const registry = new Registry();
  const registers = [registry];
  return {
    registry,
    requests: new Histogram({
      name: 'forescrow_http_request_seconds',
      help: 'Time from the arrival of a request to the end of its answer.',
      labelNames: ['endpoint', 'method', 'status'],
      buckets: SECONDS,
      registers,
    }),
    problems: new Counter({
      name: 'forescrow_http_problems_total',
      help: 'Problems answered, by code.',
      labelNames: ['code'],
      registers,
    }),
  };
}

const METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

export function observing(metrics: WebMetrics) {
  return (request: Request, response: Response, next: NextFunction): void => {
    const begun = process.hrtime.bigint();
    response.once('close', () => {
      const seconds = Number(process.hrtime.bigint() - begun) / 1e9;
      const endpoint = endpointNames.get(response) ?? 'other';
      const method = METHODS.has(request.method) ? request.method : 'other';
      const status = String(response.statusCode);
      metrics.requests.observe({ endpoint, method, status }, seconds);
      const { log } = frameOf(response);
      const isCut = !response.writableFinished;
      log.info({ endpoint, method, status, ms: Math.round(seconds * 1000), isCut }, 'request');
    });
    next();
  };
}
