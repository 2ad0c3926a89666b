// What an operator must look at: somebody may be cheating. An alarm is a line of the log and a count; it names
// codes and public ids, never a secret.
import type { Logger } from 'pino';
import type { Json } from '../chaincode/protocol/canonical-json.js';

export type AlarmCode =
  /** Something was sealed to a key that is not the bank's: somebody who wants to read it made the person do so. */
  | 'SEALING_KEY_DIFFERS'
  /** A partner gave a refund key that is not the deal's. */
  | 'REFUND_KEY_DIFFERS'
  /** A member's certificate came with an API key of another member. */
  | 'API_KEY_OF_ANOTHER'
  /** So many wrong codes or links that an account's holder is not asked for a while. */
  | 'CODES_PAUSED'
  /** Strangers have made as many log-ins in this hour as they may. */
  | 'REGISTRATIONS_PAUSED';

export interface Alarms {
  raise(code: AlarmCode, values: { readonly [name: string]: Json }): void;
}

export class LoggedAlarms implements Alarms {
  private readonly raised = new Map<AlarmCode, number>();

  constructor(private readonly log: Logger) {}

  raise(code: AlarmCode, values: { readonly [name: string]: Json }): void {
    this.raised.set(code, this.count(code) + 1);
    this.log.error({ alarm: code, ...values }, 'alarm');
  }

  count(code: AlarmCode): number {
    return this.raised.get(code) ?? 0;
  }
}
