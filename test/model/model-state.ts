// The model's memory: every row that ought to be on the ledger, in layers that can be kept or dropped.
// It must not know rules or Fabric.
import type { AllocationItem } from '../../chaincode/protocol/payment.js';
import type { RowKind, Rows } from '../../chaincode/protocol/rows.js';

type Signed = NonNullable<Rows['usedIntent']['signed']>;

/** What an organisation ought to hold privately. Nonces and salts are the ledger's own affair. */
export interface SecretRows {
  readonly secret: { readonly v: 1; readonly secret: string };
  readonly correspondents: {
    readonly v: 1;
    readonly banks: readonly {
      readonly bank: string;
      readonly msp: string;
    }[];
  };
  readonly account: {
    readonly v: 1;
    readonly account: string;
    readonly holder: string;
    readonly currency: string;
    readonly available: string;
    readonly held: string;
  };
  readonly linkedAccount: {
    readonly v: 1;
    readonly link: string;
    readonly account: string;
    readonly confirmed: Rows['link'];
  };
  /** By operation: which ones share a row of the ledger is the transaction's affair. */
  readonly journal: EntryModel;
  readonly operation: EntryModel & { readonly v: 1 };
  readonly pendingCredit: {
    readonly v: 1;
    readonly credit: string;
    readonly account: string;
    readonly currency: string;
    readonly amount: string;
  };
  readonly dealRecord: {
    readonly v: 1;
    readonly deal: string;
    readonly terms: Rows['terms'];
    readonly shares: Rows['shares'];
    readonly listing: Signed;
    readonly purchase: Signed;
    readonly own: readonly {
      readonly payment: Rows['payment'];
      readonly status: 'held' | 'captured' | 'voided';
      readonly at: number;
    }[];
    readonly full: {
      readonly at: number;
      readonly payments: readonly Pick<Rows['payment'], 'id' | 'bank' | 'amount' | 'arrivedAt'>[];
    } | null;
    readonly moved: number | null;
    readonly delivered: number | null;
    readonly word: {
      readonly kind: 'acceptance' | 'concession';
      readonly at: number;
      readonly signed: Signed & { readonly id: string };
    } | null;
  };
  readonly creditedDeal: {
    readonly v: 1;
    readonly deal: string;
    readonly termsHash: string;
    readonly credits: readonly {
      readonly payment: string;
      readonly payee: string;
      readonly amount: string;
    }[];
  };
  readonly exposure: {
    readonly v: 1;
    readonly bank: string;
    readonly currency: string;
    readonly used: string;
  };
  readonly usedIntent: {
    readonly v: 1;
    readonly person: string;
    readonly intent: string;
    readonly content: string;
  };
}
export type SecretKind = keyof SecretRows;
export type Share = Pick<AllocationItem, 'bank' | 'amount'>;

export interface EntryModel {
  readonly operation: string;
  readonly kind: 'deposit' | 'withdrawal' | 'hold' | 'capture' | 'void' | 'credit' | 'posting';
  readonly at: number;
  readonly deal: string | null;
  readonly payment: string | null;
  readonly currency: string;
  readonly lines: readonly { readonly account: string; readonly amount: string }[];
  readonly codeBinding?: string;
}

export class ModelState {
  /** Transitions taken, as `stepName` writes them. */
  readonly steps: string[] = [];
  /** Why payments ended. */
  readonly ends: string[] = [];
  private readonly rows = new Map<string, unknown>();

  constructor(private readonly base: ModelState | null = null) {}

  /** What is written to the layer reaches this state only by `commit`. */
  layer(): ModelState {
    return new ModelState(this);
  }

  commit(): void {
    if (this.base === null) return;
    for (const [key, row] of this.rows) this.base.rows.set(key, row);
    this.base.steps.push(...this.steps);
    this.base.ends.push(...this.ends);
  }

  /** Rows of this layer alone, by key. */
  get written(): ReadonlyMap<string, unknown> {
    return this.rows;
  }

  row<K extends RowKind>(kind: K, ...ids: readonly string[]): Rows[K] | null {
    // Only `put` writes under this key, and only such rows.
    return (this.read([kind, ...ids].join('/')) ?? null) as Rows[K] | null;
  }

  put<K extends RowKind>(kind: K, ids: readonly string[], row: Rows[K]): void {
    this.rows.set([kind, ...ids].join('/'), row);
  }

  secret<K extends SecretKind>(msp: string, kind: K, id: string): SecretRows[K] | null {
    return (this.read(secretKey(msp, kind, id)) ?? null) as SecretRows[K] | null; // as in `row`
  }

  putSecret<K extends SecretKind>(msp: string, kind: K, id: string, row: SecretRows[K]): void {
    this.rows.set(secretKey(msp, kind, id), row);
  }

  removeSecret(msp: string, kind: SecretKind, id: string): void {
    this.rows.set(secretKey(msp, kind, id), undefined);
  }

  /** Ids of a deal's payments in the order of the ledger's keys. */
  paymentsOf(deal: string): readonly string[] {
    return (this.read(`~payments/${deal}`) ?? []) as readonly string[]; // only `addPayment` writes it
  }

  addPayment(deal: string, payment: string): void {
    this.rows.set(`~payments/${deal}`, [...this.paymentsOf(deal), payment].sort());
  }

  invitationsOf(deal: string): number {
    return (this.read(`~invitations/${deal}`) ?? 0) as number; // only `addInvitation` writes it
  }

  addInvitation(deal: string): void {
    this.rows.set(`~invitations/${deal}`, this.invitationsOf(deal) + 1);
  }

  /** Any row by its key, as `written` names them. */
  read(key: string): unknown {
    return this.rows.has(key) ? this.rows.get(key) : this.base?.read(key);
  }
}

export function secretKey(msp: string, kind: SecretKind, id: string): string {
  return `${msp}:${kind}/${id}`;
}
