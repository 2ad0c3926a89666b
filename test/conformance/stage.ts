// What scripts do with a ground: evaluate, endorse, order together, see codes and blocks; keys of their own.
import type { Gateway, Proposal, Transaction } from '@hyperledger/fabric-gateway';
import { common, gateway } from '@hyperledger/fabric-protos';
import {
  changedProposal,
  closeTransaction,
  openTransaction,
  type ProposalParts,
  type TransactionParts,
} from './envelope.js';
import { BANK_A, MARKET, type ConformanceGround } from './ground.js';
import type { Network } from './network.js';
import { FUNCTION, type Json, type Operation } from './operations.js';
import { BlockSplit, ScriptFailure, seen } from './outcome.js';
import type { SigningIdentity } from './signing-identity.js';
import { transactionId, type Placement } from './watch.js';

/** The smallest set that satisfies the channel's policy `Agreement`. */
export const AGREED: readonly string[] = [MARKET, BANK_A];

/** How a request differs from the usual: Bank A's gateway user at Bank A's peer, endorsed by AGREED. */
export interface Asking {
  /** At whose peer. */
  readonly at?: string;
  /** By whom; default: the gateway user of the member whose peer is asked. */
  readonly as?: SigningIdentity;
  /** Named endorsers, or for evaluate named targets; `null` leaves the choice to the gateway. */
  readonly by?: readonly string[] | null;
  readonly transient?: Readonly<Record<string, string>>;
  readonly chaincode?: string;
  readonly channel?: string;
  /** Another function than `run`, with these arguments. */
  readonly call?: readonly [name: string, ...args: string[]];
  readonly change?: (parts: ProposalParts) => void;
}

/** Endorsed and not ordered yet. */
export interface Endorsed {
  readonly txId: string;
  readonly transaction: Transaction;
  readonly identity: SigningIdentity;
  /** What the chaincode returned. */
  readonly answers: readonly Json[];
}

/** One play of one script. */
export class Stage {
  constructor(
    readonly network: Network,
    /** Stands before each of the script's keys, so that scripts cannot meet; masked in outcomes. */
    readonly prefix: string,
  ) {}

  get ground(): ConformanceGround {
    return this.network.ground;
  }

  key(name: string): string {
    return `${this.prefix}${name}`;
  }

  /** A member's gateway user. */
  user(mspId: string): SigningIdentity {
    return this.network.user(mspId);
  }

  gateway(asking: Asking = {}): Gateway {
    const at = asking.at ?? BANK_A;
    return this.network.gateway(at, asking.as ?? this.user(at));
  }

  /** The answers of one peer. Throws what the client throws. */
  async evaluate<T extends Json = Json>(
    operations: readonly Operation[],
    asking: Asking = {},
  ): Promise<readonly T[]> {
    const proposal = await this.proposal(operations, { by: null, ...asking });
    // What an operation answers is the caller's knowledge: it stands in `operations.ts`.
    return answersOf(await proposal.evaluate()) as readonly T[];
  }

  async endorse(operations: readonly Operation[], asking: Asking = {}): Promise<Endorsed> {
    const proposal = await this.proposal(operations, { by: AGREED, ...asking });
    const transaction = await proposal.endorse();
    const identity = asking.as ?? this.user(asking.at ?? BANK_A);
    return {
      txId: transaction.getTransactionId(),
      transaction,
      identity,
      answers: answersOf(transaction.getResult()),
    };
  }

  /** Endorses, orders and waits until every peer has it: the validity code. */
  async submit(operations: readonly Operation[], asking: Asking = {}): Promise<number> {
    return this.commit(await this.endorse(operations, asking));
  }

  /** As `submit`, for the ground work of a script: anything but code 0 ends the script. */
  async prepare(operations: readonly Operation[], asking: Asking = {}): Promise<void> {
    const code = await this.submit(operations, asking);
    if (code !== 0) throw new ScriptFailure(`the preparation got code ${String(code)}`);
  }

