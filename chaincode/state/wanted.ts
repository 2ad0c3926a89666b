// What reading asks for and is not at hand yet.

export class Wanted {
  /** Public keys. */
  readonly keys = new Set<string>();
  /** Keys of the own collection. */
  readonly privateKeys = new Set<string>();
  /** Collection by key: hashes of what other organisations attest. */
  readonly hashes = new Map<string, string>();
  /** Public keys whose policies are asked for. */
  readonly policies = new Set<string>();
  /** Prefixes of ranges of public keys. */
  readonly prefixes = new Set<string>();

  get isEmpty(): boolean {
    const sizes = [this.keys, this.privateKeys, this.hashes, this.policies, this.prefixes];
    return sizes.every(({ size }) => size === 0);
  }
}
