// The gateway's Endorse: finds the organisations whose endorsements the policies need, collects and compares them.
import { status } from '@grpc/grpc-js';
import { gateway, peer } from '@hyperledger/fabric-protos';
import { messageOf } from '../fabric/error-message.js';
import { NoEndorsementPlan } from '../engine/errors.js';
import { RpcError, type FailureDetail } from './grpc-errors.js';
import { askPeer, failureDetail, type GatewayContext } from './peer-calls.js';
import { assembleTransaction, parseProposal, type ParsedProposal } from './proposal.js';

const NO_COMBINATION = 'no combination of peers can be derived which satisfy the endorsement policy';
const COLLECT_FAILED =
  'failed to collect enough transaction endorsements, see attached details for more info';

interface Request {
  readonly context: GatewayContext;
  readonly signedProposal: peer.SignedProposal;
  readonly proposal: ParsedProposal;
  readonly signal: AbortSignal;
}

/** Throws RpcError in the codes and words of Fabric's gateway. */
export async function endorse(
  context: GatewayContext,
  request: gateway.EndorseRequest,
  signal: AbortSignal,
): Promise<gateway.EndorseResponse> {
  const signedProposal = request.getProposedTransaction();
  const bytes = signedProposal?.getProposalBytes_asU8() ?? new Uint8Array();
  if (signedProposal === undefined || bytes.length === 0) {
    throw invalid('the proposed transaction must contain a signed proposal');
  }
  const parsed = parse(bytes);
  const scope = { context, signedProposal, proposal: parsed, signal };
  const named = request.getEndorsingOrganizationsList();
  const collection = named.length > 0 ? namedOrganisations(scope, named) : await planFromFirstEndorser(scope);
  const endorsements = await collection.complete();
  const envelope = assembleTransaction(parsed, collection.responsePayload, endorsements);
  const response = new gateway.EndorseResponse();
  response.setPreparedTransaction(envelope);
  return response;
}

function parse(bytes: Uint8Array): ParsedProposal {
  try {
    return parseProposal(bytes);
  } catch (error) {
    throw invalid(messageOf(error));
  }
}

function invalid(message: string): RpcError {
  return new RpcError(status.INVALID_ARGUMENT, message);
}

/** The client names the organisations and answers for the policy itself. */
function namedOrganisations(request: Request, named: readonly string[]): Endorsements {
  const { engine } = request.context;
  const offered = isServed(request) ? engine.mspIds() : [];
  const missing = named.filter((mspId) => !offered.includes(mspId));
  if (missing.length > 0) {
    throw new RpcError(
      status.UNAVAILABLE,
      `failed to find any endorsing peers for org(s): ${missing.join(', ')}`,
    );
  }
  return new Endorsements(request, [[...new Set(named)]]);
}

function isServed({ context, proposal }: Request): boolean {
  return proposal.channelId === context.engine.channel && context.engine.hasChaincode(proposal.chaincode);
}

/** Simulates at the own peer first: the policies to satisfy follow from what it read and wrote. */
async function planFromFirstEndorser(request: Request): Promise<Endorsements> {
  const { context, proposal } = request;
  if (!isServed(request)) {
    throw new RpcError(
      status.FAILED_PRECONDITION,
      proposal.hasTransientData
        ? "no endorsers found in the gateway's organization; retry specifying endorsing organization(s) to " +
            'protect transient data'
        : `${NO_COMBINATION}: No metadata was found for chaincode ${proposal.chaincode} ` +
            `in channel ${proposal.channelId}`,
    );
  }
  const own = context.mspId;
  const answer = await askPeer(context, own, request.signedProposal, request.signal);
  if ('failure' in answer) {
    throw new RpcError(status.ABORTED, 'failed to endorse transaction, see attached details for more info', [
      failureDetail(context, own, answer.failure.message),
    ]);
  }
  const layouts = planLayouts(request, answer.response.getInterest());
  // Layouts that use the endorsement already in hand come first, the rest in any order.
  const preferred = shuffled(layouts.filter((layout) => layout.includes(own)));
  const others = shuffled(layouts.filter((layout) => !layout.includes(own)));
  const endorsements = new Endorsements(request, [...preferred, ...others]);
  endorsements.add(own, answer.response);
  return endorsements;
}

