// One peer's conversation with a chaincode service: registration, many transactions at once, lost connections.
import { once } from 'node:events';
import { credentials, Server, ServerCredentials, type ServerDuplexStream } from '@grpc/grpc-js';
import { peer } from '@hyperledger/fabric-protos';
import { expect } from 'chai';
import type { ChaincodeInvocation, ChaincodeResult, Simulation } from '../../../ledger/engine/ledger.js';
import { ChaincodeStream } from '../../../ledger/grpc/chaincode-stream.js';
import { freePorts } from '../../network/support/free-port.js';

const { Type } = peer.ChaincodeMessage;
type Message = peer.ChaincodeMessage;
type Peer = ServerDuplexStream<Message, Message>;

/** A chaincode service whose every message is the test's. */
class Service {
  readonly received: Message[] = [];
  peers: Peer[] = [];
  onTransaction: (stream: Peer, message: Message) => void = () => undefined;
  onAnswer: (stream: Peer, message: Message) => void = () => undefined;
  private readonly server = new Server();

  async listen(port: number): Promise<void> {
    this.server.addService(peer.ChaincodeService, {
      connect: (stream: Peer) => {
        this.peers.push(stream);
        stream.on('data', (message: Message) => {
          this.received.push(message);
          if (message.getType() === Type.TRANSACTION) {
            this.onTransaction(stream, message);
          } else if (message.getType() === Type.RESPONSE || message.getType() === Type.ERROR) {
            this.onAnswer(stream, message);
          }
        });
        stream.on('error', () => undefined);
        const id = new peer.ChaincodeID();
        id.setName('asset:1');
        stream.write(message(Type.REGISTER, '', id.serializeBinary()));
      },
    });
    await new Promise<void>((resolve, reject) => {
      this.server.bindAsync(`127.0.0.1:${port}`, ServerCredentials.createInsecure(), (error) => {
        if (error === null) resolve();
        else reject(error);
      });
    });
  }

  kill(): void {
    this.server.forceShutdown();
  }
}

function message(
  type: peer.ChaincodeMessage.TypeMap[keyof peer.ChaincodeMessage.TypeMap],
  txId: string,
  payload: Uint8Array,
): Message {
  const built = new peer.ChaincodeMessage();
  built.setType(type);
  built.setTxid(txId);
  built.setChannelId(txId === '' ? '' : 'exchange');
  built.setPayload(payload);
  return built;
}

function completed(txId: string, text: string): Message {
  const response = new peer.Response();
  response.setStatus(200);
  response.setPayload(Buffer.from(text));
  return message(Type.COMPLETED, txId, response.serializeBinary());
}

const simulation = {
  getState: (_collection: string, key: string) => Promise.resolve(Buffer.from(`value of ${key}`)),
  putState: () => {
    throw new Error('too late');
  },
} as unknown as Simulation;

function invocation(txId: string): ChaincodeInvocation {
  const input = new peer.ChaincodeInput();
  input.setArgsList([Buffer.from('go'), Buffer.from(txId)]);
  return {
    channel: 'exchange',
    mspId: 'Org1MSP',
    chaincode: 'asset',
    txId,
    signedProposal: new peer.SignedProposal(),
    input,
    simulation,
    invoke: () => Promise.reject(new Error('nobody to invoke')),
  };
}

function answerText(result: ChaincodeResult): string {
  const bytes = 'failure' in result ? result.failure : result.response.payload;
  return Buffer.from(bytes).toString();
}

const refusalOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'accepted',
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );

