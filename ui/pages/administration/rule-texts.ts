// What the rules say, in the words of the pages, and how two versions of them differ.
import { useTranslation } from 'react-i18next';
import type { AgreedSettings } from '../../../chaincode/protocol/member.js';
import { PARAMETER_NAMES, type ParameterName } from '../../../gateway/protocol/parameter-bounds.js';
import { useMemberName } from '../../app/gateway.js';
import { useTexts } from '../../app/use-texts.js';
import { isRange, kindOf } from './parameter-form.js';

export const NAMES: readonly ParameterName[] = [
  ...PARAMETER_NAMES.rates,
  ...PARAMETER_NAMES.ranges,
  ...PARAMETER_NAMES.spans,
];
const CLOCK_RULES = ['windowMs', 'slackMs'] as const;

export interface Difference {
  readonly name: string;
  readonly before: string;
  readonly after: string;
}

/** "5 %", "7 days", "1 hour – 30 days, usually 3 days". */
export function useValueText(): (settings: AgreedSettings, name: ParameterName) => string {
  const { t } = useTranslation();
  const { rate, span } = useTexts();
  return (settings, name) => {
    if (isRange(name)) {
      const { least, most, usual } = settings[name];
      return t('parameters.range', { least: span(least), most: span(most), usual: span(usual) });
    }
    const value = settings[name];
    return kindOf(name) === 'rate' ? rate(value) : span(value);
  };
}

/** Each rule that is not the same in both, and each member that is in one of them only. */
export function useDifferences(): (before: AgreedSettings, after: AgreedSettings) => readonly Difference[] {
  const { t } = useTranslation();
  const { span } = useTexts();
  const valueText = useValueText();
  const memberText = useMemberText();
  return (before, after) => {
    const values = NAMES.map((name) => ({
      name: t(`parameters.name.${name}`),
      before: valueText(before, name),
      after: valueText(after, name),
    }));
    const clocks = CLOCK_RULES.map((name) => ({
      name: t(`parameters.clock.${name}`),
      before: span(before[name]),
      after: span(after[name]),
    }));
    const joining = without(after.members, before.members);
    const leaving = without(before.members, after.members);
    const members = [
      { name: t('parameters.joining'), before: '—', after: memberText(joining) },
      { name: t('parameters.leaving'), before: memberText(leaving), after: '—' },
    ].filter((_, index) => [joining, leaving][index]?.length !== 0);
    return [...[...values, ...clocks].filter((each) => each.before !== each.after), ...members];
  };
}

/** Those of the members that are not among the others as what they are. */
function without(
  members: AgreedSettings['members'],
  others: AgreedSettings['members'],
): AgreedSettings['members'] {
  return members.filter(({ msp, kind }) => !others.some((other) => other.msp === msp && other.kind === kind));
}

/** Names of all members, in one order. */
export function useMemberText(): (members: AgreedSettings['members']) => string {
  const memberName = useMemberName();
  return (members) => {
    const names = members.map(({ msp }) => memberName(msp));
    return names.sort((one, other) => (one < other ? -1 : 1)).join(', ');
  };
}
