// People of the organisation, for its administrators.
import type { Operations } from '../../../operations/operations.js';
import type { LedgerPeople } from '../../../people/ledger-people.js';
import type { People } from '../../../people/people.js';
import type { peopleEndpoints } from '../../../protocol/api/people.js';
import { Refused } from '../../../refused.js';
import type { HandlersOf } from '../binding.js';
import { carry, commandOf } from './answers.js';

export function peopleHandlers({
  people,
  ledgerPeople,
  operations,
}: {
  readonly people: People;
  readonly ledgerPeople: LedgerPeople;
  readonly operations: Operations;
}): HandlersOf<keyof typeof peopleEndpoints> {
  return {
    listPeople: ({ query: { words = null, cursor = null, limit } }) =>
      people.list({ words: words === '' ? null : words, after: cursor, limit }),
    createPerson: async ({ body }) => {
      const { person, password } = await people.create(body);
      return { person: await people.info(person), password };
    },
    resetPerson: async ({ path }) => ({ password: await people.reset(path.person) }),
    confirmPerson: async ({ path, body: { intent } }, context) => {
      const person = await people.present(path.person);
      const action = intent.body.action === 'registerPerson' ? 'registerPerson' : 'confirmPerson';
      const named = action === 'registerPerson' ? intent.body.id : intent.body.params['person'];
      if (named !== person.id) throw new Refused('NOT_FOUND', { what: person.id });
      const answer = await carry(operations, context, commandOf(action, intent));
      ledgerPeople.forget(person.id);
      if (answer.body.status === 'done' && action === 'confirmPerson') {
        await people.setWaitingClaim(person.id, null);
      }
      return answer;
    },
  };
}
