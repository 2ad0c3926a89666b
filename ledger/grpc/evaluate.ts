// The gateway's Evaluate: asks one peer, its own first, and returns the result of the simulation.
import { status } from '@grpc/grpc-js';
import { gateway, peer } from '@hyperledger/fabric-protos';
import { messageOf } from '../fabric/error-message.js';
import { RpcError, type FailureDetail } from './grpc-errors.js';
import { askPeer, failureDetail, type GatewayContext } from './peer-calls.js';
import { parseProposal, type ParsedProposal } from './proposal.js';

/** Throws RpcError in the codes and words of Fabric's gateway. */
export async function evaluate(
  context: GatewayContext,
  request: gateway.EvaluateRequest,
  signal: AbortSignal,
): Promise<gateway.EvaluateResponse> {
  const signedProposal = request.getProposedTransaction();
  const proposal = unpack(signedProposal);
  const { channelId } = proposal;
  if (channelId !== context.engine.channel) {
    throw new RpcError(status.UNAVAILABLE, unknownChannel(channelId));
  }
  const organisations = candidates(context, proposal, request.getTargetOrganizationsList());
  const details: FailureDetail[] = [];
  let lastCode = status.UNAVAILABLE;
  for (const mspId of organisations) {
    const answer = await askPeer(context, mspId, signedProposal ?? new peer.SignedProposal(), signal);
    if ('response' in answer) {
      return toResponse(answer.response);
    }
    details.push(failureDetail(context, mspId, answer.failure.message));
    lastCode = answer.failure.code;
    if (!answer.failure.retry) {
      throw new RpcError(
        lastCode,
        `evaluate call to endorser returned error: ${answer.failure.message}`,
        details,
      );
    }
  }
  throw new RpcError(lastCode, 'failed to evaluate transaction, see attached details for more info', details);
}

/** Fabric's text about a channel that its gateway does not know. */
export function unknownChannel(channelId: string): string {
  return `failed to get config for channel [${channelId}]: could not get last config for channel ${channelId}`;
}

/** Who may see the proposal: named organisations, else with transient data the own one, else all; own first. */
function candidates(
  context: GatewayContext,
  proposal: ParsedProposal,
  named: readonly string[],
): readonly string[] {
  const { engine, mspId: own } = context;
  const members = engine.hasChaincode(proposal.chaincode) ? engine.mspIds() : [];
  const guarded = proposal.hasTransientData && named.length === 0;
  const wanted = guarded ? [own] : named.length > 0 ? named : members;
  const possible = wanted.filter((mspId) => members.includes(mspId));
  if (possible.length === 0) {
    const reason = `no peers available to evaluate chaincode ${proposal.chaincode} in channel ${proposal.channelId}`;
    throw new RpcError(
      status.FAILED_PRECONDITION,
      guarded
        ? "no endorsers found in the gateway's organization; retry specifying target organization(s) to protect " +
            `transient data: ${reason}`
        : reason,
    );
  }
  return [...possible.filter((mspId) => mspId === own), ...possible.filter((mspId) => mspId !== own)];
}

function unpack(signedProposal: peer.SignedProposal | undefined): ParsedProposal {
  const bytes = signedProposal?.getProposalBytes_asU8() ?? new Uint8Array();
  if (bytes.length === 0) {
    throw unpackError('a signed proposal is required');
  }
  let proposal: ParsedProposal;
  try {
    proposal = parseProposal(bytes);
  } catch (error) {
    throw unpackError(messageOf(error));
  }
  if (proposal.channelId === '') {
    throw unpackError('no channel id provided');
  }
  if (proposal.chaincode === '') {
    throw unpackError(`no chaincode name is provided, channel id [${proposal.channelId}]`);
  }
  return proposal;
}

function unpackError(reason: string): RpcError {
  return new RpcError(status.INVALID_ARGUMENT, `failed to unpack transaction proposal: ${reason}`);
}

function toResponse(answer: peer.ProposalResponse): gateway.EvaluateResponse {
  const result = answer.getResponse() ?? new peer.Response();
  const response = new gateway.EvaluateResponse();
  response.setResult(result);
  return response;
}
