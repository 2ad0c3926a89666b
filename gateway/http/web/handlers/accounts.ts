// Linked accounts of a client, and asking for a link.
import type { Operations } from '../../../operations/operations.js';
import type { LinkedAccountInfo } from '../../../protocol/api/accounts.js';
import type { AccountReads, StoredLink } from '../../../store/account-reads.js';
import type { HandlersOf } from '../binding.js';
import { carry, commandOf } from './answers.js';

export interface AccountHandlersOptions {
  readonly accounts: AccountReads;
  readonly operations: Operations;
}

export function accountHandlers({
  accounts,
  operations,
}: AccountHandlersOptions): HandlersOf<'listMyAccounts' | 'askLink'> {
  return {
    listMyAccounts: async (_input, { viewer }) => ({
      items: (await accounts.ofPerson(viewer.person.id)).map(linkedAccount),
    }),
    askLink: async ({ body }, context) => {
      const command = commandOf('askLink', body.intent);
      const person = context.viewer.person.id;
      operations.require(person, command);
      const { label, lastFour } = body;
      const answer = await carry(operations, context, command);
      // Words are kept for links alone, so that nobody fills the table with others.
      if (answer.body.status !== 'refused') {
        await accounts.saveLabel({ link: body.intent.body.id, person, label, lastFour });
      }
      return answer;
    },
  };
}

/** A link that its bank does not stand behind is as good as asked for. */
export function linkedAccount({ row, isAttested, label, lastFour }: StoredLink): LinkedAccountInfo {
  const { id: link, bank, currency, status } = row;
  return { link, bank, currency, status: isAttested ? status : 'asked', label, lastFour };
}
