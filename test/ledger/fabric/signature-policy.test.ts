// Fabric's policy language and its evaluation.
import { generateKeyPairSync } from 'node:crypto';
import { expect } from 'chai';
import type { KnownIdentity, NodeRole } from '../../../ledger/fabric/identity.js';
import { compileSignaturePolicy, parseSignaturePolicy } from '../../../ledger/fabric/signature-policy.js';

const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });

function signer(mspId: string, role: NodeRole | null, revoked = false): KnownIdentity {
  return { mspId, id: `${mspId}/${String(role)}`, certPem: '', role, revoked, publicKey, expiresAt: 0 };
}

function satisfied(source: string, signers: readonly KnownIdentity[]): boolean {
  return compileSignaturePolicy(parseSignaturePolicy(source))(signers) === null;
}

const a = signer('A', 'peer');
const b = signer('B', 'peer');
const c = signer('C', 'peer');

describe('embedded engine: signature policies', () => {
  for (const [source, signers, expected] of [
    ["AND('A.peer', 'B.peer')", [a, b], true],
    ["AND('A.peer', 'B.peer')", [a], false],
    ["and('A.peer', 'B.peer')", [b, a], true],
    ["OR('A.peer', 'B.peer')", [b], true],
    ["OR('A.peer', 'B.peer')", [c], false],
    ["OutOf(2, 'A.peer', 'B.peer', 'C.peer')", [a, c], true],
    ["OutOf(2, 'A.peer', 'B.peer', 'C.peer')", [c], false],
    ["AND('A.peer', OutOf(1, 'B.peer', 'C.peer'))", [a, c], true],
    ["AND('A.peer', OutOf(1, 'B.peer', 'C.peer'))", [b, c], false],
    ["OR('A.member')", [signer('A', 'client')], true],
    ["OR('A.peer')", [signer('A', 'client')], false],
    ["OR('A.admin')", [signer('A', 'admin')], true],
    ["OR('A.member')", [signer('A', null)], false],
    ["OR('A.member')", [signer('A', 'peer', true)], false],
    ["OutOf(0, 'A.peer')", [], true],
  ] satisfies [string, KnownIdentity[], boolean][]) {
    it(`${source} is ${expected ? '' : 'not '}satisfied by ${signers.map(({ id }) => id).join(', ')}`, () => {
      expect(satisfied(source, signers)).to.equal(expected);
    });
  }

  it('one signature counts once', () => {
    expect(satisfied("AND('A.peer', 'A.peer')", [a])).to.equal(false);
    expect(satisfied("AND('A.member', 'A.peer')", [a, signer('A', 'client')])).to.equal(false);
    expect(satisfied("AND('A.peer', 'A.member')", [a, signer('A', 'client')])).to.equal(true);
  });

  for (const source of [
    '',
    'AND(',
    "XOR('A.peer')",
    "AND('A.king')",
    "AND('A.peer') extra",
    "OutOf('A.peer')",
    'AND()',
  ]) {
    it(`'${source}' is refused with the place of the fault`, () => {
      expect(() => parseSignaturePolicy(source)).to.throw(/^policy /);
    });
  }

  it('OutOf of more than there are is refused', () => {
    expect(() => parseSignaturePolicy("OutOf(3, 'A.peer')")).to.throw('of too few');
  });
});
