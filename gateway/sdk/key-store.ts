// Where a device keeps what a person's session uses: keys that never come out, commands that are under way, the newest
// vault that it has seen. IndexedDB in browsers, memory elsewhere.
import type { Instant } from '../../chaincode/protocol/forms.js';
import type { Intent } from '../../chaincode/protocol/intent.js';
import type { SubmissionReceipt } from '../protocol/submission-receipt.js';
import type { OpenVault } from './vault.js';

/** A signed command whose outcome is not final yet. */
export interface PendingCommand {
  readonly endpoint: string;
  readonly path: { readonly [name: string]: string };
  /** The body as it was sent, the intent in it. */
  readonly body: { readonly intent: Intent; readonly [name: string]: unknown };
  /** For the first time, by the person's corrected clock. */
  readonly sentAt?: Instant;
}

export interface KeyStore {
  /** The keys of a person; null: none here. */
  keys(person: string): Promise<OpenVault | null>;
  putKeys(person: string, keys: OpenVault): Promise<void>;
  /** Newest version of the person's vault that this device has seen; 0: none. Log-out leaves it. */
  seenVersion(person: string): Promise<number>;
  pending(person: string, purpose: string): Promise<PendingCommand | null>;
  allPending(
    person: string,
  ): Promise<readonly { readonly purpose: string; readonly command: PendingCommand }[]>;
  putPending(person: string, purpose: string, command: PendingCommand): Promise<void>;
  removePending(person: string, purpose: string): Promise<void>;
  /** For the command with this id; null: none was given here. */
  receipt(person: string, id: string): Promise<SubmissionReceipt | null>;
  putReceipt(person: string, id: string, receipt: SubmissionReceipt): Promise<void>;
  /** Who was signed in last; null: nobody. */
  lastPerson(): Promise<string | null>;
  putLastPerson(person: string | null): Promise<void>;
  /** Removes the person's keys. What is under way stays: it may be final only later. */
  forgetKeys(person: string): Promise<void>;
}

/** Values by key, of one organisation's people. */
interface Shelf {
  get(key: string): Promise<unknown>;
  put(key: string, value: unknown): Promise<void>;
  remove(key: string): Promise<void>;
  keys(prefix: string): Promise<readonly string[]>;
}

class ShelvedKeyStore implements KeyStore {
  constructor(private readonly shelf: Shelf) {}

  async keys(person: string): Promise<OpenVault | null> {
    return ((await this.shelf.get(`keys ${person}`)) ?? null) as OpenVault | null; // as `putKeys` put it
  }

  async putKeys(person: string, keys: OpenVault): Promise<void> {
    const seen = await this.seenVersion(person);
    await this.shelf.put(`keys ${person}`, keys);
    await this.shelf.put(`seen ${person}`, Math.max(seen, keys.version));
  }

  async seenVersion(person: string): Promise<number> {
    return ((await this.shelf.get(`seen ${person}`)) ?? 0) as number; // as `putKeys` put it
  }

  async pending(person: string, purpose: string): Promise<PendingCommand | null> {
    const found = await this.shelf.get(`pending ${person} ${purpose}`);
    return (found ?? null) as PendingCommand | null; // as `putPending` put it
  }

  async allPending(person: string) {
    const prefix = `pending ${person} `;
    const found: { readonly purpose: string; readonly command: PendingCommand }[] = [];
    for (const key of await this.shelf.keys(prefix)) {
      const purpose = key.slice(prefix.length);
      const command = await this.pending(person, purpose);
      if (command !== null) found.push({ purpose, command });
    }
    return found;
  }

  putPending(person: string, purpose: string, command: PendingCommand): Promise<void> {
    return this.shelf.put(`pending ${person} ${purpose}`, command);
  }

  removePending(person: string, purpose: string): Promise<void> {
    return this.shelf.remove(`pending ${person} ${purpose}`);
  }

  async receipt(person: string, id: string): Promise<SubmissionReceipt | null> {
    const found = await this.shelf.get(`receipt ${person} ${id}`);
    return (found ?? null) as SubmissionReceipt | null; // as `putReceipt` put it
  }

