// Duty: proves that verify finds a definition under which others than its owner could have a member's private rows.
// Must not: try to read them; the attack suite does.
import { expect } from 'chai';
import { ownCollections, type CollectionDefinition } from '../../network/chaincode-definition.js';
import { verifyBlocks, type VerifyReport } from '../../network/verify/verify.js';
import { BANK_A, MEMBERS, openGround } from '../support/member-access.js';

describe("verify: members' own collections", () => {
  async function audited(collections: readonly CollectionDefinition[]): Promise<VerifyReport> {
    const { network } = await openGround({ collections });
    const { channel, chaincode } = network;
    const blocks = (await network.rawBlocks()).map((bytes) => ({ bytes, privateData: null }));
    await network.close();
    return verifyBlocks({ channel, chaincode, mspId: null, blocks });
  }

  const ALTERED: Readonly<Record<string, Partial<CollectionDefinition>>> = {
    'open to other readers': { memberOnlyRead: false },
    'open to other writers': { memberOnlyWrite: false },
    'with another member': { memberOrgsPolicy: "OR('BankAMSP.member', 'CourierMSP.member')" },
    'endorsed by another': { endorsementPolicy: "OR('BankAMSP.peer', 'CourierMSP.peer')" },
    'whose rows end': { blockToLive: 10 },
    'under another name': { name: 'own_BankA' },
  };

  it('as the members agreed on them nothing is found, each was looked at, and handing rows on is free', async () => {
    const handing = ownCollections(MEMBERS).map((each) => ({
      ...each,
      requiredPeerCount: 1,
      maxPeerCount: 2,
    }));
    for (const collections of [ownCollections(MEMBERS), handing]) {
      const report = await audited(collections);
      expect(report.findings).to.deep.equal([]);
      expect(report.checks.collections).to.deep.equal({ checked: MEMBERS.length, findings: 0 });
    }
  });

  for (const [how, change] of Object.entries(ALTERED)) {
    it(`one ${how}: collections`, async () => {
      const name = `own_${BANK_A}`;
      const altered = ownCollections(MEMBERS).map((each) =>
        each.name === name ? { ...each, ...change } : each,
      );
      const { findings } = await audited(altered);
      expect(findings.map(({ check }) => check)).to.deep.equal(['collections']);
      expect(findings[0]?.found).to.match(new RegExp(`^${name} (is not defined|with other members)`));
    });
  }

  it('none at all: one finding for each member', async () => {
    const { checks } = await audited([]);
    expect(checks.collections).to.deep.equal({ checked: MEMBERS.length, findings: MEMBERS.length });
  });
});
