// Who may come in: the session behind a bearer token, the endpoint's access, same origin, limits. What nothing allows
// is refused.
import type { Request } from 'express';
import type { Viewer } from '../../people/viewer.js';
import type { EndpointDeclaration } from '../../protocol/api/endpoint.js';
import { Refused } from '../../refused.js';

/** Who stands behind an access token. Rejects: Refused SESSION_OVER. */
export interface Entrance {
  viewer(accessToken: string): Promise<Viewer>;
}

/** Counts requests. Resolves to milliseconds to wait, null: go on. */
export interface RequestLimits {
  count(kind: 'address' | 'person', key: string): Promise<number | null>;
}

const BEARER = /^bearer +([^ ]+) *$/i;

/**
 * Null: no token was given, and none is needed. Rejects: Refused UNAUTHORISED, SESSION_OVER, FORBIDDEN,
 * PASSWORD_NEEDED.
 */
export async function viewerFor(
  declaration: EndpointDeclaration,
  request: Request,
  entrance: Entrance,
): Promise<Viewer | null> {
  const { access, beforePassword = false } = declaration;
  if (access === 'anybody') return null;
  const viewer = await signedIn(request, entrance, { beforePassword });
  if (access === 'signedIn') return viewer;
  if (access.some((role) => viewer.roles.includes(role))) return viewer;
  throw new Refused('FORBIDDEN', { needed: [...access] });
}

/** Whose session stands behind the request. Rejects: Refused UNAUTHORISED, SESSION_OVER, PASSWORD_NEEDED. */
export async function signedIn(
  request: Request,
  entrance: Entrance,
  { beforePassword }: { readonly beforePassword: boolean } = { beforePassword: false },
): Promise<Viewer> {
  const token = BEARER.exec(request.get('authorization') ?? '')?.[1];
  if (token === undefined) throw new Refused('UNAUTHORISED');
  const viewer = await entrance.viewer(token);
  if (viewer.person.mustSetPassword && !beforePassword) throw new Refused('PASSWORD_NEEDED');
  return viewer;
}

/**
 * A page of this gateway asks, not one of another site: browsers say so in `Sec-Fetch-Site`, older ones and programs in
 * `Origin`, which must be the address that was asked. Throws: Refused NOT_SAME_ORIGIN.
 */
export function requireSameOrigin(request: Request): void {
  const site = request.get('sec-fetch-site');
  const isOwn = site === undefined ? isOwnOrigin(request) : site === 'same-origin';
  if (!isOwn) throw new Refused('NOT_SAME_ORIGIN');
}

function isOwnOrigin(request: Request): boolean {
  const origin = request.get('origin');
  const host = request.get('host') ?? '';
  return origin === `https://${host}` || (origin === `http://${host}` && !request.secure);
}
