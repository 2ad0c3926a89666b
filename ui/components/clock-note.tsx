// Said where times are signed: this device's clock is wrong by more than the members allow, and what is done about
// it.
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useGateway } from '../app/gateway.js';
import { useTexts } from '../app/use-texts.js';
import { Notice } from './notice.js';

export function ClockNote(): ReactNode {
  const { t } = useTranslation();
  const { span } = useTexts();
  const { consortium, session } = useGateway();
  const difference = session.clockDifferenceMs ?? 0;
  if (Math.abs(difference) <= consortium.windowMs) return null;
  return <Notice meaning="held">{t('clock.differs', { span: span(Math.abs(difference)) })}</Notice>;
}
