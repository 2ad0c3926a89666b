// What a marketplace can see of a signed question before it carries it: that it is the person's own, and about what the
// address names. The bank alone proves it.
import type { Intent } from '../../chaincode/protocol/intent.js';
import { type AuthorisePurpose, authoriseParamsSchema } from '../protocol/authorise.js';
import { Refused } from '../refused.js';

/** Throws Refused: NOT_YOUR_INTENT, WRONG_ACTION, CONTENT_DIFFERS. */
export function requireQuestion(
  { body }: Intent,
  of: {
    readonly person: string;
    readonly purpose: AuthorisePurpose;
    readonly subject: string;
    readonly bank: string;
  },
): void {
  if (body.person !== of.person) throw new Refused('NOT_YOUR_INTENT');
  const params = authoriseParamsSchema.safeParse(body.params);
  if (body.action !== 'authorise' || !params.success || params.data.purpose !== of.purpose) {
    throw new Refused('WRONG_ACTION', { needed: `authorise, ${of.purpose}` });
  }
  const { subject, bank } = params.data;
  if (subject !== of.subject || bank !== of.bank) throw new Refused('CONTENT_DIFFERS', { subject, bank });
}
