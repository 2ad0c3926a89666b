// Many keys in one message to the peer, both ways. Fabric 3 peers take such messages and fabric-shim 2.5.8 does not
// offer them, so they are sent through its connection. Where anything differs there are no batches, and keys go one by
// one.
import type { peer as messages } from '@hyperledger/fabric-protos';
import type { ChaincodeStub } from 'fabric-shim';
import { createRequire } from 'node:module';

/** One write, in the order in which plain calls would make it; value null: the row is removed. */
export type PeerWrite =
  | { readonly collection: string; readonly key: string; readonly value: Uint8Array | null }
  | { readonly key: string; readonly policy: Uint8Array };

/** Name of the metadata that holds a key's endorsement policy, as in Fabric and the shim. */
const POLICY_NAME = 'VALIDATION_PARAMETER';
/** The collection's name that stands for public state. */
export const PUBLIC = '';

type Messages = typeof messages;
type MessageType = messages.ChaincodeMessage.TypeMap[keyof messages.ChaincodeMessage.TypeMap];
type Listener = (message: messages.ChaincodeMessage) => void;
/** The shim's connection to one peer; private, hence looked at before use. */
interface Connection {
  readonly _stream: {
    on(event: 'data', listener: Listener): void;
    off(event: 'data', listener: Listener): void;
  };
  readonly chat: (this: Connection, first: unknown) => void;
  readonly _askPeerAndListen: (
    this: Connection,
    message: messages.ChaincodeMessage,
    method: string,
  ) => Promise<Uint8Array>;
}

/** What each connection's peer said of itself in READY. */
const announced = new WeakMap<object, messages.ChaincodeAdditionalParams>();
/** The message classes that the shim's stream takes; null: of another kind than is known here. */
const known: Messages | null = listenForAnnouncements();

export class PeerBatches {
  private constructor(
    private readonly connection: Connection,
    private readonly stub: ChaincodeStub,
    private readonly classes: Messages,
    private readonly limits: { readonly reads: number; readonly writes: number },
  ) {}

  /** Null where peer or shim know no batches. */
  static of(stub: ChaincodeStub): PeerBatches | null {
    const { handler } = stub as unknown as { readonly handler?: Connection }; // what the shim's class keeps
    const said = handler === undefined ? undefined : announced.get(handler);
    if (known === null || handler === undefined || said === undefined) return null;
    if (!said.getUseWriteBatch() || !said.getUseGetMultipleKeys()) return null;
    const limits = { reads: said.getMaxSizeGetMultipleKeys(), writes: said.getMaxSizeWriteBatch() };
    if (limits.reads < 1 || limits.writes < 1) return null;
    return new PeerBatches(handler, stub, known, limits);
  }

  /** Values of the keys in their order; empty: none. */
  async read(collection: string, keys: readonly string[]): Promise<readonly Uint8Array[]> {
    const values: Uint8Array[] = [];
    for (const some of inParts(keys, this.limits.reads)) {
      const request = new this.classes.GetStateMultiple();
      request.setCollection(collection);
      request.setKeysList([...some]);
      const type = this.classes.ChaincodeMessage.Type.GET_STATE_MULTIPLE;
      const answer = await this.ask(type, request.serializeBinary());
      const found = this.classes.GetStateMultipleResult.deserializeBinary(answer).getValuesList_asU8();
      if (found.length !== some.length) throw new Error('the peer left out some of the keys');
      values.push(...found);
    }
    return values;
  }

  async write(writes: readonly PeerWrite[]): Promise<void> {
    for (const some of inParts(writes, this.limits.writes)) {
      const request = new this.classes.WriteBatchState();
      request.setRecList(some.map((one) => this.recordOf(one)));
      const type = this.classes.ChaincodeMessage.Type.WRITE_BATCH_STATE;
      await this.ask(type, request.serializeBinary());
    }
  }

  private recordOf(write: PeerWrite): messages.WriteRecord {
    const record = new this.classes.WriteRecord();
    record.setKey(write.key);
    if ('value' in write) {
      const { PUT_STATE, DEL_STATE } = this.classes.WriteRecord.Type;
      record.setType(write.value === null ? DEL_STATE : PUT_STATE);
      record.setCollection(write.collection);
      if (write.value !== null) record.setValue(write.value);
      return record;
    }
    const metadata = new this.classes.StateMetadata();
    metadata.setMetakey(POLICY_NAME);
    metadata.setValue(write.policy);
    record.setType(this.classes.WriteRecord.Type.PUT_STATE_METADATA);
    record.setMetadata(metadata);
    return record;
  }

  private ask(type: MessageType, payload: Uint8Array): Promise<Uint8Array> {
    const message = new this.classes.ChaincodeMessage();
    message.setType(type);
    message.setPayload(payload);
    message.setTxid(this.stub.getTxID());
    message.setChannelId(this.stub.getChannelID());
    return this.connection._askPeerAndListen(message, 'Batch');
  }
}

/** The shim forgets what READY says; from here on each of its connections is listened to. */
function listenForAnnouncements(): Messages | null {
  const shim = createRequire(__filename);
  const file = shim.resolve('fabric-shim/lib/handler.js');
  const { ChaincodeMessageHandler } = shim(file) as {
    readonly ChaincodeMessageHandler?: { readonly prototype: Connection };
  };
  const { peer } = createRequire(file)('@hyperledger/fabric-protos') as { readonly peer: Partial<Messages> };
  const connection = ChaincodeMessageHandler?.prototype;
  const offered = [
    connection?.chat,
    connection?._askPeerAndListen,
    peer.GetStateMultiple,
    peer.WriteBatchState,
  ];
  if (connection === undefined || offered.some((part) => typeof part !== 'function')) return null;
  const classes = peer as Messages; // with the two youngest classes, it has the others
  const chat = connection.chat;
  const listening: Connection['chat'] = function (first) {
    const listener: Listener = (message) => {
      if (message.getType() !== classes.ChaincodeMessage.Type.READY) return;
      this._stream.off('data', listener);
      const said = classes.ChaincodeAdditionalParams.deserializeBinary(message.getPayload_asU8());
      announced.set(this, said);
    };
    this._stream.on('data', listener);
    chat.call(this, first);
  };
  Object.assign(connection, { chat: listening });
  return classes;
}

function inParts<T>(all: readonly T[], most: number): (readonly T[])[] {
  const count = Math.ceil(all.length / most);
  return Array.from({ length: count }, (_, index) => all.slice(index * most, (index + 1) * most));
}
