// Invitations at the fake gateway: made, withdrawn and taken at once; a link's preview is of the deal that it names.
import type { Intent } from '../../../chaincode/protocol/intent.js';
import type { DealPage } from '../../../gateway/protocol/api/deals.js';
import type { InvitationInfo, InvitationPreview } from '../../../gateway/protocol/api/invitations.js';
import type { Operation } from '../../../gateway/protocol/api/forms.js';
import { type Asked, FakeRefusal } from './asked.js';
import { HOUR_MS, MINUTE_MS } from './deals.js';

const intentOf = ({ body }: Asked): Intent => (body as { readonly intent: Intent }).intent;
const SOFIA = { id: 'person_sofia00001', name: 'София Лебедева', isMasked: false } as const;

/** One that a friend has taken, one that waits. */
export function invitations(): InvitationInfo[] {
  const usual = { isMine: false, isUnused: true, until: Date.now() + 40 * MINUTE_MS };
  return [
    { ...usual, id: 'invitation_taken01', status: 'taken', most: '300000', left: '300000', takenBy: SOFIA },
    { ...usual, id: 'invitation_open001', status: 'open', most: '200000', left: '200000', takenBy: null },
  ];
}

export function invitationAnswers(all: DealPage[], done: (asked: Asked) => Operation) {
  const keys = new Map<string, string>();
  const change = (id: string, how: (found: DealPage) => DealPage): void => {
    const index = all.findIndex((one) => one.id === id);
    const found = all[index];
    if (found === undefined) throw new FakeRefusal('NOT_FOUND');
    all.splice(index, 1, how(found));
  };
  const changeOne = ({ path }: Asked, of: Partial<InvitationInfo>): void => {
    change(path['deal'] ?? '', (found) => ({
      ...found,
      invitations: found.invitations.map((one) => (one.id === path['invitation'] ? { ...one, ...of } : one)),
    }));
  };
  return {
    invitePayer: (asked: Asked) => {
      const { id, params } = intentOf(asked).body;
      const { most, until, invitationKey } = params as {
        readonly most: string;
        readonly until: number;
        readonly invitationKey: string;
      };
      keys.set(id, invitationKey);
      const made = { id, most, until, left: most, takenBy: null, isMine: false, isUnused: true };
      change(asked.path['deal'] ?? '', (found) => ({
        ...found,
        invitations: [...found.invitations, { ...made, status: 'open' as const }],
      }));
      return done(asked);
    },
    previewInvitation: ({ path }: Asked): InvitationPreview => {
      const found = all.find(({ id }) => id === path['deal']);
      const invitation = found?.invitations.find(({ id }) => id === path['invitation']);
      if (found === undefined || invitation === undefined) throw new FakeRefusal('NOT_FOUND');
      const { currency, price, missing } = found.money;
      const { id, status, most, until } = invitation;
      return {
        ...{ deal: found.id, invitation: id, title: found.title, picture: found.picture },
        ...{ status, currency, price, missing, most, until },
        payDeadline: Date.now() + HOUR_MS,
        invitationKey: keys.get(id) ?? '',
      };
    },
    acceptInvitation: (asked: Asked) => {
      changeOne(asked, { status: 'taken', takenBy: SOFIA });
      return done(asked);
    },
    withdrawInvitation: (asked: Asked) => {
      changeOne(asked, { status: 'withdrawn' });
      return done(asked);
    },
  };
}
