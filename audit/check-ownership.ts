// Owned rows: their owner's attestation backs what they state, and only their owner changes them.
import { ownerPolicy } from '../chaincode/protocol/key-policy.js';
import { sameBytes } from '../ledger/fabric/protobuf.js';
import { isOwnedKind } from '../chaincode/protocol/rows.js';
import { sameJson, type CheckScope } from './check.js';
import type { EscrowTransaction } from './escrow-transaction.js';

const WRITTEN_ONCE: readonly string[] = ['usedIntent', 'bankName', 'shares', 'terms', 'plan', 'obligation'];

export function checkOwnership({ place, writes, lane, sender }: EscrowTransaction, scope: CheckScope): void {
  const { findings, ledger } = scope;
  for (const { key, kind, before, after } of writes) {
    if (WRITTEN_ONCE.includes(kind)) {
      // An offer that is listed anew writes the same shares again.
      const isOnce = before === null || (kind === 'shares' && sameJson(before, after));
      findings.expect('writtenOnce', place, isOnce, () => ({
        found: `${key} written again`,
        needed: 'rows of this kind are written once',
      }));
    }
    if (!isOwnedKind(kind)) continue;
    const row = after as Parameters<typeof ledger.attestationFailure<typeof kind>>[2]; // an owned kind's row
    const failure = ledger.attestationFailure(kind, key, row);
    findings.expect('attestation', place, failure === null, () => ({
      found: `${key}: ${failure ?? ''}`,
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
