// One organisation's peer answering a proposal: checks it, runs the chaincode on a snapshot, signs the result.
import { setTimeout as delay } from 'node:timers/promises';
import { peer } from '@hyperledger/fabric-protos';
import { messageOf } from '../fabric/error-message.js';
import { AccessDenied, EndorserRefusal } from '../fabric/refusals.js';
import { PeerUnavailable } from './errors.js';
import { type ChaincodeAnswer, type Endorsing } from './ledger.js';
import type { ChannelPolicies } from '../fabric/channel-policies.js';
import type { Definitions } from '../fabric/definitions.js';
import type { KnownIdentity, MspRegistry } from '../fabric/identity.js';
import { Execution } from './execution.js';
import { checkFilters, checkProposal, unpackProposal, type UnpackedProposal } from '../fabric/proposal.js';
import type { Signer } from '../fabric/signer.js';
import { Simulator, type SimulationResults } from './simulator.js';
import type { Store } from '../fabric/store.js';
import { transactionKey } from '../fabric/store.js';
import { transientWrites } from './transient-store.js';
import type { SeededFaults } from './fault-injector.js';

const ERROR_THRESHOLD = 400;

export interface EndorserParts {
  readonly channel: string;
  readonly timeWindowMs: number;
  readonly totalQueryLimit: number;
  readonly clock: () => number;
  readonly msps: MspRegistry;
  readonly policies: ChannelPolicies;
  readonly definitions: Definitions;
  readonly store: Store;
  readonly signers: ReadonlyMap<string, Signer>;
  readonly faults: SeededFaults;
  readonly height: () => number;
}

interface Ran {
  readonly result: ChaincodeAnswer;
  readonly effects: SimulationResults;
}

export class Endorser {
  constructor(private readonly parts: EndorserParts) {}

  /** Throws EndorserRefusal, AccessDenied (gRPC errors on a real peer) or PeerUnavailable. */
  async process(request: Endorsing): Promise<peer.ProposalResponse> {
    const { mspId } = request;
    const signer = this.parts.signers.get(mspId);
    if (!signer || this.parts.faults.takePeerDown(mspId)) {
      throw new PeerUnavailable(`failed to connect to the peer of ${mspId}: connection refused`);
    }
    const delayMs = this.parts.faults.takeDelayMs(mspId);
    if (delayMs > 0) await delay(delayMs, undefined, request.signal ? { signal: request.signal } : {});
    const proposal = unpackProposal(request.signedProposal);
    checkFilters(proposal, {
      msps: this.parts.msps,
      nowMs: this.parts.clock(),
      timeWindowMs: this.parts.timeWindowMs,
    });
    const channel = proposal.channelHeader.getChannelId();
    if (channel !== this.parts.channel) return failure(`channel '${channel}' not found`);
    const creator = checkProposal(proposal, this.parts.msps);
    return this.admit(request, proposal, { creator, signer });
  }

  private async admit(
    request: Endorsing,
    proposal: UnpackedProposal,
    by: { readonly creator: KnownIdentity; readonly signer: Signer },
  ): Promise<peer.ProposalResponse> {
    const txId = proposal.channelHeader.getTxId();
    const snapshot = this.parts.store.snapshot();
    const simulator = new Simulator(snapshot, this.parts.definitions, {
      channel: this.parts.channel,
      mspId: request.mspId,
      txId,
      creator: by.creator,
      totalQueryLimit: this.parts.totalQueryLimit,
    });
    try {
      if (snapshot.get(transactionKey(txId))) {
        const creator = Buffer.from(proposal.signatureHeader.getCreator_asU8()).toString('hex');
        throw new EndorserRefusal(`duplicate transaction found [${txId}]. Creator [${creator}]`);
      }
      this.checkWriter(by.creator);
      return await this.simulate(request, proposal, { simulator, signer: by.signer });
    } finally {
      simulator.close();
    }
  }

