// Ranges, pages, key order and what a read set holds.
import { expect } from 'chai';
import { common, ledger, peer } from '@hyperledger/fabric-protos';
import type { PreparedTransaction } from '../../support/in-process-ledger.js';
import type { Step } from './asset-contract.js';
import { LedgerStage, MEMBERS } from './ledger-stage.js';

const [market, bankA] = MEMBERS;
const MARKET_AND_BANK_A = [market, bankA];
const { rwset } = ledger;

describe('embedded engine: reading state', () => {
  let stage: LedgerStage;
  before(async () => {
    stage = await LedgerStage.open();
  });
  after(() => stage.close());

  it('keys are ordered by their UTF-8 bytes, as Go does', async () => {
    await stage.submit(
      [
        ['put', 'o\u{1F600}', '3'],
        ['put', 'o\uFFFF', '2'],
        ['put', 'o\u00E9', '1'],
      ],
      MARKET_AND_BANK_A,
    );
    expect(await stage.read([['range', 'o', 'p']])).to.deep.equal([
      ['o\u00E9=1', 'o\uFFFF=2', 'o\u{1F600}=3'],
    ]);
  });

  it('a range holds its start and not its end', async () => {
    await stage.submit(
      [
        ['put', 'a1', ''],
        ['put', 'a2', 'x'],
        ['put', 'a3', 'x'],
        ['put', 'a4', 'x'],
      ],
      MARKET_AND_BANK_A,
    );
    expect(await stage.read([['range', 'a2', 'a4']])).to.deep.equal([['a2=x', 'a3=x']]);
  });

  it('pages follow each other by bookmark until it is empty', async () => {
    await stage.submit(
      Array.from({ length: 5 }, (_, i): Step => ['put', `p${String(i)}`, 'x']),
      MARKET_AND_BANK_A,
    );
    const pages = [];
    for (let bookmark = '', more = true; more; more = bookmark !== '') {
      const [page] = (await stage.read([['page', 'p', 'q', 2, bookmark]])) as [
        { readonly results: string[]; readonly fetched: number; readonly bookmark: string },
      ];
      pages.push(page);
      bookmark = page.bookmark;
    }
    expect(pages).to.deep.equal([
      { results: ['p0=x', 'p1=x'], fetched: 2, bookmark: 'p2' },
      { results: ['p2=x', 'p3=x'], fetched: 2, bookmark: 'p4' },
      { results: ['p4=x'], fetched: 1, bookmark: '' },
    ]);
  });

  it('a range of 450 keys comes whole, across batches', async () => {
    const steps = Array.from({ length: 450 }, (_, i): Step => ['put', `r${String(i).padStart(4, '0')}`, 'x']);
    await stage.submit(steps, MARKET_AND_BANK_A);
    const [found] = (await stage.read([['range', 'r', 's']])) as [string[]];
    expect(found).to.have.length(450);
    expect(new Set(found).size).to.equal(450);
  });

  it('an unpaged range ends silently at the total query limit', async () => {
    const limited = await LedgerStage.open({ config: { totalQueryLimit: 120 } });
    const steps = Array.from({ length: 130 }, (_, i): Step => ['put', `k${String(i).padStart(3, '0')}`, 'x']);
    await limited.submit(steps, MARKET_AND_BANK_A);
    const [found] = (await limited.read([['range', 'k', 'l']])) as [string[]];
    expect(found).to.have.length(120);
    await limited.close();
  });

  it('each read set also holds the definition of the chaincode', async () => {
    const prepared = await stage.endorse([['put', 'x', '1']], MARKET_AND_BANK_A);
    const sets = readWriteSet(prepared);
    expect(sets.map((set) => set.getNamespace())).to.deep.equal(['_lifecycle', 'escrow']);
    const lifecycle = rwset.kvrwset.KVRWSet.deserializeBinary(sets[0]?.getRwset_asU8() ?? new Uint8Array());
    expect(lifecycle.getReadsList().map((read) => read.toObject())).to.deep.equal([
      { key: 'namespaces/fields/escrow/Sequence', version: { blockNum: 0, txNum: 0 } },
    ]);
  });

  it('reads and writes stand in the order of their keys, once each', async () => {
    const prepared = await stage.endorse(
      [
        ['put', 'z', '1'],
        ['put', 'b', '1'],
        ['put', 'z', '2'],
        ['get', 'b'],
      ],
      MARKET_AND_BANK_A,
    );
    const [, own] = readWriteSet(prepared);
    const set = rwset.kvrwset.KVRWSet.deserializeBinary(own?.getRwset_asU8() ?? new Uint8Array());
    expect(
      set.getWritesList().map((write) => [write.getKey(), Buffer.from(write.getValue_asU8()).toString()]),
    ).to.deep.equal([
      ['b', '1'],
      ['z', '2'],
    ]);
    expect(set.getReadsList().map((read) => read.getKey())).to.deep.equal(['b']);
  });

  for (const [count, raw, hashes] of [
    [0, 0, 0],
    [50, 50, 0],
    [51, 0, 1],
    [102, 0, 2],
    [120, 0, 3],
  ] as const) {
    it(`a range of ${String(count)} keys stands as ${String(raw)} raw reads and ${String(hashes)} hashes`, async () => {
      await stage.submit(
        Array.from({ length: 120 }, (_, i): Step => ['put', `m${String(i).padStart(4, '0')}`, 'x']),
        MARKET_AND_BANK_A,
      );
      const end = `m${String(count).padStart(4, '0')}`;
      const shape = rangeShape(await stage.endorse([['range', 'm', end]], MARKET_AND_BANK_A));
      const tree = hashes > 0 ? { maxDegree: 50, maxLevel: 1 } : {};
      expect(shape).to.deep.equal({ startKey: 'm', endKey: end, itrExhausted: true, raw, hashes, ...tree });
    });
  }

  it('the chaincode sees timestamp, transient data and the attributes of the certificate', async () => {
    const client = await stage.network.client(bankA, 'worker', { role: 'bank-worker' });
    const steps: Step[] = [['time'], ['transient', 'secret'], ['creator', 'role']];
    const result = await stage.network.evaluate(client, bankA, 'run', [JSON.stringify(steps)], {
      timestampMs: 1_700_000_000_000,
      transient: { secret: 'canary' },
    });
    expect(JSON.parse(String(result))).to.deep.equal(['1700000000', 'canary', 'bank-worker']);
  });

  it('the last event of a transaction is in its block, with chaincode and transaction id', async () => {
    const { txId, blockNumber } = await stage.submit(
      [
        ['event', 'First', '1'],
        ['event', 'Second', '2'],
      ],
      MARKET_AND_BANK_A,
    );
    const block = await stage.network.engine.block(blockNumber);
    const event = eventOf(block?.getData()?.getDataList_asU8()[0] ?? new Uint8Array());
    expect([event.getChaincodeId(), event.getTxId(), event.getEventName()]).to.deep.equal([
      'escrow',
      txId,
      'Second',
    ]);
  });
});

