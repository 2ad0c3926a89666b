// One cell of an authority table: this act, by this signer, sent by this machine; its code or 'ok'. Nothing is
// committed.
import { FUNCTIONS, type Command, type CommandResult } from '../../chaincode/protocol/commands.js';
import { parseViolation } from '../../chaincode/protocol/violation.js';
import {
  MARKETPLACE,
  listText,
  refusalOf,
  type CertificateRole,
  type MemberAccess,
} from '../support/member-access.js';

export interface Machine {
  readonly msp: string;
  readonly role: CertificateRole;
}

export const CERTIFICATE_ROLES = ['gateway', 'worker', 'admin'] as const;

/** What the sender's command comes to: 'ok', or the code with which it is refused. In the owner lane, in his own. */
export async function outcomeOf(
  access: MemberAccess,
  command: Command,
  { lane, sender }: { readonly lane: 'agreement' | 'owner'; readonly sender: Machine },
): Promise<string> {
  try {
    const results =
      lane === 'agreement'
        ? await evaluated(access, command, sender)
        : await access.tryOwn(sender.msp, [command], { sender: sender.msp, role: sender.role });
    return codeOf(results);
  } catch (error) {
    return parseViolation(refusalOf(error))?.code ?? refusalOf(error);
  }
}

async function evaluated(
  access: MemberAccess,
  command: Command,
  { msp, role }: Machine,
): Promise<readonly CommandResult[]> {
  const client = await access.client(msp, role);
  const bytes = await access.network.evaluate(client, MARKETPLACE, FUNCTIONS.agree, [listText([command])]);
  return JSON.parse(bytes.toString('utf8')) as readonly CommandResult[];
}

function codeOf(results: readonly CommandResult[]): string {
  const [result] = results;
  if (result === undefined || results.length !== 1) throw new Error('one command has one result');
  if (!result.ok) return result.code;
  return result.repeated ? 'repeated' : 'ok';
}
