// Sessions and what belongs to the person who is signed in.
import type { Sessions } from '../../../people/sessions.js';
import type { KeyPublication } from '../../../people/key-publication.js';
import type { People } from '../../../people/people.js';
import type { sessionEndpoints } from '../../../protocol/api/session.js';
import type { ProfilePictures } from '../../../store/profile-pictures.js';
import { Answer, type HandlersOf } from '../binding.js';
import { DEVICE, deviceCookie, granted, noRefreshCookie, REFRESH } from './session-cookies.js';

export interface SessionParts {
  readonly sessions: Sessions;
  readonly people: People;
  readonly publication: KeyPublication;
  readonly profilePictures: Pick<ProfilePictures, 'remove'>;
  /** Whether browsers come by https. */
  readonly isSecure: boolean;
}

type Names = keyof typeof sessionEndpoints;
type Part<N extends Names> = Pick<HandlersOf<Names>, N>;

export function sessionHandlers(parts: SessionParts): HandlersOf<Names> {
  return { ...entryHandlers(parts), ...ownHandlers(parts), ...keyHandlers(parts) };
}

function entryHandlers({
  sessions,
  isSecure,
}: SessionParts): Part<
  'getSalt' | 'logIn' | 'refreshSession' | 'logOut' | 'logOutEverywhere' | 'listSessions'
> {
  const over = () => new Answer(undefined, { headers: { 'set-cookie': noRefreshCookie(isSecure) } });
  return {
    getSalt: ({ body }) => sessions.salt(body.login),
    logIn: async ({ body }, { client }) => {
      const { address, userAgent } = client;
      const place = { login: body.login, address, userAgent, device: client.cookie(DEVICE) };
      const begun = await sessions.logIn(body.secret, place);
      return granted(begun, isSecure, [deviceCookie(begun.device, isSecure)]);
    },
    refreshSession: async (_input, { client }) =>
      granted(await sessions.refresh(client.cookie(REFRESH)), isSecure),
    logOut: async (_input, { viewer }) => {
      await sessions.end(viewer.session.id);
      return over();
    },
    logOutEverywhere: async (_input, { viewer }) => {
      await sessions.endAll(viewer.person.id);
      return over();
    },
    listSessions: async (_input, { viewer }) => ({
      items: (await sessions.list(viewer.person.id)).map(({ id, begunAt, usedAt, userAgent }) => ({
        ...{ id, begunAt, usedAt, userAgent },
        isThis: id === viewer.session.id,
      })),
    }),
  };
}

function ownHandlers({
  sessions,
  people,
  profilePictures,
  isSecure,
}: SessionParts): Part<'getMe' | 'changeMe' | 'setPassword'> {
  return {
    getMe: (_input, { viewer }) => sessions.me(viewer.person),
    changeMe: async ({ body: { picture, ...change } }, { viewer }) => {
      if (picture === null) await profilePictures.remove(viewer.person.id);
      return sessions.me(await people.change(viewer.person.id, change));
    },
    setPassword: async ({ body }, { viewer }) => {
      await people.setPassword(viewer, body);
      return granted(await sessions.renew(viewer), isSecure);
    },
  };
}

function keyHandlers({
  people,
  publication,
}: SessionParts): Part<'getVault' | 'putVault' | 'wrapVault' | 'publishKey'> {
  return {
    getVault: (_input, { viewer }) => people.vault(viewer),
    putVault: async ({ body }, { viewer }) => {
      await people.putVault(viewer, body.vault, body.replaces);
      return undefined;
    },
    wrapVault: async ({ body }, { viewer }) => {
      await people.wrapVault(viewer, body.version, body.byPassword);
      return undefined;
    },
    publishKey: async ({ body }, { viewer, waitS }) => {
      const operation = await publication.publish(viewer, body.intent, waitS * 1000);
      return new Answer(operation, { status: operation.status === 'pending' ? 202 : 200 });
    },
  };
}
