// Changes of the ledger's parameters as on a running network: proposed by the marketplace, accepted by other members,
// applied when they are due.
import type { AgreedSettings } from '../../chaincode/protocol/member.js';
import { agreedSettingsOf, votersOf } from '../../chaincode/protocol/parameters-proposal.js';
import { marginMs } from '../../chaincode/protocol/time-bounds.js';
import { acceptParameters, proposeParameters } from '../../gateway/sdk/commands/parameters.js';
import { machine } from './deal-play.js';
import { agreed, MARKETPLACE, type Step } from './member-access.js';
import { present, type TestConsortium } from './test-consortium.js';

/** The settings in force with changes; the delay is as long as their clock rules need at least. */
export async function changedSettings(
  consortium: TestConsortium,
  changes: Partial<AgreedSettings>,
): Promise<AgreedSettings> {
  const settings = { ...(await settingsOf(consortium)), ...changes };
  return { ...settings, changeDelayMs: Math.max(settings.changeDelayMs, marginMs(settings)) };
}

/** What is agreed on now. */
export async function settingsOf(consortium: TestConsortium): Promise<AgreedSettings> {
  return agreedSettingsOf(present(await consortium.row('parameters')));
}

/** A proposal of the marketplace's administrator for the parameters in force. */
export async function proposing(consortium: TestConsortium, settings: AgreedSettings): Promise<Step> {
  const { version: replaces } = present(await consortium.row('parameters'));
  const administrator = consortium.administratorOf(MARKETPLACE);
  return agreed(consortium.asked(administrator, proposeParameters({ replaces, settings })));
}

/** The voice of a member's administrator for the proposal that is open. */
export async function accepting(consortium: TestConsortium, member: string): Promise<Step> {
  const proposal = present(await consortium.row('parametersProposal'));
  return agreed(consortium.asked(consortium.administratorOf(member), acceptParameters(proposal)));
}

export const applying = (number: number): Step => agreed(machine('applyParameters', { number }));

/** An accepted change and the first instant at which it may be applied. */
export interface AcceptedChange {
  readonly dueAt: number;
  readonly apply: Step;
}

/** Proposed, and accepted by as many members as are needed. All other settings stay as they are. */
export async function agreeOn(
  consortium: TestConsortium,
  changes: Partial<AgreedSettings>,
): Promise<AcceptedChange> {
  const parameters = present(await consortium.row('parameters'));
  await consortium.run(await proposing(consortium, await changedSettings(consortium, changes)));
  for (const member of votersOf(parameters)) {
    const { status } = present(await consortium.row('parametersProposal'));
    if (status === 'proposed') await consortium.run(await accepting(consortium, member));
  }
  const { number, dueAt } = present(await consortium.row('parametersProposal'));
  return { dueAt: present(dueAt), apply: applying(number) };
}

/** Agreed on and applied as soon as it may be. */
export async function setParameters(
  consortium: TestConsortium,
  changes: Partial<AgreedSettings>,
): Promise<void> {
  const { dueAt, apply } = await agreeOn(consortium, changes);
  await consortium.at(dueAt, () => consortium.run(apply));
}
