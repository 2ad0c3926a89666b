// What a transaction read must not change before it commits: versions, phantoms, hashes of private data.
import { expect } from 'chai';
import { peer } from '@hyperledger/fabric-protos';
import type { Step } from './asset-contract.js';
import { LedgerWorld, members, ownA } from './ledger-world.js';

const Code = peer.TxValidationCode;
const [market, bankA] = members;
const two = [market, bankA];

function key(number: number): string {
  return `k${String(number).padStart(4, '0')}`;
}

describe('embedded engine: version conflicts', () => {
  let world: LedgerWorld;
  beforeEach(async () => {
    world = await LedgerWorld.open();
  });
  afterEach(() => world.close());

  async function together(...scripts: Step[][]): Promise<number[]> {
    const prepared = [];
    for (const steps of scripts) prepared.push(await world.endorse(steps, two));
    return world.codes(prepared);
  }

  async function seed(count: number): Promise<void> {
    const steps = Array.from({ length: count }, (_, i): Step => ['put', key(i), '0']);
    expect(await world.code(steps, two)).to.equal(Code.VALID);
  }

  it('blind writes of one key in one block are all valid and the last one stays', async () => {
    expect(await together([['put', 'k', '1']], [['put', 'k', '2']])).to.deep.equal([0, 0]);
    expect(await world.read([['get', 'k']])).to.deep.equal(['2']);
  });

  it('of two that read and write one key in a block the first wins', async () => {
    const steps: Step[] = [
      ['get', 'k'],
      ['put', 'k', '1'],
    ];
    expect(await together(steps, steps)).to.deep.equal([0, Code.MVCC_READ_CONFLICT]);
  });

  it('a transaction endorsed before another committed dies of what it read, however late it comes', async () => {
    const held = await world.endorse(
      [
        ['get', 'phase'],
        ['put', 'mine', '1'],
      ],
      two,
    );
    await world.submit([['put', 'phase', 'paymentsClosed']], two);
    await world.submit([['put', 'other', '1']], two);
    expect(await world.codes([held])).to.deep.equal([Code.MVCC_READ_CONFLICT]);
  });

  it('reading a key that is then deleted, or was absent and is then made, conflicts', async () => {
    await world.submit([['put', 'k', '1']], two);
    const readers = [
      await world.endorse(
        [
          ['get', 'k'],
          ['put', 'a', '1'],
        ],
        two,
      ),
      await world.endorse(
        [
          ['get', 'absent'],
          ['put', 'b', '1'],
        ],
        two,
      ),
    ];
    await world.submit(
      [
        ['del', 'k'],
        ['put', 'absent', '1'],
      ],
      two,
    );
    expect(await world.codes(readers)).to.deep.equal([Code.MVCC_READ_CONFLICT, Code.MVCC_READ_CONFLICT]);
  });

  it('a transaction does not see its own writes', async () => {
    const { result } = await world.submit(
      [
        ['put', 'k', '1'],
        ['get', 'k'],
        ['range', '', ''],
      ],
      two,
    );
    expect(JSON.parse(String(result))).to.deep.equal(['', '', []]);
  });

  it('an invalid transaction does not make the next one conflict', async () => {
    const alone = await world.endorse([['put', 'k', '1']], [bankA]);
    const reader = await world.endorse(
      [
        ['get', 'k'],
        ['put', 'r', '1'],
      ],
      two,
    );
    expect(await world.codes([alone, reader])).to.deep.equal([Code.ENDORSEMENT_POLICY_FAILURE, Code.VALID]);
  });

  it('a change of policy alone bumps the version for readers', async () => {
    await world.submit([['put', 'k', '1']], two);
    const reader = await world.endorse(
      [
        ['get', 'k'],
        ['put', 'r', '1'],
      ],
      two,
    );
    await world.submit([['own', 'k', bankA]], two);
    expect(await world.codes([reader])).to.deep.equal([Code.MVCC_READ_CONFLICT]);
  });

  it('reading a policy is reading the key', async () => {
    await world.submit([['put', 'k', '1']], two);
    const reader = await world.endorse(
      [
        ['getPolicy', 'k'],
        ['put', 'r', '1'],
      ],
      two,
    );
    await world.submit([['put', 'k', '2']], two);
    expect(await world.codes([reader])).to.deep.equal([Code.MVCC_READ_CONFLICT]);
  });

  it('an empty value is a delete', async () => {
    await world.submit([['put', 'k', '1']], two);
    expect(await world.code([['put', 'k', '']], two)).to.equal(Code.VALID);
    expect(
      await world.read([
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
        const reader = await world.endorse([range, ['put', 'out', '1']], two);
        await world.submit([change], two);
        expect(await world.codes([reader]), JSON.stringify(change)).to.deep.equal([code]);
      }
    });

    it('they are found within one block too', async () => {
      await seed(3);
      expect(await together([['put', 'k5', '1']], [range, ['put', 'x', '1']])).to.deep.equal([0, 12]);
      expect(await together([['del', 'k5']], [range, ['put', 'x', '1']])).to.deep.equal([0, 12]);
    });

    it('an empty range is protected', async () => {
      const reader = await world.endorse([range, ['put', 'x', '1']], two);
      await world.submit([['put', 'k5', '1']], two);
      expect(await world.codes([reader])).to.deep.equal([12]);
    });

    it('a transaction may write into the range that it read', async () => {
      await seed(3);
      expect(await world.code([range, ['put', 'k5', '1']], two)).to.equal(0);
    });

    for (const [at, code] of [
      [125, 12],
      [250, 12],
      [251, 0],
    ] as const) {
      it(`250 results are protected by hashes: a change at ${String(at)} is ${String(code)}`, async () => {
        await seed(260);
        const reader = await world.endorse(
          [
            ['range', key(0), key(251)],
            ['put', 'out', '1'],
          ],
          two,
        );
        await world.submit([['put', key(at), 'changed']], two);
        expect(await world.codes([reader])).to.deep.equal([code]);
      });
    }

    it('unchanged, a range of any size is valid', async () => {
      await seed(260);
      for (const end of [0, 1, 49, 50, 51, 52, 101, 102, 103, 153, 255]) {
        expect(
          await world.code(
            [
              ['range', key(0), key(end)],
              ['put', 'out', '1'],
            ],
            two,
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
        const reader = await world.endorse(
          [
            ['range', 'k', 'l', 10],
            ['put', 'out', '1'],
          ],
          two,
        );
        await world.submit([['put', at, '1']], two);
        expect(await world.codes([reader]), at).to.deep.equal([code]);
        await world.submit([['del', at]], two);
      }
    });

    it('opening a range is reading its first batch', async () => {
      await seed(2);
      const reader = await world.endorse(
        [
          ['open', 'k', 'l'],
          ['put', 'out', '1'],
        ],
        two,
      );
      await world.submit([['put', 'k5', '1']], two);
      expect(await world.codes([reader])).to.deep.equal([12]);
    });
  });

  describe('private data', () => {
    it('reading a private value, or only its hash, conflicts with a change of it', async () => {
      await world.submit([['putPrivate', ownA, 'x', '1']], [bankA]);
      for (const read of [
        ['getPrivate', ownA, 'x'],
        ['hash', ownA, 'x'],
      ] satisfies Step[]) {
        const reader = await world.endorse([read, ['putPrivate', ownA, 'y', '1']], [bankA]);
        await world.submit([['putPrivate', ownA, 'x', String(read[0])]], [bankA]);
        expect(await world.codes([reader])).to.deep.equal([Code.MVCC_READ_CONFLICT]);
      }
    });

    it("another organisation's transaction that read the hash conflicts with the owner's change", async () => {
      await world.submit([['putPrivate', ownA, 'attestation', '1']], [bankA]);
      const agreement = await world.endorse(
        [
          ['hash', ownA, 'attestation'],
          ['put', 'k', '1'],
        ],
        two,
      );
      const change = await world.endorse([['putPrivate', ownA, 'attestation', '2']], [bankA]);
      expect(await world.codes([change, agreement])).to.deep.equal([0, Code.MVCC_READ_CONFLICT]);
    });

    it('close against answer in one block: whoever comes first wins, in both orders', async () => {
      for (const order of [0, 1]) {
        const gate = `gate${String(order)}`;
        const payment = `payment${String(order)}`;
        await world.submit(
          [
            ['put', gate, 'admitted'],
            ['put', payment, 'submitted'],
            ['own', payment, bankA],
          ],
          two,
        );
        const answer = await world.endorse(
          [
            ['get', gate],
            ['put', payment, 'held'],
          ],
          [bankA],
        );
        const close = await world.endorse(
          [
            ['get', payment],
            ['put', gate, 'closed'],
          ],
          two,
        );
        const codes = await world.codes(order === 0 ? [answer, close] : [close, answer]);
        expect(codes).to.deep.equal([0, Code.MVCC_READ_CONFLICT]);
      }
    });
  });
});
