// Whose gateway has come in: the member whose TLS authority issued the client certificate, if it is the certificate of
// that member's gateway. Another certificate of the same authority, such as a peer's, is nobody's.
import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { TLSSocket } from 'node:tls';

export interface CallerSettings {
  readonly mspId: string;
  readonly commonName: string;
  readonly tlsRootCertPath: string;
}

interface Caller {
  readonly mspId: string;
  readonly commonName: string;
  readonly root: X509Certificate;
}

export class Callers {
  private readonly callers: readonly Caller[];
  private readonly known = new WeakMap<TLSSocket, string>();

  constructor(settings: readonly CallerSettings[]) {
    this.callers = settings.map(({ mspId, commonName, tlsRootCertPath }) => ({
      ...{ mspId, commonName },
      root: new X509Certificate(readFileSync(tlsRootCertPath)),
    }));
  }

  /** Authorities by whose certificates callers come in, PEM. */
  roots(): readonly string[] {
    return this.callers.map(({ root }) => root.toString());
  }

  /** MSP of the member at the other end; null: nobody whom this gateway knows. */
  memberAt(socket: TLSSocket): string | null {
    const known = this.known.get(socket);
    if (known !== undefined) return known;
    const certificate = socket.getPeerX509Certificate();
    if (!socket.authorized || certificate === undefined) return null;
    const member = this.memberOf(certificate);
    if (member !== null) this.known.set(socket, member);
    return member;
  }

  /** The handshake has proved the chain to one of the roots; here, to which. */
  private memberOf(certificate: X509Certificate): string | null {
    const name = commonNameOf(certificate);
    const caller = this.callers.find(
      ({ commonName, root }) =>
        commonName === name && certificate.checkIssued(root) && certificate.verify(root.publicKey),
    );
    return caller?.mspId ?? null;
  }
}

/** Null: there is none, or more than one. */
function commonNameOf({ subject }: X509Certificate): string | null {
  const names = subject.split('\n').flatMap((line) => (line.startsWith('CN=') ? [line.slice(3)] : []));
  return names.length === 1 ? (names[0] ?? null) : null;
}
