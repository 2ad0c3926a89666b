// The channel's first configuration as a text: members, policies, both kinds of ordering.
import { expect } from 'chai';
import { parse } from 'yaml';
import { readConsortium, type Consortium } from '../../../network/consortium.js';
import { channelProfile, checkOrdering, lifecyclePolicy } from '../../../network/fabric/channel-profile.js';
import { SetupError } from '../../../network/setup-error.js';

interface Profile {
  readonly Orderer: {
    readonly OrdererType: string;
    readonly BatchTimeout: string;
    readonly BatchSize: Record<string, number>;
    readonly ConsenterMapping?: {
      readonly ID: number;
      readonly Host: string;
      readonly Port: number;
      readonly MSPID: string;
      readonly Identity: string;
    }[];
    readonly SmartBFT?: Record<string, unknown>;
    readonly EtcdRaft?: {
      readonly Consenters: { readonly Host: string; readonly Port: number; readonly ServerTLSCert: string }[];
    };
    readonly Organizations: {
      readonly Name: string;
      readonly OrdererEndpoints: string[];
      readonly Policies: Policies;
    }[];
  };
  readonly Application: {
    readonly Policies: Policies;
    readonly Organizations: {
      readonly Name: string;
      readonly AnchorPeers: { readonly Host: string; readonly Port: number }[];
      readonly Policies: Policies;
    }[];
  };
}
type Policies = Record<string, { readonly Type: string; readonly Rule: string }>;

describe('the channel profile', () => {
  const consortium = readConsortium('network/consortium.yaml');

  function profile(change: Partial<Consortium> = {}): Profile {
    const text = channelProfile({ ...consortium, ...change }, '/organizations');
    return (parse(text) as { readonly Profiles: { readonly Consortium: Profile } }).Profiles.Consortium;
  }

  it('names every member as orderer organisation and as application organisation, at its own ports', () => {
    const { Orderer, Application } = profile();
    const names = consortium.members.map(({ mspId }) => mspId);
    expect(Orderer.Organizations.map(({ Name }) => Name)).to.deep.equal(names);
    expect(Application.Organizations.map(({ Name }) => Name)).to.deep.equal(names);
    expect(Orderer.Organizations[1]?.OrdererEndpoints).to.deep.equal(['127.0.0.1:7070']);
    expect(Application.Organizations[1]?.AnchorPeers).to.deep.equal([{ Host: '127.0.0.1', Port: 7071 }]);
  });

  it('writes an IPv6 address as each reader of it needs it', () => {
    const members = consortium.members.map((member) => ({ ...member, host: '::1' }));
    for (const ordering of ['smartbft', 'raft'] as const) {
      const { Orderer, Application } = profile({ members, ordering });
      expect(Orderer.Organizations[1]?.OrdererEndpoints).to.deep.equal(['[::1]:7070']);
      expect(Application.Organizations[1]?.AnchorPeers).to.deep.equal([{ Host: '::1', Port: 7071 }]);
      const consenters = Orderer.ConsenterMapping ?? Orderer.EtcdRaft?.Consenters;
      expect(consenters?.[1]).to.include({ Host: '[::1]', Port: 7070 });
    }
  });

  it('lets only peers endorse, only administrators administer, and no peer write', () => {
    expect(profile().Application.Organizations[1]?.Policies).to.deep.equal({
      Readers: { Type: 'Signature', Rule: "OR('BankAMSP.peer', 'BankAMSP.admin', 'BankAMSP.client')" },
      Writers: { Type: 'Signature', Rule: "OR('BankAMSP.admin', 'BankAMSP.client')" },
      Admins: { Type: 'Signature', Rule: "OR('BankAMSP.admin')" },
      Endorsement: { Type: 'Signature', Rule: "OR('BankAMSP.peer')" },
    });
  });

  it('holds the policy of agreements: the marketplace and any one other', () => {
    expect(profile().Application.Policies['Agreement']).to.deep.equal({
      Type: 'Signature',
      Rule: "AND('MarketplaceMSP.peer', OutOf(1, 'BankAMSP.peer', 'BankBMSP.peer', 'CourierMSP.peer'))",
    });
  });

  it('asks for the chaincode definition a majority with the marketplace and a bank among it', () => {
    expect(lifecyclePolicy(consortium)).to.equal(
      "OR(AND('MarketplaceMSP.peer', 'BankAMSP.peer', OutOf(1, 'BankBMSP.peer', 'CourierMSP.peer')), " +
        "AND('MarketplaceMSP.peer', 'BankBMSP.peer', OutOf(1, 'BankAMSP.peer', 'CourierMSP.peer')))",
    );
    const pair = consortium.members.filter(({ mspId }) => ['MarketplaceMSP', 'BankAMSP'].includes(mspId));
    expect(lifecyclePolicy({ ...consortium, members: pair })).to.equal(
      "AND('MarketplaceMSP.peer', 'BankAMSP.peer')",
    );
  });

  it('cuts blocks as the consortium file says, under SmartBFT too, which has figures of its own for it', () => {
    const batch = {
      timeoutMs: 70,
      maxMessageCount: 11,
      preferredMaxBytes: 3_000_000,
      absoluteMaxBytes: 9_000_000,
    };
    const { Orderer } = profile({ batch });
    expect(Orderer.BatchTimeout).to.equal('70ms');
    expect(Orderer.BatchSize).to.deep.equal({
      MaxMessageCount: 11,
      AbsoluteMaxBytes: 9_000_000,
      PreferredMaxBytes: 3_000_000,
    });
    expect(Orderer.SmartBFT).to.deep.include({
      RequestBatchMaxInterval: '70ms',
      RequestBatchMaxCount: 11,
      RequestBatchMaxBytes: 9_000_000,
      RequestMaxBytes: 9_000_000,
    });
  });

  it('makes every member a consenter: by its identity under SmartBFT, by its TLS certificate under Raft', () => {
    const smartBft = profile().Orderer;
    expect(smartBft.OrdererType).to.equal('BFT');
    expect(smartBft.ConsenterMapping?.map(({ ID, MSPID }) => [ID, MSPID])).to.deep.equal([
      [1, 'MarketplaceMSP'],
      [2, 'BankAMSP'],
      [3, 'BankBMSP'],
      [4, 'CourierMSP'],
    ]);
    expect(smartBft.ConsenterMapping?.[3]?.Identity).to.match(/orderer\.courier\.example-cert\.pem$/);
    const raft = profile({ ordering: 'raft' }).Orderer;
    expect(raft.OrdererType).to.equal('etcdraft');
    expect(raft.EtcdRaft?.Consenters.map(({ Port }) => Port)).to.deep.equal([7050, 7070, 7090, 7110]);
    expect(raft.EtcdRaft?.Consenters[0]?.ServerTLSCert).to.match(
      /orderer\.marketplace\.example.*server\.crt$/,
    );
  });

  it('is refused for SmartBFT with fewer than four members, with the way out', () => {
    const three = { ...consortium, members: consortium.members.slice(0, 3) };
    expect(() => {
      checkOrdering(three);
    }).to.throw(
      SetupError,
      'The consortium has 3 members and SmartBFT needs 4 orderers; ' +
        'set "ordering: raft" in the consortium file or add members.',
    );
    checkOrdering({ ...three, ordering: 'raft' });
    checkOrdering(consortium);
  });
});
