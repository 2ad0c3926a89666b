// Runs the chaincode of one proposal at one peer, and the chaincodes that it invokes in turn, in one simulation.
import { messageOf } from '../fabric/error-message.js';
import { ChaincodeSimulation } from './chaincode-simulation.js';
import { AccessDenied } from '../fabric/refusals.js';
import {
  type ChaincodeAnswer,
  type ChaincodeResult,
  type Endorsing,
  type InvocationTarget,
} from './ledger.js';
import type { Definitions } from '../fabric/definitions.js';
import type { UnpackedProposal } from '../fabric/proposal.js';
import type { Simulator } from './simulator.js';

interface Given {
  readonly proposal: UnpackedProposal;
  readonly simulator: Simulator;
}

export class Execution {
  constructor(
    private readonly parts: { readonly channel: string; readonly definitions: Definitions },
    private readonly request: Endorsing,
    private readonly given: Given,
  ) {}

  /** The chaincode that the proposal names. Throws in the peer's words. */
  async run(): Promise<ChaincodeAnswer> {
    const { chaincode, input, channelHeader } = this.given.proposal;
    let result: ChaincodeResult;
    try {
      result = await this.execute(chaincode, input);
    } catch (cause) {
      const why = messageOf(cause);
      throw new Error(`failed to execute transaction ${channelHeader.getTxId()}: ${why}`, { cause });
    }
    if ('response' in result) return result;
    throw new Error(`transaction returned with failure: ${Buffer.from(result.failure).toString()}`);
  }

  private execute(chaincode: string, input: InvocationTarget['input']): Promise<ChaincodeResult> {
    const { request, given, parts } = this;
    return request.runner.run({
      channel: parts.channel,
      mspId: request.mspId,
      chaincode,
      txId: given.proposal.channelHeader.getTxId(),
      signedProposal: request.signedProposal,
      input,
      simulation: new ChaincodeSimulation(given.simulator, chaincode),
      invoke: (target) => this.invoke(target),
      ...(request.signal ? { signal: request.signal } : {}),
    });
  }

  /** Who may propose to this channel may also invoke on it; there is no other channel. */
  private async invoke({ chaincode, channel, input }: InvocationTarget): Promise<ChaincodeResult> {
    const { definitions, channel: own } = this.parts;
    if (channel !== '' && channel !== own) {
      throw new AccessDenied(`Failed to get policy manager for channel [${channel}]`);
    }
    if (!definitions.chaincode(chaincode)) {
      throw new Error(
        `execute failed: invalid invocation: [channel ${own}] failed to get chaincode container info for ` +
          `${chaincode}: chaincode ${chaincode} not found`,
      );
    }
    try {
      return await this.execute(chaincode, input);
    } catch (cause) {
      const why = messageOf(cause);
      throw new Error(`execute failed: ${why}`, { cause });
    }
  }
}
