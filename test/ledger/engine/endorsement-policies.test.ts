// Whose endorsements a write needs: chaincode, collection and key policies, over the whole path to the block.
import { expect } from 'chai';
import { peer } from '@hyperledger/fabric-protos';
import { AssetContract, type Step } from './asset-contract.js';
import { LedgerStage, MEMBERS, OWN_A, OWN_B, refusal } from './ledger-stage.js';

const Code = peer.TxValidationCode;
const [market, bankA, bankB, courier] = MEMBERS;
const OTHERS = [market, bankB, courier];

describe('embedded engine: endorsement policies', () => {
  let stage: LedgerStage;
  beforeEach(async () => {
    stage = await LedgerStage.open();
  });
  afterEach(() => stage.close());

  it('a public write is valid with the marketplace and one other', async () => {
    expect(await stage.code([['put', 'k', '1']], [market, bankB])).to.equal(Code.VALID);
    expect(await stage.read([['get', 'k']])).to.deep.equal(['1']);
  });

  for (const endorsers of [[market], [bankA, bankB, courier], [bankA]]) {
    it(`a public write endorsed by ${endorsers.join(' + ')} alone changes nothing`, async () => {
      expect(await stage.code([['put', 'k', '1']], endorsers)).to.equal(Code.ENDORSEMENT_POLICY_FAILURE);
      expect(await stage.read([['get', 'k']])).to.deep.equal(['']);
    });
  }

  it('a transaction that writes nothing still needs the chaincode policy', async () => {
    expect(await stage.code([['get', 'k']], [bankA])).to.equal(Code.ENDORSEMENT_POLICY_FAILURE);
    expect(await stage.code([['get', 'k']], [market, bankA])).to.equal(Code.VALID);
    expect(await stage.code([], [bankA])).to.equal(Code.ENDORSEMENT_POLICY_FAILURE);
  });

  describe('a key owned by Bank A', () => {
    beforeEach(async () => {
      const created: Step[] = [
        ['put', 'payment', 'submitted'],
        ['own', 'payment', bankA],
      ];
      expect(await stage.code(created, [market, bankB])).to.equal(Code.VALID);
    });

    it('is changed by its owner alone', async () => {
      expect(await stage.code([['put', 'payment', 'held']], [bankA])).to.equal(Code.VALID);
    });

    it('is not changed, deleted or given away by all others together', async () => {
      for (const step of [
        ['put', 'payment', 'held'],
        ['del', 'payment'],
        ['own', 'payment', bankB],
      ] satisfies Step[]) {
        expect(await stage.code([step], OTHERS)).to.equal(Code.ENDORSEMENT_POLICY_FAILURE);
      }
      expect(await stage.read([['get', 'payment']])).to.deep.equal(['submitted']);
    });

    it('keeps its policy when its value changes', async () => {
      await stage.submit([['put', 'payment', 'held']], [bankA]);
      expect(await stage.code([['put', 'payment', 'void']], OTHERS)).to.equal(
        Code.ENDORSEMENT_POLICY_FAILURE,
      );
    });

    it('loses its policy when it is deleted', async () => {
      expect(await stage.code([['del', 'payment']], [bankA])).to.equal(Code.VALID);
      expect(await stage.code([['put', 'payment', 'again']], [market, bankB])).to.equal(Code.VALID);
    });

    it('follows a new policy that its owner sets', async () => {
      expect(await stage.code([['own', 'payment', bankB]], [bankA])).to.equal(Code.VALID);
      expect(await stage.code([['put', 'payment', 'x']], [bankA])).to.equal(Code.ENDORSEMENT_POLICY_FAILURE);
      expect(await stage.code([['put', 'payment', 'x']], [bankB])).to.equal(Code.VALID);
    });

    it('refuses a write after a change of its policy in the same block, whoever endorsed', async () => {
      const reown = await stage.endorse([['own', 'payment', bankB]], [bankA]);
      const byOld = await stage.endorse([['put', 'payment', 'x']], [bankA]);
      const byBoth = await stage.endorse([['put', 'payment', 'y']], [bankA, bankB]);
      expect(await stage.codes([reown, byOld, byBoth])).to.deep.equal([
        Code.VALID,
        Code.ENDORSEMENT_POLICY_FAILURE,
        Code.ENDORSEMENT_POLICY_FAILURE,
      ]);
    });

    it('accepts a write ahead of a change of its policy in the same block', async () => {
      const write = await stage.endorse([['put', 'payment', 'x']], [bankA]);
      const reown = await stage.endorse([['own', 'payment', bankB]], [bankA]);
      expect(await stage.codes([write, reown])).to.deep.equal([Code.VALID, Code.VALID]);
      expect(await stage.read([['get', 'payment']])).to.deep.equal(['x']);
    });

    it('does not lend its policy to a new key in the same transaction', async () => {
      const both: Step[] = [
        ['put', 'payment', 'held'],
        ['put', 'new', '1'],
      ];
      expect(await stage.code(both, [bankA])).to.equal(Code.ENDORSEMENT_POLICY_FAILURE);
      expect(await stage.code(both, [market, bankA])).to.equal(Code.VALID);
    });

    it('needs both owners when two owned keys are written', async () => {
      await stage.submit(
        [
          ['put', 'b', '1'],
          ['own', 'b', bankB],
        ],
        [market, bankB],
      );
      const both: Step[] = [
        ['put', 'payment', '2'],
        ['put', 'b', '2'],
      ];
      expect(await stage.code(both, [bankA])).to.equal(Code.ENDORSEMENT_POLICY_FAILURE);
      expect(await stage.code(both, [bankA, bankB])).to.equal(Code.VALID);
    });

    it('finds its owner as the endorser by itself', async () => {
      const prepared = await stage.endorse([['put', 'payment', 'held']]);
      expect(prepared.responses).to.have.length(1);
      expect(await stage.codes([prepared])).to.deep.equal([Code.VALID]);
    });
  });

  it('of two creations with a key policy in one block the second is 10, not 11', async () => {
    const create: Step[] = [
      ['get', 'payment'],
      ['put', 'payment', '1'],
      ['own', 'payment', bankA],
    ];
    const first = await stage.endorse(create, [market, bankA]);
    const second = await stage.endorse(create, [market, bankA]);
    expect(await stage.codes([first, second])).to.deep.equal([Code.VALID, Code.ENDORSEMENT_POLICY_FAILURE]);
  });

  it('a policy for two owners needs both', async () => {
    await stage.submit(
      [
        ['put', 'k', '1'],
        ['own', 'k', `${bankA},${bankB}`],
      ],
      [market, bankA],
    );
    expect(await stage.code([['put', 'k', '2']], [bankA])).to.equal(Code.ENDORSEMENT_POLICY_FAILURE);
    const planned = await stage.endorse([['put', 'k', '2']]);
    expect(planned.responses).to.have.length(2);
    expect(await stage.codes([planned])).to.deep.equal([Code.VALID]);
  });

  it('a policy on a key that does not exist leaves nothing behind', async () => {
    expect(await stage.code([['own', 'ghost', bankB]], [market, bankA])).to.equal(Code.VALID);
    expect(await stage.read([['getPolicy', 'ghost']])).to.deep.equal(['']);
    expect(await stage.code([['put', 'ghost', '1']], [market, bankA])).to.equal(Code.VALID);
  });

  it('deleting and owning a key at once deletes it', async () => {
    await stage.submit([['put', 'k', '1']], [market, bankA]);
    expect(
      await stage.code(
        [
          ['del', 'k'],
          ['own', 'k', bankB],
        ],
        [market, bankA],
      ),
    ).to.equal(Code.VALID);
    expect(
      await stage.read([
        ['get', 'k'],
        ['getPolicy', 'k'],
      ]),
    ).to.deep.equal(['', '']);
    expect(await stage.code([['put', 'k', '2']], [market, bankA])).to.equal(Code.VALID);
  });

  it('a key policy that is no policy commits, and then refuses endorsement in the words of a peer', async () => {
    expect(
      await stage.code(
        [
          ['put', 'k', '1'],
          ['rawPolicy', 'k', 'ffff'],
        ],
        [market, bankA],
      ),
    ).to.equal(Code.VALID);
    expect(await refusal(stage.endorse([['put', 'k', '2']], [market]))).to.equal(
      'error in simulation: error unmarshalling SignaturePolicyEnvelope: ' +
        'proto: cannot parse invalid wire-format data',
    );
  });

  describe('implicit collections', () => {
    it("a write to Bank A's collection needs Bank A's peer and nobody else", async () => {
      const write: Step[] = [['putPrivate', OWN_A, 'x', '1']];
      expect(await stage.code(write, [market, bankB])).to.equal(Code.ENDORSEMENT_POLICY_FAILURE);
      expect(await stage.code(write, [bankA])).to.equal(Code.VALID);
    });

    it("two owners' collections need both owners", async () => {
      const write: Step[] = [
        ['putPrivate', OWN_A, 'x', '1'],
        ['putPrivate', OWN_B, 'x', '1'],
      ];
      expect(await stage.code(write, [bankA])).to.equal(Code.ENDORSEMENT_POLICY_FAILURE);
      const planned = await stage.endorse(write);
      expect(planned.responses).to.have.length(2);
      expect(await stage.codes([planned])).to.deep.equal([Code.VALID]);
    });

    it('an owned public row and a private row together need the owner alone', async () => {
      await stage.submit(
        [
          ['put', 'payment', '1'],
          ['own', 'payment', bankA],
        ],
        [market, bankB],
      );
      const planned = await stage.endorse([
        ['put', 'payment', '2'],
        ['putPrivate', OWN_A, 'x', '1'],
      ]);
      expect(planned.responses).to.have.length(1);
      expect(await stage.codes([planned])).to.deep.equal([Code.VALID]);
    });

    it('a private key policy replaces that of the collection', async () => {
      const owned: Step[] = [
        ['putPrivate', OWN_A, 'x', '1'],
        ['ownPrivate', OWN_A, 'x', bankB],
      ];
      expect(await stage.code(owned, [bankA])).to.equal(Code.VALID);
      expect(await stage.code([['putPrivate', OWN_A, 'x', '2']], [bankA])).to.equal(
        Code.ENDORSEMENT_POLICY_FAILURE,
      );
      expect(await stage.code([['putPrivate', OWN_A, 'x', '3']], [bankB])).to.equal(Code.VALID);
    });
  });

  it('altered chaincode at some members cannot make others endorse its result', async () => {
    class Forger extends AssetContract {
      override run(): Promise<string> {
        return Promise.resolve('"forged"');
      }
    }
    stage.network.alterChaincode(courier, [Forger]);
    const differs = await refusal(stage.endorse([['put', 'k', '1']], [market, courier]));
    expect(differs).to.equal('ProposalResponsePayloads do not match');
    expect(String((await stage.submit([], [market, bankA])).result)).to.equal('[]');
  });

  it('a policy in the channel configuration may be a majority', async () => {
    const majority = await LedgerStage.open({
      chaincode: { endorsementPolicy: '/Channel/Application/Endorsement' },
    });
    expect(await majority.code([['put', 'k', '1']], [bankA, bankB])).to.equal(
      Code.ENDORSEMENT_POLICY_FAILURE,
    );
    expect(await majority.code([['put', 'k', '1']], [bankA, bankB, courier])).to.equal(Code.VALID);
    await majority.close();
  });

  it("an explicit collection's policy, spelled out or an organisation's, replaces the chaincode's", async () => {
    const both = `OR('${bankA}.member', '${bankB}.member')`;
    const stage2 = await LedgerStage.open({
      chaincode: {
        collections: [
          { name: 'own', memberOrgsPolicy: both, endorsementPolicy: `OR('${bankB}.peer')` },
          { name: 'plain', memberOrgsPolicy: both },
          {
            name: 'referring',
            memberOrgsPolicy: both,
            endorsementPolicy: `/Channel/Application/${bankA}/Endorsement`,
          },
        ],
      },
    });
    expect(await stage2.code([['putPrivate', 'own', 'x', '1']], [bankB])).to.equal(Code.VALID);
    expect(await stage2.code([['putPrivate', 'own', 'x', '1']], [market, bankA])).to.equal(
      Code.ENDORSEMENT_POLICY_FAILURE,
    );
    expect(await stage2.code([['putPrivate', 'plain', 'x', '1']], [bankB])).to.equal(
      Code.ENDORSEMENT_POLICY_FAILURE,
    );
    expect(await stage2.code([['putPrivate', 'plain', 'x', '1']], [market, bankB])).to.equal(Code.VALID);
    expect(await stage2.code([['putPrivate', 'referring', 'x', '1']], [bankA])).to.equal(Code.VALID);
    expect(await stage2.code([['putPrivate', 'referring', 'x', '1']], [market, bankB])).to.equal(
      Code.ENDORSEMENT_POLICY_FAILURE,
    );
    await stage2.close();
  });
});
