// What a transaction says about itself: channel, id, time, sender, transient data.
import type { ChaincodeStub, ClientIdentity } from 'fabric-shim';
import type { Instant } from '../protocol/forms.js';

export interface Transaction {
  readonly channel: string;
  readonly txId: string;
  /** Milliseconds since 1970-01-01 UTC, as the client stamped it. */
  readonly now: Instant;
  /** MSP of the sender's certificate. */
  readonly msp: string;
  /** Attribute `forescrow.role` of the sender's certificate; null: none. */
  readonly role: string | null;
  /** Text of a transient entry; null: none. */
  transient(name: string): string | null;
}

/** Certificate attribute that says what a machine is for. */
const ROLE_ATTRIBUTE = 'forescrow.role';

export function transactionOf(stub: ChaincodeStub, identity: ClientIdentity): Transaction {
  const { seconds, nanos } = stub.getTxTimestamp();
  const transient = stub.getTransient();
  return {
    channel: stub.getChannelID(),
    txId: stub.getTxID(),
    now: Number(seconds) * 1000 + Math.floor(nanos / 1_000_000),
    msp: identity.getMSPID(),
    role: identity.getAttributeValue(ROLE_ATTRIBUTE),
    transient: (name) => {
      const bytes = transient.get(name);
      return bytes === undefined ? null : Buffer.from(bytes).toString('utf8');
    },
  };
}
