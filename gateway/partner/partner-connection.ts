// One bank's partner door over HTTPS: mutual TLS with this gateway's certificate, the bank's API key, connections kept
// open, time limits, and retries of what acts once however often it is sent.
import { readFileSync } from 'node:fs';
import { Agent, request as httpsRequest } from 'node:https';
import { createSecureContext } from 'node:tls';
import { z } from 'zod';
import type { Json } from '../../chaincode/protocol/canonical-json.js';
import type { PartnerAnswer, PartnerDeclaration, PartnerInput } from '../protocol/partner/endpoint.js';
import {
  PARTNER_ENDPOINTS,
  type PartnerEndpointName,
  type PartnerEndpoints,
} from '../protocol/partner/endpoints.js';
import type { ApiCode } from '../protocol/problem-codes.js';
import { Refused } from '../refused.js';

export interface PartnerAddress {
  /** `https://host:port` */
  readonly url: string;
  /** Authority of the bank's gateways. */
  readonly tlsRootCertPath: string;
  /** File of the API key. */
  readonly apiKeyPath: string;
  /** With which this gateway shows itself. */
  readonly tls: { readonly certPath: string; readonly keyPath: string };
}

export interface PartnerTimes {
  readonly connectAndAnswerMs: number;
  /** How long a call goes on while no answer comes. */
  readonly patienceMs: number;
}

const USUAL_TIMES: PartnerTimes = { connectAndAnswerMs: 5_000, patienceMs: 6_000 };
const FIRST_PAUSE_MS = 100;
const LONGEST_ANSWER_BYTES = 262_144;
const MOST_CONNECTIONS = 32;
const KEEP_ALIVE_MS = 30_000;

const problemSchema = z.looseObject({
  code: z.string(),
  values: z.record(z.string(), z.custom<Json>()).default({}),
});

interface Reply {
  readonly status: number;
  readonly text: string;
}

export class PartnerConnection {
  private readonly agent: Agent;
  private readonly key: string;

  constructor(
    private readonly address: PartnerAddress,
    private readonly times: PartnerTimes = USUAL_TIMES,
  ) {
    this.key = readFileSync(address.apiKeyPath, 'utf8').trim();
    this.agent = new Agent({
      keepAlive: true,
      keepAliveMsecs: KEEP_ALIVE_MS,
      maxSockets: MOST_CONNECTIONS,
      // Certificates and keys are read once, not for each connection.
      secureContext: createSecureContext({
        ca: readFileSync(address.tlsRootCertPath),
        cert: readFileSync(address.tls.certPath),
        key: readFileSync(address.tls.keyPath),
        minVersion: 'TLSv1.3',
      }),
      minVersion: 'TLSv1.3',
    });
  }

  /** Rejects: Refused with the bank's code, or BANK_UNAVAILABLE. */
  async call<N extends PartnerEndpointName>(
    name: N,
    input: PartnerInput<PartnerEndpoints[N], 'input'>,
  ): Promise<PartnerAnswer<PartnerEndpoints[N]>> {
    const declaration: PartnerDeclaration = PARTNER_ENDPOINTS[name];
    const givenUpAt = performance.now() + (declaration.isRepeatable ? this.times.patienceMs : 0);
    for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs *= 2) {
      try {
        // The declaration's own schema fixes the answer's form.
        return (await this.once(declaration, input)) as PartnerAnswer<PartnerEndpoints[N]>;
      } catch (error) {
        if (!isWorthAnotherTry(error) || performance.now() + pauseMs > givenUpAt) throw error;
        await new Promise((resolve) => setTimeout(resolve, pauseMs).unref());
      }
    }
  }

  close(): void {
    this.agent.destroy();
  }

  private async once(
    declaration: PartnerDeclaration,
    input: PartnerInput<PartnerDeclaration, 'input'>,
  ): Promise<unknown> {
    const { status, text } = await this.send(declaration, input).catch(() => unavailable());
    const answer = jsonOf(text);
    if (status < 200 || status >= 300) throw refusalOf(status, answer);
    if (declaration.answer === undefined) return null;
    const parsed = declaration.answer.safeParse(answer);
    return parsed.success ? parsed.data : unavailable();
  }

  private send(
    { method, path }: PartnerDeclaration,
    input: PartnerInput<PartnerDeclaration, 'input'>,
  ): Promise<Reply> {
    const body = input.body === null ? null : JSON.stringify(input.body);
    const inPath = input.path as { readonly [name: string]: string }; // by its declaration
    const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(inPath[name] ?? ''));
    const query = new URLSearchParams(input.query as Record<string, string>).toString(); // by its declaration
    return new Promise((resolve, reject) => {
      const request = httpsRequest(`${this.address.url}${filled}${query === '' ? '' : `?${query}`}`, {
        method,
        agent: this.agent,
        signal: AbortSignal.timeout(this.times.connectAndAnswerMs),
        headers: {
          accept: 'application/json, application/problem+json',
          authorization: `Bearer ${this.key}`,
          ...(body === null
            ? {}
            : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }),
        },
      });
      request.once('error', reject);
      request.once('response', (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => {
          text += chunk;
          if (text.length > LONGEST_ANSWER_BYTES) request.destroy(new Error('the answer is too long'));
        });
        response.once('error', reject);
        response.once('end', () => {
          resolve({ status: response.statusCode ?? 0, text });
        });
      });
      request.end(body ?? undefined);
    });
  }
}

function unavailable(): never {
  throw new Refused('BANK_UNAVAILABLE');
}

/** What is no problem document came from something between. */
function refusalOf(status: number, answer: unknown): Refused {
  const problem = problemSchema.safeParse(answer);
  if (!problem.success || status >= 500) return new Refused('BANK_UNAVAILABLE');
  // Whatever codes a newer bank has, each has its sentence or the usual one.
  return new Refused(problem.data.code as ApiCode, problem.data.values);
}

function isWorthAnotherTry(error: unknown): boolean {
  return error instanceof Refused && error.code === 'BANK_UNAVAILABLE';
}

function jsonOf(text: string): unknown {
  try {
    return text === '' ? null : JSON.parse(text);
  } catch {
    return null;
  }
}
