// The configuration that all nodes share and the variables that make a node a member's own.
import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { PEER_KEEPALIVE } from '../../../gateway/protocol/keepalive.js';
import { readConsortium } from '../../../network/consortium.js';
import {
  administratorVariables,
  ordererVariables,
  peerVariables,
  withoutFabricVariables,
  type NodePlaces,
} from '../../../network/fabric/node-settings.js';
import { organisationTree } from '../../../network/identity/layout.js';
import { FABRIC_BUILDER, FABRIC_CONFIG } from '../../../network/repository.js';

/** By the words that Fabric joins with underscores into a variable's name; it does not mind their case. */
function valueAt(tree: unknown, words: readonly string[]): unknown {
  return words.reduce<unknown>((node, word) => {
    if (typeof node !== 'object' || node === null) return undefined;
    return Object.entries(node).find(([key]) => key.toUpperCase() === word)?.[1] as unknown;
  }, tree);
}

describe('the settings of Fabric nodes', () => {
  const consortium = readConsortium('network/consortium.yaml');
  const read = (name: string): unknown => parse(readFileSync(join(FABRIC_CONFIG, name), 'utf8'));
  const core = read('core.yaml');
  const orderer = read('orderer.yaml');
  const setting = (tree: unknown, path: string): unknown => valueAt(tree, path.toUpperCase().split('.'));

  it('has every variable name a setting of the file that it changes: Fabric ignores others in silence', () => {
    for (const member of consortium.members) {
      const places: NodePlaces = {
        config: FABRIC_CONFIG,
        builder: FABRIC_BUILDER,
        data: '/data',
        tree: organisationTree('/organizations', member),
        listenHost: member.host,
      };
      const all = {
        ...peerVariables(consortium, member, places),
        ...ordererVariables(consortium, member, places),
      };
      for (const name of Object.keys(all).filter((each) => !each.startsWith('FABRIC_'))) {
        const [program = '', ...words] = name.split('_');
        const file = program === 'CORE' ? core : orderer;
        expect(valueAt(file, words), name).not.to.equal(undefined);
      }
    }
  });

  it("takes the window of the members' clocks from the consortium file", () => {
    const [member] = consortium.members;
    if (member === undefined) throw new Error('a consortium has members');
    const places: NodePlaces = {
      config: '',
      builder: '',
      data: '',
      tree: organisationTree('', member),
      listenHost: '',
    };
    const wide = { ...consortium, timing: { ...consortium.timing, windowMs: 12_345 } };
    expect(peerVariables(wide, member, places)).to.include({
      CORE_PEER_AUTHENTICATION_TIMEWINDOW: '12345ms',
    });
  });

  it('puts IPv6 addresses in brackets before a port', () => {
    const members = consortium.members.map((each) => ({ ...each, host: '::1' }));
    const [member] = members;
    if (member === undefined) throw new Error('a consortium has members');
    const tree = organisationTree('', member);
    const places: NodePlaces = { config: '', builder: '', data: '', tree, listenHost: '::1' };
    expect(peerVariables({ ...consortium, members }, member, places)).to.include({
      CORE_PEER_LISTENADDRESS: '[::1]:7051',
      CORE_PEER_ADDRESS: '[::1]:7051',
      CORE_OPERATIONS_LISTENADDRESS: '[::1]:7055',
    });
    expect(ordererVariables({ ...consortium, members }, member, places)).to.include({
      ORDERER_GENERAL_LISTENADDRESS: '[::1]',
      ORDERER_ADMIN_LISTENADDRESS: '[::1]:7057',
    });
    expect(administratorVariables({ ...consortium, members }, member, places)).to.include({
      CORE_PEER_ADDRESS: '[::1]:7051',
    });
  });

  it('keeps out what happens to be set in the shell', () => {
    const shell = {
      PATH: '/bin',
      CORE_PEER_TLS_ENABLED: 'false',
      ORDERER_ADMIN_TLS_ENABLED: 'false',
      HOME: '/',
    };
    expect(withoutFabricVariables(shell)).to.deep.equal({ PATH: '/bin', HOME: '/' });
  });

  const hardening: readonly (readonly [string, unknown])[] = [
    ['peer.gossip.pvtData.skipPullingInvalidTransactionsDuringCommit', true],
    ['peer.gossip.pvtData.pullRetryThreshold', '1s'],
    [
      'peer.handlers.authFilters',
      [{ name: 'DefaultAuth' }, { name: 'ExpirationCheck' }, { name: 'TimeWindowCheck' }],
    ],
    ['peer.tls.enabled', true],
    ['peer.deliveryclient.reConnectBackoffThreshold', '5s'],
    ['peer.deliveryclient.policy', 'cluster'],
    ['peer.deliveryclient.blockCensorshipTimeoutKey', '1s'],
    ['operations.tls.enabled', true],
    ['vm.endpoint', ''],
    ['peer.keepalive.minInterval', '5s'],
    ['chaincode.keepalive', 0],
    ['chaincode.runtimeParams.useWriteBatch', true],
    ['chaincode.runtimeParams.useGetMultipleKeys', true],
    ['ledger.state.stateDatabase', 'goleveldb'],
  ];
  for (const [path, value] of hardening) {
    it(`sets ${path} of every peer`, () => {
      expect(setting(core, path)).to.deep.equal(value);
    });
  }

  it('lets clients ping as often as they do', () => {
    const allowed = Number.parseInt(String(setting(core, 'peer.keepalive.minInterval')), 10) * 1000;
    expect(PEER_KEEPALIVE['grpc.keepalive_time_ms']).to.be.greaterThan(allowed);
  });

  it('lets a peer ping orderers as often as its gateway does, whose 10 s are not to be set', () => {
    expect(setting(orderer, 'General.Keepalive')).to.include({ ServerMinInterval: '5s' });
  });

  it('opens an orderer to TLS alone, and its administration to a client certificate alone', () => {
    expect(setting(orderer, 'General.TLS.Enabled')).to.equal(true);
    expect(setting(orderer, 'Operations.TLS.Enabled')).to.equal(true);
    expect(setting(orderer, 'Admin.TLS')).to.include({ Enabled: true, ClientAuthRequired: true });
    expect(setting(orderer, 'ChannelParticipation.Enabled')).to.equal(true);
  });
});
