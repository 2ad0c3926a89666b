// Duty: account numbers: bank id, ten hexadecimal digits, two check digits (ISO 7064 MOD 97-10).
// Must not: say whose account it is, or whether it exists.

/** Random bytes in an account number. */
export const ACCOUNT_NUMBER_BYTES = 5;
const FORM = /^[0-9]{2}[0-9a-f]{10}[0-9]{2}$/;
const BANK_FORM = /^[0-9]{2}$/;

/** The account number of a bank (two digits) for five random bytes. */
export function accountNumber(bank: string, bytes: Uint8Array): string {
  if (!BANK_FORM.test(bank)) throw new RangeError('a bank id has two digits');
  if (bytes.length !== ACCOUNT_NUMBER_BYTES) {
    throw new RangeError(`an account number is made of ${String(ACCOUNT_NUMBER_BYTES)} random bytes`);
  }
  const body = bank + Buffer.from(bytes).toString('hex');
  return body + String(98n - remainder(`${body}00`)).padStart(2, '0');
}

/** Whether a text has the form of an account number, right or wrong check digits. */
export function isAccountNumberForm(text: string): boolean {
  return FORM.test(text);
}

/** Whether form and check digits are right. */
export function isAccountNumber(text: string): boolean {
  return FORM.test(text) && remainder(text) === 1n;
}

/** The bank that an account number names. */
export function bankOfAccount(account: string): string {
  return account.slice(0, 2);
}

/** Remainder by 97; letters a to f count as 10 to 15, as in an IBAN. */
function remainder(text: string): bigint {
  const digits = [...text].map((character) => String(parseInt(character, 16))).join('');
  return BigInt(digits) % 97n;
}
