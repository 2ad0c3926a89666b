// Blocks with what no database can hold, as altered chaincode of one member or its own client could order them: they
// are stored without it, and the projection goes on.
import { common } from '@hyperledger/fabric-protos';
import { expect } from 'chai';
import type { Json } from '../../../chaincode/protocol/canonical-json.js';
import { storable } from '../../../gateway/ledger/fabric/storable.js';
import { wholeBlockOf } from '../../../gateway/ledger/fabric/whole-blocks.js';
import type { WholeBlock, WholeTransaction } from '../../../gateway/ledger/ledger-port.js';
import { projectedRow } from '../../../gateway/projection/projected-row.js';
import { PostgresProjectionTables } from '../../../gateway/store/postgres/projection-tables.js';
import { inDatabase } from '../../support/database.js';
import { openConsortium } from '../../support/test-consortium.js';
import { blocksOf, followed, project } from './chain.js';

const NUL = 'a\u0000b';
const HALF = 'a\ud800';
/** Of digits that do not repeat, since an index keeps a packed form. */
const LONG = Array.from({ length: 2_000 }, (_, place) => String(place * 7_919)).join('');
const LIMIT_MS = 60_000;

type Altered = Partial<WholeTransaction>;

/** Each alone would stop a projection that believed it. */
function alterations(transaction: WholeTransaction, person: string): readonly (readonly [string, Altered])[] {
  const [command] = transaction.commands ?? [];
  const event = transaction.event;
  const [record] = event?.results ?? [];
  if (command === undefined || command === null || event === null || record === undefined) return [];
  const withParams = (params: { readonly [name: string]: Json }) => ({ commands: [{ ...command, params }] });
  const withRecord = (change: object) => ({ event: { ...event, results: [{ ...record, ...change }] } });
  let deep: Json = 1;
  for (let level = 0; level < 20_000; level += 1) deep = [deep];
  return [
    ['id of the transaction', { txId: NUL }],
    ['its time', { at: 9.2e21 }],
    ['its sender', { creator: NUL }],
    ['its function', { function: NUL }],
    ['U+0000 in a command', withParams({ title: NUL })],
    ['half a character in a command', withParams({ title: HALF })],
    ['levels of a command', withParams({ title: deep })],
    ['U+0000 in an event', withRecord({ rows: { [`payment/${NUL}/x`]: 'held' } })],
    ['length of a key in an event', withRecord({ rows: { [`payment/${LONG}/x`]: 'held' } })],
    ['action of an event', withRecord({ action: NUL })],
    ['key of a row', { rows: [{ key: `payment/${NUL}/x`, text: '{}' }] }],
    ['length of a row’s key', { rows: [{ key: `person/${LONG}`, text: person }] }],
  ];
}

describe('blocks that a database cannot hold', () => {
  it('stop a projection as they come, and are stored without what is wrong with them', async function () {
    this.timeout(LIMIT_MS);
    const consortium = await openConsortium();
    const honest = await blocksOf(consortium);
    const last = honest.at(-1);
    const usual = honest
      .flatMap(({ transactions }) => transactions)
      .findLast((one) => alterations(one, '').length > 0);
    if (last === undefined || usual === undefined) throw new Error('the consortium has blocks');
    const person = honest
      .flatMap(({ transactions }) => transactions.flatMap(({ rows }) => rows))
      .findLast(({ key }) => key.startsWith('person/'))?.text;
    if (typeof person !== 'string') throw new Error('the consortium has people');
    await inDatabase(async (database) => {
      const tables = new PostgresProjectionTables(database.query);
      await project(honest, tables);
      let at = last.block;
      for (const [what, change] of alterations(usual, person)) {
        const transaction = { ...usual, index: 0, code: 0, ...change };
        const block = (one: WholeTransaction): WholeBlock => ({
          ...last,
          block: at + 1,
          transactions: [one],
        });
        const stored = async (one: WholeTransaction) => {
          await project([...Array<WholeBlock>(at + 1), block(one)], tables);
        };
        expect(
          await stored(transaction).then(
            () => 'stored',
            () => 'refused',
          ),
          what,
        ).to.equal('refused');
        await stored(storable(transaction));
        at += 1;
        expect(await tables.newestBlock(), what).to.equal(at);
      }
      expect(at - last.block).to.equal(12);
    });
  });

  it('the time of what nobody endorsed, or one member alone, is not the ledger’s', async () => {
    const consortium = await openConsortium();
    const honest = await blocksOf(consortium);
    const usual = honest.flatMap(({ transactions }) => transactions).findLast(({ rows }) => rows.length > 0);
    if (usual === undefined) throw new Error('the consortium has rows');
    const far = { ...usual, index: 0, at: 8e15 };
    const block = (one: WholeTransaction): WholeBlock => ({
      ...{ block: 0, hash: '', previousHash: '', dataHash: '', transactions: [one] },
    });
    const newestAt = async (one: WholeTransaction): Promise<number> =>
      (await followed([block(one)])).newestAt();
    expect(await newestAt({ ...far, code: 10 })).to.equal(0);
    expect(await newestAt({ ...far, code: 0, rows: [] })).to.equal(0);
    expect(await newestAt({ ...far, code: 0 })).to.equal(8e15);
  });

  it('an envelope’s own id and time are read so from the bytes', () => {
    const channel = new common.ChannelHeader();
    channel.setTxId(NUL);
    const header = new common.Header();
    header.setChannelHeader(channel.serializeBinary());
    const payload = new common.Payload();
    payload.setHeader(header);
    const envelope = new common.Envelope();
    envelope.setPayload(payload.serializeBinary());
    const data = new common.BlockData();
    data.setDataList([envelope.serializeBinary()]);
    const block = new common.Block();
    block.setData(data);
    expect(wholeBlockOf(block, 'escrow').transactions.map(({ txId }) => txId)).to.deep.equal(['']);
  });

  it('a row’s free text with U+0000 is no row', () => {
    const noAttestations = (): null => null;
    expect(projectedRow('offer/offer_1', JSON.stringify({ title: NUL }), noAttestations)).to.equal(null);
  });
});
