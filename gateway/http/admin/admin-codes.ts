// The admin API's own codes, beside the ledger's, with HTTP status and sentences in both languages.
import { CODES, isCode } from '../../../chaincode/protocol/codes.js';
import { COMMON_CODES, type ProblemMeaning, WEB_CODES } from '../../protocol/problem-codes.js';

const meaning = (http: number, en: string, ru: string): ProblemMeaning => ({ http, en, ru });

export const ADMIN_CODES = {
  UNAUTHORISED: meaning(401, 'The admin API needs its bearer token.', 'Нужен токен этого пульта.'),
  NO_ROUTE: meaning(404, 'The admin API has no such route.', 'Такого адреса у пульта нет.'),
  BODY_TOO_LARGE: meaning(413, 'The body is larger than 1 MiB.', 'Тело запроса больше 1 МиБ.'),
  ...COMMON_CODES,
} as const satisfies { readonly [code: string]: ProblemMeaning };

export type AdminCode = keyof typeof ADMIN_CODES;

/** Meaning of a code of the ledger's or the admin API's; an unknown one is a refusal of the ledger's. */
export function meaningOf(code: string): ProblemMeaning {
  if (isCode(code)) return CODES[code];
  if (Object.hasOwn(ADMIN_CODES, code)) return ADMIN_CODES[code as AdminCode]; // just checked
  if (Object.hasOwn(WEB_CODES, code)) return WEB_CODES[code as keyof typeof WEB_CODES]; // just checked
  return meaning(422, 'The ledger refused this.', 'Реестр отказал.');
}
