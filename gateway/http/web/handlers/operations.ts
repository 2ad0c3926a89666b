// What became of a person's own signed commands.
import type { Operations } from '../../../operations/operations.js';
import type { operationEndpoints } from '../../../protocol/api/operations.js';
import type { HandlersOf } from '../binding.js';
import { found } from './answers.js';

export function operationHandlers(operations: Operations): HandlersOf<keyof typeof operationEndpoints> {
  return {
    getOperation: async ({ path }, { viewer, waitS }) =>
      found(await operations.find(viewer.person.id, path.operation, waitS * 1_000)),
  };
}
