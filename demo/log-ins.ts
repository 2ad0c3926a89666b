// Log-ins for people who come with a browser: made through the web API by the SDK, as an administrator and the people
// themselves would make them, with accounts at two banks that are linked by code.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { Role } from '../chaincode/protocol/forms.js';
import { rowKey } from '../chaincode/protocol/rows.js';
import { ROUTES } from '../gateway/protocol/api/endpoints.js';
import { makePassword } from '../gateway/protocol/password-keys.js';
import { confirmPerson, registerPerson } from '../gateway/sdk/commands/people.js';
import { newId } from '../gateway/sdk/ids.js';
import { ClientSession } from '../gateway/sdk/session.js';
import type { DemoContext, DemoWeb } from './context.js';
import { DemoError } from './demo-error.js';
import { fulfil, signed } from './enrolment.js';
import type { Gateways, Organisation } from './gateways.js';
import { drawNames } from './names.js';
import { staffOf } from './organisations.js';
import { type Name, type Participant, type Person, readIfThere, writePrivately } from './people.js';
import type { SeededWorld } from './seed.js';

const logInSchema = z.strictObject({
  mspId: z.string(),
  /** What the person does in the demonstration. */
  part: z.string(),
  login: z.string(),
  password: z.string(),
  /** Opens the vault where the password is forgotten. */
  recoveryCode: z.string(),
  person: z.string(),
  name: z.strictObject({ en: z.string(), ru: z.string() }),
});
export type LogIn = z.infer<typeof logInSchema>;
const logInsSchema = z.strictObject({ version: z.literal(1), items: z.array(logInSchema) });

interface Planned {
  readonly login: string;
  readonly part: string;
  readonly roles: readonly Role[];
}

/** Who gets a log-in, by kind of organisation; the first is made by the gateway itself. */
const PLANNED: { readonly [K in Organisation['kind']]: readonly Planned[] } = {
  marketplace: [
    { login: 'moderator', part: 'moderator', roles: ['moderator'] },
    { login: 'buyer', part: 'buyer', roles: ['client'] },
    { login: 'friend', part: 'buyer', roles: ['client'] },
    { login: 'seller', part: 'seller', roles: ['client'] },
  ],
  bank: [{ login: 'operator', part: 'operator', roles: ['operator'] }],
  courier: [{ login: 'agent', part: 'agent', roles: ['agent'] }],
};
const FIRST = { login: 'administrator', part: 'administrator', roles: ['administrator'] } as const;

/** Somebody who is signed in, with his key open. */
export interface SignedInPerson {
  readonly logIn: LogIn;
  readonly session: ClientSession;
}

export function participantOf({ logIn, session }: SignedInPerson): Participant {
  const { person, name, part, mspId } = logIn;
  return { id: person, name, part, mspId, session, signer: present(session.signer) };
}

function fileOf({ dir }: DemoContext): string {
  return join(dir, 'demo', 'log-ins.json');
}

/** Those that were made before; null: none. */
export function readLogIns(context: DemoContext): readonly LogIn[] | null {
  const text = readIfThere(fileOf(context));
  return text === null ? null : logInsSchema.parse(JSON.parse(text)).items;
}

/** At every organisation an administrator and its workers, at the marketplace two buyers and a seller as well. */
export async function makeLogIns(
  gateways: Gateways,
  { staff, names: taken }: Pick<SeededWorld, 'staff' | 'names'>,
): Promise<readonly SignedInPerson[]> {
  const count = gateways.all.reduce((sum, { kind }) => sum + PLANNED[kind].length, 0);
  const names = drawNames(Math.ceil(count / 2), Math.floor(count / 2), taken);
  const plans = gateways.all.map((at) => ({
    at,
    planned: PLANNED[at.kind].map((one) => ({ ...one, name: present(names.pop() ?? null) })),
  }));
  const made = await Promise.all(
    plans.map(({ at, planned }) =>
      logInsAt(gateways, at, { root: staffOf(staff, at).administrator, planned }),
    ),
  );
  const people = made.flat();
  writePrivately(fileOf(gateways.context), { version: 1, items: people.map(({ logIn }) => logIn) });
  return people;
}

