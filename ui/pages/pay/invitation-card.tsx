// What the holder of a link sees of an invitation: the goods, what is missing, until when. Nobody's name.
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { InvitationPreview } from '../../../gateway/protocol/api/invitations.js';
import { useAnswer } from '../../app/answers.js';
import type { OpenedInvitation } from '../../app/invitation.js';
import { Amount } from '../../components/amount.js';
import { Deadline } from '../../components/deadline.js';
import { Facts } from '../../components/facts.js';
import { Loaded } from '../../components/loaded.js';
import { Notice } from '../../components/notice.js';
import { Picture } from '../../components/picture.js';

export function usePreview({ deal, invitation }: OpenedInvitation) {
  return useAnswer('previewInvitation', { path: { deal, invitation } });
}

/** Above the door, before anybody has signed in. */
export function InvitationAtDoor({ opened }: { readonly opened: OpenedInvitation }): ReactNode {
  const { t } = useTranslation();
  const preview = usePreview(opened);
  return (
    <div className="column grid gap-4 pb-10">
      <h2>{t('invited.title')}</h2>
      <Loaded from={preview}>{(found) => <InvitationCard of={found} />}</Loaded>
      <p className="text-quiet">{t('invited.signIn')}</p>
    </div>
  );
}

export function InvitationCard({ of }: { readonly of: InvitationPreview }): ReactNode {
  const { t } = useTranslation();
  const { title, picture, status, currency, missing, price, most, until } = of;
  return (
    <>
      <div className="card grid gap-4 p-5 sm:grid-cols-[8rem_1fr] sm:p-6">
        <Picture hash={picture} title={title} isSmall className="h-32 w-32 rounded-lg" />
        <div className="grid min-w-0 gap-2">
          <p className="text-lg font-semibold">{title}</p>
          <Facts
            of={[
              {
                name: t('invited.missing'),
                value: <Amount of={missing} currency={currency} />,
                isMain: true,
              },
              { name: t('invited.price'), value: <Amount of={price} currency={currency} /> },
              { name: t('invited.most'), value: <Amount of={most} currency={currency} /> },
              { name: t('invited.until'), value: <Deadline at={until} /> },
            ]}
          />
        </div>
      </div>
      {status !== 'open' && <Notice meaning="returned">{t(`invited.status.${status}`)}</Notice>}
    </>
  );
}
