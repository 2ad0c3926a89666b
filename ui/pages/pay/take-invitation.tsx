// Taking an invitation whose link was opened: signed by the person and by the link's own key.
import { type ReactNode, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useLocation } from 'wouter';
import type { InvitationPreview } from '../../../gateway/protocol/api/invitations.js';
import { acceptInvitation } from '../../../gateway/sdk/commands/deals.js';
import { invitationSigner } from '../../../gateway/sdk/invitation-link.js';
import { type CommandState, useCommand } from '../../app/answers.js';
import { useGateway, useMe } from '../../app/gateway.js';
import { forgetInvitation, type OpenedInvitation } from '../../app/invitation.js';
import { Button } from '../../components/button.js';
import { CommandNote } from '../../components/command-note.js';
import { Loaded } from '../../components/loaded.js';
import { Notice } from '../../components/notice.js';
import { Page } from '../../components/page.js';
import { InvitationCard, usePreview } from './invitation-card.js';

interface TakeProps {
  readonly opened: OpenedInvitation;
  /** The invitation is taken, or the person leaves it: the page of the deal follows. */
  readonly done: () => void;
}

export function TakeInvitation({ opened, done }: TakeProps): ReactNode {
  const { t } = useTranslation();
  const [, navigate] = useLocation();
  const preview = usePreview(opened);
  const command = useCommand('acceptInvitation');
  const isTaken = command.operation?.status === 'done';
  useEffect(() => {
    if (!isTaken) return;
    forgetInvitation();
    done();
  }, [isTaken, done]);
  const leave = (): void => {
    forgetInvitation();
    navigate('/');
  };
  return (
    <Page title={t('invited.title')}>
      <Loaded from={preview}>
        {(found) => (
          <>
            <InvitationCard of={found} />
            {found.status === 'open' && <Take preview={found} opened={opened} command={command} />}
            {found.status === 'taken' && (
              <Button
                className="justify-self-start"
                onClick={() => {
                  forgetInvitation();
                  done();
                }}
              >
                {t('invited.toPayment')}
              </Button>
            )}
          </>
        )}
      </Loaded>
      <button type="button" className="link justify-self-start" onClick={leave}>
        {t('invited.leave')}
      </button>
    </Page>
  );
}

interface TakeOpenProps {
  readonly opened: OpenedInvitation;
  readonly preview: InvitationPreview;
  readonly command: CommandState;
}

function Take({ preview, opened, command }: TakeOpenProps): ReactNode {
  const { t } = useTranslation();
  const { consortium } = useGateway();
  const { id: person, keyThumbprint } = useMe();
  const [isWrong, setWrong] = useState(false);
  const { deal, invitation, seed } = opened;
  const take = async (): Promise<void> => {
    const publicKey = preview.invitationKey;
    const signer = await invitationSigner({ publicKey, seed }).catch(() => null);
    setWrong(signer === null);
    if (signer === null || keyThumbprint === null) return;
    const { channel } = consortium;
    const of = { channel, deal, invitation, person, keyThumbprint, invitationSigner: signer };
    const request = await acceptInvitation(of);
    await command.send({ path: { deal, invitation }, request }).catch(() => null);
  };
  return (
    <div className="grid gap-4">
      <p>{t('invited.shown')}</p>
      {isWrong && <Notice meaning="trouble">{t('invited.wrong')}</Notice>}
      <CommandNote command={command} />
      <Button
        className="justify-self-stretch sm:justify-self-start"
        disabled={command.operation !== null}
        busy={command.isSending ? t('command.sending') : null}
        onClick={() => void take()}
      >
        {t('invited.take')}
      </Button>
    </div>
  );
}
