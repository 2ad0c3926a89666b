// A bank's core banking system that is asked over HTTP: decisions, enquiries, customers, and messages to their phones.
import {
  CORE_PATHS,
  coreAnswerSchema,
  customersAnswerSchema,
  enquiryAnswerSchema,
  type CodeMessage,
  type CoreAnswer,
  type PaymentRequest,
} from '../protocol/core.js';
import type { CodeSender, CoreBank, CoreCustomer, CoreCustomers, CustomerQuery } from './core-bank.js';
import { type CoreHttp, CoreUnavailable } from './core-http.js';

/** For everything but a decision, which may take its time. */
const CALL_LIMIT_MS = 5_000;

export class HttpBank implements CoreBank, CodeSender, CoreCustomers {
  constructor(private readonly http: CoreHttp) {}

  /** Rejects: CoreUnavailable; the same request may be asked again. */
  async decide(request: PaymentRequest, signal: AbortSignal): Promise<CoreAnswer> {
    const path = CORE_PATHS.decide;
    const answer = await this.http.call({ method: 'POST', path, body: request, signal });
    return understood(path, coreAnswerSchema.safeParse(answer));
  }

  /** Rejects: CoreUnavailable. */
  async enquire(request: PaymentRequest): Promise<CoreAnswer | 'unknown'> {
    const path = CORE_PATHS.enquire;
    const signal = AbortSignal.timeout(CALL_LIMIT_MS);
    const answer = understood(
      path,
      enquiryAnswerSchema.safeParse(await this.call({ method: 'POST', path, body: request, signal })),
    );
    return answer.verdict === 'unknown' ? 'unknown' : answer;
  }

  /** Rejects: CoreUnavailable; the same message may be sent again. */
  async send(holder: string, message: CodeMessage): Promise<void> {
    const signal = AbortSignal.timeout(CALL_LIMIT_MS);
    await this.call({ method: 'POST', path: CORE_PATHS.messages, body: { holder, message }, signal });
  }

  /** Rejects: CoreUnavailable. */
  find({ words, cursor, limit }: CustomerQuery) {
    return this.customers({ words, limit: String(limit), ...(cursor === null ? {} : { cursor }) });
  }

  /** Rejects: CoreUnavailable. */
  async customer(holder: string): Promise<CoreCustomer | null> {
    const { items } = await this.customers({ holder, limit: '1' });
    return items.find((customer) => customer.holder === holder) ?? null;
  }

  private async customers(query: { readonly [name: string]: string }) {
    const path = `${CORE_PATHS.customers}?${new URLSearchParams(query).toString()}`;
    const answer = await this.call({ method: 'GET', path, signal: AbortSignal.timeout(CALL_LIMIT_MS) });
    return understood(CORE_PATHS.customers, customersAnswerSchema.safeParse(answer));
  }

  /** A time limit of ours is the core's silence. */
  private async call(call: Parameters<CoreHttp['call']>[0]): Promise<unknown> {
    try {
      return await this.http.call(call);
    } catch (cause) {
      throw cause instanceof CoreUnavailable
        ? cause
        : new CoreUnavailable(call.path.split('?')[0] ?? '', cause);
    }
  }
}

type Parsed<Shape> = { readonly success: true; readonly data: Shape } | { readonly success: false };

/** The parser's own error would quote the answer. */
function understood<Shape>(path: string, parsed: Parsed<Shape>): Shape {
  if (!parsed.success) throw new CoreUnavailable(path, new Error('an answer of another form'));
  return parsed.data;
}
