// Every code with which a command can be refused, its HTTP status and its sentence in both languages.

export interface CodeMeaning {
  readonly http: number;
  readonly en: string;
  readonly ru: string;
  /** Would disclose what only one organisation may know: a submitted list says REFUSED instead. */
  readonly private: boolean;
}

const open = (http: number, en: string, ru: string): CodeMeaning => ({ http, en, ru, private: false });
const secret = (http: number, en: string, ru: string): CodeMeaning => ({ http, en, ru, private: true });

export const CODES = {
  ACCOUNT_EXISTS: secret(409, 'This account is already open.', 'Этот счёт уже открыт.'),
  ANSWERED: open(409, 'The bank has already answered.', 'Банк уже ответил.'),
  BAD_INPUT: open(400, 'The input is not of the required form.', 'Данные не соответствуют требуемой форме.'),
  BAD_SIGNATURE: open(401, 'The signature does not match.', 'Подпись не подходит.'),
  CHECK_DIGITS: secret(
    422,
    'The check digits of the account number are wrong.',
    'Контрольные цифры номера счёта неверны.',
  ),
  CODE: secret(403, 'The one-time code is wrong.', 'Одноразовый код неверен.'),
  COMMISSION_CAP: open(422, 'The commission is above the cap.', 'Комиссия выше допустимой.'),
  CURRENCY: open(422, 'The currencies differ.', 'Валюты различаются.'),
  EXISTS: open(409, 'This already exists.', 'Это уже существует.'),
  FEE: secret(
    422,
    'The fee is not the one of the published tariff.',
    'Плата не соответствует объявленному тарифу.',
  ),
  FULLY_HELD: open(409, 'The deal was fully held; nothing is given back.', 'Сделка оплачена; возврата нет.'),
  FUNDS: secret(422, 'There is not enough money on the account.', 'На счёте недостаточно денег.'),
  INTENT_EXPIRED: open(422, 'The signed command has expired.', 'Срок подписанной команды истёк.'),
  KEY_DIFFERS: open(403, 'The key is not the registered one.', 'Это не тот ключ, который зарегистрирован.'),
  BAD_ROW: open(
    409,
    'A row on the ledger is of a form that no rule takes.',
    'Запись в реестре имеет недопустимую форму.',
  ),
  CAP_REACHED: open(
    409,
    "The payee's bank waits until the payer's bank has settled what it owes.",
    'Банк получателя ждёт расчёта с банком плательщика.',
  ),
  OWN_OFFER: open(409, 'This is the own offer of that person.', 'Это собственное предложение этого лица.'),
  PAYMENT_UNANSWERED: open(
    409,
    'A payment still waits for its bank.',
    'Один из платежей ещё ждёт ответа банка.',
  ),
  MIN_PART: open(422, 'The part is smaller than allowed.', 'Часть меньше допустимой.'),
  NAME_TAKEN: open(
    409,
    'Another bank has a name that looks like this one.',
    'У другого банка похожее название.',
  ),
  NET_DIFFERS: open(409, 'The net sum is not the signed one.', 'Сумма к получению не та, что подписана.'),
  NOTHING_WRITTEN: open(409, 'Nothing was left to write.', 'Записывать было нечего.'),
  NOT_ADMITTED: open(409, 'The payment has not been admitted.', 'Платёж ещё не допущен.'),
  NOT_CAPTURED: open(409, "The payer's bank has not paid out.", 'Банк плательщика ещё не перечислил деньги.'),
  NOT_CREDITED: open(409, 'Not all payees are credited.', 'Деньги зачислены ещё не всем получателям.'),
  NOT_DELIVERED: open(409, 'The parcel is not delivered.', 'Посылка не вручена.'),
  NOT_DUE: open(409, 'The payout is not due yet.', 'Время выплаты ещё не наступило.'),
  NOT_FOUND: open(404, 'There is no such thing.', 'Такого нет.'),
  NOT_FULL: open(409, 'The price is not fully held.', 'Цена оплачена не полностью.'),
  NOT_HOLDER: secret(403, 'The account belongs to somebody else.', 'Счёт принадлежит другому лицу.'),
  NOT_LISTED: open(409, 'The offer is not listed.', 'Предложение не выставлено.'),
  NO_ACCOUNT: secret(404, 'There is no such account.', 'Такого счёта нет.'),
  NO_COMMISSION_ACCOUNT: open(
    409,
    'The marketplace has linked no commission account.',
    'Площадка не привязала счёт для комиссии.',
  ),
  NOT_ATTESTED: open(409, 'Its owner does not stand behind this row.', 'Владелец записи её не подтверждает.'),
  NO_MARKETPLACE: open(
    409,
    "The operator of this member's chaincode does not say which organisation is the marketplace.",
    'Оператор чейнкода этого участника не указал, какая организация — площадка.',
  ),
  NO_PARAMETERS: open(409, 'The channel has no parameters yet.', 'Параметры канала ещё не заданы.'),
  NO_SECRET: open(409, 'The organisation has not set its secret.', 'Организация не задала свой секрет.'),
  NO_STOCK: open(409, 'Nothing is left in stock.', 'Товар закончился.'),
  OFFER_CHANGED: open(409, 'The offer has changed.', 'Предложение изменилось.'),
  OPERATION_EXISTS: secret(409, 'This operation id is used.', 'Такая операция уже есть.'),
  OTHER_CONTENT: open(409, 'This id was used with other content.', 'Этот номер уже занят другой командой.'),
  OUT_OF_RANGE: open(422, 'The value is outside the allowed range.', 'Значение вне допустимых границ.'),
  OVERPAYMENT: open(422, 'This is more than is left to pay.', 'Это больше, чем осталось заплатить.'),
  PARAMETERS_CHANGED: open(
    409,
    'The rules have changed since this was prepared.',
    'Правила изменились с тех пор, как это было подготовлено.',
  ),
  PROPOSAL_CHANGED: open(
    409,
    'This is not the proposal that is open now.',
    'Сейчас рассматривается другой проект правил.',
  ),
  PLAN_DIFFERS: open(
    409,
    'The payout plan is not the recomputed one.',
    'План выплат не совпадает с расчётом.',
  ),
  REFUND_KEY: secret(403, 'The refund key is not the one of the deal.', 'Ключ возврата не от этой сделки.'),
  REFUSED: open(422, 'The bank refuses.', 'Банк отказал.'),
  SECRET_SET: open(409, 'The secret was set before.', 'Секрет уже задан.'),
  STOCK_TAKEN: open(409, 'More units are taken than that.', 'Занято больше единиц.'),
  TERMS_DIFFER: open(409, 'The terms are not the signed ones.', 'Условия не те, что подписаны.'),
  TOO_EARLY: open(409, 'It is too early.', 'Слишком рано.'),
  TOO_LATE: open(409, 'It is too late.', 'Слишком поздно.'),
  TOO_MANY: open(422, 'There are more rows than can be counted.', 'Записей больше, чем можно посчитать.'),
  TOO_MANY_INVITATIONS: open(
    409,
    'This deal has as many invitations as it may have.',
    'Приглашений в этой сделке уже столько, сколько можно.',
  ),
  TOO_MANY_PAYMENTS: open(
    409,
    'You have made as many payments into this deal as one person may.',
    'Вы уже сделали в этой сделке столько платежей, сколько может один человек.',
  ),
  UNKNOWN_BANK: open(403, 'The bank does not know that bank.', 'Банк не признаёт этот банк.'),
  WRONG_CODE: open(403, "The recipient's code is wrong.", 'Код получателя неверен.'),
  WRONG_LANE: open(400, 'The command belongs to the other lane.', 'Команда подана не в свой ряд.'),
  WRONG_ORGANISATION: open(403, "This is another organisation's affair.", 'Это дело другой организации.'),
  WRONG_ROLE: open(403, 'This is not for this role.', 'Это не разрешено этой роли.'),
  WRONG_STATE: open(409, 'The state does not allow it.', 'Состояние этого не допускает.'),
} as const satisfies { readonly [code: string]: CodeMeaning };

export type Code = keyof typeof CODES;

export function isCode(text: string): text is Code {
  return Object.hasOwn(CODES, text);
}
