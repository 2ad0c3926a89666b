// Owned rows: their owner's attestation backs what they state. In his own lane an owner changes his existing rows, and
// neither anybody else's nor their key policies.
import { ownerPolicy } from '../chaincode/protocol/key-policy.js';
import { isOwnedKind, type OwnedKind } from '../chaincode/protocol/rows.js';
import { sameBytes } from '../ledger/fabric/protobuf.js';
import type { CheckScope } from './check.js';
import type { EscrowTransaction, RowWrite } from './escrow-transaction.js';

/** In both lanes. */
export function checkAttestation(
  { place, writes }: EscrowTransaction,
  { findings, ledger }: CheckScope,
): void {
  for (const write of writes) {
    if (!isOwned(write)) continue;
    const { key, kind, after } = write;
    const failure = ledger.attestationFailure(kind, key, after);
    findings.expect('attestation', place, failure === null, () => ({
      found: `${key}: ${failure ?? ''}`,
      needed: `the initial form, or the row's hash under attestation/${key} in the collection of ${after.owner}`,
    }));
    const isGuarded = sameBytes(ledger.policy(key), ownerPolicy(after.owner));
    findings.expect('guard', place, isGuarded, () => ({
      found: `${key} under another key policy`,
      needed: `one peer of ${after.owner}`,
    }));
  }
}

/** In the owner lane. */
export function checkOwnLane(transaction: EscrowTransaction, { findings }: CheckScope): void {
  const { place, writes, sender, guarded } = transaction;
  const faults = [
    ...writes
      .filter((write) => write.before === null || !isOwned(write) || write.after.owner !== sender)
      .map(({ key, before }) => `${key} ${before === null ? 'created' : 'changed'} by ${sender}`),
    ...guarded.map((key) => `the key policy of ${key} changed by ${sender}`),
  ];
  findings.expect('guard', place, faults.length === 0, () => ({
    found: `in the owner lane: ${faults.join(', ')}`,
    needed: `existing rows of ${sender} alone`,
  }));
}

function isOwned(write: RowWrite): write is RowWrite<OwnedKind> {
  return isOwnedKind(write.kind);
}
