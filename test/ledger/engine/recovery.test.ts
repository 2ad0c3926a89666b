// The ledger on disk: nothing acknowledged is lost, whatever the moment of death; damage is refused, not repaired.
import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { ClassicLevel } from 'classic-level';
import { LedgerDamaged } from '../../../ledger/engine/errors.js';
import { type ChannelConfig } from '../../../ledger/fabric/channel-config.js';
import { openLedger } from '../../../ledger/engine/open-ledger.js';
import { LevelStore } from '../../../ledger/engine/level-store.js';
import { copyFolder } from './faulty-store.js';
import { LedgerStage, MEMBERS, OWN_A, refusal } from './ledger-stage.js';

const [market, bankA] = MEMBERS;

describe('embedded engine: recovery', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'ledger-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  async function worldIn(place: string): Promise<LedgerStage> {
    return LedgerStage.open({ store: await LevelStore.open(place) });
  }

  it('opened again it goes on: height, state, private content, statuses and the chain are there', async () => {
    const stage = await worldIn(folder);
    const { config } = stage.network;
    await stage.submit(
      [
        ['put', 'k', '1'],
        ['putPrivate', OWN_A, 'x', 'secret'],
      ],
      [market, bankA],
    );
    const { txId } = await stage.submit([['put', 'k', '2']], [market, bankA]);
    await stage.close();
    const engine = await openLedger(config, folder);
    expect(engine.height()).to.equal(3n);
    expect(await engine.transactionStatus(txId)).to.deep.equal({ code: 0, blockNumber: 2n });
    const request = stage.network.propose(stage.alice, 'run', [
      JSON.stringify([
        ['get', 'k'],
        ['getPrivate', OWN_A, 'x'],
      ]),
    ]);
    const asking = { mspId: bankA, signedProposal: request.signed, runner: stage.network.runnerOf(bankA) };
    const response = await engine.processProposal(asking);
    expect(Buffer.from(response.getResponse()?.getPayload_asU8() ?? []).toString()).to.equal(
      '["2","secret"]',
    );
    await engine.close();
  });

  describe('damage', () => {
    let stage: LedgerStage;
    let config: ChannelConfig;
    beforeEach(async () => {
      stage = await worldIn(folder);
      config = stage.network.config;
      for (let i = 0; i < 5; i++)
        await stage.submit([['put', `k${String(i)}`, 'x'.repeat(500)]], [market, bankA]);
      await stage.close();
    });

    async function damage(): Promise<string> {
      try {
        const engine = await openLedger(config, folder);
        await engine.close();
      } catch (error) {
        expect(error).to.be.instanceOf(LedgerDamaged);
        const { message } = error as LedgerDamaged;
        expect(message).to.contain(folder);
        expect(message).to.match(/restore the folder from a backup, or move it away/);
        return message;
      }
      throw new Error('the damaged ledger was opened');
    }

    /** Alters the store through LevelDB, with right checksums unless the value is raw. */
    async function alter(change: (store: LevelStore) => Promise<void>): Promise<void> {
      const store = await LevelStore.open(folder);
      await change(store);
      await store.close();
    }

    const blockKey = (number: number): string => `B${'\0'.repeat(7)}${String.fromCharCode(number)}`;

    it('a missing block is refused', async () => {
      await alter((store) => store.write([{ key: blockKey(3), value: null }]));
      expect(await damage()).to.match(/block 3 is missing/);
    });

    it('an altered transaction is refused', async () => {
      await alter(async (store) => {
        const snapshot = store.snapshot();
        const bytes = Buffer.from(snapshot.get(blockKey(3)) ?? []);
        snapshot.close();
        const at = bytes.indexOf('xxxxx');
        bytes.write('y', at);
        await store.write([{ key: blockKey(3), value: bytes }]);
      });
      expect(await damage()).to.match(/the transactions of block 3 were altered/);
    });

    it('a block of another chain is refused', async () => {
      const other = await LedgerStage.open();
      for (let i = 0; i < 3; i++) await other.submit([['put', 'k', '1']], [market, bankA]);
      const foreign = await other.network.engine.blockBytes(3n);
      await other.close();
      await alter((store) => store.write([{ key: blockKey(3), value: foreign ?? new Uint8Array() }]));
      expect(await damage()).to.match(/block 3 does not follow the block before it/);
    });

    it('a turned bit in a state value is refused at start', async () => {
      const level = new ClassicLevel<Buffer, Buffer>(join(folder, 'db'), {
        keyEncoding: 'buffer',
        valueEncoding: 'buffer',
      });
      const key = Buffer.from('Sescrow\0k1', 'latin1');
      const value = await level.get(key);
      if (!value) throw new Error('no such key');
      value[20] = (value[20] ?? 0) ^ 1;
      await level.put(key, value);
      await level.close();
      expect(await damage()).to.match(/an entry of section S does not match its checksum/);
    });

    it('a lost tail of acknowledged blocks is refused', async () => {
      const log = readdirSync(join(folder, 'db')).find((name) => name.endsWith('.log'));
      const path = join(folder, 'db', log ?? '');
      truncateSync(path, Math.floor(statSync(path).size / 2));
      expect(await damage()).to.match(/later blocks were acknowledged/);
    });

    it('a table file that is cut or gone is refused', async () => {
      // Opening and closing again moves the log into a table.
      await (await LevelStore.open(folder)).close();
      const table = readdirSync(join(folder, 'db')).find((name) => name.endsWith('.ldb'));
      const path = join(folder, 'db', table ?? '');
      const whole = readFileSync(path);
      truncateSync(path, 100);
      expect(await damage()).to.match(/is damaged: /);
      const flipped = Buffer.from(whole);
      flipped[600] = (flipped[600] ?? 0) ^ 0xff;
      writeFileSync(path, flipped);
      expect(await damage()).to.match(/is damaged: /);
      rmSync(path);
      expect(await damage()).to.match(/is damaged: LevelDB refuses it/);
    });

    it('an intact copy of the folder opens', async () => {
      const copy = join(folder, 'copy');
      copyFolder(join(folder, 'db'), join(copy, 'db'));
      const engine = await openLedger(config, copy);
      expect(engine.height()).to.equal(6n);
      await engine.close();
    });
  });

  it('a folder in use, or one of another channel, is refused with the next step', async () => {
    const stage = await worldIn(folder);
    const { config } = stage.network;
    expect(await refusal(openLedger(config, folder))).to.match(
      /is in use by another process\. Stop that one first\.$/,
    );
    await stage.close();
    expect(await refusal(openLedger({ ...config, channel: 'other' }, folder))).to.match(
      /holds the channel 'escrow', not 'other'\. Name another data folder\.$/,
    );
  });

  it('a folder that cannot be made is refused with the next step', async () => {
    const file = join(folder, 'file');
    writeFileSync(file, '');
    const stage = await LedgerStage.open();
    expect(await refusal(openLedger(stage.network.config, join(file, 'data')))).to.match(
      /cannot be made\. Check its permissions or name another folder\.$/,
    );
    await stage.close();
  });

  it('changed settings append a configuration block; the same settings do not', async () => {
    const stage = await worldIn(folder);
    const { config } = stage.network;
    await stage.submit([['put', 'k', '1']], [market, bankA]);
    await stage.close();
    await (await openLedger(config, folder)).close();
    const changed = { ...config, channelPolicies: { Agreement: `OR('${bankA}.peer')` } };
    const engine = await openLedger(changed, folder);
    expect(engine.height()).to.equal(3n);
    await engine.close();
  });
});
