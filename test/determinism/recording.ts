// Records what every peer of a network in process was asked and answered, and every batch its store took, so that
// another process can ask the same again on the same state.
import { peer } from '@hyperledger/fabric-protos';
import type { Engine, Endorsing } from '../../ledger/engine/ledger.js';
import type { ChannelConfig } from '../../ledger/fabric/channel-config.js';
import type { Store, Write } from '../../ledger/fabric/store.js';
import type { InProcessLedger } from '../support/in-process-ledger.js';

/** Which contracts a recording was recorded with. */
export type RecordedContracts = 'chaincode' | 'careless';

export interface RecordedRequest {
  readonly kind: 'request';
  readonly mspId: string;
  /** SignedProposal, serialized. */
  readonly proposal: Uint8Array;
  /** The peers' clock, milliseconds. */
  readonly nowMs: number;
  /** Read and write sets, event, response; base64. */
  readonly answer: string;
}
interface TapedBatch {
  readonly kind: 'batch';
  readonly batch: readonly Write[];
}

export interface Recording {
  readonly contracts: RecordedContracts;
  readonly config: Omit<ChannelConfig, 'clock'>;
  readonly records: (RecordedRequest | TapedBatch)[];
}

/** Records from now on; what the store holds already becomes the first batch. */
export async function startRecording(
  network: InProcessLedger,
  contracts: RecordedContracts,
): Promise<Recording> {
  const { clock = Date.now, ...config } = network.config;
  const recording: Recording = { contracts, config, records: [] };
  recording.records.push({ kind: 'batch', batch: await contentOf(network.store) });
  recordBatches(network.store, recording);
  recordRequests(network.engine, recording, clock);
  return recording;
}

async function contentOf(store: Store): Promise<Write[]> {
  const snapshot = store.snapshot();
  const entries = await snapshot.range('', '\u00ff', Number.MAX_SAFE_INTEGER);
  snapshot.close();
  return entries;
}

function recordBatches(store: Store, recording: Recording): void {
  const write = store.write.bind(store);
  store.write = (batch) => {
    recording.records.push({ kind: 'batch', batch: [...batch] });
    return write(batch);
  };
}

/** A peer takes its snapshot when it is asked, so requests stand between the batches in that order. */
function recordRequests(engine: Engine, recording: Recording, clock: () => number): void {
  const process = engine.processProposal.bind(engine);
  engine.processProposal = async (request) => {
    const place = recording.records.length;
    const proposal = request.signedProposal.serializeBinary();
    const taped = { kind: 'request', mspId: request.mspId, proposal, nowMs: clock(), answer: '' } as const;
    recording.records.push(taped);
    const response = await process(request);
    recording.records[place] = { ...taped, answer: answerText(response) };
    return response;
  };
}

/** What the peer answers to the request, or with what it refuses. */
export async function answerTo(engine: Engine, request: Endorsing): Promise<string> {
  return answerText(await engine.processProposal(request));
}

/** All that an endorser vouches for; its signature itself is different each time. */
function answerText(response: peer.ProposalResponse): string {
  const vouched = response.clone();
  vouched.clearEndorsement();
  return Buffer.from(vouched.serializeBinary()).toString('base64');
}

/** The answer in parts, for people and for counting. */
export function partsOf(answer: string): {
  readonly status: number;
  readonly message: string;
  readonly payload: string;
} {
  const response = peer.ProposalResponse.deserializeBinary(Buffer.from(answer, 'base64')).getResponse();
  return {
    status: response?.getStatus() ?? 0,
    message: response?.getMessage() ?? '',
    payload: Buffer.from(response?.getPayload_asU8() ?? []).toString('utf8'),
  };
}
