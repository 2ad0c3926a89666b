// Invitations to pay into a deal, by a link that only its holder has.
import { dealViewOf } from '../../../projection/deal-view.js';
import type { invitationEndpoints } from '../../../protocol/api/invitations.js';
import type { StoredDeal } from '../../../store/deal-reads.js';
import { invitationPreview } from '../../../views/invitations.js';
import type { HandlersOf } from '../binding.js';
import { carry, commandOf, found, requireSubject } from './answers.js';
import { type DealHandlersOptions, requireParty } from './deals.js';

export function invitationHandlers(
  options: Pick<DealHandlersOptions, 'deals' | 'operations' | 'clock'>,
): HandlersOf<keyof typeof invitationEndpoints> {
  const { deals, operations, clock } = options;
  return {
    invitePayer: async ({ path, body }, context) => {
      requireSubject(body.intent, 'deal', path.deal);
      await requireParty(deals, path.deal, context);
      return carry(operations, context, commandOf('invitePayer', body.intent));
    },
    previewInvitation: async ({ path: { deal, invitation } }) =>
      found(invitationPreview({ ...seenOf(await deals.find(deal)), invitation }, clock.now())),
    acceptInvitation: async ({ path, body }, context) => {
      requireSubject(body.intent, 'deal', path.deal);
      requireSubject(body.intent, 'invitation', path.invitation);
      const { view } = seenOf(await deals.find(path.deal));
      found(view.invitations.find(({ id }) => id === path.invitation) ?? null);
      return carry(operations, context, commandOf('acceptInvitation', body.intent));
    },
    withdrawInvitation: async ({ path, body }, context) => {
      requireSubject(body.intent, 'deal', path.deal);
      requireSubject(body.intent, 'invitation', path.invitation);
      await requireParty(deals, path.deal, context);
      return carry(operations, context, commandOf('withdrawInvitation', body.intent));
    },
  };
}

function seenOf({ rows, shares, content }: StoredDeal) {
  const view = dealViewOf(rows, shares);
  const title = content?.title ?? view.terms?.terms.offerTerms.offer ?? '';
  return { view, title, picture: content?.pictures[0] ?? null };
}
