// Every script in the order of the record, and under which name its area is recorded.
import type { Script } from './play.js';
import { BLOCK_SCRIPTS } from './scripts/blocks.js';
import { CALLER_SCRIPTS } from './scripts/callers.js';
import { CHAINCODE_SCRIPTS } from './scripts/chaincode.js';
import { CONFLICT_SCRIPTS } from './scripts/conflicts.js';
import { ENDORSEMENT_SCRIPTS } from './scripts/endorsements.js';
import { HISTORY_SCRIPTS } from './scripts/history.js';
import { KEY_POLICY_SCRIPTS } from './scripts/key-policies.js';
import { OWN_COLLECTION_SCRIPTS } from './scripts/own-collections.js';
import { PRIVATE_DATA_SCRIPTS } from './scripts/private-data.js';
import { PRIVATE_POLICY_SCRIPTS } from './scripts/private-policies.js';
import { RANGE_SCRIPTS } from './scripts/ranges.js';
import { REQUEST_SCRIPTS } from './scripts/requests.js';
import { STATE_SCRIPTS } from './scripts/state.js';
import { STREAM_SCRIPTS } from './scripts/streams.js';

/** Scripts by area; an area is one file of the record. */
export const AREAS: Readonly<Record<string, readonly Script[]>> = {
  chaincode: CHAINCODE_SCRIPTS,
  state: STATE_SCRIPTS,
  ranges: RANGE_SCRIPTS,
  conflicts: CONFLICT_SCRIPTS,
  endorsements: ENDORSEMENT_SCRIPTS,
  'key policies': KEY_POLICY_SCRIPTS,
  'private data': PRIVATE_DATA_SCRIPTS,
  'private policies': PRIVATE_POLICY_SCRIPTS,
  'own collections': OWN_COLLECTION_SCRIPTS,
  history: HISTORY_SCRIPTS,
  streams: STREAM_SCRIPTS,
  callers: CALLER_SCRIPTS,
  requests: REQUEST_SCRIPTS,
  blocks: BLOCK_SCRIPTS,
};
