// Key policies as bytes, the way any client library writes them.
import { common, msp } from '@hyperledger/fabric-protos';

type Role = keyof typeof msp.MSPRole.MSPRoleType;

export interface SignedBy {
  readonly mspId: string;
  readonly role: Role;
}

export interface OutOf {
  readonly needed: number;
  readonly of: readonly Rule[];
}

export type Rule = SignedBy | OutOf;

export const signedBy = (mspId: string, role: Role = 'PEER'): SignedBy => ({ mspId, role });
export const outOf = (needed: number, ...of: readonly Rule[]): OutOf => ({ needed, of });
export const allOf = (...mspIds: readonly string[]): OutOf =>
  outOf(mspIds.length, ...mspIds.map((mspId) => signedBy(mspId)));
export const anyOf = (...mspIds: readonly string[]): OutOf =>
  outOf(1, ...mspIds.map((mspId) => signedBy(mspId)));

/** The rule as a SignaturePolicyEnvelope in base64. */
export function policyBytes(rule: Rule): string {
  const principals: SignedBy[] = [];
  const policy = new common.SignaturePolicyEnvelope();
  policy.setRule(signaturePolicy(rule, principals));
  policy.setIdentitiesList(principals.map(principal));
  return Buffer.from(policy.serializeBinary()).toString('base64');
}

function signaturePolicy(rule: Rule, principals: SignedBy[]): common.SignaturePolicy {
  const policy = new common.SignaturePolicy();
  if ('mspId' in rule) {
    policy.setSignedBy(principals.push(rule) - 1);
    return policy;
  }
  const choice = new common.SignaturePolicy.NOutOf();
  choice.setN(rule.needed);
  choice.setRulesList(rule.of.map((part) => signaturePolicy(part, principals)));
  policy.setNOutOf(choice);
  return policy;
}

function principal({ mspId, role }: SignedBy): msp.MSPPrincipal {
  const named = new msp.MSPRole();
  named.setMspIdentifier(mspId);
  named.setRole(msp.MSPRole.MSPRoleType[role]);
  const made = new msp.MSPPrincipal();
  made.setPrincipalClassification(msp.MSPPrincipal.Classification.ROLE);
  made.setPrincipal(named.serializeBinary());
  return made;
}
