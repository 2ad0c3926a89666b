// Codes of the web API's problems beside the ledger's own (`chaincode/protocol/codes.ts`), with HTTP status and
// sentences in both languages.
import { type Code, CODES, isCode } from '../../chaincode/protocol/codes.js';

export interface ProblemMeaning {
  readonly http: number;
  readonly en: string;
  readonly ru: string;
}

const meaning = (http: number, en: string, ru: string): ProblemMeaning => ({ http, en, ru });

/** What every gateway may answer with, whatever the door. */
export const COMMON_CODES = {
  CONFLICT: meaning(
    409,
    'Others changed the same rows; send again.',
    'Эти записи изменили другие; повторите.',
  ),
  UNAVAILABLE: meaning(503, 'The ledger cannot be reached; send again.', 'Реестр недоступен; повторите.'),
  STORE_UNAVAILABLE: meaning(
    503,
    "The gateway's database cannot be reached; send again.",
    'База данных шлюза недоступна; повторите.',
  ),
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
  CORE_UNAVAILABLE: meaning(
    503,
    "The bank's own system does not answer; try again.",
    'Система банка не отвечает; повторите.',
  ),
  INTERNAL: meaning(500, 'The gateway failed; its log says why.', 'Сбой шлюза; причина в его журнале.'),
} as const satisfies { readonly [code: string]: ProblemMeaning };

