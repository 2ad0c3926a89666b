// A record while it is being filled, field by field, by the function that makes it.
export type Draft<T> = { -readonly [Key in keyof T]: T[Key] };
