// Every account that the ledger takes is noted, whatever becomes of the answer.
import { expect } from 'chai';
import type { Command } from '../../../chaincode/protocol/commands.js';
import { notingAccounts } from '../../../gateway/accounts/opened-accounts.js';
import { OutcomeUnknown } from '../../../gateway/ledger/ledger-errors.js';
import type { CommandOutcome } from '../../../gateway/protocol/admin.js';
import { openAccount } from '../../../gateway/sdk/commands/accounts.js';
import { StoreUnavailable } from '../../../gateway/store-unavailable.js';
import { BankAccountTable } from '../../../gateway/store/postgres/bank-account-table.js';
import { inDatabase } from '../../support/database.js';
import { makePerson } from '../../support/people.js';
import { fakeLedger } from '../support/fake-ledger.js';

const LIMIT_MS = 60_000;
const NUMBER = '10011111111111100';
const OTHER = '10022222222222200';
const operator = makePerson('operator');

function opening(account: string, holder = 'holder_1'): Command {
  const { action, params } = openAccount({ bank: '10', account, holder, currency: 'RUB' });
  return { action, intent: operator.sign(action, params, { channel: 'escrow', now: 0 }) };
}

const taken: CommandOutcome = { ok: true, id: 'one', txId: 'tx', block: 1 };
const refused: CommandOutcome = { ok: false, id: 'one', code: 'CHECK_DIGITS', txId: null, block: null };
const existing: CommandOutcome = { ...refused, code: 'ACCOUNT_EXISTS' };
/** What the ledger has of the account, whatever was asked. */
const inLedger = { account: NUMBER, holder: 'holder_1', currency: 'RUB', available: '0', held: '0' };

describe('opened accounts', function () {
  this.timeout(LIMIT_MS);

  async function rowsAfter(
    submissions: readonly (readonly [
      commands: Command | readonly Command[],
      answer: () => Promise<CommandOutcome[]>,
    ])[],
  ): Promise<unknown[]> {
    let rows: unknown[] = [];
    await inDatabase(async ({ query }) => {
      for (const [commands, answer] of submissions) {
        const ledger = notingAccounts(
          fakeLedger({ submit: answer, queryPrivate: () => Promise.resolve(inLedger as never) }),
          new BankAccountTable(query),
        );
        await ledger.submit('owner', commands).catch(() => undefined);
      }
      const found = await query.selectFrom('bank_accounts').selectAll().orderBy('account').execute();
      rows = found.map(({ account, holder, is_opened: isOpened }) => [account, holder, isOpened]);
    });
    return rows;
  }

  it('are noted when the ledger takes them, each of a list by its own outcome', async () => {
    const list = [opening(NUMBER), { action: 'deposit' }, opening(OTHER)];
    const answer = () => Promise.resolve([taken, taken, refused]);
    expect(await rowsAfter([[list, answer]])).to.deep.equal([[NUMBER, 'holder_1', true]]);
  });

  it('stay noted as asked when the answer gets lost, until it is known', async () => {
    const lost = () => Promise.reject(new OutcomeUnknown('tx'));
    expect(await rowsAfter([[opening(NUMBER), lost]])).to.deep.equal([[NUMBER, 'holder_1', false]]);
    const found = () => Promise.resolve([taken]);
    expect(
      await rowsAfter([
        [opening(NUMBER), lost],
        [opening(NUMBER), found],
      ]),
    ).to.deep.equal([[NUMBER, 'holder_1', true]]);
  });

  it('keep their holder when somebody opens the same number for another and is refused', async () => {
    const first = [opening(NUMBER), () => Promise.resolve([taken])] as const;
    for (const outcome of [refused, existing]) {
      const second = [opening(NUMBER, 'holder_2'), () => Promise.resolve([outcome])] as const;
      expect(await rowsAfter([first, second])).to.deep.equal([[NUMBER, 'holder_1', true]]);
    }
  });

  it('whose note got lost with its process are noted with their true holder when asked for again', async () => {
    const lost = [opening(NUMBER), () => Promise.reject(new OutcomeUnknown('tx'))] as const;
    const again = [opening(NUMBER, 'holder_2'), () => Promise.resolve([existing])] as const;
    expect(await rowsAfter([lost, again])).to.deep.equal([[NUMBER, 'holder_1', true]]);
  });

  it('are not asked for where nothing can be noted', async () => {
    const ledger = notingAccounts(fakeLedger({}), {
      noteAsked: () => Promise.reject(new StoreUnavailable(new Error('away'))),
      noteOpened: () => Promise.resolve(),
      forget: () => Promise.resolve(),
    });
    const failure: unknown = await ledger.submit('owner', opening(NUMBER)).catch((error: unknown) => error);
    expect(failure).to.be.instanceOf(StoreUnavailable);
  });

  it('of a malformed command are none: the ledger says what is wrong with it', async () => {
    const odd: Command = {
      action: 'openAccount',
      intent: operator.sign('buy', {} as never, { channel: 'escrow', now: 0 }),
    };
    expect(await rowsAfter([[odd, () => Promise.resolve([refused])]])).to.deep.equal([]);
  });
});
