// Distinguishes a database that is away from one that refuses: the only place that knows the driver's errors.
import { DatabaseError } from 'pg';
import { StoreUnavailable } from '../../store-unavailable.js';

/** SQLSTATE: connection lost, shutting down or starting, no connection left, out of memory or disk for the moment. */
const AWAY = /^(08|57P|53)|^57014$/;
const SYSTEM = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOENT',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EACCES',
]);

export function isAway(error: unknown): boolean {
  if (error instanceof DatabaseError) return AWAY.test(error.code ?? '');
  if (!(error instanceof Error)) return false;
  if ('code' in error && typeof error.code === 'string') return SYSTEM.has(error.code);
  // The driver's own errors about a lost connection are plain ones without a code.
  return error.constructor === Error;
}

/** The error as the stores' users know it. */
export function translated(error: unknown): unknown {
  return isAway(error) ? new StoreUnavailable(error) : error;
}
