// Verify finds a definition under which others than its owner could have a member's private rows.
import { expect } from 'chai';
import { common } from '@hyperledger/fabric-protos';
import { ownCollections, type CollectionDefinition } from '../../chaincode/protocol/own-collections.js';
import { parseSignaturePolicy } from '../../ledger/fabric/signature-policy.js';
import { verifyBlocks, type VerifyReport } from '../../audit/verify.js';
import { BANK_A, MARKETPLACE, MEMBERS, openGround } from '../support/member-access.js';
import { withBlock } from './audit.js';

/** In a configuration block. */
function changeEndorsement(block: common.Block, mspId: string, to: common.SignaturePolicyEnvelope): void {
  const envelope = common.Envelope.deserializeBinary(
    block.getData()?.getDataList_asU8()[0] ?? new Uint8Array(),
  );
  const payload = common.Payload.deserializeBinary(envelope.getPayload_asU8());
  const content = common.ConfigEnvelope.deserializeBinary(payload.getData_asU8());
  const application = content.getConfig()?.getChannelGroup()?.getGroupsMap().get('Application');
  const policy = application?.getGroupsMap().get(mspId)?.getPoliciesMap().get('Endorsement');
  policy?.getPolicy()?.setValue(to.serializeBinary());
  payload.setData(content.serializeBinary());
  envelope.setPayload(payload.serializeBinary());
  block.getData()?.setDataList([envelope.serializeBinary()]);
}

describe("verify: members' own collections", () => {
  async function audited(
    collections: readonly CollectionDefinition[],
    change: (block: common.Block) => void = () => undefined,
  ): Promise<VerifyReport> {
    const { network } = await openGround({ collections });
    const { channel, chaincode } = network;
    const raw = withBlock(await network.rawBlocks(), 0, change);
    const blocks = raw.map((bytes) => ({ bytes, privateData: null }));
    await network.close();
    return verifyBlocks({ channel, chaincode, marketplace: MARKETPLACE, mspId: null, blocks });
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
      expect(report.checks.collections).to.deep.equal({ checked: 2 * MEMBERS.length, findings: 0 });
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
    expect(checks.collections).to.deep.equal({ checked: 2 * MEMBERS.length, findings: MEMBERS.length });
  });

  it("the policy that a member's collection refers to names another's peers too: collections", async () => {
    const others = parseSignaturePolicy("OR('BankAMSP.peer', 'CourierMSP.peer')");
    const { findings } = await audited(ownCollections(MEMBERS), (block) => {
      changeEndorsement(block, BANK_A, others);
    });
    const found = findings.filter(({ check }) => check === 'collections').map((each) => each.found);
    expect(found).to.deep.equal([`/Channel/Application/${BANK_A}/Endorsement is missing or another policy`]);
  });
});
