// Duty: a logger that tests can read, one object per line.
// Must not: print.
import pino, { type Logger } from 'pino';

export const silentLog: Logger = pino({ level: 'silent' });
