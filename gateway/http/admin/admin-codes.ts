// The admin API's own codes, beside the ledger's, with HTTP status and sentences in both languages.
import { CODES, isCode } from '../../../chaincode/protocol/codes.js';

interface AdminMeaning {
  readonly http: number;
  readonly en: string;
  readonly ru: string;
}

const meaning = (http: number, en: string, ru: string): AdminMeaning => ({ http, en, ru });

export const ADMIN_CODES = {
  UNAUTHORISED: meaning(401, 'The admin API needs its bearer token.', 'Нужен токен этого пульта.'),
  NO_ROUTE: meaning(404, 'The admin API has no such route.', 'Такого адреса у пульта нет.'),
  BODY_TOO_LARGE: meaning(413, 'The body is larger than 1 MiB.', 'Тело запроса больше 1 МиБ.'),
  CONFLICT: meaning(
    409,
    'Others changed the same rows; send again.',
    'Эти записи изменили другие; повторите.',
  ),
  UNAVAILABLE: meaning(503, 'The ledger cannot be reached; send again.', 'Реестр недоступен; повторите.'),
  OUTCOME_UNKNOWN: meaning(
    504,
    'It is not known yet whether the ledger took this; the same intent may be sent again.',
    'Пока неизвестно, принял ли это реестр; ту же команду можно отправить снова.',
  ),
  SEAL_BROKEN: meaning(422, 'What was sealed does not open.', 'Запечатанное не открывается.'),
  LINK_NOT_ASKED: meaning(404, 'No such link waits for this bank.', 'Такая привязка этот банк не ждёт.'),
  CODE_NOT_ASKED: meaning(409, 'No code was sent for this.', 'Код для этого не отправляли.'),
  CODE_MALFORMED: meaning(
    400,
    'A code has six digits; no try was counted.',
    'Код состоит из шести цифр; попытка не засчитана.',
  ),
  CODE_WRONG: meaning(403, 'The code is wrong.', 'Код неверен.'),
  CODE_EXPIRED: meaning(410, 'The code has expired.', 'Срок кода истёк.'),
  CODE_TRIES_OVER: meaning(429, 'The code was tried too often.', 'Попытки ввести код закончились.'),
  INTERNAL: meaning(500, 'The gateway failed; its log says why.', 'Сбой шлюза; причина в его журнале.'),
} as const satisfies { readonly [code: string]: AdminMeaning };

export type AdminCode = keyof typeof ADMIN_CODES;

/** Meaning of a code of the ledger's or the admin API's; an unknown one is a refusal of the ledger's. */
export function meaningOf(code: string): AdminMeaning {
  if (isCode(code)) return CODES[code];
  if (Object.hasOwn(ADMIN_CODES, code)) return ADMIN_CODES[code as AdminCode]; // just checked
  return meaning(422, 'The ledger refused this.', 'Реестр отказал.');
}
