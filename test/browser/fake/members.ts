// What the fake gateways of one invented consortium know of each other: addresses, certificates, and the way from one
// member's door to the deals of the marketplace.
import { X509Certificate } from 'node:crypto';
import type { Intent } from '../../../chaincode/protocol/intent.js';
import {
  type SubmissionReceipts,
  submissionReceipts,
} from '../../../gateway/operations/submission-receipts.js';
import type { Operation } from '../../../gateway/protocol/api/forms.js';
import type { ConsortiumSettings } from '../../../gateway/sdk/consortium-settings.js';
import {
  createAuthority,
  type IssuedCredential,
  issueSigningCertificate,
} from '../../../network/identity/certificates.js';
import { consortium, type FakeKind } from './world.js';

const KINDS = ['marketplace', 'bank', 'courier'] as const satisfies readonly FakeKind[];

interface Identity {
  readonly authority: IssuedCredential;
  readonly gateway: IssuedCredential;
}

export class FakeMembers {
  /** Addresses of the fake gateways that run. */
  readonly webs = new Map<FakeKind, string>();
  /** A command that came through any member's door; the marketplace's fake replaces it. */
  carry: (intent: Intent) => Operation = () => {
    throw new Error('the marketplace is started first');
  };

  private constructor(private readonly identities: ReadonlyMap<FakeKind, Identity>) {}

  static async make(): Promise<FakeMembers> {
    const identities = new Map<FakeKind, Identity>();
    for (const kind of KINDS) {
      const now = new Date();
      const authority = await createAuthority({ organisation: kind, commonName: 'ca' }, now);
      const subject = { organisation: kind, commonName: 'gateway', unit: 'client' } as const;
      identities.set(kind, {
        authority,
        gateway: await issueSigningCertificate(authority, subject, { now }),
      });
    }
    return new FakeMembers(identities);
  }

  receipts(kind: FakeKind): SubmissionReceipts {
    const { channel, mspId } = consortium(kind, this.webs);
    return submissionReceipts({ channel, mspId, ...this.identity(kind).gateway });
  }

  settings(): ConsortiumSettings {
    const { channel, windowMs } = consortium('marketplace', this.webs);
    const members = KINDS.map((kind) => {
      const { raw } = new X509Certificate(this.identity(kind).authority.certPem);
      const web = this.webs.get(kind) ?? '';
      return { mspId: consortium(kind, this.webs).mspId, web, authorities: [raw.toString('base64url')] };
    });
    return { channel, windowMs, members };
  }

  private identity(kind: FakeKind): Identity {
    const found = this.identities.get(kind);
    if (found === undefined) throw new Error(`nobody is a ${kind}`);
    return found;
  }
}
