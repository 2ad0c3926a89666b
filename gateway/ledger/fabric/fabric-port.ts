// Speaks to the organisation's own peer by fabric-gateway over one gRPC connection.
import { type CallOptions, Client, credentials } from '@grpc/grpc-js';
import { connect, type Contract, type Gateway, hash, type Identity } from '@hyperledger/fabric-gateway';
import { common, gateway as messages, msp, orderer, type peer } from '@hyperledger/fabric-protos';
import { readFileSync } from 'node:fs';
import {
  type GatewayConfig,
  IDENTITY_NAMES,
  type IdentityFiles,
  type IdentityName,
} from '../../protocol/gateway-config.js';
import { PEER_KEEPALIVE } from '../../protocol/keepalive.js';
import type { CountersInUse } from '../counters.js';
import type {
  ChaincodeRequest,
  Commit,
  CommitBlock,
  Delivery,
  EventBlock,
  LedgerPort,
  PreparedTransaction,
  WholeBlock,
} from '../ledger-port.js';
import { commitBlockOf, eventBlockOf } from './blocks.js';
import { ConcurrencyLimit } from './concurrency-limit.js';
import { wholeBlockOf } from './whole-blocks.js';
import { endorseFailure, isDeadline, submitFailure } from './failures.js';
import { type MessageSigner, p256Signer } from './p256-signer.js';

const CALL_TIMEOUT_MS = 10_000;
/** Unary requests at one time; Fabric refuses above `limits.concurrency.gatewayService` (500 by default). */
const MOST_REQUESTS = 128;
const MOST_MESSAGE_BYTES = 100 * 1024 * 1024;

const CHANNEL_OPTIONS = {
  'grpc.max_receive_message_length': MOST_MESSAGE_BYTES,
  'grpc.max_send_message_length': MOST_MESSAGE_BYTES,
  // Endorsed lists and their blocks are longer than HTTP/2's first 64 KB, after which a sender waits for permission.
  'grpc-node.flow_control_window': 4 * 1024 * 1024,
  // A peer that was restarted is found again soon.
  'grpc.initial_reconnect_backoff_ms': 100,
  'grpc.min_reconnect_backoff_ms': 100,
  'grpc.max_reconnect_backoff_ms': 2_000,
  ...PEER_KEEPALIVE,
} as const;

interface Signatory {
  readonly session: Gateway;
  readonly contract: Contract;
  readonly identity: Identity;
  readonly sign: MessageSigner;
}

export class FabricPort implements LedgerPort {
  private readonly client: Client;
  private readonly signatories: ReadonlyMap<IdentityName, Signatory>;
  private readonly admission = new ConcurrencyLimit(MOST_REQUESTS);

  /** Reads certificates and keys at once; the connection is made by the first request. */
  constructor(
    private readonly config: GatewayConfig,
    private readonly counters: CountersInUse,
  ) {
    const { address, tlsRootCertPath, hostOverride } = config.ledger;
    this.client = new Client(address, credentials.createSsl(readFileSync(tlsRootCertPath)), {
      ...CHANNEL_OPTIONS,
      ...(hostOverride === undefined ? {} : { 'grpc.ssl_target_name_override': hostOverride }),
    });
    this.signatories = new Map(IDENTITY_NAMES.flatMap((name) => this.signatoryOf(name)));
  }

  async endorse(call: ChaincodeRequest): Promise<PreparedTransaction> {
    this.counters.endorseCalls += 1;
    try {
      const transaction = await this.admission.run(() =>
        this.proposal(call).endorse(deadline(CALL_TIMEOUT_MS)),
      );
      return {
        txId: transaction.getTransactionId(),
        response: textOf(transaction.getResult()),
        submit: () => this.submit(transaction),
      };
    } catch (error) {
      throw endorseFailure(error);
    }
  }

  async evaluate(call: ChaincodeRequest): Promise<string> {
    this.counters.evaluateCalls += 1;
    try {
      return textOf(await this.admission.run(() => this.proposal(call).evaluate(deadline(CALL_TIMEOUT_MS))));
    } catch (error) {
      throw endorseFailure(error);
    }
  }

  async commitStatus(txId: string, withinMs: number): Promise<Commit | null> {
    this.counters.commitStatusCalls += 1;
    const request = new messages.CommitStatusRequest();
    request.setChannelId(this.config.channel);
    request.setTransactionId(txId);
    request.setIdentity(creatorOf(this.signer('gateway').identity));
    const signed = new messages.SignedCommitStatusRequest();
    signed.setRequest(request.serializeBinary());
    try {
      const commit = this.signer('gateway').session.newCommit(signed.serializeBinary());
      const status = await this.admission.run(() => commit.getStatus(deadline(withinMs)));
      return { txId, code: status.code, block: Number(status.blockNumber) };
    } catch (error) {
      if (isDeadline(error)) return null;
      throw endorseFailure(error);
    }
  }

