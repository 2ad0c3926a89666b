// What becomes of a signed command: received by whom, refused with the reason, or being processed, said as it is.
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { CommandState } from '../app/answers.js';
import { useMemberName } from '../app/gateway.js';
import type { Submission } from '../app/session.js';
import { useTexts } from '../app/use-texts.js';
import { Button } from './button.js';
import { Notice } from './notice.js';
import { ProblemNote } from './problem.js';

export function CommandNote({ command }: { readonly command: CommandState }): ReactNode {
  const { t } = useTranslation();
  if (command.submission !== null) return <SubmissionNote submission={command.submission} />;
  if (command.error !== null) return <ProblemNote error={command.error} />;
  if (!command.isWaiting) return null;
  const isUnknown = command.operation?.status === 'unknown';
  return (
    <Notice meaning="moving">
      <p className="font-semibold">{t(isUnknown ? 'command.unknown' : 'command.pending')}</p>
      <p className="text-sm">{t(isUnknown ? 'command.unknownMore' : 'command.pendingMore')}</p>
    </Notice>
  );
}

/** While it is being sent: the member's signed word that it is in time, or the next member's door. */
function SubmissionNote({ submission }: { readonly submission: Submission }): ReactNode {
  const { t } = useTranslation();
  const { exactInstant } = useTexts();
  const memberName = useMemberName();
  const { receipt, silent, other } = submission;
  const last = silent.at(-1);
  if (receipt === null && last === undefined) return null;
  return (
    <div className="grid gap-3">
      {receipt !== null && (
        <Notice meaning="moving">
          {t('command.received', {
            member: memberName(receipt.body.mspId),
            at: exactInstant(receipt.body.receivedAt),
          })}
        </Notice>
      )}
      {last !== undefined && (
        <Notice meaning="trouble">
          <p className="font-semibold">{t('command.silent', { member: memberName(last) })}</p>
          {other !== null && (
            <>
              <p>{t('command.silentMore')}</p>
              <div className="mt-2">
                <Button look="plain" isSmall onClick={other.take}>
                  {t('command.through', { member: memberName(other.member) })}
                </Button>
              </div>
            </>
          )}
        </Notice>
      )}
    </div>
  );
}
