// Random values that are the same at each retry, such as operation ids and keys: made once and stored before use.

export interface GeneratedValues {
  /**
   * The value stored for `subject`; `make` is called once in the subject's life. Resolves when the value is stored, so
   * that no value is used that a crash could lose.
   */
  getOrCreate(subject: string, make: () => string): Promise<string>;
}
