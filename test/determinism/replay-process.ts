// A process of its own that asks the peers on a recording again, in its surroundings, twice each, and reports what
// differs.
import { readFileSync } from 'node:fs';
import { deserialize } from 'node:v8';
import { peer } from '@hyperledger/fabric-protos';
import { InProcessRunner, type ContractClass } from '../../ledger/engine/in-process-runner.js';
import { MemoryStore } from '../../ledger/fabric/memory-store.js';
import { openEngine } from '../../ledger/engine/open-engine.js';
import { silenceContractLogs } from '../support/in-process-ledger.js';
import { chaincodeContracts } from '../support/member-access.js';
import { seenSurroundings, shiftClock, type Seen } from './runtime-environment.js';
import { answerTo, type Recording, type RecordedContracts } from './recording.js';

export interface Difference {
  /** Place of the request on the recording. */
  readonly place: number;
  readonly answer: string;
}

export interface ReplayReport {
  readonly seen: Seen;
  /** Answers that were given; each request is asked twice, since caches must not show. */
  readonly answers: number;
  readonly differences: readonly Difference[];
}

async function replay(recording: Recording): Promise<ReplayReport> {
  const store = new MemoryStore();
  const [first, ...records] = recording.records;
  if (first?.kind !== 'batch') throw new Error('a recording begins with what the store held');
  await store.write(first.batch);
  let nowMs = 0;
  const open = () => openEngine({ ...recording.config, clock: () => nowMs }, store);
  let engine = await open();
  const runner = new InProcessRunner(await contractsOf(recording.contracts));
  const differences: Difference[] = [];
  let answers = 0;
  for (const [index, record] of records.entries()) {
    if (record.kind === 'batch') {
      await store.write(record.batch);
      // An engine keeps rows in memory and has not seen this write.
      engine = await open();
      continue;
    }
    nowMs = record.nowMs;
    const signedProposal = peer.SignedProposal.deserializeBinary(record.proposal);
    const request = { mspId: record.mspId, signedProposal, runner };
    for (const answer of [await answerTo(engine, request), await answerTo(engine, request)]) {
      answers += 1;
      if (answer !== record.answer) differences.push({ place: index + 1, answer });
    }
  }
  await engine.close();
  return { seen: seenSurroundings(), answers, differences };
}

async function contractsOf(contracts: RecordedContracts): Promise<readonly ContractClass[]> {
  if (contracts === 'chaincode') return chaincodeContracts();
  return [(await import('./careless-contract.js')).CarelessContract];
}

/** Arguments: file of the recording, offset of the clock in milliseconds. */
async function main([file = '', offset = '0']: readonly string[]): Promise<void> {
  silenceContractLogs();
  shiftClock(Number(offset));
  const report = await replay(deserialize(readFileSync(file)) as Recording); // written by the test
  process.send?.(report);
  process.disconnect();
}

if (require.main === module) void main(process.argv.slice(2));
