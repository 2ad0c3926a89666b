// Remembers recent results of pure functions, in two generations: what is still asked for outlives the older one.
// Dropping it changes nothing but time, so peers agree whatever each remembers.

export class BoundedCache<V> {
  private young = new Map<string, V>();
  private old = new Map<string, V>();

  /**
   * `limit`: entries of one generation; at most twice as many are kept. `longest`: UTF-16 units of a name that is kept,
   * so that nobody fills the memory with a few long ones.
   */
  constructor(
    private readonly limit: number,
    private readonly longest: number,
  ) {}

  get(name: string): V | undefined {
    const known = this.young.get(name);
    if (known !== undefined) return known;
    const older = this.old.get(name);
    return older === undefined ? undefined : this.keep(name, older);
  }

  keep(name: string, value: V): V {
    if (name.length > this.longest) return value;
    if (this.young.size >= this.limit) {
      this.old = this.young;
      this.young = new Map();
    }
    this.young.set(name, value);
    return value;
  }
}
