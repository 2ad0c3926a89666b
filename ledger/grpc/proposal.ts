// Reads a client's proposal and assembles the transaction from it and its endorsements, byte for byte as Fabric.
// It checks the shape only; the engine checks signatures and rights.
import { common, peer } from '@hyperledger/fabric-protos';
import { parseMessage } from '../fabric/protobuf.js';

export interface ParsedProposal {
  readonly header: common.Header;
  readonly channelId: string;
  readonly txId: string;
  readonly chaincode: string;
  /** Serialised ChaincodeInvocationSpec. */
  readonly input: Uint8Array;
  readonly hasTransientData: boolean;
}

/** Throws an Error with a text for the client when the bytes are not a proposal. */
export function parseProposal(bytes: Uint8Array): ParsedProposal {
  const proposal = parseMessage(peer.Proposal, bytes, 'Proposal');
  const header = parseMessage(common.Header, proposal.getHeader_asU8(), 'Header');
  const channelHeader = parseMessage(common.ChannelHeader, header.getChannelHeader_asU8(), 'ChannelHeader');
  const payload = parseMessage(
    peer.ChaincodeProposalPayload,
    proposal.getPayload_asU8(),
    'ChaincodeProposalPayload',
  );
  const spec = parseMessage(peer.ChaincodeInvocationSpec, payload.getInput_asU8(), 'ChaincodeInvocationSpec');
  return {
    header,
    channelId: channelHeader.getChannelId(),
    txId: channelHeader.getTxId(),
    chaincode: spec.getChaincodeSpec()?.getChaincodeId()?.getName() ?? '',
    input: payload.getInput_asU8(),
    hasTransientData: payload.getTransientmapMap().getLength() > 0,
  };
}

/** The unsigned envelope: the proposal without its transient data, the endorsed result, the endorsements. */
export function assembleTransaction(
  proposal: ParsedProposal,
  responsePayload: Uint8Array,
  endorsements: readonly peer.Endorsement[],
): common.Envelope {
  const proposalPayload = new peer.ChaincodeProposalPayload();
  proposalPayload.setInput(proposal.input);
  const endorsed = new peer.ChaincodeEndorsedAction();
  endorsed.setProposalResponsePayload(responsePayload);
  endorsed.setEndorsementsList([...endorsements]);
  const actionPayload = new peer.ChaincodeActionPayload();
  actionPayload.setChaincodeProposalPayload(proposalPayload.serializeBinary());
  actionPayload.setAction(endorsed);
  const action = new peer.TransactionAction();
  action.setHeader(proposal.header.getSignatureHeader_asU8());
  action.setPayload(actionPayload.serializeBinary());
  const transaction = new peer.Transaction();
  transaction.addActions(action);
  const payload = new common.Payload();
  payload.setHeader(proposal.header);
  payload.setData(transaction.serializeBinary());
  const envelope = new common.Envelope();
  envelope.setPayload(payload.serializeBinary());
  return envelope;
}
