// What a transaction read must not change before it commits: versions, phantoms, hashes of private data.
import { expect } from 'chai';
import { peer } from '@hyperledger/fabric-protos';
import type { Step } from './asset-contract.js';
import { LedgerStage, MEMBERS, OWN_A } from './ledger-stage.js';

const Code = peer.TxValidationCode;
const [market, bankA] = MEMBERS;
const MARKET_AND_BANK_A = [market, bankA];

function key(number: number): string {
  return `k${String(number).padStart(4, '0')}`;
}

describe('embedded engine: version conflicts', () => {
  let stage: LedgerStage;
  beforeEach(async () => {
    stage = await LedgerStage.open();
  });
  afterEach(() => stage.close());

  async function together(...scripts: Step[][]): Promise<number[]> {
    const prepared = [];
    for (const steps of scripts) prepared.push(await stage.endorse(steps, MARKET_AND_BANK_A));
    return stage.codes(prepared);
  }

  async function seed(count: number): Promise<void> {
    const steps = Array.from({ length: count }, (_, i): Step => ['put', key(i), '0']);
    expect(await stage.code(steps, MARKET_AND_BANK_A)).to.equal(Code.VALID);
  }

  it('blind writes of one key in one block are all valid and the last one stays', async () => {
    expect(await together([['put', 'k', '1']], [['put', 'k', '2']])).to.deep.equal([0, 0]);
    expect(await stage.read([['get', 'k']])).to.deep.equal(['2']);
  });

  it('of two that read and write one key in a block the first wins', async () => {
    const steps: Step[] = [
      ['get', 'k'],
      ['put', 'k', '1'],
    ];
    expect(await together(steps, steps)).to.deep.equal([0, Code.MVCC_READ_CONFLICT]);
  });

  it('a transaction endorsed before another committed dies of what it read, however late it comes', async () => {
    const held = await stage.endorse(
      [
        ['get', 'phase'],
        ['put', 'mine', '1'],
      ],
      MARKET_AND_BANK_A,
    );
    await stage.submit([['put', 'phase', 'paymentsClosed']], MARKET_AND_BANK_A);
    await stage.submit([['put', 'other', '1']], MARKET_AND_BANK_A);
    expect(await stage.codes([held])).to.deep.equal([Code.MVCC_READ_CONFLICT]);
  });

  it('reading a key that is then deleted, or was absent and is then made, conflicts', async () => {
    await stage.submit([['put', 'k', '1']], MARKET_AND_BANK_A);
    const readers = [
      await stage.endorse(
        [
          ['get', 'k'],
          ['put', 'a', '1'],
        ],
        MARKET_AND_BANK_A,
      ),
      await stage.endorse(
        [
          ['get', 'absent'],
          ['put', 'b', '1'],
        ],
        MARKET_AND_BANK_A,
      ),
    ];
    await stage.submit(
      [
        ['del', 'k'],
        ['put', 'absent', '1'],
      ],
      MARKET_AND_BANK_A,
    );
    expect(await stage.codes(readers)).to.deep.equal([Code.MVCC_READ_CONFLICT, Code.MVCC_READ_CONFLICT]);
  });

  it('a transaction does not see its own writes', async () => {
    const { result } = await stage.submit(
      [
        ['put', 'k', '1'],
        ['get', 'k'],
        ['range', '', ''],
      ],
      MARKET_AND_BANK_A,
    );
    expect(JSON.parse(String(result))).to.deep.equal(['', '', []]);
  });

  it('an invalid transaction does not make the next one conflict', async () => {
    const alone = await stage.endorse([['put', 'k', '1']], [bankA]);
    const reader = await stage.endorse(
      [
        ['get', 'k'],
        ['put', 'r', '1'],
      ],
      MARKET_AND_BANK_A,
    );
    expect(await stage.codes([alone, reader])).to.deep.equal([Code.ENDORSEMENT_POLICY_FAILURE, Code.VALID]);
  });

  it('a change of policy alone bumps the version for readers', async () => {
    await stage.submit([['put', 'k', '1']], MARKET_AND_BANK_A);
    const reader = await stage.endorse(
      [
        ['get', 'k'],
        ['put', 'r', '1'],
      ],
      MARKET_AND_BANK_A,
    );
    await stage.submit([['own', 'k', bankA]], MARKET_AND_BANK_A);
    expect(await stage.codes([reader])).to.deep.equal([Code.MVCC_READ_CONFLICT]);
  });

  it('reading a policy is reading the key', async () => {
    await stage.submit([['put', 'k', '1']], MARKET_AND_BANK_A);
    const reader = await stage.endorse(
      [
        ['getPolicy', 'k'],
        ['put', 'r', '1'],
      ],
      MARKET_AND_BANK_A,
    );
    await stage.submit([['put', 'k', '2']], MARKET_AND_BANK_A);
    expect(await stage.codes([reader])).to.deep.equal([Code.MVCC_READ_CONFLICT]);
  });

  it('an empty value is a delete', async () => {
    await stage.submit([['put', 'k', '1']], MARKET_AND_BANK_A);
    expect(await stage.code([['put', 'k', '']], MARKET_AND_BANK_A)).to.equal(Code.VALID);
    expect(
      await stage.read([
        ['get', 'k'],
        ['range', '', ''],
      ]),
    ).to.deep.equal(['', []]);
  });

  describe('phantoms', () => {
    const range: Step = ['range', 'k', 'l'];

    it('an insert, update or delete in a range that was read is 12, beyond it is 0', async () => {
      for (const [change, code] of [
        [['put', 'k5', '1'], 12],
        [['put', key(3), 'new'], 12],
        [['del', key(4)], 12],
        [['put', 'l', '1'], 0],
        [['put', 'j', '1'], 0],
      ] satisfies [Step, number][]) {
        await seed(10);
        const reader = await stage.endorse([range, ['put', 'out', '1']], MARKET_AND_BANK_A);
        await stage.submit([change], MARKET_AND_BANK_A);
        expect(await stage.codes([reader]), JSON.stringify(change)).to.deep.equal([code]);
      }
    });

    it('they are found within one block too', async () => {
      await seed(3);
      expect(await together([['put', 'k5', '1']], [range, ['put', 'x', '1']])).to.deep.equal([0, 12]);
      expect(await together([['del', 'k5']], [range, ['put', 'x', '1']])).to.deep.equal([0, 12]);
    });

    it('an empty range is protected', async () => {
      const reader = await stage.endorse([range, ['put', 'x', '1']], MARKET_AND_BANK_A);
      await stage.submit([['put', 'k5', '1']], MARKET_AND_BANK_A);
      expect(await stage.codes([reader])).to.deep.equal([12]);
    });

    it('a transaction may write into the range that it read', async () => {
      await seed(3);
      expect(await stage.code([range, ['put', 'k5', '1']], MARKET_AND_BANK_A)).to.equal(0);
    });

    for (const [at, code] of [
      [125, 12],
      [250, 12],
      [251, 0],
    ] as const) {
      it(`250 results are protected by hashes: a change at ${String(at)} is ${String(code)}`, async () => {
        await seed(260);
        const reader = await stage.endorse(
          [
            ['range', key(0), key(251)],
            ['put', 'out', '1'],
          ],
          MARKET_AND_BANK_A,
        );
        await stage.submit([['put', key(at), 'changed']], MARKET_AND_BANK_A);
        expect(await stage.codes([reader])).to.deep.equal([code]);
      });
    }

    it('unchanged, a range of any size is valid', async () => {
      await seed(260);
      for (const end of [0, 1, 49, 50, 51, 52, 101, 102, 103, 153, 255]) {
        expect(
          await stage.code(
            [
              ['range', key(0), key(end)],
              ['put', 'out', '1'],
            ],
            MARKET_AND_BANK_A,
          ),
          String(end),
        ).to.equal(0);
      }
    });

    it('a range left early is protected as far as the peer has read ahead: 101 results', async () => {
      await seed(200);
      for (const [at, code] of [
        ['k0049x', 12],
        ['k0099x', 12],
        ['k0100x', 0],
        ['k0120x', 0],
      ] as const) {
        const reader = await stage.endorse(
          [
            ['range', 'k', 'l', 10],
            ['put', 'out', '1'],
          ],
          MARKET_AND_BANK_A,
        );
        await stage.submit([['put', at, '1']], MARKET_AND_BANK_A);
        expect(await stage.codes([reader]), at).to.deep.equal([code]);
        await stage.submit([['del', at]], MARKET_AND_BANK_A);
      }
    });

    it('opening a range is reading its first batch', async () => {
      await seed(2);
      const reader = await stage.endorse(
        [
          ['open', 'k', 'l'],
          ['put', 'out', '1'],
        ],
        MARKET_AND_BANK_A,
      );
      await stage.submit([['put', 'k5', '1']], MARKET_AND_BANK_A);
      expect(await stage.codes([reader])).to.deep.equal([12]);
    });
  });

  describe('private data', () => {
    it('reading a private value, or only its hash, conflicts with a change of it', async () => {
      await stage.submit([['putPrivate', OWN_A, 'x', '1']], [bankA]);
      for (const read of [
        ['getPrivate', OWN_A, 'x'],
        ['hash', OWN_A, 'x'],
      ] satisfies Step[]) {
        const reader = await stage.endorse([read, ['putPrivate', OWN_A, 'y', '1']], [bankA]);
        await stage.submit([['putPrivate', OWN_A, 'x', String(read[0])]], [bankA]);
        expect(await stage.codes([reader])).to.deep.equal([Code.MVCC_READ_CONFLICT]);
      }
    });

    it("another organisation's transaction that read the hash conflicts with the owner's change", async () => {
      await stage.submit([['putPrivate', OWN_A, 'attestation', '1']], [bankA]);
      const agreement = await stage.endorse(
        [
          ['hash', OWN_A, 'attestation'],
          ['put', 'k', '1'],
        ],
        MARKET_AND_BANK_A,
      );
      const change = await stage.endorse([['putPrivate', OWN_A, 'attestation', '2']], [bankA]);
      expect(await stage.codes([change, agreement])).to.deep.equal([0, Code.MVCC_READ_CONFLICT]);
    });

    it('close against answer in one block: whoever comes first wins, in both orders', async () => {
      for (const order of [0, 1]) {
        const gate = `gate${String(order)}`;
        const payment = `payment${String(order)}`;
        await stage.submit(
          [
            ['put', gate, 'admitted'],
            ['put', payment, 'submitted'],
            ['own', payment, bankA],
          ],
          MARKET_AND_BANK_A,
        );
        const answer = await stage.endorse(
          [
            ['get', gate],
            ['put', payment, 'held'],
          ],
          [bankA],
        );
        const close = await stage.endorse(
          [
            ['get', payment],
            ['put', gate, 'closed'],
          ],
          MARKET_AND_BANK_A,
        );
        const codes = await stage.codes(order === 0 ? [answer, close] : [close, answer]);
        expect(codes).to.deep.equal([0, Code.MVCC_READ_CONFLICT]);
      }
    });
  });
});
