// What comes after each way in which a list can end; transactions are played by a script.
import { expect } from 'chai';
import type { CommandResult } from '../../../chaincode/protocol/commands.js';
import { RuleViolation } from '../../../chaincode/protocol/violation.js';
import { BatchSubmitter, type Completion, type ListRoute } from '../../../gateway/ledger/batch-submitter.js';
import { newCounters } from '../../../gateway/ledger/counters.js';
import { EndorseFailure } from '../../../gateway/ledger/ledger-port.js';
import type { SubmitResult } from '../../../gateway/ledger/transaction-submitter.js';

const ok = (id: string): CommandResult => ({ ok: true, id });

describe('the batch submitter', () => {
  let sent: (readonly string[])[];

  beforeEach(() => {
    sent = [];
  });

  const committed = (code: number, list: readonly string[]): SubmitResult => ({
    kind: 'committed',
    commit: { txId: `tx${String(sent.length)}`, code, block: sent.length },
    response: JSON.stringify(list.map(ok)),
  });
  const failed = (kind: EndorseFailure['kind'], text = 'because'): SubmitResult => ({
    kind: 'failed',
    failure: new EndorseFailure(kind, text),
  });

  /** Runs the list; `play` says how each transaction ends, by what it holds and how many went before. */
  function run(
    list: readonly string[],
    play: (texts: readonly string[], turn: number) => SubmitResult,
  ): Promise<readonly Completion[]> {
    const route: ListRoute = {
      ...{ lane: 'agreement', identity: 'gateway' },
      format: (texts) => ({ function: 'apply', arguments: texts, as: 'gateway' }),
    };
    const submitter = new BatchSubmitter({
      transactions: {
        submit: (request) => {
          sent.push(request.arguments);
          return Promise.resolve(play(request.arguments, sent.length));
        },
      },
      counters: newCounters(),
    });
    return submitter.run({ route, texts: list });
  }

  const ends = (completions: readonly Completion[]): string[] =>
    completions.map((one) => ('error' in one ? one.error.code : one.outcome.id));

  for (const code of [10, 11, 12]) {
    it(`endorses the same list once more after code ${String(code)}`, async () => {
      const completions = await run(['a', 'b'], (texts, turn) => committed(turn === 1 ? code : 0, texts));
      expect(ends(completions)).to.deep.equal(['a', 'b']);
      expect(sent).to.deep.equal([
        ['a', 'b'],
        ['a', 'b'],
      ]);
    });
  }

  it('halves a list that conflicts again, down to the one command that does', async () => {
    const completions = await run(['a', 'b', 'c'], (texts) => committed(texts.includes('b') ? 11 : 0, texts));
    expect(ends(completions)).to.deep.equal(['a', 'LEDGER_CONFLICT', 'c']);
    expect(sent.filter((texts) => texts.length === 1 && texts[0] === 'b')).to.have.length(5);
  });

  it('refuses for good what is invalid for any other reason', async () => {
    const completions = await run(['a'], (texts) => committed(2, texts));
    expect(ends(completions)).to.deep.equal(['LEDGER_INVALID']);
    expect(sent).to.have.length(1);
  });

  it('sends nothing again when the outcome is unknown', async () => {
    const completions = await run(['a', 'b'], () => ({ kind: 'unknown', txId: 'tx' }));
    expect(ends(completions)).to.deep.equal(['OUTCOME_UNKNOWN', 'OUTCOME_UNKNOWN']);
    expect(sent).to.have.length(1);
  });

  it('does not send the second half while the outcome of the first is unknown', async () => {
    const completions = await run(['a', 'b'], (texts, turn) =>
      turn <= 2 ? committed(11, texts) : { kind: 'unknown', txId: 'tx' },
    );
    expect(ends(completions)).to.deep.equal(['OUTCOME_UNKNOWN', 'LEDGER_UNAVAILABLE']);
    expect(sent[sent.length - 1]).to.deep.equal(['a']);
  });

  it('says unavailable when nothing was ordered', async () => {
    expect(ends(await run(['a', 'b'], () => failed('unavailable')))).to.deep.equal([
      'LEDGER_UNAVAILABLE',
      'LEDGER_UNAVAILABLE',
    ]);
    expect(sent).to.have.length(1);
  });

  it('says denied when the ledger refuses the identity', async () => {
    expect(ends(await run(['a'], () => failed('denied')))).to.deep.equal(['LEDGER_DENIED']);
  });

  it('halves a list on which peers go on to differ', async () => {
    const completions = await run(['a', 'b'], (texts) =>
      texts.length > 1 ? failed('mismatch') : committed(0, texts),
    );
    expect(ends(completions)).to.deep.equal(['a', 'b']);
  });

  it('gives the chaincode’s code to the one command that spoils its list', async () => {
    const words = new RuleViolation('WRONG_LANE', { found: 'owner' }).message;
    const completions = await run(['a', 'b', 'c', 'd'], (texts) =>
      texts.includes('c') ? failed('refused', words) : committed(0, texts),
    );
    expect(ends(completions)).to.deep.equal(['a', 'b', 'WRONG_LANE', 'd']);
  });

  it('says that the chaincode failed when its words carry no code', async () => {
    expect(ends(await run(['a'], () => failed('refused', 'TypeError: x')))).to.deep.equal([
      'CHAINCODE_FAILED',
    ]);
  });

  it('gives the results of an owner list that left nothing to write, of refused and of repeated commands', async () => {
    const refused: CommandResult = { ok: false, id: 'a', code: 'FUNDS' };
    const repeated: CommandResult = { ok: true, id: 'b', repeated: true };
    const words = new RuleViolation('NOTHING_WRITTEN', { results: [refused, repeated] }).message;
    const completions = await run(['a', 'b'], () => failed('refused', words));
    expect(completions).to.deep.equal([
      { outcome: { ...refused, txId: null, block: null } },
      { outcome: { ...repeated, txId: null, block: null } },
    ]);
    expect(sent).to.have.length(1);
  });

  it('throws when the chaincode answers fewer results than commands', async () => {
    const error: unknown = await run(['a', 'b'], () => committed(0, ['a'])).catch(
      (reason: unknown) => reason,
    );
    expect(String(error)).to.contain('1 results for 2 commands');
  });
});
