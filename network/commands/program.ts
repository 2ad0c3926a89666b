// The command line: the commands, their options, and the function that carries out each.
import { Command, InvalidArgumentError, Option } from 'commander';

import { GROUND_NAMES } from '../consortium.js';
import { AuditError } from '../../audit/audit-error.js';
import { DemoError } from '../../demo/demo-error.js';
import { SetupError, messageOf } from '../setup-error.js';
import { bringUp, takeDown, type BackgroundMessage } from './background.js';
import {
  demoContext,
  folderOf,
  runningSystem,
  type CommandContext,
  type CommonOptions,
  type UpOptions,
} from './command-context.js';
import { backUp, restore, type BackupOptions, type RestoreOptions } from './database-backup.js';
import { showLogs, showStatus } from './look.js';
import { runSystem } from './run-system.js';
import { seedSystem, type SeedOptions } from './seed-system.js';
import { verifyLedger, type VerifyLedgerOptions } from './verify-ledger.js';

const LOG_LINES = 40;
const USUAL_CLIENTS = 100;
const USUAL_ACCOUNTS = 100;

/** Runs one command. Resolves with the exit code; `args` are without node and script. */
export async function runCommand(args: readonly string[], context: CommandContext): Promise<number> {
  try {
    await buildProgram(context).parseAsync(args, { from: 'user' });
    return 0;
  } catch (error) {
    if (isUsage(error)) return error.exitCode;
    context.complain(isForThePerson(error) ? error.message : explain(error));
    return 1;
  }
}

/** Errors whose message names what the person at the keyboard can do. */
function isForThePerson(error: unknown): error is Error {
  return error instanceof SetupError || error instanceof AuditError || error instanceof DemoError;
}

function buildProgram(context: CommandContext): Command {
  const program = new Command('forescrow').exitOverride().configureOutput({
    writeOut: (text) => {
      context.print(text.trimEnd());
    },
    writeErr: (text) => {
      context.complain(text.trimEnd());
    },
  });
  withUpOptions(program.command('start'))
    .description('bring everything up, load people and money, play the deals once, stay up')
    .option('--no-demo', 'do not play the deals')
    .action((options: UpOptions & { readonly demo: boolean }) =>
      runSystem({ ...options, world: true }, context),
    );
  withDir(program.command('demo'))
    .description('play the deals on the running system, on new people')
    .option('--json', 'print one machine-readable object as the last line')
    .action((options: CommonOptions & { readonly json?: boolean }) => playAgain(options, context));
  addSeedCommand(program, context);
  withDir(program.command('verify'))
    .description('prove the ledger from its blocks, by any member')
    .option(
      '--org <domain>',
      "that member's peer, private values and books (default: public part, by the marketplace)",
    )
    .option('--blocks <folder>', 'from files as "peer channel fetch" writes them; nothing needs to run')
    .option('--consortium <file>', 'with --blocks: the description of the members')
    .option('--json', 'print one machine-readable object as the last line')
    .action((options: VerifyLedgerOptions) => verifyLedger(options, context));
  withUpOptions(program.command('serve', { hidden: true })).action((options: UpOptions) =>
    serve(options, context),
  );
  addNetworkCommands(program.command('network').description('the processes of a system'), context);
  return program;
}

function addSeedCommand(program: Command, context: CommandContext): void {
  withDir(program.command('seed'))
    .description('bring clients, accounts and offers in numbers to the running system; again: go on')
    .addOption(
      new Option('--banks <number>', 'at how many banks (default: all of them)').argParser(wholeNumber),
    )
    .option('--clients <number>', 'how many at each bank', wholeNumber, USUAL_CLIENTS)
    .option('--accounts <number>', 'of each client, from one to so many', wholeNumber, USUAL_ACCOUNTS)
    .addOption(
      new Option('--offers <number>', 'how many in all (default: as many as --clients)').argParser(
        wholeNumber,
      ),
    )
    .action((options: SeedOptions) => seedSystem(options, context));
}

function addNetworkCommands(network: Command, context: CommandContext): void {
  withUpOptions(network.command('up'))
    .description('bring databases, ledger, chaincode and gateways up in the background')
    .action((options: UpOptions) => bringUp(options, context));
  withDir(network.command('down'))
    .description('stop everything; ledger and databases are kept')
    .option('--erase', 'remove ledger, databases, identities and logs as well')
    .action((options: CommonOptions & { readonly erase?: boolean }) => takeDown(options, context));
  withDir(network.command('backup'))
    .description("copy what one organisation's gateway stores, while the system runs")
    .requiredOption('--org <domain>', 'whose')
    .requiredOption('--to <file or folder>', 'a new folder, or a file *.tar.gz or *.tar')
    .action((options: BackupOptions) => backUp(options, context));
  withDir(network.command('restore'))
    .description('put a backup back; the system must be stopped')
    .requiredOption('--org <domain>', 'whose')
    .requiredOption('--from <file or folder>', 'what "network backup" made')
    .option('--consortium <file>', 'the description of the members (default: network/consortium.yaml)')
    .action((options: RestoreOptions) => restore(options, context));
  withDir(network.command('status'))
    .description('what runs and where')
    .option('--json', 'one machine-readable object')
    .action((options: CommonOptions & { readonly json?: boolean }) => {
      showStatus(options, context);
    });
  withDir(network.command('logs [name]'))
    .description('the last lines of one log or of all')
    .option('--lines <number>', 'how many lines of each', wholeNumber, LOG_LINES)
    .action((name: string | null, options: CommonOptions & { readonly lines: number }) => {
      showLogs(options, name, context);
    });
}

function withDir(command: Command): Command {
  return command.option('--dir <folder>', 'the folder of the system (default: .forescrow)');
}

function withUpOptions(command: Command): Command {
  return withDir(command)
    .addOption(new Option('--port-base <port>', 'the first port; all others follow').argParser(wholeNumber))
    .option('--consortium <file>', 'the description of the members (default: network/consortium.yaml)')
    .addOption(
      new Option('--ground <name>', 'what it runs on (default: as the consortium file says)').choices(
        GROUND_NAMES,
      ),
    )
    .option('--containers', 'on the Fabric ground, with its nodes in containers (docker-compose.yaml)');
}

async function playAgain(
  options: CommonOptions & { readonly json?: boolean },
  context: CommandContext,
): Promise<void> {
  const folder = folderOf(options);
  const { consortium } = runningSystem(folder);
  const demo = await context.demo();
  const report = await demo.playDemo(demoContext(folder, consortium), {
    json: options.json === true,
    print: (line) => {
      context.print(line);
    },
  });
  if (options.json === true) context.print(JSON.stringify(report));
  if (!report.balanced)
    throw new SetupError('The books do not sum to zero; "npm run network -- logs" says more.');
}

/** The background process of `network up`: reports to the command that started it, then stays. */
async function serve(options: UpOptions, context: CommandContext): Promise<void> {
  const report = (message: BackgroundMessage): void => {
    if (process.connected) process.send?.(message);
  };
  try {
    await runSystem({ ...options, world: false, demo: false }, context, () => {
      report({ ready: true });
    });
  } catch (error) {
    report({ failed: messageOf(error) });
    throw error;
  }
}

function wholeNumber(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('It must be a whole number.');
  return Number(text);
}

function isUsage(error: unknown): error is Error & { readonly exitCode: number } {
  return error instanceof Error && 'exitCode' in error && typeof error.exitCode === 'number';
}

function explain(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
