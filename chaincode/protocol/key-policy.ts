// The key policy of an owned row: one peer of its owner, as the bytes of a SignaturePolicyEnvelope. fabric-shim is not
// used: its own copy of the message classes replaces the ledger's when both share a process.
import { utf8Bytes } from '#hash';

/** Field numbers and wire types of fabric-protos `common/policies.proto` and `msp/msp_principal.proto`. */
const RULE = 0x12;
const IDENTITIES = 0x1a;
const N_OUT_OF = 0x12;
const N = 0x08;
const RULES = 0x12;
const SIGNED_BY = 0x08;
const PRINCIPAL = 0x12;
const MSP_IDENTIFIER = 0x0a;
const ROLE = 0x10;
const PEER = 3;

const policies = new Map<string, Uint8Array>();

/** What `KeyEndorsementPolicy` yields for PEER of one MSP; the same bytes in every process. */
export function ownerPolicy(msp: string): Uint8Array {
  const known = policies.get(msp);
  if (known !== undefined) return known;
  const made = policyBytes(msp);
  policies.set(msp, made);
  return made;
}

function policyBytes(msp: string): Uint8Array {
  const oneOfOne = [N, 1, ...field(RULES, [SIGNED_BY, 0])];
  const peerOfOwner = [...field(MSP_IDENTIFIER, [...utf8Bytes(msp)]), ROLE, PEER];
  return Uint8Array.from([
    ...field(RULE, field(N_OUT_OF, oneOfOne)),
    ...field(IDENTITIES, field(PRINCIPAL, peerOfOwner)),
  ]);
}

function field(tag: number, content: readonly number[]): number[] {
  // One length byte reaches to 127; an MSP id has at most 64 characters.
  if (content.length > 127) throw new RangeError('the field is too long');
  return [tag, content.length, ...content];
}
