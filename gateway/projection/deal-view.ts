// A deal's rows of the projection in the shape in which the ledger shows a deal.
import type { DealView } from '../../chaincode/protocol/queries.js';
import type { RowKind, Rows } from '../../chaincode/protocol/rows.js';
import { bodyOf, type ProjectedRow } from './projected-row.js';

export type SeenRow = Pick<ProjectedRow, 'key' | 'kind' | 'body' | 'isAttested'>;

/** `rows`: of one deal, in the order of their keys; `shares`: the row that its terms name, if it is known. */
export function dealViewOf(rows: readonly SeenRow[], shares: Rows['shares'] | null): DealView {
  const owned = <K extends RowKind>(
    kind: K,
  ): readonly { readonly row: Rows[K]; readonly attested: boolean }[] =>
    rows.flatMap((row) => {
      const body = bodyOf(row, kind);
      return body === null ? [] : [{ row: body, attested: row.isAttested }];
    });
  const of = <K extends RowKind>(kind: K): readonly Rows[K][] => owned(kind).map(({ row }) => row);
  const admissions = new Map(of('admission').map((admission) => [admission.payment, admission]));
  return {
    terms: of('terms')[0] ?? null,
    phase: of('phase')[0] ?? null,
    payments: owned('payment').map((payment) => ({
      ...payment,
      admission: admissions.get(payment.row.id) ?? null,
    })),
    reservation: of('reservation')[0] ?? null,
    plan: of('plan')[0] ?? null,
    credits: owned('credit'),
    obligations: of('obligation'),
    shipment: owned('shipment')[0] ?? null,
    inspection: of('inspection')[0] ?? null,
    concession: of('concession')[0] ?? null,
    outcome: of('outcome')[0] ?? null,
    shares,
    invitations: of('invitation'),
  };
}
