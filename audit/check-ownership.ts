// Owned rows: what they say is backed by their owner's attestation, and only their owner may change them.
// It must not ask what the row says.
import { ownerPolicy } from '../chaincode/protocol/key-policy.js';
import { sameBytes } from '../ledger/fabric/protobuf.js';
import type { CheckScope } from './check.js';
import { isOwnedKind, type EscrowTransaction } from './escrow-transaction.js';

const WRITTEN_ONCE: readonly string[] = ['usedIntent', 'terms', 'plan', 'obligation'];

export function checkOwnership({ place, writes, lane, sender }: EscrowTransaction, scope: CheckScope): void {
  const { findings, ledger } = scope;
  for (const { key, kind, before, after } of writes) {
    if (WRITTEN_ONCE.includes(kind)) {
      findings.expect('writtenOnce', place, before === null, () => ({
        found: `${key} written again`,
        needed: 'rows of this kind are written once',
      }));
    }
    if (!isOwnedKind(kind)) continue;
    const row = after as Parameters<typeof ledger.attestationFailure<typeof kind>>[2]; // an owned kind's row
    const attestationFailure = ledger.attestationFailure(kind, key, row);
    findings.expect('attestation', place, attestationFailure === null, () => ({
      found: `${key}: ${attestationFailure ?? ''}`,
      needed: `the initial form, or the row's hash under attestation/${key} in the collection of ${row.owner}`,
    }));
    const guarded = sameBytes(ledger.policy(key), ownerPolicy(row.owner));
    findings.expect('guard', place, guarded, () => ({
      found: `${key} under another key policy`,
      needed: `one peer of ${row.owner}`,
    }));
    const byOwner = before === null ? lane === 'agreement' : lane === 'owner' && sender === row.owner;
    findings.expect('guard', place, byOwner, () => ({
      found: `${key} ${before === null ? 'created' : 'changed'} by ${sender} in the ${lane ?? 'no'} lane`,
      needed: before === null ? 'the agreement lane' : `the lane of ${row.owner}`,
    }));
  }
}
