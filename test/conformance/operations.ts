// The operations that the conformance chaincode can perform, as scripts and the chaincode write them in JSON.

export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

/** Arguments by operation. Each answers with what the stub returned, or null. */
export interface Operations {
  get: [key: string];
  put: [key: string, value: string];
  /** A value of that many bytes. */
  fill: [key: string, bytes: number];
  /** `<prefix>000`, `<prefix>001` … each with its own number as value. */
  putMany: [prefix: string, count: number];
  del: [key: string];
  /** `key=value` of at most `limit` rows; all without a limit. A limit of 0 opens the iterator and reads nothing. */
  range: [start: string, end: string, limit?: number];
  page: [start: string, end: string, size: number, bookmark?: string];
  putComposite: [type: string, attributes: readonly string[], value: string];
  composite: [type: string, attributes: readonly string[], limit?: number];
  pageComposite: [type: string, attributes: readonly string[], size: number, bookmark?: string];
  /** Newest first: is it a deletion, which value, transaction time as milliseconds in text. */
  history: [key: string, limit?: number];
  query: [text: string];
  getPrivate: [collection: string, key: string];
  /** Hexadecimal, or '' where there is none. */
  hash: [collection: string, key: string];
  putPrivate: [collection: string, key: string, value: string];
  delPrivate: [collection: string, key: string];
  purge: [collection: string, key: string];
  rangePrivate: [collection: string, start: string, end: string];
  compositePrivate: [collection: string, type: string, attributes: readonly string[]];
  queryPrivate: [collection: string, text: string];
  /** Policies are base64 of the bytes given to the stub. */
  setPolicy: [key: string, policy: string];
  getPolicy: [key: string];
  setPrivatePolicy: [collection: string, key: string, policy: string];
  getPrivatePolicy: [collection: string, key: string];
  event: [name: string, payload: string];
  /** The transient field of that name, or null. */
  transient: [name: string];
  /** Puts the transient field into a collection, so that its value stands in no argument. */
  keepTransient: [collection: string, key: string, name: string];
  /** MSP id, common name of the certificate's subject, and the value of an attribute. */
  creator: [attribute: string];
  timestamp: [];
  txId: [];
  channel: [];
  arguments: [];
  invoke: [chaincode: string, args: readonly string[], channel: string];
  mspId: [];
  /** Another answer at each call, so that no two endorsers agree. */
  random: [];
  /** Like `put`, with a value that no two endorsers agree on. */
  putRandom: [key: string];
  throw: [message: string];
  /** Never answers. */
  hang: [];
  /** Ends the chaincode's process. */
  exit: [];
}

export type OperationName = keyof Operations;
export type PlainOperation = {
  [N in OperationName]: readonly [N, ...Operations[N]];
}[OperationName];
/** `try` answers as its operation does, or `{ error }` with the error's message; the list goes on. */
export type Operation = PlainOperation | readonly ['try', PlainOperation];

/** The functions of the contract: `run` takes a list of operations and returns the list of their answers. */
export const FUNCTION = { run: 'run', two: 'two', nothing: 'nothing' } as const;
