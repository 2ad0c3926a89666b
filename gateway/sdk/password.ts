// Which passwords are taken. Only the device that it is typed on ever sees one; what becomes of it stands in
// `protocol/password-keys.ts`.
export { makePassword, UnusableSalt } from '../protocol/password-keys.js';

export const LEAST_PASSWORD_LENGTH = 12;

/** Parts that most of the guessed passwords consist of; guessers try them with digits and signs around. */
const COMMON_PARTS = [
  'password',
  'passw0rd',
  'qwerty',
  'qwertz',
  'azerty',
  'asdfgh',
  'zxcvbn',
  'letmein',
  'welcome',
  'iloveyou',
  'administrator',
  'admin',
  'forescrow',
  'пароль',
  'йцукен',
  'qazwsx',
  '1q2w3e4r',
  'abcdef',
  'monkey',
  'dragon',
];
const LEAST_REST = 8;
const LEAST_DIFFERENT = 6;

/** Why a password is not taken; null: it is. Nothing but the device ever sees it. */
export function passwordFault(password: string, login: string): 'short' | 'common' | null {
  const text = password.normalize('NFKC').toLowerCase();
  if ([...text].length < LEAST_PASSWORD_LENGTH) return 'short';
  if (new Set(text).size < LEAST_DIFFERENT) return 'common';
  const rest = [...COMMON_PARTS, login.toLowerCase()].reduce((left, part) => left.replaceAll(part, ''), text);
  const bare = rest.replace(
    /(?:0123|1234|2345|3456|4567|5678|6789|7890|19\d\d|20\d\d|[\s\d!@#$%^&*._-])+/g,
    '',
  );
  return rest.length < LEAST_REST || (rest !== text && bare.length < LEAST_REST) ? 'common' : null;
}
