// Changes of the ledger's parameters, made by the marketplace's administrator as on a running network.
import { expect } from 'chai';
import type { MachineParams } from '../../chaincode/protocol/commands.js';
import { MARKETPLACE } from './member-access.js';
import { present, type TestConsortium } from './test-consortium.js';

/** Members of the row that the command does not set. */
const NOT_SET = ['v', 'channel', 'marketplace', 'commissionLinks'];

type Settings = MachineParams['setParameters'];

/** All other parameters stay as they are. */
export async function setParameters(consortium: TestConsortium, changes: Partial<Settings>): Promise<void> {
  const params = { ...(await settingsOf(consortium)), ...changes };
  const { results } = await consortium.agree([{ action: 'setParameters', params }], {
    sender: MARKETPLACE,
    role: 'admin',
  });
  expect(results[0]).to.include({ ok: true });
}

/** What the parameters are now, as the command gives them. */
export async function settingsOf(consortium: TestConsortium): Promise<Settings> {
  const members = Object.entries(present(await consortium.row('parameters')));
  return Object.fromEntries(members.filter(([name]) => !NOT_SET.includes(name))) as Settings; // all the others
}
