// What administrators look after, part by part: everywhere the rules and the members of the consortium; at the
// marketplace labels and registration as well.
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import { useGateway } from '../../app/gateway.js';
import type { PageProps } from '../../app/page-props.js';
import { Page } from '../../components/page.js';
import { Labels } from './labels.js';
import { Members } from './members.js';
import { Parameters } from './parameters.js';
import { RegistrationSwitch } from './registration-switch.js';

const PARTS = {
  parameters: Parameters,
  labels: Labels,
  registration: RegistrationSwitch,
  members: Members,
} as const;
type Part = keyof typeof PARTS;

export function Administration({ id }: PageProps): ReactNode {
  const { t } = useTranslation();
  const { consortium } = useGateway();
  const own = consortium.members.find(({ mspId }) => mspId === consortium.mspId);
  const parts: readonly Part[] =
    own?.kind === 'marketplace'
      ? ['parameters', 'labels', 'registration', 'members']
      : ['parameters', 'members'];
  const shown = parts.find((part) => part === id) ?? parts[0] ?? 'members';
  const Shown = PARTS[shown];
  return (
    <Page title={t('administration.title')} isWide>
      {parts.length > 1 && (
        <nav aria-label={t('administration.parts')} className="tabs">
          {parts.map((part) => (
            <Link
              key={part}
              href={part === parts[0] ? '/administration' : `/administration/${part}`}
              className="tab"
              aria-current={part === shown ? 'page' : undefined}
            >
              {t(`administration.part.${part}`)}
            </Link>
          ))}
        </nav>
      )}
      <Shown />
    </Page>
  );
}
