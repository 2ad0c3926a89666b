// gRPC connections to every member's peer and orderer, with nothing but Fabric's own services.
import * as grpc from '@grpc/grpc-js';
import { common, orderer, peer } from '@hyperledger/fabric-protos';
import { readFileSync } from 'node:fs';
import { addressOf } from '../../network/consortium.js';
import { organisationTree } from '../../network/identity/layout.js';
import { EndorsementRefused, OrderingRefused } from './test-ledger.js';
import type { WireGround } from './wire-ground.js';

const ANSWER_LIMIT_MS = 20_000;

export class NodeConnections {
  private readonly endorsers = new Map<string, peer.EndorserClient>();
  private readonly orderers: readonly orderer.AtomicBroadcastClient[];

  constructor({ consortium, folder }: WireGround) {
    const made = consortium.members.map((member) => {
      const root = readFileSync(organisationTree(folder.organizations, member).tlsCa.certPath);
      const credentials = grpc.credentials.createSsl(root);
      const address = (node: 'peer' | 'orderer') => addressOf(consortium, member, node);
      const at = (name: string) => ({ 'grpc.ssl_target_name_override': `${name}.${member.domain}` });
      this.endorsers.set(member.mspId, new peer.EndorserClient(address('peer'), credentials, at('peer0')));
      return new orderer.AtomicBroadcastClient(address('orderer'), credentials, at('orderer'));
    });
    this.orderers = made;
  }

  /** The peer's answer, whatever its status. Throws EndorsementRefused if it answers with an error instead. */
  endorse(mspId: string, proposal: peer.SignedProposal): Promise<peer.ProposalResponse> {
    const client = this.endorsers.get(mspId);
    if (client === undefined) throw new Error(`no member ${mspId}`);
    return new Promise((resolve, reject) => {
      client.processProposal(proposal, limit(), (error, response) => {
        if (error === null && response !== undefined) resolve(response);
        else if (error?.code !== grpc.status.UNKNOWN) reject(error ?? new Error('no answer'));
        else reject(new EndorsementRefused(mspId, 500, error.details));
      });
    });
  }

  /** Gives the envelope to every orderer, as Fabric's gateway does; one that takes it is enough. */
  async order(envelope: common.Envelope): Promise<void> {
    const answers = await Promise.all(this.orderers.map((client) => broadcast(client, envelope)));
    if (answers.includes(null)) return;
    throw new OrderingRefused(answers[0] ?? '');
  }

  close(): void {
    for (const client of [...this.endorsers.values(), ...this.orderers]) client.close();
  }
}

function limit(): { deadline: number } {
  return { deadline: Date.now() + ANSWER_LIMIT_MS };
}

/** Null if the orderer took it, else its words. */
function broadcast(client: orderer.AtomicBroadcastClient, envelope: common.Envelope): Promise<string | null> {
  return new Promise((resolve) => {
    const stream = client.broadcast(limit());
    stream.once('data', (answer: orderer.BroadcastResponse) => {
      stream.end();
      const status = answer.getStatus();
      resolve(status === Number(common.Status.SUCCESS) ? null : refusal(status, answer.getInfo()));
    });
    stream.once('error', (error: grpc.ServiceError) => {
      resolve(refusal(common.Status.SERVICE_UNAVAILABLE, error.details));
    });
    stream.write(envelope);
  });
}

function refusal(status: number, info: string): string {
  const name = Object.entries(common.Status).find(([, value]) => value === status)?.[0] ?? String(status);
  return `status=${name}, info=${info}`;
}
