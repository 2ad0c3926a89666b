// Asks one member's peer, as a client does, whether it could serve: who is in the channel with the chaincode, and
// whether its own chaincode answers.
import { createHash, createPrivateKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import * as grpc from '@grpc/grpc-js';
import { connect, hash, signers, type Signer } from '@hyperledger/fabric-gateway';
import { discovery, msp, peer as peerMessages } from '@hyperledger/fabric-protos';

import type { MemberAddress } from '../grounds/ground.js';
import type { CredentialFiles } from '../identity/layout.js';
import { SetupError, messageOf } from '../setup-error.js';

/** Every contract of fabric-contract-api answers this one, whatever else it can do. */
const METADATA_FUNCTION = 'org.hyperledger.fabric:GetMetadata';
const LIMIT_MS = 60_000;
const CALL_LIMIT_MS = 20_000;
const LOOK_AGAIN_MS = 200;

export interface Readiness {
  readonly channel: string;
  readonly chaincode: string;
  /** Every organisation whose peer must be known with the chaincode. */
  readonly mspIds: readonly string[];
}

/** Who asks: a client certificate of the peer's own organisation. */
export interface Asker {
  readonly address: MemberAddress;
  readonly credential: CredentialFiles;
}

/**
 * Resolves when the peer knows a peer of every organisation with the chaincode (so that it can plan endorsements)
 * and its own chaincode answers. Rejects with `SetupError` after a minute.
 */
export async function untilServing(asker: Asker, wanted: Readiness): Promise<void> {
  const client = connectTo(asker.address);
  const end = Date.now() + LIMIT_MS;
  try {
    for (;;) {
      const missing = await organisationsMissing(client, asker, wanted);
      if (missing.length === 0) break;
      if (Date.now() >= end) throw tooLate(asker, `it does not see ${missing.join(', ')} in the channel`);
      await delay(LOOK_AGAIN_MS);
    }
    await chaincodeAnswers(client, asker, wanted);
  } finally {
    client.close();
  }
}

function tooLate({ address }: Asker, why: string): SetupError {
  return new SetupError(
    `The peer of ${address.mspId} at ${address.peerAddress} does not serve after ${LIMIT_MS / 1000} s: ${why}; ` +
      '"npm run network -- logs" says more.',
  );
}

function connectTo(address: MemberAddress): grpc.Client {
  const root = readFileSync(address.tlsRootCertPath);
  return new grpc.Client(address.peerAddress, grpc.credentials.createSsl(root), {
    'grpc.ssl_target_name_override': address.hostOverride,
  });
}

function signerOf({ keyPath }: CredentialFiles): Signer {
  return signers.newPrivateKeySigner(createPrivateKey(readFileSync(keyPath)));
}

/** The organisations of which the peer does not yet know a peer with the chaincode. */
async function organisationsMissing(
  client: grpc.Client,
  asker: Asker,
  { channel, chaincode, mspIds }: Readiness,
): Promise<readonly string[]> {
  const call = new peerMessages.ChaincodeCall();
  call.setName(chaincode);
  const filter = new peerMessages.ChaincodeInterest();
  filter.setChaincodesList([call]);
  const members = new discovery.PeerMembershipQuery();
  members.setFilter(filter);
  const query = new discovery.Query();
  query.setChannel(channel);
  query.setPeerQuery(members);
  const known = (await ask(client, asker, query))?.getMembers()?.getPeersByOrgMap();
  return mspIds.filter((mspId) => (known?.get(mspId)?.getPeersList().length ?? 0) === 0);
}

/** Undefined while the peer cannot answer yet. */
async function ask(
  client: grpc.Client,
  { address, credential }: Asker,
  query: discovery.Query,
): Promise<discovery.QueryResult | null> {
  const identity = new msp.SerializedIdentity();
  identity.setMspid(address.mspId);
  identity.setIdBytes(readFileSync(credential.certPath));
  const authentication = new discovery.AuthInfo();
  authentication.setClientIdentity(identity.serializeBinary());
  const request = new discovery.Request();
  request.setAuthentication(authentication);
  request.setQueriesList([query]);
  const payload = request.serializeBinary();
  const signed = new discovery.SignedRequest();
  signed.setPayload(payload);
  signed.setSignature(await signerOf(credential)(createHash('sha256').update(payload).digest()));
  const { path, requestSerialize, responseDeserialize } = discovery.DiscoveryService.discover;
  const response = await new Promise<discovery.Response | undefined>((resolve, reject) => {
    const options = { deadline: Date.now() + CALL_LIMIT_MS };
    client.makeUnaryRequest(
      path,
      requestSerialize,
      responseDeserialize,
      signed,
      options,
      (error, answer?: discovery.Response) => {
        if (error === null) resolve(answer);
        else if (error.code === grpc.status.UNAVAILABLE) resolve(undefined);
        else reject(error);
      },
    );
  });
  return response?.getResultsList()[0] ?? null;
}

async function chaincodeAnswers(
  client: grpc.Client,
  asker: Asker,
  { channel, chaincode }: Readiness,
): Promise<void> {
  const { mspId } = asker.address;
  const session = connect({
    client,
    identity: { mspId, credentials: readFileSync(asker.credential.certPath) },
    signer: signerOf(asker.credential),
    hash: hash.sha256,
    evaluateOptions: () => ({ deadline: Date.now() + CALL_LIMIT_MS }),
  });
  try {
    const contract = session.getNetwork(channel).getContract(chaincode);
    await contract.evaluate(METADATA_FUNCTION, { endorsingOrganizations: [mspId] });
  } catch (error) {
    throw tooLate(asker, `its chaincode does not answer (${messageOf(error)})`);
  } finally {
    session.close();
  }
}
