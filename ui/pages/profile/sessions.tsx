// Where the person is signed in, and ending all of it.
import { useMutation } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useAnswer } from '../../app/answers.js';
import { useGateway } from '../../app/gateway.js';
import { useTexts } from '../../app/use-texts.js';
import { Button } from '../../components/button.js';
import { Loaded } from '../../components/loaded.js';
import { ProblemNote } from '../../components/problem.js';
import { Badge } from '../../components/status.js';

export function Sessions(): ReactNode {
  const { t } = useTranslation();
  const { instant } = useTexts();
  const { session, refresh } = useGateway();
  const sessions = useAnswer('listSessions', {});
  const ending = useMutation({ mutationFn: () => session.signOut({ everywhere: true }), onSuccess: refresh });
  return (
    <>
      <Loaded from={sessions} lines={2}>
        {({ items }) => (
          <ul className="card divide-y divide-line">
            {items.map(({ id, userAgent, usedAt, isThis }) => (
              <li key={id} className="flex flex-wrap items-center justify-between gap-x-4 gap-y-1 px-5 py-3">
                <div className="min-w-0">
                  <p className="font-semibold">{deviceOf(userAgent) ?? t('sessions.unknown')}</p>
                  <p className="text-sm text-quiet">{t('sessions.used', { at: instant(usedAt) })}</p>
                </div>
                {isThis && <Badge meaning="paid">{t('sessions.this')}</Badge>}
              </li>
            ))}
          </ul>
        )}
      </Loaded>
      <ProblemNote error={ending.error} />
      <div>
        <Button
          look="danger"
          busy={ending.isPending ? t('sessions.ending') : null}
          onClick={() => {
            ending.mutate();
          }}
        >
          {t('sessions.endAll')}
        </Button>
      </div>
    </>
  );
}

const BROWSERS = [
  ['Firefox', /Firefox\/(\d+)/],
  ['Edge', /Edg\/(\d+)/],
  ['Yandex', /YaBrowser\/(\d+)/],
  ['Chrome', /Chrom(?:e|ium)\/(\d+)/],
  ['Safari', /Version\/(\d+).*Safari/],
] as const;
const SYSTEMS = [
  ['Android', /Android/],
  ['iOS', /iPhone|iPad/],
  ['Windows', /Windows/],
  ['macOS', /Mac OS X/],
  ['Linux', /Linux/],
] as const;

/** Names of programs, as they name themselves. */
function deviceOf(userAgent: string): string | null {
  const browser = BROWSERS.find(([, form]) => form.test(userAgent))?.[0];
  const system = SYSTEMS.find(([, form]) => form.test(userAgent))?.[0];
  const known = [browser, system].filter((name) => name !== undefined);
  return known.length === 0 ? null : known.join(', ');
}
