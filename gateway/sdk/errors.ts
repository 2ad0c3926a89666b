// What keeps the SDK from signing: each error is found before anything is sent.

/** The text is no private key of P-256 in PKCS #8, base64url, or not the one of its public key. */
export class UnusableKey extends Error {
  constructor(cause: unknown) {
    super('this is no usable signing key of P-256', { cause });
    this.name = 'UnusableKey';
  }
}

/** What was typed is no recipient code, however it is read; the code itself is never repeated. */
export class NotARecipientCode extends Error {
  constructor() {
    super('a recipient code has 26 letters and digits');
    this.name = 'NotARecipientCode';
  }
}

/** The bank has published neither tariff nor sealing key: it takes no payments yet. */
export class BankNotPublished extends Error {
  constructor(readonly bank: string) {
    super(`bank ${bank} has published no tariff and no sealing key yet`);
    this.name = 'BankNotPublished';
  }
}

/** The vault does not open: another password or recovery code, or not the vault of this person. */
export class VaultClosed extends Error {
  constructor(
    /**
     * `key`: wrong password or code, or altered. `thumbprint`: of another key. `old`: older than this device has
     * seen.
     */
    readonly reason: 'key' | 'thumbprint' | 'old',
  ) {
    super(`the vault does not open: ${reason}`);
    this.name = 'VaultClosed';
  }
}

/** What was typed is no recovery code, however it is read. */
export class NotARecoveryCode extends Error {
  constructor() {
    super('a recovery code has 26 letters and digits');
    this.name = 'NotARecoveryCode';
  }
}

/** The person has no open key here: sign in and open the vault first. */
export class NoKey extends Error {
  constructor() {
    super('no signing key is open here');
    this.name = 'NoKey';
  }
}
