// `npm run sign`: signs one document with the key in a person's vault and prints it as JSON, for programs that speak
// HTTP and no SDK. Passwords come from a file and codes from standard input, never by argument; nothing is kept.
import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { ROUTES } from '../../gateway/protocol/api/endpoints.js';
import { passwordKeys } from '../../gateway/protocol/password-keys.js';
import { ApiClient } from '../../gateway/sdk/api-client.js';
import { ClientSession } from '../../gateway/sdk/session.js';
import { DemoError } from '../demo-error.js';
import {
  delivery,
  type Document,
  goodsAcceptance,
  oneTimeCode,
  parcelAcceptance,
  payment,
  purchase,
  recipientCode,
} from './documents.js';

interface Who {
  readonly at: string;
  readonly login: string;
  readonly passwordFile: string;
}

type Make<Options> = (session: ClientSession, options: Options) => Promise<Document>;

const STANDARD_INPUT = 0;

/** Throws where the program is called wrongly; commander says how. */
function program(): Command {
  const command = new Command('sign')
    .description('Signs with the key in a vault; prints what the web API takes as a body.')
    .requiredOption('--at <address>', 'of the gateway, such as http://127.0.0.1:7003')
    .requiredOption('--login <login>')
    .requiredOption('--password-file <file>', 'its first line is the password');
  command
    .command('session')
    .description('body of POST /api/v1/session')
    .action(() => printLogIn(command.opts()));
  const signs = <Options>(name: string, options: readonly string[], make: Make<Options>): void => {
    const sub = command.command(name);
    for (const option of options) sub.requiredOption(`--${option} <${option}>`);
    sub.action((given: Options) => print(command.opts(), (session) => make(session, given)));
  };
  signs('buy', ['offer', 'link'], purchase);
  signs('pay', ['deal', 'link', 'amount'], payment);
  signs('code', ['deal', 'payment'], (session, of: { readonly deal: string; readonly payment: string }) =>
    oneTimeCode(session, { ...of, code: typed() }),
  );
  signs('recipient-code', ['deal'], (session, { deal }: OfDeal) => recipientCode(session, deal));
  signs('accept-parcel', ['deal'], (session, { deal }: OfDeal) => parcelAcceptance(session, deal));
  signs('deliver', ['deal'], (session, { deal }: OfDeal) =>
    delivery(session, { deal, recipientCode: typed() }),
  );
  signs('accept-goods', ['deal'], (session, { deal }: OfDeal) => goodsAcceptance(session, deal));
  return command;
}

interface OfDeal {
  readonly deal: string;
}

/** The log-in secret, which the password becomes before anything is sent. */
async function printLogIn({ at, login, passwordFile }: Who): Promise<void> {
  const api = new ApiClient({ base: at, routes: ROUTES });
  const { mspId: organisation } = await api.call('getConsortium');
  const salt = await api.call('getSalt', { body: { login } });
  const { secret } = await passwordKeys(firstLine(passwordFile), { organisation, login }, salt);
  write({ login, secret });
}

async function print(
  { at, login, passwordFile }: Who,
  make: (session: ClientSession) => Promise<Document>,
): Promise<void> {
  const { channel, mspId } = await new ApiClient({ base: at, routes: ROUTES }).call('getConsortium');
  const options = { base: at, routes: ROUTES, organisation: mspId, channel, cookies: true, language: 'en' };
  const session = ClientSession.open(options);
  const { next } = await session.signIn(login, firstLine(passwordFile));
  try {
    if (next !== 'ready') throw new DemoError(`${login} has no open key here yet (${next}); use the pages.`);
    const { content, sentence } = await make(session);
    if (sentence !== null) process.stderr.write(`${login} signs: ${sentence}\n`);
    write(content);
  } finally {
    await session.signOut();
  }
}

function write(content: unknown): void {
  process.stdout.write(`${typeof content === 'string' ? content : JSON.stringify(content)}\n`);
}

function firstLine(file: string): string {
  return readFileSync(file, 'utf8').split('\n')[0] ?? '';
}

function typed(): string {
  return readFileSync(STANDARD_INPUT, 'utf8').trim();
}

program()
  .parseAsync()
  .catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  });
