// The ledger browser and receipts of two members on one consortium's blocks: each with tables, identity and web door of
// its own, as their gateways have.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Role } from '../../../chaincode/protocol/forms.js';
import { boundEndpoints } from '../../../gateway/http/web/binding.js';
import { ledgerHandlers } from '../../../gateway/http/web/handlers/ledger.js';
import { receiptHandlers } from '../../../gateway/http/web/handlers/receipts.js';
import type { Viewer } from '../../../gateway/people/viewer.js';
import { ENDPOINTS, type EndpointName } from '../../../gateway/protocol/api/endpoints.js';
import { ledgerEndpoints } from '../../../gateway/protocol/api/ledger.js';
import { receiptEndpoints } from '../../../gateway/protocol/api/receipts.js';
import type { UserName } from '../../../network/identity/layout.js';
import { memberSigner, signatureChecker } from '../../../gateway/receipts/member-signatures.js';
import type { Database } from '../../../gateway/store/postgres/database.js';
import { PostgresDeals } from '../../../gateway/store/postgres/deal-reads.js';
import { PostgresLedger } from '../../../gateway/store/postgres/ledger-reads.js';
import { namesOf } from '../../../gateway/views/viewer.js';
import { memberByMspId, readConsortium } from '../../../network/consortium.js';
import { organisationTree } from '../../../network/identity/layout.js';
import { ensureIdentities } from '../../../network/identity/organisation.js';
import { CONSORTIUM_FILE } from '../../support/wire-ground.js';
import { openTestWeb, type TestWeb, testViewer } from './web.js';

const OWN = [...Object.keys(ledgerEndpoints), ...Object.keys(receiptEndpoints)];
const OTHERS = (Object.keys(ENDPOINTS) as EndpointName[]).filter((name) => !OWN.includes(name));

/** Identities of the consortium's members in a folder of the test. */
export class MemberIdentities {
  readonly consortium = readConsortium(CONSORTIUM_FILE);
  private readonly folder = mkdtempSync(join(tmpdir(), 'forescrow-receipts-'));

  static async make(): Promise<MemberIdentities> {
    const made = new MemberIdentities();
    await ensureIdentities(made.folder, made.consortium);
    return made;
  }

  files(mspId: string, user: UserName = 'Gateway') {
    return organisationTree(this.folder, memberByMspId(this.consortium, mspId)).users[user].signing;
  }

  /** As a gateway's configuration lists them. */
  members(without: readonly string[] = []) {
    return this.consortium.members.map((member) => ({
      ...{ mspId: member.mspId, name: member.name, kind: member.kind, bankId: member.bankId },
      ...(without.includes(member.mspId)
        ? {}
        : { caCertPath: organisationTree(this.folder, member).ca.certPath }),
    }));
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

export function viewerOf(id: string, ...roles: Role[]): Viewer {
  return testViewer(roles, { id });
}

export function openLedgerWeb(of: {
  readonly identities: MemberIdentities;
  readonly database: Database;
  readonly mspId: string;
  readonly channel: string;
  readonly viewers: { readonly [token: string]: Viewer };
  readonly people?: ReadonlyMap<string, string>;
  readonly now: () => number;
  readonly doesNotKnow?: readonly string[];
}): Promise<TestWeb> {
  const { identities, database, mspId, channel, viewers, now } = of;
  const { kind } = memberByMspId(identities.consortium, mspId);
  const ledger = new PostgresLedger(database.query);
  const deals = new PostgresDeals(database.query);
  const names = () =>
    Promise.resolve(namesOf({ names: of.people ?? new Map(), pictures: new Map() }, Buffer.from('secret')));
  const handlers = {
    ...ledgerHandlers({ ledger, deals, names }),
    ...receiptHandlers({
      ...{ member: mspId, channel, ledger, deals, names },
      sign: memberSigner(mspId, identities.files(mspId)),
      isSigned: signatureChecker(identities.members(of.doesNotKnow)),
      clock: { now, at: () => () => undefined },
    }),
  };
  return openTestWeb({ endpoints: boundEndpoints(kind, handlers, OTHERS), viewers });
}