  async commits(from: number | 'newest'): Promise<Delivery<CommitBlock>> {
    const { session, sign } = this.signer('gateway');
    const seek = this.seek(from);
    const request = session.newSignedFilteredBlockEventsRequest(seek, await sign(payloadOf(seek)));
    const blocks = await request.getEvents();
    return mapped(blocks, (block: peer.FilteredBlock) => commitBlockOf(block));
  }

  events(from: number | 'newest'): Promise<Delivery<EventBlock>> {
    return this.wholeBlocks(from, (block) => eventBlockOf(block, this.config.chaincode));
  }

  blocks(from: number): Promise<Delivery<WholeBlock>> {
    return this.wholeBlocks(from, (block) => wholeBlockOf(block, this.config.chaincode));
  }

  close(): void {
    for (const { session } of this.signatories.values()) session.close();
    this.client.close();
  }

  private async wholeBlocks<B>(
    from: number | 'newest',
    map: (block: common.Block) => B,
  ): Promise<Delivery<B>> {
    const { session, sign } = this.signer('gateway');
    const seek = this.seek(from);
    const request = session.newSignedBlockEventsRequest(seek, await sign(payloadOf(seek)));
    return mapped(await request.getEvents(), map);
  }

  private async submit(transaction: {
    readonly submit: (options: CallOptions) => Promise<unknown>;
  }): Promise<void> {
    this.counters.submitCalls += 1;
    try {
      await this.admission.run(() => transaction.submit(deadline(CALL_TIMEOUT_MS)));
    } catch (error) {
      throw submitFailure(error);
    }
  }

  private proposal(call: ChaincodeRequest) {
    return this.signer(call.as).contract.newProposal(call.function, {
      arguments: [...call.arguments],
      ...(call.transient === undefined ? {} : { transientData: call.transient }),
      ...(call.organisations === undefined ? {} : { endorsingOrganizations: [...call.organisations] }),
    });
  }

  private signer(name: IdentityName): Signatory {
    const signatory = this.signatories.get(name);
    if (signatory === undefined) throw new Error(`there is no identity ${name}`);
    return signatory;
  }

  private signatoryOf(name: IdentityName): [IdentityName, Signatory][] {
    const files = this.config.identities[name];
    return files === undefined ? [] : [[name, this.signatory(files)]];
  }

  private signatory(files: IdentityFiles): Signatory {
    const identity = { mspId: this.config.organisation.mspId, credentials: readFileSync(files.certPath) };
    const sign = p256Signer(readFileSync(files.keyPath));
    const session = connect({ client: this.client, identity, signer: sign, hash: hash.none });
    const contract = session.getNetwork(this.config.channel).getContract(this.config.chaincode);
    return { session, contract, identity, sign };
  }

  /** fabric-gateway's request, which knows no "newest": that position is put in here. */
  private seek(from: number | 'newest'): Uint8Array {
    const network = this.signer('gateway').session.getNetwork(this.config.channel);
    const startBlock = from === 'newest' ? 0n : BigInt(from);
    const bytes = network.newFilteredBlockEventsRequest({ startBlock }).getBytes();
    return from === 'newest' ? fromNewest(bytes) : bytes;
  }
}

function deadline(ms: number): CallOptions {
  return { deadline: Date.now() + ms };
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('utf8');
}

function creatorOf({ mspId, credentials: certificate }: Identity): Uint8Array {
  const creator = new msp.SerializedIdentity();
  creator.setMspid(mspId);
  creator.setIdBytes(certificate);
  return creator.serializeBinary();
}

function fromNewest(bytes: Uint8Array): Uint8Array {
  const envelope = common.Envelope.deserializeBinary(bytes);
  const payload = common.Payload.deserializeBinary(envelope.getPayload_asU8());
  const seek = orderer.SeekInfo.deserializeBinary(payload.getData_asU8());
  const start = new orderer.SeekPosition();
  start.setNewest(new orderer.SeekNewest());
  seek.setStart(start);
  payload.setData(seek.serializeBinary());
  envelope.setPayload(payload.serializeBinary());
  return envelope.serializeBinary();
}

function payloadOf(envelope: Uint8Array): Uint8Array {
  return common.Envelope.deserializeBinary(envelope).getPayload_asU8();
}

function mapped<A, B>(blocks: AsyncIterable<A> & { close(): void }, map: (block: A) => B): Delivery<B> {
  return {
    async *[Symbol.asyncIterator]() {
      for await (const block of blocks) yield map(block);
    },
    close: () => {
      blocks.close();
    },
  };
}
