// An administrator confirms that a waiting key is this person's, with the roles that it gets.
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { keyThumbprint } from '../../../chaincode/protocol/intent.js';
import type { PersonInfo } from '../../../gateway/protocol/api/people.js';
import { confirmPerson, registerPerson } from '../../../gateway/sdk/commands/people.js';
import { CommandRefused, useCommand } from '../../app/answers.js';
import { Button } from '../../components/button.js';
import { CommandNote } from '../../components/command-note.js';
import { Facts } from '../../components/facts.js';
import { Notice } from '../../components/notice.js';

const SHOWN_DIGITS = 16;
const FOURS = /.{4}/g;

interface ConfirmKeyProps {
  readonly person: PersonInfo;
  readonly done: () => void;
}

export function ConfirmKey({ person, done }: ConfirmKeyProps): ReactNode {
  const { t } = useTranslation();
  const { command, send } = useConfirming(person, done);
  const thumbprint = person.waitingKey === null ? '' : keyThumbprint(person.waitingKey);
  return (
    <div className="grid gap-5">
      <Facts
        of={[
          { name: t('people.name'), value: person.name },
          { name: t('people.login'), value: person.login },
          {
            name: t('people.roles'),
            value: person.intendedRoles.map((role) => t(`people.role.${role}`)).join(', '),
          },
          {
            name: t('people.keyBegins'),
            value: <span className="code">{thumbprint.slice(0, SHOWN_DIGITS).match(FOURS)?.join(' ')}</span>,
          },
        ]}
      />
      <Notice meaning="held">{t('people.compare')}</Notice>
      <CommandNote command={command} />
      <Button
        disabled={command.isWaiting}
        busy={command.isSending ? t('command.sending') : null}
        onClick={() => void send()}
      >
        {t('people.signConfirmation')}
      </Button>
    </div>
  );
}

/** The row first, where there is none yet, then key and roles. */
function useConfirming(person: PersonInfo, done: () => void) {
  const command = useCommand('confirmPerson');
  const path = { person: person.id };
  const send = async (): Promise<void> => {
    if (person.waitingKey === null) return;
    try {
      await command.send({ path, request: registerPerson({ person: person.id }) }).catch((error: unknown) => {
        if (!(error instanceof CommandRefused) || error.code !== 'EXISTS') throw error;
      });
      const request = confirmPerson({
        person: person.id,
        key: person.waitingKey,
        roles: person.intendedRoles,
      });
      const operation = await command.send({ path, request });
      if (operation.status === 'done') done();
    } catch {
      return; // shown beside the button
    }
  };
  return { command, send };
}
