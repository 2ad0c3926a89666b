// The checks of an audit: what each one asks, how often it was made, and what was found wrong.

/** Every check by name, with what it makes sure of. */
export const CHECKS = {
  form: 'blocks are whole, numbered without gap, in their one encoding',
  hashChain: 'each block names the hash of the one before',
  dataHash: 'each block holds the transactions that its header names',
  blockSignatures: 'the ordering service signed each block',
  configuration: 'each configuration follows the one before',
  collections: "each member's own collection is defined for that member's clients and peers alone",
  creators: "each transaction's sender is a member and signed it",
  endorsements:
    "endorsements satisfy the policies in force for what is written: chaincode's, collections', keys'",
  reads: 'what a transaction read was still so when it was committed',
  validity: 'each transaction has the validity code that its content earns',
  commitHash: 'the running hash of codes and state changes',
  rows: 'public rows are of known kinds in their strict forms, in canonical JSON, and never deleted',
  attestation: 'an owned row says only what its owner put beside it in his own collection',
  guard: 'an owned row is created for its owner alone to change',
  lifeCycle: 'statuses change along the table, by the command that may',
  writtenOnce: 'used-intent markers, names of banks, shares, terms, plans and obligations are written once',
  names: "a bank's name stays as it is and looks like no other bank's",
  intents: "commands of persons carry those persons' signatures, with the key registered then",
  events: 'the event of a transaction names the rows that it wrote',
  parameters:
    'the rules of the channel are founded by the marketplace and changed as most others have accepted',
  terms: 'offers and deals hold the terms that seller and buyer signed, with times within their bounds',
  parties: 'nobody moderates, buys or pays for his own offer',
  invitations: 'payers are the buyer, or took an invitation that he signed, for no more than it allows',
  payments: 'payments are those that payers signed, in time, and only their answer changes them',
  plans: 'a payout is the plan that follows from the held payments; its parts sum to the price',
  credits: 'payees are credited what was captured for them',
  deals: 'a deal ends only when nothing about its money is open',
  stock: 'available and taken units sum to the stock; taken ones belong to reservations',
  privateValues: "the member's own private values are those whose hashes stand in the blocks",
  books: "each operation of the member's books is entered once and sums to zero, and so do the books",
  balances: "the member's accounts, holds and positions are what its operations say",
} as const;
export type CheckName = keyof typeof CHECKS;

/** Where something was seen. `transaction` is null for a block as a whole. */
export interface Place {
  readonly block: number;
  readonly transaction: string | null;
}

export interface Finding extends Place {
  readonly check: CheckName;
  readonly found: string;
  readonly needed: string;
}

export interface Fault {
  readonly found: string;
  readonly needed: string;
}

export class Findings {
  private readonly counts = new Map<CheckName, { readonly checked: number; readonly findings: number }>();
  private readonly found: Finding[] = [];

  /** Keeps at most so many; counts all. */
  constructor(private readonly most = 1_000) {}

  /** Counts one check; `fault` is asked for only if it does not hold. Returns whether it holds. */
  expect(check: CheckName, place: Place, holds: boolean, fault: () => Fault): boolean {
    const { checked, findings } = this.counts.get(check) ?? { checked: 0, findings: 0 };
    this.counts.set(check, { checked: checked + 1, findings: holds ? findings : findings + 1 });
    if (holds) return true;
    if (this.found.length < this.most) this.found.push({ check, ...place, ...fault() });
    return false;
  }

  get list(): readonly Finding[] {
    return this.found;
  }

  get total(): number {
    return [...this.counts.values()].reduce((sum, { findings }) => sum + findings, 0);
  }

  /** Checks that had anything to look at, in the order of CHECKS. */
  get checks(): Readonly<
    Partial<Record<CheckName, { readonly checked: number; readonly findings: number }>>
  > {
    const names = Object.keys(CHECKS) as CheckName[]; // the names of that very object
    return Object.fromEntries(
      names.flatMap((name) => (this.counts.has(name) ? [[name, this.counts.get(name)]] : [])),
    );
  }
}
