// The package that a member installs at its own peer: the address of its chaincode service, and keys for TLS.
// The same address gives the same bytes, hence the same package id at every start.
import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';

export interface ChaincodeAddress {
  /** `<name>_<version>`; it begins the package id. */
  readonly label: string;
  /** `host:port` of the member's chaincode service, as its peer reaches it. */
  readonly address: string;
  /** PEM texts for mutual TLS; absent where both are on one machine's loopback. */
  readonly tls?: { readonly rootCert: string; readonly clientCert: string; readonly clientKey: string };
}

const DIAL_TIMEOUT = '10s';
const BLOCK = 512;
const OWNER_MAY_READ = 0o644;

/** The package's bytes, as `peer lifecycle chaincode install` takes them. */
export function chaincodePackage({ label, address, tls }: ChaincodeAddress): Buffer {
  const connection = {
    address,
    dial_timeout: DIAL_TIMEOUT,
    tls_required: tls !== undefined,
    ...(tls === undefined
      ? {}
      : {
          client_auth_required: true,
          client_key: tls.clientKey,
          client_cert: tls.clientCert,
          root_cert: tls.rootCert,
        }),
  };
  const code = archive({ 'connection.json': json(connection) });
  return archive({ 'metadata.json': json({ type: 'ccaas', label }), 'code.tar.gz': code });
}

/** The id by which peers and the chaincode service know the package. */
export function packageId(label: string, bytes: Buffer): string {
  return `${label}:${createHash('sha256').update(bytes).digest('hex')}`;
}

function json(value: object): Buffer {
  return Buffer.from(`${JSON.stringify(value, null, 2)}\n`);
}

/** A gzipped POSIX archive without times and owners. */
function archive(files: Record<string, Buffer>): Buffer {
  const parts = Object.entries(files).flatMap(([name, content]) => [
    header(name, content.length),
    content,
    Buffer.alloc((BLOCK - (content.length % BLOCK)) % BLOCK),
  ]);
  return gzipSync(Buffer.concat([...parts, Buffer.alloc(2 * BLOCK)]));
}

function header(name: string, size: number): Buffer {
  const block = Buffer.alloc(BLOCK);
  const octal = (value: number, digits: number) => `${value.toString(8).padStart(digits, '0')}\0`;
  block.write(name, 0);
  block.write(octal(OWNER_MAY_READ, 7), 100);
  block.write(octal(0, 7) + octal(0, 7), 108);
  block.write(octal(size, 11) + octal(0, 11), 124);
  // The sum is taken with its own field full of spaces.
  block.write(' '.repeat(8) + '0', 148);
  block.write('ustar\x0000', 257);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${octal(sum, 6)} `, 148);
  return block;
}
