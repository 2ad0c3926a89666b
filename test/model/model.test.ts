// The whole process, played at random against a model of its own: same answers, same state, same validity codes,
// invariants after every block. FORESCROW_MODEL_COMMANDS (default 30,000) and FORESCROW_MODEL_SEED change the run.
import { expect } from 'chai';
import fc from 'fast-check';
import { LIFE_CYCLE } from '../../chaincode/protocol/life-cycle.js';
import { stepName } from './model-command.js';
import { ENDS } from './model-finish.js';
import { Random } from './random.js';
import { PlayConsortium, Tally } from './play-consortium.js';
import { SequenceGenerator } from './sequence-generator.js';

const COMMANDS = Number(process.env['FORESCROW_MODEL_COMMANDS'] ?? '30000');
const SEED = Number(process.env['FORESCROW_MODEL_SEED'] ?? '20260401');
const BLOCKS_PER_WORLD = 110;
/** What a consortium of that many blocks comes to, at least. */
const COMMANDS_PER_WORLD = 2_100;
const WORLDS = Math.ceil(COMMANDS / COMMANDS_PER_WORLD);
const EACH_AT_LEAST = 50;
const EACH_END_AT_LEAST = 3;
/** Of what few deals come to; of proposals to change the rules a channel has one at a time, and it waits. */
const OF_PROPOSAL_AT_LEAST = 20;
const FIRST_PROPOSAL = stepName('parametersProposal.proposeParameters', null, 'proposed');

const seed = fc.noBias(fc.integer({ min: 0, max: 0x7fffffff }));
const block = fc.record({
  seed,
  choices: fc.array(seed, { minLength: 12, maxLength: 40, size: 'max' }),
});
const story = fc.record({
  seed,
  blocks: fc.array(block, { minLength: BLOCKS_PER_WORLD, maxLength: BLOCKS_PER_WORLD, size: 'max' }),
});

describe('model', () => {
  const tally = new Tally();

  before(async function () {
    this.timeout(COMMANDS * 40 + 60_000);
    const play = fc.asyncProperty(story, async ({ seed: opening, blocks }) => {
      const consortium = await PlayConsortium.open(tally);
      try {
        const plot = new SequenceGenerator(consortium);
        await plot.open(new Random(opening));
        for (const { seed: own, choices } of blocks) {
          await plot.block(
            new Random(own),
            choices.map((choice) => new Random(choice)),
          );
        }
      } finally {
        await consortium.close();
      }
    });
    // A consortium is its own witness: shrinking would play thousands more.
    const { failed, numRuns, errorInstance } = await fc.check(play, {
      seed: SEED,
      numRuns: WORLDS,
      endOnFailure: true,
    });
    if (failed) {
      const what = errorInstance instanceof Error ? errorInstance.stack : String(errorInstance);
      throw new Error(`consortium ${String(numRuns)} of seed ${String(SEED)}: ${what ?? ''}`);
    }
    console.log(table(tally));
  });

  it('answers, rows, validity codes and invariants were compared over at least as many commands as asked for', () => {
    expect(tally.commands).to.be.at.least(COMMANDS);
  });

  it('at least 60 % of the commands are accepted, not counting those that were done before', () => {
    expect((tally.accepted - tally.repeated) / tally.commands).to.be.at.least(0.6);
  });

  it('every transition of the life-cycle table is taken at least 50 times, of the one proposal at least 20', () => {
    const counts = transitions().map((name) => [name, tally.steps.get(name) ?? 0] as const);
    const needed = (name: string): number => {
      if (name === FIRST_PROPOSAL) return WORLDS;
      if (name.startsWith('outcome.')) return 1;
      const isRare = name.startsWith('parametersProposal.') || name.startsWith('concession.');
      return isRare ? OF_PROPOSAL_AT_LEAST : EACH_AT_LEAST;
    };
    expect(counts.filter(([name, count]) => count < needed(name))).to.deep.equal([]);
  });

  it('payments end for every reason, each at least so many times', () => {
    const counts = Object.keys(ENDS).map((name) => [name, tally.ends.get(name) ?? 0] as const);
    expect(counts.filter(([, count]) => count < EACH_END_AT_LEAST)).to.deep.equal([]);
  });

  it('no transition is taken that the life-cycle table does not have', () => {
    expect([...tally.steps.keys()].filter((name) => !transitions().includes(name))).to.deep.equal([]);
  });

  it('transactions conflict in their rows and in their ranges, replays are answered as before or refused', () => {
    expect(tally.conflicts.get(11)).to.be.greaterThan(10);
    expect(tally.repeated).to.be.greaterThan(50);
    expect(tally.refusals.get('OTHER_CONTENT')).to.be.greaterThan(10);
  });
});

/** All steps that the table has, as the model names them. */
function transitions(): string[] {
  return LIFE_CYCLE.map(({ kind, action, from, to }) => stepName(`${kind}.${action}`, from, to));
}

function table({ steps, refusals, conflicts, ends, ...sums }: Tally): string {
  const { commands, accepted, transactions, blocks, repeated } = sums;
  const percent = ((accepted / commands) * 100).toFixed(1);
  const lines = [
    `      ${String(commands)} commands, ${percent} % accepted (${String(repeated)} of them done before);`,
    `      ${String(transactions)} transactions in ${String(blocks)} blocks of ${String(WORLDS)} consortia; ` +
      `seed ${String(SEED)}`,
    `      conflicts ${listed(conflicts)}`,
    `      payments ended ${listed(ends)}`,
    `      refusals ${listed(refusals)}`,
    ...transitions().map((name) => `      ${name.padEnd(56)} ${String(steps.get(name) ?? 0).padStart(6)}`),
  ];
  return lines.join('\n');
}

function listed<K>(counts: ReadonlyMap<K, number>): string {
  return [...counts].map(([name, count]) => `${String(name)}: ${String(count)}`).join(', ');
}
