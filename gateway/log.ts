// The gateway's log, and what it may say of an error: its kind, code and place. Values and causes stay out: what a peer
// answered may hold what only the holder's bank may know.
import pino, { type Logger } from 'pino';

/** Members of logged objects that could carry secrets; the log shows the place and drops the value. */
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

/** Writes to standard error, one JSON object a line. */
export function gatewayLog(organisation: string): Logger {
  return pino(
    { base: { organisation }, redact: REDACTED, serializers: { err: briefError } },
    pino.destination(process.stderr.fd),
  );
}

export interface BriefError {
  readonly type: string;
  readonly code: string | null;
  /** Message and stack frames. */
  readonly stack: string;
  /** Kinds of the causes, outermost first. */
  readonly causes: readonly string[];
}

const MOST_CAUSES = 5;

export function briefError(error: unknown): BriefError {
  if (!(error instanceof Error)) return { type: typeof error, code: null, stack: '', causes: [] };
  const code = 'code' in error && typeof error.code === 'string' ? error.code : null;
  return { type: error.name, code, stack: error.stack ?? error.message, causes: causesOf(error) };
}

function causesOf(error: Error): string[] {
  const names: string[] = [];
  for (let cause = error.cause; cause instanceof Error && names.length < MOST_CAUSES; cause = cause.cause) {
    names.push(cause.name);
  }
  return names;
}
