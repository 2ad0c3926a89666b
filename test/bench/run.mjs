// `npm run bench`: builds, then measures in a process of its own. Standard output holds only what the bench said.
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc');

const built = spawnSync(process.execPath, [compiler, '-b'], { cwd: root, stdio: ['ignore', 2, 2] });
if (built.status !== 0) {
  console.error('The code could not be built; mend what the compiler says above.');
  process.exit(1);
}
const bench = join(root, 'dist', 'test', 'bench', 'main.js');
const { status } = spawnSync(process.execPath, [bench, ...process.argv.slice(2)], {
  cwd: root,
  stdio: 'inherit',
});
process.exit(status ?? 1);