  private checkWriter(creator: KnownIdentity): void {
    const writers = this.parts.policies.named('Writers');
    const refused = writers && writers([creator]);
    if (refused === null) return;
    throw new AccessDenied(accessDeniedText(this.parts.channel, 'Writers', refused));
  }

  private async simulate(
    request: Endorsing,
    proposal: UnpackedProposal,
    at: { readonly simulator: Simulator; readonly signer: Signer },
  ): Promise<peer.ProposalResponse> {
    const { channel } = this.parts;
    const { chaincode } = proposal;
    const defined = this.parts.definitions.chaincode(chaincode);
    if (!defined) {
      return failure(
        `make sure the chaincode ${chaincode} has been successfully defined on channel ${channel} and try again: ` +
          `chaincode ${chaincode} not found`,
      );
    }
    const txId = proposal.channelHeader.getTxId();
    const execution = new Execution(this.parts, request, { proposal, simulator: at.simulator });
    let ran: Ran;
    try {
      const result = await execution.run();
      ran = { result, effects: at.simulator.results() };
    } catch (error) {
      return failure(`error in simulation: ${messageOf(error)}`);
    }
    const response = respond(proposal, defined.definition.version, ran);
    if (ran.result.response.status >= ERROR_THRESHOLD) return response;
    const lasting = ran.effects.privateWrites.filter(({ namespace, collection }) =>
      this.parts.definitions.reachesMembers(namespace, collection, request.mspId),
    );
    const kept = transientWrites(txId, this.parts.height(), lasting);
    if (kept.length > 0) await this.parts.store.write(kept);
    return endorse(response, at.signer);
  }
}

/** Fabric's words for a refused channel right. */
export function accessDeniedText(channel: string, right: string, why: string): string {
  return (
    `Failed evaluating policy on signed data during check policy on channel [${channel}] ` +
    `with policy [/Channel/Application/${right}]: [${why}]`
  );
}

function failure(message: string): peer.ProposalResponse {
  const response = new peer.Response();
  response.setStatus(500);
  response.setMessage(message);
  const result = new peer.ProposalResponse();
  result.setResponse(response);
  return result;
}

function respond(proposal: UnpackedProposal, version: string, ran: Ran): peer.ProposalResponse {
  const response = new peer.Response();
  response.setStatus(ran.result.response.status);
  response.setMessage(ran.result.response.message);
  response.setPayload(ran.result.response.payload);
  const chaincodeId = new peer.ChaincodeID();
  chaincodeId.setName(proposal.chaincode);
  chaincodeId.setVersion(version);
  const action = new peer.ChaincodeAction();
  action.setResults(ran.effects.publicSet);
  action.setResponse(response);
  action.setChaincodeId(chaincodeId);
  if (ran.result.event) action.setEvents(eventBytes(proposal, ran.result.event));
  const payload = new peer.ProposalResponsePayload();
  payload.setProposalHash(proposal.hash);
  payload.setExtension$(action.serializeBinary());
  const result = new peer.ProposalResponse();
  result.setVersion(1);
  result.setResponse(response);
  result.setPayload(payload.serializeBinary());
  result.setInterest(ran.effects.interest);
  return result;
}

function eventBytes(
  proposal: UnpackedProposal,
  given: { readonly name: string; readonly payload: Uint8Array },
): Uint8Array {
  const event = new peer.ChaincodeEvent();
  event.setChaincodeId(proposal.chaincode);
  event.setTxId(proposal.channelHeader.getTxId());
  event.setEventName(given.name);
  event.setPayload(given.payload);
  return event.serializeBinary();
}

function endorse(response: peer.ProposalResponse, signer: Signer): peer.ProposalResponse {
  const endorsement = new peer.Endorsement();
  endorsement.setEndorser(signer.creator);
  endorsement.setSignature(signer.sign(Buffer.concat([response.getPayload_asU8(), signer.creator])));
  response.setEndorsement(endorsement);
  return response;
}
