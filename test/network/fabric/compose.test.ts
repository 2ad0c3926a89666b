// The file docker-compose.yaml against the part of Compose's schema that it uses and against the native nodes.
import { expect } from 'chai';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { portOf, readConsortium, type Member } from '../../../network/consortium.js';
import { packageVariable, profileOf } from '../../../network/fabric/containers.js';
import { processName } from '../../../network/fabric/fabric-folder.js';
import { MemberNode } from '../../../network/fabric/member-node.js';
import { ordererVariables, peerVariables, type NodePlaces } from '../../../network/fabric/node-settings.js';
import { organisationTree, type IdentityFolder } from '../../../network/identity/layout.js';
import { SystemFolder } from '../../../network/processes/system-folder.js';
import { REPOSITORY_ROOT } from '../../../network/repository.js';

const named = z.string().regex(/^[a-zA-Z0-9._-]+$/);
/** A Go duration, as the specification writes times. */
const duration = z.string().regex(/^(\d+(us|ms|s|m|h))+$/);

const serviceSchema = z.strictObject({
  image: z.string().regex(/^[a-z0-9./-]+:[\w.-]+$/),
  command: z.array(z.string()),
  working_dir: z.string().startsWith('/').optional(),
  user: z.string().optional(),
  profiles: z.array(named),
  environment: z.record(z.string().regex(/^[A-Z][A-Z0-9_]*$/), z.string()).optional(),
  volumes: z.array(z.string().regex(/^[^:]*(:-[^:]*)?:\/[^:]*(:ro)?$/)),
  network_mode: z.literal('host'),
  restart: z.enum(['no', 'always', 'on-failure', 'unless-stopped']),
  stop_grace_period: duration.optional(),
  read_only: z.boolean().optional(),
  cap_drop: z.array(z.string()).optional(),
  security_opt: z.array(z.string()).optional(),
});

/** The Compose specification's words that this file uses, as strict as it is: any other word is an error. */
const composeSchema = z
  .object({
    name: z.string().regex(/^[a-z0-9][a-z0-9_-]*$/),
    services: z.record(named, serviceSchema),
    volumes: z.record(named, z.null()),
  })
  .catchall(z.unknown())
  .refine((file) => Object.keys(file).every((key) => /^(name|services|volumes|x-.+)$/.test(key)), {
    error: 'a top-level word that is neither of the specification nor an extension',
  });

type Service = z.infer<typeof serviceSchema>;

const SYSTEM = '${FORESCROW_DIR:-.forescrow}';
const DATA = '/var/hyperledger/production';

