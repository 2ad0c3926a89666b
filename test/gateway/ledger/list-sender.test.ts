// What comes after each way in which a list can end; transactions are played by a script.
import { expect } from 'chai';
import type { CommandResult } from '../../../chaincode/protocol/commands.js';
import { RuleViolation } from '../../../chaincode/protocol/violation.js';
import { newCounters } from '../../../gateway/ledger/counters.js';
import { EndorseFailure } from '../../../gateway/ledger/ledger-port.js';
import { ListSender, type ListFormat, type Settlement } from '../../../gateway/ledger/list-sender.js';
import type { Ending } from '../../../gateway/ledger/transaction-sender.js';

const ok = (id: string): CommandResult => ({ ok: true, id });

describe('the sender of lists', () => {
  let sent: (readonly string[])[];

  beforeEach(() => {
    sent = [];
  });

  const committed = (code: number, list: readonly string[]): Ending => ({
    kind: 'committed',
    commit: { txId: `tx${String(sent.length)}`, code, block: sent.length },
    response: JSON.stringify(list.map(ok)),
  });
  const failed = (kind: EndorseFailure['kind'], text = 'because'): Ending => ({
    kind: 'failed',
    failure: new EndorseFailure(kind, text),
  });

  /** Sends the list; `play` says how each transaction ends, by what it holds and how many went before. */
  function send(
    list: readonly string[],
    play: (texts: readonly string[], turn: number) => Ending,
  ): Promise<readonly Settlement[]> {
    const counters = newCounters();
    const format: ListFormat = (texts) => ({ function: 'apply', arguments: texts, as: 'gateway' });
    const sender = new ListSender({
      send: (call) => {
        sent.push(call.arguments);
        return Promise.resolve(play(call.arguments, sent.length));
      },
      counters,
    });
    return sender.send(format, list);
  }

  const told = (settlements: readonly Settlement[]): string[] =>
    settlements.map((one) => ('error' in one ? one.error.code : one.outcome.id));

  for (const code of [10, 11, 12]) {
    it(`endorses the same list once more after code ${String(code)}`, async () => {
      const settlements = await send(['a', 'b'], (texts, turn) => committed(turn === 1 ? code : 0, texts));
      expect(told(settlements)).to.deep.equal(['a', 'b']);
      expect(sent).to.deep.equal([
        ['a', 'b'],
        ['a', 'b'],
      ]);
    });
  }

  it('halves a list that conflicts again, down to the one command that does', async () => {
    const settlements = await send(['a', 'b', 'c'], (texts) =>
      committed(texts.includes('b') ? 11 : 0, texts),
    );
    expect(told(settlements)).to.deep.equal(['a', 'LEDGER_CONFLICT', 'c']);
    expect(sent.filter((texts) => texts.length === 1 && texts[0] === 'b')).to.have.length(5);
  });

  it('refuses for good what is invalid for any other reason', async () => {
    const settlements = await send(['a'], (texts) => committed(2, texts));
    expect(told(settlements)).to.deep.equal(['LEDGER_INVALID']);
    expect(sent).to.have.length(1);
  });

  it('sends nothing again when the outcome is unknown', async () => {
    const settlements = await send(['a', 'b'], () => ({ kind: 'unknown', txId: 'tx' }));
    expect(told(settlements)).to.deep.equal(['OUTCOME_UNKNOWN', 'OUTCOME_UNKNOWN']);
    expect(sent).to.have.length(1);
  });

  it('does not send the second half while the fate of the first is unknown', async () => {
    const settlements = await send(['a', 'b'], (texts, turn) =>
      turn <= 2 ? committed(11, texts) : { kind: 'unknown', txId: 'tx' },
    );
    expect(told(settlements)).to.deep.equal(['OUTCOME_UNKNOWN', 'LEDGER_UNAVAILABLE']);
    expect(sent[sent.length - 1]).to.deep.equal(['a']);
  });

  it('says unavailable when nothing was ordered', async () => {
    expect(told(await send(['a', 'b'], () => failed('unavailable')))).to.deep.equal([
      'LEDGER_UNAVAILABLE',
      'LEDGER_UNAVAILABLE',
    ]);
    expect(sent).to.have.length(1);
  });

  it('says denied when the ledger refuses the identity', async () => {
    expect(told(await send(['a'], () => failed('denied')))).to.deep.equal(['LEDGER_DENIED']);
  });

  it('halves a list on which peers go on to differ', async () => {
    const settlements = await send(['a', 'b'], (texts) =>
      texts.length > 1 ? failed('mismatch') : committed(0, texts),
    );
    expect(told(settlements)).to.deep.equal(['a', 'b']);
  });

  it('gives the chaincode’s code to the one command that spoils its list', async () => {
    const words = new RuleViolation('WRONG_LANE', { found: 'owner' }).message;
    const settlements = await send(['a', 'b', 'c', 'd'], (texts) =>
      texts.includes('c') ? failed('refused', words) : committed(0, texts),
    );
    expect(told(settlements)).to.deep.equal(['a', 'b', 'WRONG_LANE', 'd']);
  });

  it('says that the chaincode failed when its words carry no code', async () => {
    expect(told(await send(['a'], () => failed('refused', 'TypeError: x')))).to.deep.equal([
      'CHAINCODE_FAILED',
    ]);
  });

  it('tells the results of an owner list that left nothing to write, of refused and of repeated commands', async () => {
    const refused: CommandResult = { ok: false, id: 'a', code: 'FUNDS' };
    const repeated: CommandResult = { ok: true, id: 'b', repeated: true };
    const words = new RuleViolation('NOTHING_WRITTEN', { results: [refused, repeated] }).message;
    const settlements = await send(['a', 'b'], () => failed('refused', words));
    expect(settlements).to.deep.equal([
      { outcome: { ...refused, txId: null, block: null } },
      { outcome: { ...repeated, txId: null, block: null } },
    ]);
    expect(sent).to.have.length(1);
  });

  it('throws when the chaincode answers fewer results than commands', async () => {
    const error: unknown = await send(['a', 'b'], () => committed(0, ['a'])).catch(
      (reason: unknown) => reason,
    );
    expect(String(error)).to.contain('1 results for 2 commands');
  });
});
