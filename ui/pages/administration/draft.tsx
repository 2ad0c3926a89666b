// A proposal that the marketplace's administrator is composing: what it would change, signed as a whole.
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { AgreedSettings } from '../../../chaincode/protocol/member.js';
import type { ParametersInfo } from '../../../gateway/protocol/api/parameters.js';
import { proposeParameters } from '../../../gateway/sdk/commands/parameters.js';
import { useCommand } from '../../app/answers.js';
import { Button } from '../../components/button.js';
import { CommandNote } from '../../components/command-note.js';
import { Notice } from '../../components/notice.js';
import { Section } from '../../components/page.js';
import { isOpen } from './proposal.js';
import { RuleDifferences } from './rule-differences.js';

interface DraftProps {
  readonly of: ParametersInfo;
  readonly settings: AgreedSettings;
  /** Called when it has been sent, or is given up. */
  readonly done: () => void;
}

export function Draft({ of, settings, done }: DraftProps): ReactNode {
  const { t } = useTranslation();
  const command = useCommand('proposeParameters');
  const send = async (): Promise<void> => {
    const request = proposeParameters({ replaces: of.version, settings });
    const { status } = await command.send({ request });
    if (status === 'done') done();
  };
  return (
    <Section title={t('parameters.draft.title')}>
      <RuleDifferences before={of.settings} after={settings} />
      {of.proposal !== null && isOpen(of.proposal) && (
        <Notice meaning="held">{t('parameters.draft.replaces', { number: of.proposal.number })}</Notice>
      )}
      <p className="hint">{t('parameters.draft.signing')}</p>
      <CommandNote command={command} />
      <div className="flex flex-wrap items-center gap-4">
        <Button
          busy={command.isSending ? t('command.sending') : null}
          onClick={() => void send().catch(() => undefined)}
        >
          {t('parameters.draft.sign')}
        </Button>
        <Button look="plain" onClick={done}>
          {t('parameters.draft.discard')}
        </Button>
      </div>
    </Section>
  );
}
