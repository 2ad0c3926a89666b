// Account numbers: bank id, five random bytes as thirteen decimal digits, two check digits (ISO 7064 MOD 97-10).
// They are digits throughout, so that the check digits catch every wrong digit and every swap of neighbours; people may
// write them as `10 01234 56789 01234`. A right number does not say that the account exists.

/** Random bytes in an account number. */
export const ACCOUNT_NUMBER_BYTES = 5;
const BODY_DIGITS = 13;
const BODIES = 256n ** BigInt(ACCOUNT_NUMBER_BYTES);
const FORM = /^[0-9]{17}$/;
const BANK_FORM = /^[0-9]{2}$/;

/** The account number of a bank (two digits) for five random bytes. */
export function accountNumber(bank: string, bytes: Uint8Array): string {
  if (!BANK_FORM.test(bank)) throw new RangeError('a bank id has two digits');
  if (bytes.length !== ACCOUNT_NUMBER_BYTES) {
    throw new RangeError(`an account number is made of ${String(ACCOUNT_NUMBER_BYTES)} random bytes`);
  }
  const body = bytes.reduce((value, byte) => value * 256n + BigInt(byte), 0n);
  return withCheckDigits(bank + String(body).padStart(BODY_DIGITS, '0'));
}

/** Whether a text has the form of an account number, right or wrong check digits. */
export function isAccountNumberForm(text: string): boolean {
  return FORM.test(text);
}

/** Whether a bank can have made this number: form, size of the body and the one right pair of check digits. */
export function isAccountNumber(text: string): boolean {
  if (!FORM.test(text)) return false;
  return BigInt(text.slice(2, 2 + BODY_DIGITS)) < BODIES && withCheckDigits(text.slice(0, -2)) === text;
}

/** The bank that an account number names. */
export function bankOfAccount(account: string): string {
  return account.slice(0, 2);
}

/** From 02 to 98, so that the whole leaves 1 by 97: 00, 01 and 99 would leave the same as 97, 98 and 02. */
function withCheckDigits(digits: string): string {
  return digits + String(98n - (BigInt(`${digits}00`) % 97n)).padStart(2, '0');
}
