// What members do who alter their peers' program as well as their chaincode: they sign writes that it refuses.
import { ledger, peer } from '@hyperledger/fabric-protos';
import { collectionOf } from '../../chaincode/protocol/attestation.js';
import { asClient, assemble, type Client, type PreparedTransaction } from '../support/proposals.js';
import type { TestConsortium } from '../support/test-consortium.js';

export interface Diversion {
  /** Whose collection the write sets name in the end. */
  readonly into: string;
  readonly endorsers: readonly string[];
}

/**
 * Endorsed by these members, although Fabric's own program lets nobody but a member write a collection: their peers run
 * a call that writes the sender's own collection, and they sign it with another's name in its place.
 */
export async function endorseDiverted(
  consortium: TestConsortium,
  sender: Client,
  [fn, ...args]: readonly [string, ...string[]],
  { into, endorsers }: Diversion,
): Promise<PreparedTransaction> {
  const { network } = consortium;
  const request = network.propose(sender, fn, args);
  const names = { from: collectionOf(sender.mspId), to: collectionOf(into) };
  const responses = endorsers.map(async (mspId) => {
    const response = await network.askPeer(mspId, request.signed);
    const { signer } = asClient({ ...network.peerIdentity(mspId), mspId });
    const payload = renamed(response.getPayload_asU8(), names);
    const endorsement = new peer.Endorsement();
    endorsement.setEndorser(signer.creator);
    endorsement.setSignature(signer.sign(Buffer.concat([payload, signer.creator])));
    response.setPayload(payload);
    response.setEndorsement(endorsement);
    return response;
  });
  return assemble(sender, request, await Promise.all(responses));
}

/** The same answer with one collection's writes under another name. */
function renamed(
  answer: Uint8Array,
  { from, to }: { readonly from: string; readonly to: string },
): Uint8Array {
  const payload = peer.ProposalResponsePayload.deserializeBinary(answer);
  const action = peer.ChaincodeAction.deserializeBinary(payload.getExtension_asU8());
  const sets = ledger.rwset.TxReadWriteSet.deserializeBinary(action.getResults_asU8());
  for (const set of sets.getNsRwsetList()) {
    for (const collection of set.getCollectionHashedRwsetList()) {
      if (collection.getCollectionName() === from) collection.setCollectionName(to);
    }
  }
  action.setResults(sets.serializeBinary());
  payload.setExtension$(action.serializeBinary());
  return payload.serializeBinary();
}