describe('chaincode stream', () => {
  let port: number;
  let service: Service;
  let stream: ChaincodeStream;

  async function open(
    limits: { readonly executionTimeoutMs?: number; readonly startupTimeoutMs?: number } = {},
  ): Promise<void> {
    stream = new ChaincodeStream({
      chaincode: 'asset',
      address: `127.0.0.1:${port}`,
      credentials: credentials.createInsecure(),
      executionTimeoutMs: 5000,
      startupTimeoutMs: 5000,
      log: () => undefined,
      ...limits,
    });
    await Promise.resolve();
  }

  beforeEach(async () => {
    port = (await freePorts(1))[0] ?? 0;
    service = new Service();
    await service.listen(port);
  });

  afterEach(() => {
    stream.close();
    service.kill();
  });

  it('answers REGISTER with REGISTERED and READY before the first transaction', async () => {
    service.onTransaction = (to, sent) => to.write(completed(sent.getTxid(), ''));
    await open();
    await stream.run(invocation('t1'));
    expect(service.received.map((sent) => sent.getType())).to.deep.equal([
      Type.REGISTERED,
      Type.READY,
      Type.TRANSACTION,
    ]);
  });

  it('runs many transactions at once and gives each its own answer, in any order', async () => {
    const waiting: (() => void)[] = [];
    service.onTransaction = (to, sent) => {
      waiting.unshift(() => to.write(completed(sent.getTxid(), `answer to ${sent.getTxid()}`)));
      if (waiting.length === 50)
        waiting.forEach((answer) => {
          answer();
        });
    };
    await open();
    const ids = Array.from({ length: 50 }, (_, index) => `t${index}`);
    const results = await Promise.all(ids.map((id) => stream.run(invocation(id))));
    expect(results.map(answerText)).to.deep.equal(ids.map((id) => `answer to ${id}`));
  });

  it('answers the stub, and words a refusal as a peer does', async () => {
    const answers: string[] = [];
    service.onTransaction = (to, sent) => {
      const read = new peer.GetState();
      read.setKey('k');
      to.write(message(Type.GET_STATE, sent.getTxid(), read.serializeBinary()));
    };
    service.onAnswer = (to, sent) => {
      answers.push(Buffer.from(sent.getPayload_asU8()).toString());
      if (answers.length === 1)
        to.write(message(Type.PUT_STATE, sent.getTxid(), new peer.PutState().serializeBinary()));
      else to.write(completed(sent.getTxid(), ''));
    };
    await open();
    await stream.run(invocation('t1'));
    expect(answers).to.deep.equal(['value of k', 'PUT_STATE failed: transaction ID: t1: too late']);
  });

  it('answers requests of transactions that do not run with an error', async () => {
    service.onTransaction = (to) => {
      to.write(message(Type.GET_STATE, 'other', new peer.GetState().serializeBinary()));
    };
    let answered = '';
    service.onAnswer = (to, sent) => {
      answered = Buffer.from(sent.getPayload_asU8()).toString();
      to.write(completed('t1', ''));
    };
    await open();
    await stream.run(invocation('t1'));
    expect(answered).to.equal('GET_STATE failed: transaction ID: other: no ledger context');
  });

  it('refuses a second run of a transaction that still runs', async () => {
    const arrived = new Promise<() => void>((resolve) => {
      service.onTransaction = (to, sent) => {
        resolve(() => to.write(completed(sent.getTxid(), '')));
      };
    });
    await open();
    const first = stream.run(invocation('t1'));
    const answer = await arrived;
    expect(await refusalOf(stream.run(invocation('t1')))).to.equal(
      'error sending: txid: t1(exchange) exists',
    );
    answer();
    await first;
  });

  it('hands on what the chaincode gave up with', async () => {
    service.onTransaction = (to, sent) => {
      to.write(message(Type.ERROR, sent.getTxid(), Buffer.from('no stub')));
    };
    await open();
    expect(await stream.run(invocation('t1'))).to.deep.equal({
      failure: Uint8Array.from(Buffer.from('no stub')),
    });
  });

  it('gives up on a transaction that takes too long', async () => {
    await open({ executionTimeoutMs: 50 });
    expect(await refusalOf(stream.run(invocation('t1')))).to.equal(
      'error sending: timeout expired while executing transaction',
    );
  });

  it('ends running transactions when the service dies and serves again when it is back', async () => {
    service.onTransaction = () => {
      service.kill();
    };
    await open();
    expect(await refusalOf(stream.run(invocation('t1')))).to.equal(
      'error sending: chaincode stream terminated',
    );
    service = new Service();
    service.onTransaction = (to, sent) => to.write(completed(sent.getTxid(), 'back'));
    await service.listen(port);
    expect(answerText(await stream.run(invocation('t2')))).to.equal('back');
  });

  it('drops a service that breaks the protocol and connects anew', async () => {
    service.onTransaction = (to, sent) => {
      to.write(
        service.peers.length === 1
          ? message(Type.REGISTERED, '', new Uint8Array())
          : completed(sent.getTxid(), ''),
      );
    };
    await open();
    expect(await refusalOf(stream.run(invocation('t1')))).to.equal(
      'error sending: chaincode stream terminated',
    );
    await stream.run(invocation('t2'));
    expect(service.peers).to.have.length(2);
  });

  it('says which chaincode could not be reached', async () => {
    service.kill();
    await open({ startupTimeoutMs: 50 });
    expect(await refusalOf(stream.run(invocation('t1')))).to.equal(
      'could not launch chaincode asset: ' + 'timeout expired while starting chaincode asset for transaction',
    );
  });

  it('ends the connection when it is closed', async () => {
    service.onTransaction = (to, sent) => to.write(completed(sent.getTxid(), ''));
    await open();
    await stream.run(invocation('t1'));
    const [connected] = service.peers;
    const gone =
      connected === undefined ? Promise.reject(new Error('no stream')) : once(connected, 'cancelled');
    stream.close();
    await gone;
    expect(stream.isReady).to.equal(false);
  });
});
