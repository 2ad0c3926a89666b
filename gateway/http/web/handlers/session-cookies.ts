// The cookies of a session: the refresh token, and the device's own mark.
import type { Begun } from '../../../people/sessions.js';
import { LONGEST_SESSION_MS } from '../../../people/sessions.js';
import type { Session } from '../../../protocol/api/session.js';
import { Answer } from '../binding.js';

export const REFRESH = 'refresh';
export const DEVICE = 'device';
const REFRESH_PATH = '/api/v1/session/refresh';
const DEVICE_PATH = '/api/v1/session';
const DEVICE_LIFE_S = 31_536_000;

export function granted(
  { session, refreshToken }: Begun,
  isSecure: boolean,
  others: readonly string[] = [],
): Answer<Session> {
  const refresh = cookie(REFRESH, refreshToken, REFRESH_PATH, LONGEST_SESSION_MS / 1000, isSecure);
  return new Answer(session, { headers: { 'set-cookie': [refresh, ...others] } });
}

export function deviceCookie(device: string, isSecure: boolean): string {
  return cookie(DEVICE, device, DEVICE_PATH, DEVICE_LIFE_S, isSecure);
}

/** Takes the refresh token away. */
export function noRefreshCookie(isSecure: boolean): string {
  return cookie(REFRESH, '', REFRESH_PATH, 0, isSecure);
}

/** No script reads it, no other site sends it, and it goes to this path alone. */
function cookie(name: string, value: string, path: string, lifeS: number, isSecure: boolean): string {
  const parts = [
    `${name}=${value}`,
    `Path=${path}`,
    `Max-Age=${String(lifeS)}`,
    'HttpOnly',
    'SameSite=Strict',
  ];
  return [...parts, ...(isSecure ? ['Secure'] : [])].join('; ');
}
