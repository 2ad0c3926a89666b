// People who act for an organisation learn why it was refused, though the ledger's public results hide it.
import { expect } from 'chai';
import type { Command, CommandResult } from '../../../chaincode/protocol/commands.js';
import type { Lane } from '../../../chaincode/protocol/declaration.js';
import { withTrueCodes } from '../../../gateway/operations/true-codes.js';
import type { CommandOutcome } from '../../../gateway/protocol/admin.js';
import { fakeLedger } from '../support/fake-ledger.js';

const COMMANDS: readonly Command[] = [{ action: 'deposit' }, { action: 'withdraw' }];
const done: CommandOutcome = { ok: true, id: 'one', txId: 'tx', block: 7 };
const refused = (code: string): CommandOutcome => ({ ok: false, id: 'two', code, txId: 'tx', block: 7 });

async function codesOf(of: {
  readonly outcomes: readonly CommandOutcome[];
  readonly tried?: readonly CommandResult[];
  readonly lane?: Lane;
}): Promise<string[]> {
  const { outcomes, tried, lane = 'owner' } = of;
  const ledger = withTrueCodes(
    fakeLedger({
      submit: () => Promise.resolve(outcomes),
      ...(tried === undefined ? {} : { dryRun: () => Promise.resolve(tried) }),
    }),
  );
  const shown = await ledger.submit(lane, COMMANDS);
  return shown.map((outcome) => (outcome.ok ? 'ok' : outcome.code));
}

describe('true codes', () => {
  it('stand in place of the hidden one, command by command', async () => {
    const tried = [
      { ok: false, id: 'one', code: 'INTENT_USED' } as const,
      { ok: false, id: 'two', code: 'FUNDS' } as const,
    ];
    expect(await codesOf({ outcomes: [done, refused('REFUSED')], tried })).to.deep.equal(['ok', 'FUNDS']);
  });

  it('of what would be taken on the second look are not known', async () => {
    const tried = [done, { ok: true, id: 'two' } as const];
    expect(await codesOf({ outcomes: [done, refused('REFUSED')], tried })).to.deep.equal(['ok', 'REFUSED']);
  });

  it('are not asked for where nothing is hidden, nor in the agreement lane', async () => {
    expect(await codesOf({ outcomes: [done, refused('BAD_SIGNATURE')] })).to.deep.equal([
      'ok',
      'BAD_SIGNATURE',
    ]);
    const outcomes = [done, refused('REFUSED')];
    expect(await codesOf({ outcomes, lane: 'agreement' })).to.deep.equal(['ok', 'REFUSED']);
  });
});