  putReceipt(person: string, id: string, receipt: SubmissionReceipt): Promise<void> {
    return this.shelf.put(`receipt ${person} ${id}`, receipt);
  }

  async lastPerson(): Promise<string | null> {
    return ((await this.shelf.get('last')) ?? null) as string | null; // as `putLastPerson` put it
  }

  putLastPerson(person: string | null): Promise<void> {
    return person === null ? this.shelf.remove('last') : this.shelf.put('last', person);
  }

  forgetKeys(person: string): Promise<void> {
    return this.shelf.remove(`keys ${person}`);
  }
}

/** Gone with the process. */
export function memoryKeyStore(): KeyStore {
  const values = new Map<string, unknown>();
  return new ShelvedKeyStore({
    get: (key) => Promise.resolve(values.get(key)),
    put: (key, value) => {
      values.set(key, value);
      return Promise.resolve();
    },
    remove: (key) => {
      values.delete(key);
      return Promise.resolve();
    },
    keys: (prefix) => Promise.resolve([...values.keys()].filter((key) => key.startsWith(prefix))),
  });
}

/** The little of IndexedDB that is used, since the compiler knows no browser here. */
interface IdbEvents {
  addEventListener(name: string, act: () => void): void;
}
interface IdbRequest extends IdbEvents {
  readonly result: unknown;
  readonly error: unknown;
}
interface IdbObjects {
  get(key: string): IdbRequest;
  put(value: unknown, key: string): IdbRequest;
  delete(key: string): IdbRequest;
  getAllKeys(): IdbRequest;
}
interface IdbTransaction extends IdbEvents {
  objectStore(name: string): IdbObjects;
  readonly error: unknown;
}
interface IdbDatabase {
  createObjectStore(name: string): void;
  transaction(
    name: string,
    mode: 'readonly' | 'readwrite',
    options?: { readonly durability: 'strict' },
  ): IdbTransaction;
}
interface IdbFactory {
  open(name: string, version: number): IdbRequest;
}

const OBJECTS = 'values';

/** In this browser, for this address and organisation. */
export function browserKeyStore(organisation: string): KeyStore {
  const opened = openDatabase(`forescrow ${organisation}`);
  const run = async (
    mode: 'readonly' | 'readwrite',
    act: (objects: IdbObjects) => IdbRequest,
  ): Promise<unknown> => {
    const transaction = (await opened).transaction(OBJECTS, mode, { durability: 'strict' });
    const request = act(transaction.objectStore(OBJECTS));
    return new Promise((resolve, reject) => {
      transaction.addEventListener('complete', () => {
        resolve(request.result);
      });
      transaction.addEventListener('abort', () => {
        reject(new Error('the browser did not store it', { cause: transaction.error }));
      });
    });
  };
  return new ShelvedKeyStore({
    get: (key) => run('readonly', (objects) => objects.get(key)),
    put: async (key, value) => {
      await run('readwrite', (objects) => objects.put(value, key));
    },
    remove: async (key) => {
      await run('readwrite', (objects) => objects.delete(key));
    },
    keys: async (prefix) => {
      const all = (await run('readonly', (objects) => objects.getAllKeys())) as readonly string[]; // all keys are texts
      return all.filter((key) => key.startsWith(prefix));
    },
  });
}

function openDatabase(name: string): Promise<IdbDatabase> {
  const { indexedDB } = globalThis as unknown as { readonly indexedDB: IdbFactory }; // every browser has it
  const opening = indexedDB.open(name, 1);
  return new Promise((resolve, reject) => {
    opening.addEventListener('upgradeneeded', () => {
      (opening.result as IdbDatabase).createObjectStore(OBJECTS);
    });
    opening.addEventListener('success', () => {
      resolve(opening.result as IdbDatabase); // what an opening results in
    });
    opening.addEventListener('error', () => {
      reject(new Error('the browser gives no storage', { cause: opening.error }));
    });
  });
}
