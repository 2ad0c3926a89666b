// Sends hostile requests in either lane and makes sure that none of them would write.
import { expect } from 'chai';
import { peer } from '@hyperledger/fabric-protos';
import { canonicalJson, type Json } from '../../chaincode/protocol/canonical-json.js';
import { FUNCTIONS, type CommandResult } from '../../chaincode/protocol/commands.js';
import { type Lane } from '../../chaincode/protocol/declaration.js';
import { parseViolation } from '../../chaincode/protocol/violation.js';
import { parseReadWriteSet } from '../../ledger/fabric/read-write-set.js';
import type { InProcessLedger } from '../support/in-process-ledger.js';
import { MARKETPLACE, type MemberAccess } from '../support/member-access.js';

export interface Answer {
  readonly status: number;
  readonly message: string;
  readonly payload: string;
  /** Keys written, public and private. */
  readonly writes: number;
}

export interface Request {
  readonly sender: string;
  readonly fn: string;
  readonly args?: readonly string[];
  readonly transient?: { readonly [name: string]: string | Uint8Array };
}

/** One organisation's gateway asks its own peer; nothing is ordered. */
export async function ask(access: MemberAccess<InProcessLedger>, request: Request): Promise<Answer> {
  const { network } = access;
  const client = await access.client(request.sender);
  const { transient = {} } = request;
  const { signed } = network.propose(client, request.fn, request.args ?? [], { transient });
  const runner = network.runnerOf(request.sender);
  const answer = await network.engine.processProposal({
    mspId: request.sender,
    signedProposal: signed,
    runner,
  });
  const response = answer.getResponse();
  return {
    status: response?.getStatus() ?? 0,
    message: response?.getMessage() ?? '',
    payload: Buffer.from(response?.getPayload_asU8() ?? []).toString('utf8'),
    writes: writesOf(answer),
  };
}

function writesOf(answer: peer.ProposalResponse): number {
  if (answer.getPayload_asU8().length === 0) return 0;
  const payload = peer.ProposalResponsePayload.deserializeBinary(answer.getPayload_asU8());
  const action = peer.ChaincodeAction.deserializeBinary(payload.getExtension_asU8());
  return parseReadWriteSet(action.getResults_asU8())
    .flatMap(({ writes, metadataWrites, collections }) => [
      writes.length + metadataWrites.length,
      ...collections.map((own) => own.writes.length),
    ])
    .reduce((sum, count) => sum + count, 0);
}

/** Results of a list of which every refused command writes nothing; in the owner lane it is tried first. */
export async function sendRefused(
  access: MemberAccess<InProcessLedger>,
  lane: Lane,
  commands: readonly Json[],
  { owner }: { readonly owner: string },
): Promise<readonly CommandResult[]> {
  const text = canonicalJson(commands);
  const request: Request =
    lane === 'agreement'
      ? { sender: MARKETPLACE, fn: FUNCTIONS.agree, args: [text] }
      : { sender: owner, fn: FUNCTIONS.tryOwn, transient: { owner, commands: text } };
  const answer = await ask(access, request);
  expect(answer.status, answer.message).to.equal(200);
  expect(answer.writes).to.equal(0);
  const results = JSON.parse(answer.payload) as readonly CommandResult[];
  expect(results.length).to.equal(commands.length);
  if (lane === 'owner' && !results.some(({ ok }) => ok)) {
    const submitted = await ask(access, { ...request, fn: FUNCTIONS.own });
    expect(parseViolation(submitted.message)?.code).to.equal('NOTHING_WRITTEN');
    expect(submitted.writes).to.equal(0);
  }
  return results;
}
