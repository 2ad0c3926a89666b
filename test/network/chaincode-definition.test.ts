// The definition that every ground gets for a consortium, and how Fabric's program takes and prints it.
import { expect } from 'chai';
import { ownCollections } from '../../chaincode/protocol/own-collections.js';
import { chaincodeDefinition } from '../../network/chaincode-definition.js';
import { readConsortium } from '../../network/consortium.js';
import { arePrinted, collectionsConfig } from '../../network/fabric/collections-config.js';

/** Fabric's program lets nothing else be a name. */
const NAME = /^[A-Za-z0-9-]+([A-Za-z0-9_-]+)*$/;

/** As `peer lifecycle chaincode querycommitted --output json` of version 3.1.5 has printed it. */
function printed(mspId: string, member: string, endorsement = referenced(mspId)): unknown {
  const config = {
    name: `own_${mspId}`,
    member_orgs_policy: { Payload: { SignaturePolicy: signedBy(member) } },
    maximum_peer_count: 1,
    member_only_read: true,
    member_only_write: true,
    endorsement_policy: { Type: endorsement },
  };
  return { Payload: { StaticCollectionConfig: config } };
}

function signedBy(principal: string): object {
  return {
    rule: { Type: { NOutOf: { n: 1, rules: [{ Type: { SignedBy: 0 } }] } } },
    identities: [{ principal }],
  };
}

function referenced(mspId: string): object {
  return { ChannelConfigPolicyReference: `/Channel/Application/${mspId}/Endorsement` };
}

const BANK_A_MEMBER = 'CghCYW5rQU1TUA==';
const BANK_A_PEER = 'CghCYW5rQU1TUBAD';
const MARKETPLACE_MEMBER = 'Cg5NYXJrZXRwbGFjZU1TUA==';
const BANK_A = printed('BankAMSP', BANK_A_MEMBER);
const MARKETPLACE = printed('MarketplaceMSP', MARKETPLACE_MEMBER);

describe("the chaincode's definition", () => {
  it('gives each member a collection that its members alone read and write, endorsed by its own peer', () => {
    const consortium = readConsortium('network/examples/ten-banks.yaml');
    const { collections, ...agreed } = chaincodeDefinition(consortium);
    expect(agreed).to.deep.equal(consortium.chaincode);
    expect(collections).to.have.length(consortium.members.length);
    for (const [index, { mspId }] of consortium.members.entries()) {
      expect(collections[index]?.name).to.match(NAME);
      expect(collections[index]).to.deep.equal({
        name: `own_${mspId}`,
        memberOrgsPolicy: `OR('${mspId}.member')`,
        endorsementPolicy: `/Channel/Application/${mspId}/Endorsement`,
        requiredPeerCount: 0,
        maxPeerCount: 1,
        blockToLive: 0,
        memberOnlyRead: true,
        memberOnlyWrite: true,
      });
    }
  });

  it("is told to Fabric's program in the program's words", () => {
    expect(JSON.parse(collectionsConfig(ownCollections(['BankAMSP'])))).to.deep.equal([
      {
        name: 'own_BankAMSP',
        policy: "OR('BankAMSP.member')",
        endorsementPolicy: { channelConfigPolicy: '/Channel/Application/BankAMSP/Endorsement' },
        requiredPeerCount: 0,
        maxPeerCount: 1,
        blockToLive: 0,
        memberOnlyRead: true,
        memberOnlyWrite: true,
      },
    ]);
  });

  it("is known again as Fabric's program prints it, in whatever order, and no other is taken for it", () => {
    const wanted = ownCollections(['BankAMSP', 'MarketplaceMSP']);
    expect(arePrinted(wanted, [BANK_A, MARKETPLACE])).to.equal(true);
    expect(arePrinted(wanted, [MARKETPLACE, BANK_A])).to.equal(true);
    const others = [
      [],
      [BANK_A],
      [BANK_A, BANK_A],
      [BANK_A, MARKETPLACE, MARKETPLACE],
      [BANK_A, printed('MarketplaceMSP', BANK_A_MEMBER)],
      [BANK_A, printed('MarketplaceMSP', MARKETPLACE_MEMBER, referenced('BankAMSP'))],
      [BANK_A, printed('MarketplaceMSP', MARKETPLACE_MEMBER, { SignaturePolicy: signedBy(BANK_A_PEER) })],
    ];
    for (const other of others) expect(arePrinted(wanted, other)).to.equal(false);
    for (const flag of ['memberOnlyRead', 'memberOnlyWrite'] as const) {
      const open = wanted.map((collection) => ({ ...collection, [flag]: false }));
      expect(arePrinted(open, [BANK_A, MARKETPLACE]), flag).to.equal(false);
    }
  });

  it('may spell out who endorses a collection: told and known again as such', () => {
    const wanted = ownCollections(['BankAMSP']).map((one) => ({
      ...one,
      endorsementPolicy: "OR('BankAMSP.peer')",
    }));
    const [told] = JSON.parse(collectionsConfig(wanted)) as readonly Record<string, unknown>[];
    expect(told?.['endorsementPolicy']).to.deep.equal({ signaturePolicy: "OR('BankAMSP.peer')" });
    const spelledOut = printed('BankAMSP', BANK_A_MEMBER, { SignaturePolicy: signedBy(BANK_A_PEER) });
    expect(arePrinted(wanted, [spelledOut])).to.equal(true);
    expect(arePrinted(wanted, [BANK_A])).to.equal(false);
  });
});
