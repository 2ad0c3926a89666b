// Duty: the definition that every ground gets for a consortium, and how Fabric's program takes and prints it.
// Must not: need Fabric; that its peers take it is shown on real ones.
import { expect } from 'chai';
import { chaincodeDefinition, ownCollections } from '../../network/chaincode-definition.js';
import { readConsortium } from '../../network/consortium.js';
import { arePrinted, collectionsConfig } from '../../network/fabric/collections-config.js';

/** Fabric's program lets nothing else be a name. */
const NAME = /^[A-Za-z0-9-]+([A-Za-z0-9_-]+)*$/;

/** As `peer lifecycle chaincode querycommitted --output json` of version 3.1.5 has printed it. */
function printed(mspId: string, member: string, peer: string): unknown {
  const policy = (principal: string) => ({
    rule: { Type: { NOutOf: { n: 1, rules: [{ Type: { SignedBy: 0 } }] } } },
    identities: [{ principal }],
  });
  const config = {
    name: `own_${mspId}`,
    member_orgs_policy: { Payload: { SignaturePolicy: policy(member) } },
    maximum_peer_count: 1,
    member_only_read: true,
    member_only_write: true,
    endorsement_policy: { Type: { SignaturePolicy: policy(peer) } },
  };
  return { Payload: { StaticCollectionConfig: config } };
}

const BANK_A = printed('BankAMSP', 'CghCYW5rQU1TUA==', 'CghCYW5rQU1TUBAD');
const MARKETPLACE = printed('MarketplaceMSP', 'Cg5NYXJrZXRwbGFjZU1TUA==', 'Cg5NYXJrZXRwbGFjZU1TUBAD');

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
        endorsementPolicy: `OR('${mspId}.peer')`,
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
        endorsementPolicy: { signaturePolicy: "OR('BankAMSP.peer')" },
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
      [BANK_A, printed('MarketplaceMSP', 'CghCYW5rQU1TUA==', 'Cg5NYXJrZXRwbGFjZU1TUBAD')],
      [BANK_A, printed('MarketplaceMSP', 'Cg5NYXJrZXRwbGFjZU1TUA==', 'CghCYW5rQU1TUBAD')],
    ];
    for (const other of others) expect(arePrinted(wanted, other)).to.equal(false);
    for (const flag of ['memberOnlyRead', 'memberOnlyWrite'] as const) {
      const open = wanted.map((collection) => ({ ...collection, [flag]: false }));
      expect(arePrinted(open, [BANK_A, MARKETPLACE]), flag).to.equal(false);
    }
  });
});
