// Which marketplace a link belongs to: the one that its person is registered at. To any other there is no such link.
import type { LinkRow } from '../../chaincode/protocol/account.js';
import type { PersonRow } from '../../chaincode/protocol/member.js';
import { rowKey } from '../../chaincode/protocol/rows.js';
import type { LedgerClient } from '../ledger/ledger-client.js';
import { Refused } from '../refused.js';

/** The link's public row, for the member whose client asked for it. Throws Refused: NOT_FOUND. */
export async function linkOfPartner(
  ledger: Pick<LedgerClient, 'rows'>,
  of: { readonly link: string; readonly bank: string; readonly partner: string },
): Promise<LinkRow> {
  const linkKey = rowKey('link', of.link);
  const row = (await ledger.rows([linkKey]))[linkKey] as LinkRow | null | undefined; // the key names the kind
  if (row?.bank !== of.bank) throw new Refused('NOT_FOUND');
  const personKey = rowKey('person', row.person);
  const person = (await ledger.rows([personKey]))[personKey] as PersonRow | null | undefined; // as above
  if (person?.owner !== of.partner) throw new Refused('NOT_FOUND');
  return row;
}
