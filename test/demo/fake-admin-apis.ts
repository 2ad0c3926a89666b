// Admin APIs that give the answers of a test, to see what the demo's readers make of them.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DEFAULT_CONSORTIUM_FILE, readConsortium } from '../../network/consortium.js';
import type { DemoContext, DemoAdminApi } from '../../demo/context.js';

/** Path (and, for queries, their type) → body of the answer. */
export type Answers = Readonly<Record<string, unknown>>;

const MEMBERS = [
  { mspId: 'MarketplaceMSP', name: 'Marketplace', kind: 'marketplace' },
  { mspId: 'BankAMSP', name: 'Bank A', kind: 'bank', bankId: '10' },
  { mspId: 'BankBMSP', name: 'Bank B', kind: 'bank', bankId: '20' },
  { mspId: 'CourierMSP', name: 'Courier', kind: 'courier' },
] as const;

const CONSORTIUM_FILE = join(__dirname, '..', '..', '..', DEFAULT_CONSORTIUM_FILE);

export class FakeAdminApis {
  private constructor(
    private readonly folder: string,
    private readonly servers: readonly Server[],
    readonly context: DemoContext,
  ) {}

  /** One admin API for each default member; `answers` by MSP id. */
  static async open(answers: Readonly<Record<string, Answers>>): Promise<FakeAdminApis> {
    const consortium = readConsortium(CONSORTIUM_FILE);
    const folder = mkdtempSync(join(tmpdir(), 'forescrow-admin-'));
    const tokenPath = join(folder, 'token');
    writeFileSync(tokenPath, 'token\n');
    const servers: Server[] = [];
    const adminApis: DemoAdminApi[] = [];
    for (const member of MEMBERS) {
      const server = serve(answers[member.mspId] ?? {});
      servers.push(server);
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      const { port } = server.address() as AddressInfo;
      adminApis.push({ ...member, url: `http://127.0.0.1:${String(port)}`, tokenPath });
    }
    return new FakeAdminApis(folder, servers, {
      ...{ dir: folder, consortium, adminApis },
      webs: [],
      phoneLinksPaths: {},
    });
  }

  async close(): Promise<void> {
    for (const server of this.servers) {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
    rmSync(this.folder, { recursive: true });
  }
}

function serve(answers: Answers): Server {
  return createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      const asked = body === '' ? {} : (JSON.parse(body) as { type?: string });
      const key = asked.type === undefined ? request.url : `${request.url ?? ''} ${asked.type}`;
      const answer = answers[key ?? ''];
      response.writeHead(answer === undefined ? 404 : 200, { 'content-type': 'application/json' });
      const none = { code: 'NOT_FOUND', sentence: { en: '', ru: '' }, values: {} };
      response.end(JSON.stringify(answer ?? none));
    });
  });
}
