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
  attestation:
    'an owned row says only what its owner put beside it in his own collection, and he does not take it back',
  guard: 'an owned row is for its owner alone to change, and an owner changes nothing else in his lane',
  rules: 'an agreement leaves what the rules make of its commands: rows, key policies, event, answer',
  lifeCycle: "in an owner's lane: statuses change along the table, by the command that may",
  names: "in an owner's lane: a bank keeps its name",
  events: "in an owner's lane: the event names the rows that were written, with the results in the answer",
  payments: "in an owner's lane: only the answer to a payment changes it, as admission, plan and phase allow",
  caps: "in an owner's lane: no bank credits more on another's word than the cap that it has published",
  credits: "in an owner's lane: payees are credited what the plan names, once it was captured",
  shipments: "in an owner's lane: parcels are accepted once paid, and delivered by the recipient's code",
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
