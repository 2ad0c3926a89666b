// What a signed payment says of its arrival and its fee.
import type { Intent } from '../../chaincode/protocol/intent.js';

export function arrivalOf({ body }: Intent): number {
  return Number(body.params['arrivedAt']);
}

export function feeOf({ body }: Intent): string | null {
  const { fee } = body.params;
  return typeof fee === 'string' ? fee : null;
}
