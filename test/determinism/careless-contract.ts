// A contract that breaks determinism in each way that the replay must notice.
import { randomBytes } from 'node:crypto';
import { Context, Contract, Transaction } from 'fabric-contract-api';

let calls = 0;

export class CarelessContract extends Contract {
  constructor() {
    super('careless');
  }

  @Transaction()
  clock(context: Context): Promise<void> {
    return put(context, String(Math.floor(Date.now() / 3_600_000)));
  }

  @Transaction()
  zone(context: Context): Promise<void> {
    return put(context, new Date(1_800_000_000_000).toString());
  }

  @Transaction()
  language(context: Context): Promise<void> {
    return put(context, (1_234.5).toLocaleString());
  }

  @Transaction()
  random(context: Context): Promise<void> {
    return put(context, randomBytes(8).toString('hex'));
  }

  /** Remembers the transaction before. */
  @Transaction()
  once(context: Context): Promise<void> {
    calls += 1;
    return put(context, String(calls));
  }

  @Transaction()
  event(context: Context): Promise<void> {
    context.stub.setEvent('event', randomBytes(8));
    return Promise.resolve();
  }

  @Transaction()
  refusal(): Promise<void> {
    return Promise.reject(new Error(`refused with ${randomBytes(8).toString('hex')}`));
  }

  /** Deterministic, so that the replay is seen to call the same the same. */
  @Transaction()
  steady(context: Context): Promise<void> {
    return put(context, context.stub.getTxID());
  }
}

function put(context: Context, text: string): Promise<void> {
  return context.stub.putState('key', Buffer.from(text));
}
