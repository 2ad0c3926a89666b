// What one population consists of: its size, its people and the secret from which everything else follows by number, so
// that a second run asks for the very same things. It is kept in a file for its owner alone.
import { createHmac, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { z } from 'zod';
import { ACCOUNT_NUMBER_BYTES, accountNumber } from '../../chaincode/protocol/account-number.js';
import type { DemoContext, PopulationSize } from '../context.js';
import { DemoError } from '../demo-error.js';
import type { Account } from '../enrolment.js';
import type { Bank } from '../gateways.js';
import { numberedName } from '../names.js';
import { makePerson, type Person, personSchema, readIfThere, writePrivately } from '../people.js';

const planSchema = z.strictObject({
  version: z.literal(1),
  /** Most items of one list; a file that was begun keeps it. */
  listLength: z.int().min(1),
  secret: z.string(),
  /** Clients of the first bank, then those of the second, and so on. */
  people: z.array(personSchema),
});
type PlanFile = z.infer<typeof planSchema>;

const SECRET_BYTES = 32;
const ID_DIGITS = 20;
/** Of an account's first deposit, minor units: this, and so much more for each further account of the client. */
const FIRST_DEPOSIT = 100_000;
const DEPOSIT_STEP = 1_000;

/** A client with what he has at his bank; the first account is the one that he links. */
export interface PlannedClient {
  readonly person: Person;
  readonly holder: string;
  readonly accounts: readonly [Account, ...Account[]];
}

export class PopulationPlan {
  private constructor(
    private readonly file: PlanFile,
    readonly size: PopulationSize,
    /** Where it is kept. */
    readonly folder: string,
  ) {}

  /** The plan of this size in the system's folder, made where there is none. Throws DemoError if it cannot be read. */
  static async open(
    context: DemoContext,
    size: PopulationSize,
    most: { readonly listLength: number },
  ): Promise<PopulationPlan> {
    const { banks, clients, accounts, offers } = size;
    const folder = join(context.dir, 'demo', 'populations', [banks, clients, accounts, offers].join('x'));
    const path = join(folder, 'plan.json');
    const file = read(path) ?? (await makeFile(size, most));
    if (file.people.length !== banks * clients) throw unreadable(path);
    writePrivately(path, file);
    return new PopulationPlan(file, size, folder);
  }

  get listLength(): number {
    return this.file.listLength;
  }

  /** Of the bank at this place among those that are filled. */
  clientsOf(bank: Pick<Bank, 'bankId'>, place: number): PlannedClient[] {
    const { clients } = this.size;
    return this.file.people
      .slice(place * clients, (place + 1) * clients)
      .map((person, index) => this.client(person, bank.bankId, index));
  }

  /** An id that is the same whenever it is asked for; nobody without the secret can foresee it. */
  id(prefix: string, ...parts: readonly string[]): string {
    return `${prefix}_${this.digest(prefix, ...parts)
      .toString('hex')
      .slice(0, ID_DIGITS)}`;
  }

  private client(person: Person, bank: string, index: number): PlannedClient {
    const holder = this.id('holder', person.id);
    const account = (place: number): Account => {
      const name = [person.id, String(place)];
      return {
        ...{ bank, holder, person: person.id },
        number: accountNumber(bank, this.digest('account', ...name).subarray(0, ACCOUNT_NUMBER_BYTES)),
        link: this.id('link', ...name),
        deposit: String(FIRST_DEPOSIT + place * DEPOSIT_STEP),
        operation: this.id('operation', ...name),
      };
    };
    const count = accountsOfClient(this.size, index);
    const others = Array.from({ length: count - 1 }, (_, place) => account(place + 1));
    return { person, holder, accounts: [account(0), ...others] };
  }

  private digest(...parts: readonly string[]): Buffer {
    return createHmac('sha256', this.file.secret).update(JSON.stringify(parts)).digest();
  }
}

/** From one to the most, evenly: the last client of a bank has the most. */
export function accountsOfClient(
  { clients, accounts }: Pick<PopulationSize, 'clients' | 'accounts'>,
  index: number,
): number {
  return Math.ceil(((index + 1) * accounts) / clients);
}

async function makeFile(
  { banks, clients }: PopulationSize,
  { listLength }: { readonly listLength: number },
): Promise<PlanFile> {
  const people: Person[] = [];
  for (let index = 0; index < banks * clients; index += 1) {
    people.push(await makePerson(numberedName(index), 'client of a population'));
  }
  return { version: 1, listLength, secret: randomBytes(SECRET_BYTES).toString('base64url'), people };
}

function read(path: string): PlanFile | null {
  const text = readIfThere(path);
  if (text === null) return null;
  try {
    return planSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw unreadable(path, { cause });
  }
}

function unreadable(path: string, options?: ErrorOptions): DemoError {
  return new DemoError(
    `The people's file ${path} cannot be read; restore it, or seed another size, which makes people of its own.`,
    options,
  );
}