function actionOf(payload: Uint8Array): peer.ChaincodeAction {
  const response = peer.ProposalResponsePayload.deserializeBinary(payload);
  return peer.ChaincodeAction.deserializeBinary(response.getExtension_asU8());
}

function readWriteSet(prepared: PreparedTransaction): ledger.rwset.NsReadWriteSet[] {
  const action = actionOf(prepared.responses[0]?.getPayload_asU8() ?? new Uint8Array());
  return rwset.TxReadWriteSet.deserializeBinary(action.getResults_asU8()).getNsRwsetList();
}

/** The first range of the read set, its raw reads and hashes counted. */
function rangeShape(prepared: PreparedTransaction): object {
  const [, own] = readWriteSet(prepared);
  const set = rwset.kvrwset.KVRWSet.deserializeBinary(own?.getRwset_asU8() ?? new Uint8Array());
  const [info] = set.getRangeQueriesInfoList();
  if (!info) return {};
  const { startKey, endKey, itrExhausted, rawReads, readsMerkleHashes: summary } = info.toObject();
  const tree = summary ? { maxDegree: summary.maxDegree, maxLevel: summary.maxLevel } : {};
  const hashes = summary?.maxLevelHashesList.length ?? 0;
  return { startKey, endKey, itrExhausted, raw: rawReads?.kvReadsList.length ?? 0, hashes, ...tree };
}

function eventOf(envelope: Uint8Array): peer.ChaincodeEvent {
  const payload = common.Payload.deserializeBinary(
    common.Envelope.deserializeBinary(envelope).getPayload_asU8(),
  );
  const [action] = peer.Transaction.deserializeBinary(payload.getData_asU8()).getActionsList();
  const actionPayload = peer.ChaincodeActionPayload.deserializeBinary(
    action?.getPayload_asU8() ?? new Uint8Array(),
  );
  const response = actionPayload.getAction()?.getProposalResponsePayload_asU8() ?? new Uint8Array();
  return peer.ChaincodeEvent.deserializeBinary(actionOf(response).getEvents_asU8());
}
