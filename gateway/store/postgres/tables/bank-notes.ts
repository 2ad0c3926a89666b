// Table of what a bank knows of the payments that it is asked to hold.
export interface BankNoteTables {
  readonly bank_notes: {
    readonly deal: string;
    readonly payment: string;
    readonly account: string | null;
    readonly holder: string | null;
    readonly asked_at: number | null;
    readonly verdict: 'yes' | 'no' | null;
    readonly reason: string | null;
    readonly answered_at: number | null;
    readonly refusal: string | null;
  };
}
