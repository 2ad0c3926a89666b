// What the command prints and how it ends, on files of blocks as an auditor gets them.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import type { CommandContext } from '../../network/commands/command-context.js';
import { runCommand } from '../../network/commands/program.js';
import type { VerifyReport } from '../../audit/verify.js';
import { openConsortium, present } from '../support/test-consortium.js';
import { blocksOf, withBit } from './audit.js';

describe('verify: the command', () => {
  let blocks: Uint8Array[];
  let folder: string;
  before(async () => {
    const consortium = await openConsortium();
    blocks = await blocksOf(consortium);
    await consortium.close();
  });
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'forescrow-blocks-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  function write(chain: readonly Uint8Array[]): void {
    for (const [number, bytes] of chain.entries())
      writeFileSync(join(folder, `escrow_${String(number)}.block`), bytes);
  }

  async function verify(
    ...args: readonly string[]
  ): Promise<{ readonly code: number; readonly printed: string[]; readonly complaints: string[] }> {
    const printed: string[] = [];
    const complaints: string[] = [];
    const context: CommandContext = {
      print: (line) => printed.push(line),
      complain: (line) => complaints.push(line),
      isTerminal: false,
      demo: () => Promise.reject(new Error('no demo is asked for')),
    };
    const code = await runCommand(['verify', ...args], context);
    return { code, printed, complaints };
  }

  it('files of blocks are verified in the order of their numbers; one object as the last line, code 0', async () => {
    write(blocks);
    const { code, printed } = await verify('--blocks', folder, '--json');
    expect(code).to.equal(0);
    const report = JSON.parse(present(printed.at(-1))) as VerifyReport;
    expect(report).to.include({ blocks: blocks.length, transactions: blocks.length, ok: true });
    expect(report.findings).to.deep.equal([]);
  });

  it('a finding names block, found and needed; exit code 1 and the next step', async () => {
    write(withBit(blocks, 4, 8 * 40));
    const { code, printed, complaints } = await verify('--blocks', folder);
    expect(code).to.equal(1);
    const place = printed.findIndex((line) => line.startsWith('FOUND ') && line.includes('block 4'));
    expect(printed[place + 1]).to.match(/^ {2}found: {2}\S/);
    expect(printed[place + 2]).to.match(/^ {2}needed: \S/);
    expect(complaints).to.deep.equal([
      'The ledger does not verify: compare the blocks named above with those of other members, ' +
        'and ask the member that wrote them.',
    ]);
  });

  it('a folder without blocks, one that is not there, a system that does not run: one sentence each', async () => {
    const cases = [
      ['--blocks', folder],
      ['--blocks', join(folder, 'nowhere')],
      ['--dir', folder],
    ];
    for (const args of cases) {
      const { code, complaints } = await verify(...args);
      expect(code).to.equal(1);
      expect(complaints).to.have.length(1);
      expect(complaints[0]).to.include(folder);
    }
  });
});
