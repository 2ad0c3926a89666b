// What a one-time code for a link is bound to, and the words in which a holder receives it.
import type { Hash } from '../../chaincode/protocol/forms.js';

const SHOWN_DIGITS = 4;

export function linkSubject(link: string): string {
  return `link/${link}`;
}

export interface LinkCodeFacts {
  readonly link: string;
  readonly account: string;
  /** Null: the bank has no such account, and the code goes to nobody. */
  readonly holder: string | null;
  readonly keyThumbprint: Hash;
}

/** A link's code is bound to link, account, holder and the client's key, which the bank vouches for with it. */
export function linkCodeFacts({ link, account, holder, keyThumbprint }: LinkCodeFacts): readonly string[] {
  return [link, account, holder ?? '', keyThumbprint];
}

/** `marketplace`: as the consortium knows it. The key's last digits stand on the page that asks, too. */
export function linkCodeText(code: string, of: { readonly marketplace: string; readonly key: Hash }): string {
  const key = of.key.slice(-SHOWN_DIGITS);
  return (
    `Код ${code}: привязка счёта к площадке ${of.marketplace}, ключ …${key}. Никому его не сообщайте. ` +
    `Code ${code} links this account to ${of.marketplace}, key ending ${key}. Give it to nobody.`
  );
}

/** To a holder whose account was named too often by people who want to link it. */
export function linkingPausedText(marketplace: string): string {
  return (
    `Ваш счёт слишком часто пытались привязать на площадке ${marketplace}. Новые привязки приостановлены, платежи ` +
    `по прежним идут. Too many attempts to link your account at ${marketplace}: new links are paused, payments go on.`
  );
}

export function balanceSubject(link: string): string {
  return `balance/${link}`;
}

export function balanceCodeText(code: string, marketplace: string): string {
  return (
    `Код ${code}: показать остаток счёта на площадке ${marketplace}. ` +
    `Code ${code} shows your balance at ${marketplace}.`
  );
}
