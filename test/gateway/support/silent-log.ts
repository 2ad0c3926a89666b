// A logger that tests can read, one object per line.
import pino, { type Logger } from 'pino';

export const silentLog: Logger = pino({ level: 'silent' });
