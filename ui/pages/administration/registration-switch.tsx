// Whether strangers may register as clients, within which bounds, and who has switched it.
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { RegistrationInfo } from '../../../gateway/protocol/api/registration.js';
import { callOf, useAnswer } from '../../app/answers.js';
import { useSession } from '../../app/gateway.js';
import { useTexts } from '../../app/use-texts.js';
import { Button } from '../../components/button.js';
import { Facts } from '../../components/facts.js';
import { Loaded } from '../../components/loaded.js';
import { Section } from '../../components/page.js';
import { ProblemNote } from '../../components/problem.js';
import { Badge } from '../../components/status.js';
import { Table } from '../../components/table.js';

export function RegistrationSwitch(): ReactNode {
  const registration = useAnswer('getRegistration', {}, { everyMs: 15_000 });
  return (
    <div className="column grid gap-6">
      <Loaded from={registration}>{(found) => <State of={found} />}</Loaded>
    </div>
  );
}

function State({ of }: { readonly of: RegistrationInfo }): ReactNode {
  const { t } = useTranslation();
  const { number, shortInstant } = useTexts();
  const toggle = useSwitch();
  return (
    <>
      <p className="text-quiet">{t('registration.about')}</p>
      <div className="card px-5 py-1">
        <Facts
          of={[
            {
              name: t('registration.state'),
              value: (
                <Badge meaning={of.isOpen ? 'paid' : 'plain'} {...(of.isOpen ? {} : { sign: 'lock' })}>
                  {t(of.isOpen ? 'registration.open' : 'registration.closed')}
                </Badge>
              ),
            },
            {
              name: t('registration.thisHour'),
              value: t('registration.ofMost', { taken: of.thisHour, most: number(of.mostAnHour) }),
            },
            { name: t('registration.byAddress'), value: number(of.mostByAddress) },
          ]}
        />
      </div>
      <ProblemNote error={toggle.error} />
      <div>
        <Button
          look={of.isOpen ? 'danger' : 'main'}
          busy={toggle.isPending ? t('registration.switching') : null}
          onClick={() => {
            toggle.mutate(!of.isOpen);
          }}
        >
          {t(of.isOpen ? 'registration.toClose' : 'registration.toOpen')}
        </Button>
      </div>
      {of.changes.length > 0 && (
        <Section title={t('registration.history')}>
          <Table
            caption={t('registration.history')}
            rows={of.changes}
            keyOf={({ at }) => String(at)}
            columns={[
              { name: t('labels.when'), cell: ({ at }) => shortInstant(at) },
              { name: t('labels.who'), cell: ({ by }) => by },
              {
                name: t('labels.what'),
                cell: ({ isOpen }) => t(isOpen ? 'registration.opened' : 'registration.wasClosed'),
              },
            ]}
          />
        </Section>
      )}
    </>
  );
}

function useSwitch() {
  const call = callOf(useSession().api);
  const client = useQueryClient();
  return useMutation({
    mutationFn: (isOpen: boolean) => call('setRegistration', { body: { isOpen } }),
    onSettled: () => client.invalidateQueries(),
  });
}
