// Every function's read and write sets, event and response are the same bytes whatever clock, time zone, locale and
// history the endorsing process has.
import { expect } from 'chai';
import { peer } from '@hyperledger/fabric-protos';
import { type CommandResult, COMMANDS, FUNCTIONS } from '../../chaincode/protocol/commands.js';
import { parseViolation } from '../../chaincode/protocol/violation.js';
import { found } from '../support/founding.js';
import { InProcessLedger, silenceContractLogs } from '../support/in-process-ledger.js';
import { BANK_A, BANK_B, openGround } from '../support/member-access.js';
import { TestConsortium } from '../support/test-consortium.js';
import { CARELESS } from './runtime-environment.js';
import type { ReplayReport } from './replay-process.js';
import { replayEverywhere } from './replay.js';
import { SURROUNDINGS } from './runtime-environment.js';
import { partsOf, startRecording, type Recording, type RecordedRequest } from './recording.js';
import { tellWholeStory } from './whole-story.js';

interface Call {
  readonly fn: string;
  readonly commands: string;
  readonly results: readonly CommandResult[];
}

describe('determinism', function () {
  this.timeout(60_000);

  describe('of the chaincode', () => {
    let recording: Recording;
    let reports: readonly ReplayReport[];
    before(async () => {
      recording = await recordedStory();
      reports = await replayEverywhere(recording);
    });

    it('is tried under three clocks, time zones and locales', () => {
      const distinct = (values: readonly unknown[]) => new Set(values).size;
      const seen = reports.map((report) => report.seen);
      expect(distinct(seen.map(({ zoneOffsetMinutes }) => zoneOffsetMinutes))).to.equal(SURROUNDINGS.length);
      expect(distinct(seen.map(({ locale }) => locale))).to.equal(SURROUNDINGS.length);
      const days = seen.map(({ nowMs }) => Math.floor(nowMs / 86_400_000));
      expect(distinct(days)).to.equal(SURROUNDINGS.length);
    });

    it('each proposal has byte-identical read and write sets, event and response everywhere', () => {
      const requests = requestsOn(recording).length;
      expect(requests).to.be.greaterThan(150);
      for (const [index, { answers, differences }] of reports.entries()) {
        const zone = SURROUNDINGS[index]?.zone;
        expect(
          differences.map(({ place }) => described(recording, place)),
          zone,
        ).to.deep.equal([]);
        expect(answers).to.equal(requests * 2);
      }
    });

    it('this covers every function, every action accepted, and refusals of many kinds', () => {
      const calls = requestsOn(recording).map(callOf);
      expect(new Set(calls.map(({ fn }) => fn))).to.include.all.keys(...Object.values(FUNCTIONS));
      const accepted = new Set(calls.flatMap(acceptedActions));
      expect([...accepted]).to.have.members(Object.keys(COMMANDS));
      const codes = calls.flatMap(({ results }) => results.flatMap((one) => (one.ok ? [] : [one.code])));
      expect(new Set(codes).size).to.be.greaterThan(15);
    });
  });

  it('the replay notices clock, time zone, locale, randomness, memory, in writes, events and refusals', async () => {
    const recording = await carelessTape();
    const reports = await replayEverywhere(recording);
    const noticed = reports.flatMap(({ differences }) =>
      differences.map(({ place }) => nameAt(recording, place)),
    );
    expect([...new Set(noticed)]).to.have.members(CARELESS.map((name) => `careless:${name}`));
  });
});

async function recordedStory(): Promise<Recording> {
  const ground = await openGround();
  const recording = await startRecording(ground.network, 'chaincode');
  const consortium = new TestConsortium(ground);
  await found(consortium);
  consortium.alice = await consortium.newClient('alice', { [BANK_A]: '100000000', [BANK_B]: '100000000' });
  consortium.bob = await consortium.newClient('bob', { [BANK_B]: '0' });
  await tellWholeStory(consortium);
  await consortium.close();
  return recording;
}

async function carelessTape(): Promise<Recording> {
  silenceContractLogs();
  const { CarelessContract } = await import('./careless-contract.js'); // decorators log when they are loaded
  const network = await InProcessLedger.open({ mspIds: ['OneMSP'], contracts: [CarelessContract] });
  const recording = await startRecording(network, 'careless');
  const client = await network.client('OneMSP');
  for (const name of [...CARELESS, 'steady']) {
    await network.endorse(client, `careless:${name}`, [], { endorsers: ['OneMSP'] }).catch(() => undefined);
  }
  await network.close();
  return recording;
}

function requestsOn(recording: Recording): RecordedRequest[] {
  return recording.records.filter((record) => record.kind === 'request');
}

function inputOf({ proposal }: RecordedRequest): { readonly args: string[]; readonly commands: string } {
  const signed = peer.SignedProposal.deserializeBinary(proposal);
  const bytes = peer.Proposal.deserializeBinary(signed.getProposalBytes_asU8()).getPayload_asU8();
  const payload = peer.ChaincodeProposalPayload.deserializeBinary(bytes);
  const spec = peer.ChaincodeInvocationSpec.deserializeBinary(payload.getInput_asU8()).getChaincodeSpec();
  const args = (spec?.getInput()?.getArgsList_asU8() ?? []).map((arg) => Buffer.from(arg).toString('utf8'));
  const secret = payload.getTransientmapMap().get('commands');
  const commands = secret === undefined ? (args[1] ?? '') : Buffer.from(secret).toString('utf8');
  return { args, commands };
}

function callOf(request: RecordedRequest): Call {
  const { args, commands } = inputOf(request);
  const [fn = ''] = args;
  const lists: readonly string[] = [FUNCTIONS.agree, FUNCTIONS.own, FUNCTIONS.tryOwn];
  const { status, payload } = partsOf(request.answer);
  const isList = status === 200 && lists.includes(fn);
  return { fn, commands, results: isList ? (JSON.parse(payload) as readonly CommandResult[]) : [] };
}

function acceptedActions({ commands, results }: Call): string[] {
  if (results.length === 0) return [];
  const list = JSON.parse(commands) as readonly { readonly action: string }[];
  return list.filter((_command, index) => results[index]?.ok === true).map(({ action }) => action);
}

function nameAt(recording: Recording, place: number): string {
  const record = recording.records[place];
  return record?.kind === 'request' ? (inputOf(record).args[0] ?? '') : 'no request';
}

function described(recording: Recording, place: number): string {
  const record = recording.records[place];
  if (record?.kind !== 'request') return 'no request';
  const { message } = partsOf(record.answer);
  return `${nameAt(recording, place)} ${parseViolation(message)?.code ?? ''} ${inputOf(record).commands.slice(0, 200)}`;
}