async function logInsAt(
  gateways: Gateways,
  at: Organisation,
  {
    root,
    planned,
  }: { readonly root: Person; readonly planned: readonly (Planned & { readonly name: Name })[] },
): Promise<SignedInPerson[]> {
  const password = firstPassword(gateways, at);
  const administrator = await begin(gateways, at, { ...FIRST, password });
  await confirm(gateways, at, { root, session: administrator.session, roles: FIRST.roles });
  const made = [administrator];
  for (const one of planned) {
    const person = await makeLogIn(gateways, at, administrator.session, one);
    const { session } = person;
    if (!one.roles.includes('client')) await confirm(gateways, at, { root, session, roles: one.roles });
    made.push(person);
  }
  return made;
}

/** What a registrar may not do: an administrator whom the ledger knows confirms key and roles. */
async function confirm(
  gateways: Gateways,
  at: Organisation,
  of: { readonly root: Person; readonly session: ClientSession; readonly roles: readonly Role[] },
): Promise<void> {
  const { root, session, roles } = of;
  const { id } = present(session.me);
  const { publicKey } = present(session.signer);
  const key = rowKey('person', id);
  const register = () => signed(gateways, root, registerPerson({ person: id }));
  await fulfil(gateways, { at, lane: 'agree' }, [{ key, done: () => true, command: register }]);
  const command = () => signed(gateways, root, confirmPerson({ person: id, key: publicKey, roles }));
  const done = ({ status }: { readonly status?: string }) => status === 'active';
  await fulfil(gateways, { at, lane: 'own' }, [{ key, done, command }]);
}

/** One of the log-ins of this system, signed in. Throws DemoError if there is none. */
export async function signedIn(
  context: DemoContext,
  { mspId }: Pick<Organisation, 'mspId'>,
  login: string,
): Promise<Participant> {
  const logIn = readLogIns(context)?.find((found) => found.mspId === mspId && found.login === login);
  if (logIn === undefined) throw new DemoError(`There is no log-in "${login}" of ${mspId}.`);
  return participantOf({ logIn, session: await signIn(context, logIn) });
}

/** A session of one of them; the key opens with the password. */
export async function signIn(
  context: DemoContext,
  { mspId, login, password }: LogIn,
): Promise<ClientSession> {
  const session = open(context, mspId);
  await session.signIn(login, password);
  return session;
}

/** An administrator makes the log-in; the person sets his password and makes his key. */
export async function makeLogIn(
  gateways: Gateways,
  at: Organisation,
  administrator: ClientSession,
  planned: Planned & { readonly name: Name },
): Promise<SignedInPerson> {
  const { login, roles, name } = planned;
  const { password } = await administrator.api.call(
    'createPerson',
    { body: { login, name: name.ru, language: 'ru', roles: [...roles] } },
    { idempotencyKey: newId('key') },
  );
  return begin(gateways, at, { ...planned, password });
}

const UNNAMED: Name = { en: 'Administrator', ru: 'Администратор' };

/** The first log-in of a person: another password, then the key. */
async function begin(
  { context }: Gateways,
  { mspId }: Organisation,
  of: { readonly login: string; readonly part: string; readonly password: string; readonly name?: Name },
): Promise<SignedInPerson> {
  const session = open(context, mspId);
  await session.signIn(of.login, of.password);
  const password = makePassword();
  await session.setFirstPassword(of.password, password);
  const { recoveryCode } = await session.makeVault(password);
  const { login, part, name = UNNAMED } = of;
  const person = present(session.me).id;
  return { session, logIn: { mspId, part, login, password, recoveryCode, person, name } };
}

function open(context: DemoContext, mspId: string): ClientSession {
  const { url } = webOf(context, mspId);
  const { channel } = context.consortium;
  return ClientSession.open({
    ...{ base: url, routes: ROUTES, organisation: mspId, channel },
    cookies: true,
    language: 'en',
  });
}

export function webOf({ webs }: DemoContext, mspId: string): DemoWeb {
  const found = webs.find((web) => web.mspId === mspId);
  if (found === undefined) throw new DemoError(`The demo knows no pages of ${mspId}.`);
  return found;
}

/** What the gateway wrote when it made its first log-in. */
function firstPassword({ context }: Gateways, { mspId, name }: Organisation): string {
  const { firstAdministratorPath } = webOf(context, mspId);
  const found = /^password for one log-in: (.+)$/m.exec(readFileSync(firstAdministratorPath, 'utf8'))?.[1];
  if (found === undefined)
    throw new DemoError(`${name}'s first password is not in ${firstAdministratorPath}.`);
  return found;
}

function present<T>(value: T | null): T {
  if (value === null) throw new Error('nobody is signed in, or his key is not open');
  return value;
}