function planLayouts(request: Request, reported: peer.ChaincodeInterest | undefined): readonly string[][] {
  const interest =
    reported === undefined || reported.getChaincodesList().length === 0
      ? defaultInterest(request.proposal.chaincode)
      : reported;
  const guarded: string[] = [];
  const cautious = request.proposal.hasTransientData ? guardTransientData(interest, guarded) : interest;
  try {
    return plan(request, cautious);
  } catch (error) {
    if (guarded.length > 0 && isPossible(request, interest)) {
      throw new RpcError(
        status.FAILED_PRECONDITION,
        'requires endorsement from organisation(s) that are not in the distribution policy of the private data ' +
          `collection(s): [${guarded.join(' ')}]; retry specifying trusted endorsing organizations to protect ` +
          'transient data',
      );
    }
    throw error;
  }
}

function defaultInterest(chaincode: string): peer.ChaincodeInterest {
  const call = new peer.ChaincodeCall();
  call.setName(chaincode);
  const interest = new peer.ChaincodeInterest();
  interest.addChaincodes(call);
  return interest;
}

/** Treats every collection as read, so that only its members may see the proposal's transient data. */
function guardTransientData(interest: peer.ChaincodeInterest, guarded: string[]): peer.ChaincodeInterest {
  const copy = interest.cloneMessage();
  for (const call of copy.getChaincodesList()) {
    if (call.getNoPrivateReads()) {
      call.setNoPrivateReads(false);
      guarded.push(...call.getCollectionNamesList());
    }
  }
  return copy;
}

function plan(request: Request, interest: peer.ChaincodeInterest): readonly string[][] {
  try {
    return request.context.engine.planEndorsement(interest).layouts.map((layout) => [...layout]);
  } catch (error) {
    if (error instanceof NoEndorsementPlan) {
      const message = error.message;
      throw new RpcError(
        status.FAILED_PRECONDITION,
        message.startsWith('no combination') || message.startsWith('failed to select')
          ? message
          : `${NO_COMBINATION}: ${message}`,
      );
    }
    throw error;
  }
}

function isPossible(request: Request, interest: peer.ChaincodeInterest): boolean {
  try {
    return plan(request, interest).length > 0;
  } catch {
    // The caller already holds the error to report.
    return false;
  }
}

/** Spreads the load over the possible partners, at random. */
function shuffled<T>(items: readonly T[]): T[] {
  return items
    .map((item) => ({ item, at: Math.random() }))
    .sort((left, right) => left.at - right.at)
    .map(({ item }) => item);
}

/** Equal endorsements by organisation, until one layout is complete. */
class Endorsements {
  private readonly byOrganisation = new Map<string, peer.Endorsement>();
  private readonly failed = new Set<string>();
  private readonly details: FailureDetail[] = [];
  private payload: Uint8Array | null = null;

  constructor(
    private readonly request: Request,
    private readonly layouts: readonly string[][],
  ) {}

  get responsePayload(): Uint8Array {
    return this.payload ?? new Uint8Array();
  }

  /** Takes a peer's answer if its result equals the first one. */
  add(mspId: string, response: peer.ProposalResponse): void {
    const payload = response.getPayload_asU8();
    this.payload ??= payload;
    const endorsement = response.getEndorsement();
    if (endorsement === undefined || !Buffer.from(this.payload).equals(payload)) {
      this.fail(mspId, 'ProposalResponsePayloads do not match');
    } else {
      this.byOrganisation.set(mspId, endorsement);
    }
  }

  /** Tries layout after layout; each peer is asked at most once. */
  async complete(): Promise<peer.Endorsement[]> {
    for (const layout of this.layouts) {
      if (layout.some((mspId) => this.failed.has(mspId))) {
        continue;
      }
      await Promise.all(
        layout.filter((mspId) => !this.byOrganisation.has(mspId)).map((mspId) => this.ask(mspId)),
      );
      const endorsements = layout.flatMap((mspId) => this.byOrganisation.get(mspId) ?? []);
      if (endorsements.length === layout.length) {
        return endorsements;
      }
    }
    throw new RpcError(status.ABORTED, COLLECT_FAILED, this.details);
  }

  private async ask(mspId: string): Promise<void> {
    const { context, signedProposal, signal } = this.request;
    const answer = await askPeer(context, mspId, signedProposal, signal);
    if ('failure' in answer) {
      this.fail(mspId, answer.failure.message);
    } else {
      this.add(mspId, answer.response);
    }
  }

  private fail(mspId: string, message: string): void {
    this.failed.add(mspId);
    this.details.push(failureDetail(this.request.context, mspId, message));
  }
}
