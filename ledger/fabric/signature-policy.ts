// Fabric's signature policies: the language of AND, OR, OutOf, and its evaluation over distinct identities.
// Evaluation takes identities whose signatures have been verified already.
import { common, msp as mspProto } from '@hyperledger/fabric-protos';
import { isValidIdentity, type KnownIdentity } from './identity.js';
import { parseMessage } from './protobuf.js';

/** Returns why the identities do not satisfy the policy, or null when they do. */
export type Policy = (identities: readonly KnownIdentity[]) => string | null;

const ROLE_BY_NAME: Readonly<Record<string, 0 | 1 | 2 | 3 | 4>> = {
  member: mspProto.MSPRole.MSPRoleType.MEMBER,
  admin: mspProto.MSPRole.MSPRoleType.ADMIN,
  client: mspProto.MSPRole.MSPRoleType.CLIENT,
  peer: mspProto.MSPRole.MSPRoleType.PEER,
  orderer: mspProto.MSPRole.MSPRoleType.ORDERER,
};

/** Parses `AND('A.peer', OR('B.member', OutOf(2, …)))`; throws with the place of the fault. */
export function parseSignaturePolicy(source: string): common.SignaturePolicyEnvelope {
  const tokens = source.match(/'[^']*'|"[^"]*"|[A-Za-z]+|\d+|[(),]|\S/g) ?? [];
  const identities: mspProto.MSPPrincipal[] = [];
  let position = 0;
  const expect = (token: string): void => {
    if (tokens[position] !== token) fail(`expected '${token}'`);
    position++;
  };
  const fail = (why: string): never => {
    throw new Error(`policy ${source}: ${why} at '${tokens[position] ?? 'the end'}'`);
  };
  const argumentList = (): common.SignaturePolicy[] => {
    const rules = [parseRule()];
    while (tokens[position] === ',') {
      position++;
      rules.push(parseRule());
    }
    expect(')');
    return rules;
  };
  const parseRule = (): common.SignaturePolicy => {
    const token = tokens[position] ?? '';
    if (/^['"]/.test(token)) {
      position++;
      identities.push(principal(token.slice(1, -1), source));
      return signedBy(identities.length - 1);
    }
    const gate = token.toLowerCase();
    if (!['and', 'or', 'outof'].includes(gate)) fail('expected AND, OR, OutOf or a principal');
    position++;
    expect('(');
    if (gate !== 'outof') {
      const rules = argumentList();
      return outOf(gate === 'and' ? rules.length : 1, rules);
    }
    const count = /^\d+$/.test(tokens[position] ?? '') ? Number(tokens[position]) : fail('expected a number');
    position++;
    expect(',');
    const rules = argumentList();
    return count <= rules.length + 1 ? outOf(count, rules) : fail(`OutOf(${String(count)}, …) of too few`);
  };
  const rule = parseRule();
  if (position !== tokens.length) fail('unexpected text');
  const envelope = new common.SignaturePolicyEnvelope();
  envelope.setRule(rule);
  envelope.setIdentitiesList(identities);
  return envelope;
}

function principal(name: string, source: string): mspProto.MSPPrincipal {
  const dot = name.lastIndexOf('.');
  const role = ROLE_BY_NAME[name.slice(dot + 1)];
  if (dot < 1 || role === undefined) throw new Error(`policy ${source}: '${name}' is not <MSP>.<role>`);
  const mspRole = new mspProto.MSPRole();
  mspRole.setMspIdentifier(name.slice(0, dot));
  mspRole.setRole(role);
  const result = new mspProto.MSPPrincipal();
  result.setPrincipalClassification(mspProto.MSPPrincipal.Classification.ROLE);
  result.setPrincipal(mspRole.serializeBinary());
  return result;
}

function signedBy(index: number): common.SignaturePolicy {
  const rule = new common.SignaturePolicy();
  rule.setSignedBy(index);
  return rule;
}

function outOf(count: number, rules: common.SignaturePolicy[]): common.SignaturePolicy {
  const gate = new common.SignaturePolicy.NOutOf();
  gate.setN(count);
  gate.setRulesList(rules);
  const rule = new common.SignaturePolicy();
  rule.setNOutOf(gate);
  return rule;
}

type Gate = (identities: readonly KnownIdentity[], used: boolean[]) => boolean;

/** Throws when the envelope has no rule or points outside its identities. */
export function compileSignaturePolicy(envelope: common.SignaturePolicyEnvelope): Policy {
  const rule = envelope.getRule();
  if (!rule) throw new Error('Empty policy element');
  const principals = envelope.getIdentitiesList().map(compilePrincipal);
  const gate = compileRule(rule, principals);
  return (identities) =>
    gate(
      identities,
      identities.map(() => false),
    )
      ? null
      : 'signature set did not satisfy policy';
}

function compileRule(
  rule: common.SignaturePolicy,
  principals: readonly ((identity: KnownIdentity) => boolean)[],
): Gate {
  const nOutOf = rule.getNOutOf();
  if (nOutOf) {
    const gates = nOutOf.getRulesList().map((inner) => compileRule(inner, principals));
    return (identities, used) => countSatisfied(gates, identities, used) >= nOutOf.getN();
  }
  if (rule.getTypeCase() !== common.SignaturePolicy.TypeCase.SIGNED_BY) throw new Error('Unknown type');
  const matches = principals[rule.getSignedBy()];
  if (!matches) throw new Error(`identity index out of range, requested ${String(rule.getSignedBy())}`);
  return (identities, used) => {
    const index = identities.findIndex((identity, i) => !used[i] && matches(identity));
    if (index >= 0) used[index] = true;
    return index >= 0;
  };
}

// Greedy, left to right, an identity counts once: an order of rules may fail where another would pass, as in Fabric.
function countSatisfied(
  gates: readonly Gate[],
  identities: readonly KnownIdentity[],
  used: boolean[],
): number {
  let satisfied = 0;
  for (const gate of gates) {
    const attempt = [...used];
    if (gate(identities, attempt)) {
      satisfied++;
      attempt.forEach((value, i) => (used[i] = value));
    }
  }
  return satisfied;
}

function compilePrincipal(source: mspProto.MSPPrincipal): (identity: KnownIdentity) => boolean {
  if (source.getPrincipalClassification() !== mspProto.MSPPrincipal.Classification.ROLE) return () => false;
  const role = parseMessage(mspProto.MSPRole, source.getPrincipal_asU8(), 'MSPRole');
  const mspId = role.getMspIdentifier();
  const wanted = role.getRole();
  return (identity) =>
    identity.mspId === mspId &&
    isValidIdentity(identity) &&
    (wanted === mspProto.MSPRole.MSPRoleType.MEMBER || ROLE_BY_NAME[identity.role ?? ''] === wanted);
}