describe('docker-compose.yaml', () => {
  const text = readFileSync('docker-compose.yaml', 'utf8');
  const file = parse(text, { merge: true }) as z.infer<typeof composeSchema>;
  const consortium = readConsortium('network/consortium.yaml');

  function service(kind: 'orderer' | 'peer' | 'chaincode', member: Member): Service {
    const found = file.services[processName(kind, member)];
    if (found === undefined) throw new Error(`no service ${processName(kind, member)}`);
    return found;
  }

  /** What the container sees in place of the member's tree: its own identity at /node and nothing else. */
  function places(member: Member): NodePlaces {
    const identity: IdentityFolder = {
      mspDir: '/node/msp',
      tlsDir: '/node/tls',
      signing: { certPath: '', keyPath: '' },
      tls: { certPath: '/node/tls/server.crt', keyPath: '/node/tls/server.key' },
      tlsRootCertPath: '/node/tls/ca.crt',
    };
    const tree = { ...organisationTree('/nowhere', member), peer: identity, orderer: identity };
    return {
      config: '/etc/forescrow',
      builder: '/opt/forescrow/builder',
      data: DATA,
      tree,
      listenHost: member.host,
    };
  }

  it("keeps to the Compose specification's schema, as far as it uses it", () => {
    expect(composeSchema.safeParse(file).error?.issues ?? []).to.deep.equal([]);
  });

  it('runs a peer, an orderer and a chaincode service for each member, each under its own profile', () => {
    const expected = consortium.members.flatMap((member) =>
      (['orderer', 'peer', 'chaincode'] as const).map((kind) => processName(kind, member)),
    );
    expect(Object.keys(file.services)).to.have.members(expected);
    for (const member of consortium.members) {
      for (const kind of ['orderer', 'peer', 'chaincode'] as const) {
        expect(service(kind, member).profiles).to.deep.equal([profileOf(member.domain)]);
        expect(service(kind, member).network_mode).to.equal('host');
      }
    }
  });

  it('takes the official images of the release that native programs must be of, and their own commands', () => {
    for (const member of consortium.members) {
      expect(service('peer', member).image).to.equal('hyperledger/fabric-peer:3.1.5');
      expect(service('peer', member).command).to.deep.equal(['peer', 'node', 'start']);
      expect(service('orderer', member).image).to.equal('hyperledger/fabric-orderer:3.1.5');
      expect(service('orderer', member).command).to.deep.equal(['orderer']);
    }
  });

  it('sets every variable, port included, as native nodes have it, and no other', () => {
    for (const member of consortium.members) {
      expect(service('peer', member).environment).to.deep.equal(
        peerVariables(consortium, member, places(member)),
      );
      expect(service('orderer', member).environment).to.deep.equal(
        ordererVariables(consortium, member, places(member)),
      );
    }
  });

  it('mounts the shared configuration and builder, the own identity read-only, and a volume of its own', () => {
    const config = './network/fabric/config:/etc/forescrow:ro';
    const builder = './network/fabric/builder:/opt/forescrow/builder:ro';
    for (const member of consortium.members) {
      const { domain } = member;
      const profile = profileOf(domain);
      const tree = organisationTree(`${SYSTEM}/organizations`, member);
      const own = (mspDir: string) => `${join(mspDir, '..')}:/node:ro`;
      expect(service('peer', member).volumes).to.deep.equal([
        config,
        builder,
        own(tree.peer.mspDir),
        `peer-${profile}:${DATA}`,
      ]);
      expect(service('orderer', member).volumes).to.deep.equal([
        config,
        own(tree.orderer.mspDir),
        `orderer-${profile}:${DATA}`,
      ]);
      expect(file.volumes).to.include.keys([`peer-${profile}`, `orderer-${profile}`]);
    }
    for (const name of ['config/core.yaml', 'config/orderer.yaml', 'builder/bin/release']) {
      expect(existsSync(join(REPOSITORY_ROOT, 'network', 'fabric', name)), name).to.equal(true);
    }
  });

  it('serves chaincode as the native ground does, marketplace named, under the package id that the tool writes', () => {
    const folder = new SystemFolder('/nowhere');
    for (const member of consortium.members) {
      const found = service('chaincode', member);
      const id = `\${${packageVariable(member.domain)}:-not-made-yet}`;
      const node = new MemberNode({ consortium, member, folder, chaincodePackage: '/forescrow' });
      const native = node.chaincode({ id, path: '' });
      const inContainer = [native.command, ...native.args].map((word) =>
        word === process.execPath ? 'node' : word.replace(`${REPOSITORY_ROOT}/`, ''),
      );
      expect(found.command).to.deep.equal(inContainer);
      expect(found.environment).to.deep.equal(native.env);
      expect(native.env).to.deep.equal({ FORESCROW_MARKETPLACE: 'MarketplaceMSP' });
      expect(found.working_dir).to.equal('/forescrow');
      expect(found.volumes).to.deep.equal([
        './package.json:/forescrow/package.json:ro',
        './dist/chaincode:/forescrow/dist/chaincode:ro',
        './node_modules:/forescrow/node_modules:ro',
      ]);
      expect(found.command).to.include(`${member.host}:${portOf(consortium, member, 'chaincode')}`);
    }
  });
});