  async commit(endorsed: Endorsed): Promise<number> {
    await endorsed.transaction.submit();
    return (await this.placement(endorsed.txId)).code;
  }

  /** The codes of transactions ordered in this order in one block. Throws BlockSplit if they did not meet. */
  async together(...endorsed: readonly Endorsed[]): Promise<number[]> {
    for (const { transaction } of endorsed) await transaction.submit();
    const placements = await Promise.all(endorsed.map(({ txId }) => this.placement(txId)));
    mustMeet(placements);
    return placements.map(({ code }) => code);
  }

  /** Where a transaction lies, once all peers have it. */
  async placement(txId: string): Promise<Placement> {
    const [first] = await this.network.watch.placements(txId);
    await this.network.settled(txId);
    if (first === undefined) throw new ScriptFailure(`transaction ${txId} has no place`);
    return first;
  }

  /** The transaction opened, changed, closed and signed again by the one who endorsed it, or by another. */
  async altered(
    endorsed: Endorsed,
    change: (parts: TransactionParts) => void,
    identity = endorsed.identity,
  ): Promise<common.Envelope> {
    const parts = openTransaction(envelopeOf(endorsed).getPayload_asU8());
    change(parts);
    return closeTransaction(parts, identity);
  }

  /** Sends an envelope past the client: its code, or the refusal. */
  async send(envelope: common.Envelope, times = 1): Promise<Json> {
    return seen(async () => {
      await this.order(envelope);
      const txId = transactionId(envelope.serializeBinary());
      return (await this.network.watch.placements(txId, times)).map(({ code }) => code)[times - 1] ?? null;
    });
  }

  /** Sends an envelope past the client and waits for nothing but the ordering service's answer. */
  async order(envelope: common.Envelope, channel = this.ground.channel): Promise<void> {
    const request = new gateway.SubmitRequest();
    request.setTransactionId(transactionId(envelope.serializeBinary()));
    request.setChannelId(channel);
    request.setPreparedTransaction(envelope);
    const client = this.network.service(BANK_A, gateway.GatewayClient);
    await new Promise<void>((resolve, reject) => {
      client.submit(request, (error) => {
        if (error === null) resolve();
        else reject(error);
      });
    });
  }

  private async proposal(operations: readonly Operation[], asking: Asking): Promise<Proposal> {
    const { by = null, transient, change } = asking;
    const connection = this.gateway(asking);
    const [name, ...args] = asking.call ?? [FUNCTION.run, JSON.stringify(operations)];
    const proposal = connection
      .getNetwork(asking.channel ?? this.ground.channel)
      .getContract(asking.chaincode ?? this.ground.chaincode)
      .newProposal(name, {
        arguments: args,
        ...(transient === undefined ? {} : { transientData: { ...transient } }),
        ...(by === null ? {} : { endorsingOrganizations: [...by] }),
      });
    if (change === undefined) return proposal;
    const identity = asking.as ?? this.user(asking.at ?? BANK_A);
    const { bytes, signature } = await changedProposal(proposal.getBytes(), identity, change);
    return connection.newSignedProposal(bytes, signature);
  }
}

/** What the gateway handed out to be signed. */
export function envelopeOf({ transaction }: Endorsed): common.Envelope {
  const prepared = gateway.PreparedTransaction.deserializeBinary(transaction.getBytes());
  return prepared.getEnvelope() ?? new common.Envelope();
}

/** The answers to the operations; of another function than `run` its text alone. */
function answersOf(bytes: Uint8Array): readonly Json[] {
  const text = Buffer.from(bytes).toString('utf8');
  return text.startsWith('[') ? (JSON.parse(text) as readonly Json[]) : [text];
}

function mustMeet(placements: readonly Placement[]): void {
  placements.slice(1).forEach(({ block, index }, at) => {
    const before = placements[at];
    if (before === undefined || before.block !== block || before.index >= index) {
      throw new BlockSplit('the transactions came to lie in several blocks, or in another order');
    }
  });
}
