// People of the organisation, for its administrators; for moderators under masked names.
import type { Operations } from '../../../operations/operations.js';
import type { LedgerPeople } from '../../../people/ledger-people.js';
import type { People } from '../../../people/people.js';
import { rolesOf } from '../../../people/sessions.js';
import type { peopleEndpoints } from '../../../protocol/api/people.js';
import { Refused } from '../../../refused.js';
import type { PeopleSearch } from '../../../store/people-search.js';
import type { Names } from '../../../views/viewer.js';
import type { HandlersOf } from '../binding.js';
import { carry, commandOf } from './answers.js';
import { partRequest } from './offers.js';

export function peopleHandlers({
  people,
  ledgerPeople,
  search,
  names,
  operations,
}: {
  readonly people: People;
  readonly search: PeopleSearch;
  readonly names: (people: readonly string[]) => Promise<Names>;
  readonly ledgerPeople: LedgerPeople;
  readonly operations: Operations;
}): HandlersOf<keyof typeof peopleEndpoints> {
  return {
    listPeople: ({ query: { words = null, cursor = null, limit } }) =>
      people.list({ words: words === '' ? null : words, after: cursor, limit }),
    searchMaskedPeople: async ({ query }) => {
      const words = query.words?.trim() ?? '';
      const part = await search.masked(words === '' ? null : words, partRequest(query));
      const masks = await names([]);
      const items = part.items.map(async (person) => {
        const roles = [...rolesOf(await ledgerPeople.row(person.id))];
        return { ...person, maskedName: masks.maskOf(person.id), roles };
      });
      return { items: await Promise.all(items), next: part.next };
    },
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
