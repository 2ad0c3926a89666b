// The demo world's switches and phones at a simulated core, for those who operate the bank there.
import { z } from 'zod';
import type { Behaviour, Customer, PhoneMessage } from '../protocol/admin.js';
import { codeMessageSchema } from '../protocol/core.js';
import { SIMULATOR_PATHS } from '../protocol/simulator.js';
import type { CoreHttp } from './core-http.js';

const messagesSchema = z.object({
  messages: z.array(codeMessageSchema.extend({ number: z.int(), at: z.int() })),
});

const linkSchema = z.object({ switches: z.url({ protocol: /^https?$/ }) });

/** Longer than the longest wait for a message. */
const CALL_LIMIT_MS = 40_000;

export class SimulatorClient {
  constructor(private readonly http: CoreHttp) {}

  async addCustomer(customer: Customer): Promise<void> {
    await this.call('POST', SIMULATOR_PATHS.customers, customer);
  }

  async behave(behaviour: Behaviour): Promise<void> {
    await this.call('PUT', SIMULATOR_PATHS.behaviour, behaviour);
  }

  async messages(holder: string, after: number, waitMs: number): Promise<readonly PhoneMessage[]> {
    const answer = await this.call('POST', SIMULATOR_PATHS.phone, { holder, after, waitMs });
    return messagesSchema.parse(answer).messages;
  }

  /** The address of the page with the switches. Rejects: CoreUnavailable. */
  async switchesLink(): Promise<string> {
    return linkSchema.parse(await this.call('GET', SIMULATOR_PATHS.switchesLink)).switches;
  }

  private call(method: 'GET' | 'POST' | 'PUT', path: string, body?: object): Promise<unknown> {
    const signal = AbortSignal.timeout(CALL_LIMIT_MS);
    return this.http.call({ method, path, signal, ...(body === undefined ? {} : { body }) });
  }
}