/** Of the web API and the partner door. */
export const WEB_CODES = {
  NO_ROUTE: meaning(404, 'There is no such address.', 'Такого адреса нет.'),
  WRONG_METHOD: meaning(
    405,
    'The address does not take this method.',
    'Этот адрес не принимает такой метод.',
  ),
  WRONG_MEDIA_TYPE: meaning(415, 'The body must be JSON.', 'Тело запроса должно быть в формате JSON.'),
  BODY_TOO_LARGE: meaning(413, 'The body is too large.', 'Тело запроса слишком велико.'),
  TOO_SLOW: meaning(408, 'The request took too long to arrive.', 'Запрос поступал слишком долго.'),
  UNAUTHORISED: meaning(401, 'Sign in first.', 'Сначала войдите.'),
  FORBIDDEN: meaning(403, 'This is not for your role.', 'Это не разрешено вашей роли.'),
  NOT_SAME_ORIGIN: meaning(403, 'The request came from another site.', 'Запрос пришёл с другого сайта.'),
  LOG_IN_REFUSED: meaning(401, 'Log-in or password is wrong.', 'Неверный логин или пароль.'),
  LOG_IN_TAKEN: meaning(409, 'This log-in is taken.', 'Этот логин занят.'),
  SESSION_OVER: meaning(401, 'The session is over; sign in again.', 'Сеанс завершён; войдите снова.'),
  PASSWORD_NEEDED: meaning(403, 'Set a password of your own first.', 'Сначала задайте собственный пароль.'),
  TOO_MANY_TRIES: meaning(
    429,
    'Too many tries; wait and try again.',
    'Слишком много попыток; подождите и повторите.',
  ),
  TOO_MANY_REQUESTS: meaning(429, 'Too many requests; wait.', 'Слишком много запросов; подождите.'),
  VAULT_CHANGED: meaning(
    409,
    'The vault was changed by another device.',
    'Хранилище ключа изменено с другого устройства.',
  ),
  VAULT_NEEDED: meaning(
    409,
    'The new password must open the vault.',
    'Новый пароль должен открывать хранилище ключа.',
  ),
  KEY_PUBLISHED: meaning(409, 'A key is published already.', 'Ключ уже опубликован.'),
  REGISTRAR_PAUSED: meaning(
    429,
    'Too many people are being registered; try later.',
    'Слишком много регистраций; попробуйте позже.',
  ),
  REGISTRATION_CLOSED: meaning(
    403,
    'Log-ins are made by an administrator here.',
    'Здесь логины создаёт администратор.',
  ),
  TOO_MANY_REGISTRATIONS: meaning(
    429,
    'Too many registrations; try later.',
    'Слишком много регистраций; попробуйте позже.',
  ),
  NAME_UNREADABLE: meaning(
    422,
    'A name has letters, digits and punctuation; each word in one alphabet.',
    'В имени могут быть буквы, цифры и знаки препинания; каждое слово — из букв одного алфавита.',
  ),
  LABEL_TAKEN: meaning(409, 'There is a label of this name.', 'Метка с таким именем уже есть.'),
  LABEL_ARCHIVED: meaning(
    409,
    'This label is archived; bring it back first.',
    'Эта метка в архиве; сначала верните её.',
  ),
  TOO_MANY_LABELS: meaning(409, 'There are too many labels.', 'Меток слишком много.'),
  TOO_MANY_ADDRESSES: meaning(
    409,
    'Too many addresses are kept; remove one first.',
    'Сохранено слишком много адресов; сначала удалите лишний.',
  ),
  ADDRESS_FIXED: meaning(
    409,
    'The address can no longer be changed: the courier has the parcel, or the deal is over.',
    'Адрес уже не изменить: посылка у курьера или сделка завершена.',
  ),
  PARCEL_ACCEPTED: meaning(
    409,
    'The courier has accepted the parcel for another address.',
    'Курьер уже принял посылку для другого адреса.',
  ),
  BAD_RANGE: meaning(
    422,
    'The range must begin before it ends and last at most 366 days.',
    'Начало периода должно быть раньше конца, а период — не длиннее 366 дней.',
  ),
  IDEMPOTENCY_KEY_NEEDED: meaning(
    400,
    'The header Idempotency-Key is needed.',
    'Нужен заголовок Idempotency-Key.',
  ),
  IDEMPOTENCY_KEY_USED: meaning(
    422,
    'This Idempotency-Key was used with another content.',
    'Этот Idempotency-Key уже использован с другим содержанием.',
  ),
  IDEMPOTENCY_KEY_BUSY: meaning(
    409,
    'The first request with this Idempotency-Key is still being processed.',
    'Первый запрос с этим Idempotency-Key ещё обрабатывается.',
  ),
  WRONG_HOST: meaning(421, 'This gateway has another address.', 'У этого шлюза другой адрес.'),
  NOT_YOUR_INTENT: meaning(
    403,
    'The signed command is of another person.',
    'Команда подписана другим лицом.',
  ),
  WRONG_ACTION: meaning(
    422,
    'The signed command is not the one of this address.',
    'По этому адресу подают другую команду.',
  ),
  NOT_A_PICTURE: meaning(
    422,
    'This is no picture in JPEG, PNG or WebP.',
    'Это не изображение в формате JPEG, PNG или WebP.',
  ),
  PICTURE_TOO_LARGE: meaning(
    413,
    'The picture is too large: at most 8 MB and 40 megapixels.',
    'Изображение слишком велико: не больше 8 МБ и 40 мегапикселей.',
  ),
  WRONG_SUBJECT: meaning(
    422,
    'The signed command is about something else than the address.',
    'Команда относится не к тому, что указано в адресе.',
  ),
  CONTENT_DIFFERS: meaning(422, 'The content is not the signed one.', 'Содержание не то, что подписано.'),
  PAYMENT_OPEN: meaning(
    409,
    'An earlier payment of yours into this deal still waits for its code.',
    'Ваш предыдущий платёж по этой сделке ещё ждёт кода подтверждения.',
  ),
  TOO_MANY_UNPAID: meaning(
    429,
    'You have as many unpaid deals as one buyer may have; pay one of them, or wait until its time is over.',
    'У вас уже предельное число неоплаченных сделок; оплатите одну из них или дождитесь окончания её срока.',
  ),
  TOO_MANY_UNCONFIRMED: meaning(
    429,
    'Other payments of yours wait for their codes; confirm one of them first.',
    'Другие ваши платежи ждут кодов подтверждения; сначала подтвердите один из них.',
  ),
  BANK_UNAVAILABLE: meaning(503, 'The bank cannot be reached; try again.', 'Банк недоступен; повторите.'),
  SEALING_KEY_DIFFERS: meaning(
    409,
    "This was not sealed to the bank's own key.",
    'Запечатано не ключом этого банка.',
  ),
  API_KEY_REFUSED: meaning(401, 'The API key is not valid here.', 'Ключ API здесь не действует.'),
  API_KEY_OF_ANOTHER: meaning(
    403,
    'The API key was issued to another member.',
    'Ключ API выдан другому участнику.',
  ),
  KEY_LIFE: meaning(422, 'An API key lives two years at most.', 'Ключ API действует не дольше двух лет.'),
  NO_HOLDER: meaning(
    404,
    "The bank's own system knows no such customer.",
    'Система банка не знает такого клиента.',
  ),
  REFUND_KEY_DIFFERS: meaning(
    403,
    'The refund key is not the one of this deal.',
    'Ключ возврата не от этой сделки.',
  ),
  SCOPE_MISSING: meaning(403, 'The API key has not this scope.', 'У ключа API нет этого права.'),
  RECEIPT_TOO_LONG: meaning(
    422,
    'The deal has too many payments for one receipt.',
    'В сделке слишком много платежей для одной квитанции.',
  ),
  NOT_READY: meaning(503, 'The gateway is not ready yet; try again.', 'Шлюз ещё не готов; повторите.'),
} as const satisfies { readonly [code: string]: ProblemMeaning };

export type ApiCode = Code | keyof typeof COMMON_CODES | keyof typeof WEB_CODES;

const ALL: { readonly [code: string]: ProblemMeaning } = { ...COMMON_CODES, ...WEB_CODES };

/** An unknown code is a refusal of a newer ledger's. */
export function problemMeaning(code: string): ProblemMeaning {
  if (isCode(code)) return CODES[code];
  if (Object.hasOwn(ALL, code)) return ALL[code] ?? COMMON_CODES.INTERNAL;
  return meaning(422, 'The ledger refused this.', 'Реестр отказал.');
}
