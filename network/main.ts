// The entry of all commands: `node dist/network/main.js start | demo | network …`.
import { runCommand } from './commands/program.js';

// The reader of the output may stop ("| head"); what runs goes on.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
}

runCommand(process.argv.slice(2), {
  print: (line) => {
    process.stdout.write(`${line}\n`);
  },
  complain: (line) => {
    process.stderr.write(`${line}\n`);
  },
  isTerminal: process.stdout.isTTY,
  // Only two commands need it, and it needs much.
  demo: () => import('../demo/play.js'),
}).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    console.error(error);
    process.exitCode = 1;
  },
);
