// People at a web door under test: its first administrator, other people, and the code with which something is refused.
import { expect } from 'chai';
import type { Role } from '../../../chaincode/protocol/forms.js';
import { ApiProblem } from '../../../gateway/sdk/api-client.js';
import { confirmPerson, registerPerson } from '../../../gateway/sdk/commands/people.js';
import type { ClientSession } from '../../../gateway/sdk/session.js';
import type { ClientConsortium } from '../../support/client-consortium.js';
import { agreed, MARKETPLACE, owned } from '../../support/member-access.js';
import type { WebOrganisation } from './web-organisation.js';

export const PASSWORD = 'correct horse battery staple';

/** `ok`, or the code of the refusal. */
export async function codeOf(attempt: Promise<unknown>): Promise<string> {
  return attempt.then(
    () => 'ok',
    (error: unknown) => (error instanceof ApiProblem ? error.code : String(error)),
  );
}

export function newPerson(login: string, roles: Role[]) {
  return { body: { login, name: login, language: 'ru' as const, roles } };
}

/** The first administrator of the marketplace's web door, whose key another administrator has confirmed. */
export async function firstAdministrator(
  consortium: ClientConsortium,
  web: WebOrganisation,
): Promise<ClientSession> {
  const session = web.session();
  const { next } = await session.signIn('administrator', web.firstPassword);
  expect(next).to.equal('setPassword');
  expect((await session.setFirstPassword(web.firstPassword, PASSWORD)).next).to.equal('makeKey');
  const { operation } = await session.makeVault(PASSWORD);
  expect(operation).to.include({ status: 'pending', isWaiting: true });
  const { anna } = consortium.staff;
  const id = session.me?.id ?? '';
  const key = session.signer?.publicKey ?? '';
  await consortium.run(
    agreed(consortium.asked(anna, registerPerson({ person: id }))),
    owned(MARKETPLACE, consortium.asked(anna, confirmPerson({ person: id, key, roles: ['administrator'] }))),
  );
  await until(async () => (await session.api.call('getMe')).roles.includes('administrator'));
  return session;
}

/** Somebody new at this door, whose key is on the ledger; others than clients are confirmed by `admin`. */
export async function enrolled(
  web: WebOrganisation,
  admin: ClientSession,
  login: string,
  role: Role,
): Promise<ClientSession> {
  const { password } = await admin.api.call('createPerson', newPerson(login, [role]), {
    idempotencyKey: `key-of-${login}`,
  });
  const session = web.session();
  await session.signIn(login, password);
  await session.setFirstPassword(password, PASSWORD);
  await session.makeVault(PASSWORD);
  const id = session.me?.id ?? '';
  if (role !== 'client') {
    const key = session.signer?.publicKey ?? '';
    for (const request of [
      registerPerson({ person: id }),
      confirmPerson({ person: id, key, roles: [role] }),
    ]) {
      const path = { person: id };
      const purpose = `${request.action} ${login}`;
      expect((await admin.command('confirmPerson', { path, request, purpose })).status).to.equal('done');
    }
  }
  await until(async () => (await session.api.call('getMe')).roles.includes(role));
  return session;
}

export async function until(condition: () => Promise<boolean>): Promise<void> {
  for (let tried = 0; tried < 100; tried += 1) {
    if (await condition()) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('it did not come to be');
}
