// The README's two texts of a deal, run as they stand there: the shell's with curl, the program's by the SDK.
import { expect } from 'chai';
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DemoContext } from '../../demo/context.js';
import { REPOSITORY_ROOT } from '../../network/repository.js';
import { browserSystem } from './browser-system.js';

const DEAL_LIMIT_MS = 180_000;
/** Of the bicycle for 12,400.00 and the samovar for 8,900.00, in minor units. */
const NET = { bicycle: '1178000', samovar: '845500' };

/** The first block in this language under the heading. */
function chapter(heading: string, language: string): string {
  const text = readFileSync(join(REPOSITORY_ROOT, 'README.md'), 'utf8');
  const from = text.split(`\n### ${heading}\n`)[1] ?? '';
  const block = from.split(`\n\`\`\`${language}\n`)[1]?.split('\n```\n')[0] ?? '';
  expect(block, heading).not.to.equal('');
  return block;
}

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly complaints: string;
}

/** In the repository's folder, with the text on standard input. */
function run(command: string, args: readonly string[], text: string, context: DemoContext): Promise<Ended> {
  const urlOf = (kind: string): string => {
    const mspId = context.adminApis.find((api) => api.kind === kind)?.mspId;
    return context.webs.find((web) => web.mspId === mspId)?.url ?? '';
  };
  const env = {
    ...process.env,
    ...{ D: context.dir, MARKETPLACE: urlOf('marketplace'), COURIER: urlOf('courier') },
  };
  const child = spawn(command, args, { cwd: REPOSITORY_ROOT, env, stdio: ['pipe', 'pipe', 'pipe'] });
  let out = '';
  let complaints = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (out += chunk));
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (complaints += chunk));
  child.stdin.end(text);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      resolve({ code, out, complaints });
    });
  });
}

describe('the README’s chapters for the programmer', () => {
  const system = browserSystem();

  it('a deal with curl: signed in, bought, paid by code, delivered, accepted, paid out', async function () {
    this.timeout(DEAL_LIMIT_MS);
    // As a file: bash reads ahead of nobody, and commands inside must not eat the text.
    const text = chapter('A deal with curl', 'sh');
    const { code, out, complaints } = await run('bash', ['-c', text], '', system.context());
    expect(code, out + complaints).to.equal(0);
    expect(out.trimEnd().split('\n').at(-1), out).to.equal(NET.bicycle);
    expect(complaints).to.match(
      /^friend signs: pays 12 400\.00 RUB and a fee of 186\.00 RUB, 12 586\.00 RUB in all, to /m,
    );
    expect(complaints.match(/ signs: /g)).to.have.length(6);
  });

  it('a deal by the SDK, in one program', async function () {
    this.timeout(DEAL_LIMIT_MS);
    const text = chapter('A deal by the SDK', 'js');
    const { code, out, complaints } = await run(
      process.execPath,
      ['--input-type=module'],
      text,
      system.context(),
    );
    expect(code, out + complaints).to.equal(0);
    expect(out).to.match(/^deal_[0-9a-f]{20}: the seller has received \d+ of 890000$/m);
    expect(out).to.include(` ${NET.samovar} of `);
  });
});
