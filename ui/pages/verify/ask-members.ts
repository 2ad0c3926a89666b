// Asks every member of the consortium what it says of a receipt, each at its own address and none for another.
import { ROUTES } from '../../../gateway/protocol/api/endpoints.js';
import type { ConsortiumInfo } from '../../../gateway/protocol/api/consortium.js';
import type { SignedReceipt, SignedReceiptCheck } from '../../../gateway/protocol/api/receipts.js';
import { ApiClient } from '../../../gateway/sdk/api-client.js';
import { spokenLanguage } from '../../app/words.js';

const LONGEST_MS = 10_000;

export interface MemberAnswer {
  readonly mspId: string;
  /** `noAddress`: the consortium gives none, so nobody was asked. */
  readonly outcome: SignedReceiptCheck | 'noAddress' | Error;
}

export function isCheck(outcome: MemberAnswer['outcome']): outcome is SignedReceiptCheck {
  return typeof outcome === 'object' && 'check' in outcome;
}

export function askMembers(
  { mspId: own, members }: ConsortiumInfo,
  receipt: SignedReceipt,
): Promise<readonly MemberAnswer[]> {
  return Promise.all(
    members.map(async ({ mspId, web }) => ({
      mspId,
      outcome: mspId === own ? await ask('', receipt) : web === '' ? 'noAddress' : await ask(web, receipt),
    })),
  );
}

async function ask(base: string, receipt: SignedReceipt): Promise<SignedReceiptCheck | Error> {
  const api = new ApiClient({ base, routes: ROUTES, language: spokenLanguage });
  try {
    return await api.call('verifyReceipt', { body: receipt }, { signal: AbortSignal.timeout(LONGEST_MS) });
  } catch (error) {
    return error instanceof Error ? error : new Error('no answer', { cause: error });
  }
}
