// What differs between one member's peer or orderer and another's, as CORE_* and ORDERER_* variables.
// The rest is in config/core.yaml and config/orderer.yaml, which native processes and containers share.
import { addressOf, hostInAddress, portOf, type Consortium, type Member } from '../consortium.js';
import type { OrganisationTree } from '../identity/layout.js';

/** The places of one node, as it sees them: on this machine, or inside its container. */
export interface NodePlaces {
  /** The folder of `core.yaml` and `orderer.yaml`. */
  readonly config: string;
  /** The external builder's folder, with `bin/`. */
  readonly builder: string;
  /** Where the node keeps blocks and state. */
  readonly data: string;
  /** The member's identities. */
  readonly tree: OrganisationTree;
  /** What it listens on; the member's own host natively, every address of the container there. */
  readonly listenHost: string;
}

export type Variables = Record<string, string>;

/** Plain lines: they go to files. */
const LOGGING: Variables = {
  FABRIC_LOGGING_SPEC: 'warning',
  FABRIC_LOGGING_FORMAT: '%{time:2006-01-02 15:04:05.000} %{level:.4s} [%{module}] %{message}',
};

/** Anything else that happens to be set in the shell must not change a node (see `withoutFabricVariables`). */
const FABRIC_VARIABLE = /^(CORE|ORDERER|CONFIGTX|FABRIC)_/;

/** The environment without Fabric's own variables: a member's node is configured by this program alone. */
export function withoutFabricVariables(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !FABRIC_VARIABLE.test(name)));
}

export function peerVariables(consortium: Consortium, member: Member, places: NodePlaces): Variables {
  const { tree } = places;
  const listenHost = hostInAddress(places.listenHost);
  const { peer } = tree;
  const port = (purpose: Parameters<typeof portOf>[2]) => portOf(consortium, member, purpose);
  const address = addressOf(consortium, member, 'peer');
  return {
    FABRIC_CFG_PATH: places.config,
    ...LOGGING,
    CORE_PEER_ID: `peer0.${member.domain}`,
    CORE_PEER_LOCALMSPID: member.mspId,
    CORE_PEER_MSPCONFIGPATH: peer.mspDir,
    CORE_PEER_FILESYSTEMPATH: places.data,
    CORE_PEER_LISTENADDRESS: `${listenHost}:${port('peer')}`,
    CORE_PEER_ADDRESS: address,
    CORE_PEER_CHAINCODELISTENADDRESS: `${listenHost}:${port('peerChaincode')}`,
    CORE_PEER_GOSSIP_BOOTSTRAP: address,
    CORE_PEER_GOSSIP_EXTERNALENDPOINT: address,
    CORE_PEER_TLS_CERT_FILE: peer.tls.certPath,
    CORE_PEER_TLS_KEY_FILE: peer.tls.keyPath,
    CORE_PEER_TLS_ROOTCERT_FILE: peer.tlsRootCertPath,
    CORE_PEER_AUTHENTICATION_TIMEWINDOW: `${consortium.timing.windowMs}ms`,
    CORE_CHAINCODE_EXTERNALBUILDERS: JSON.stringify([{ name: 'service', path: places.builder }]),
    CORE_LEDGER_SNAPSHOTS_ROOTDIR: `${places.data}/snapshots`,
    CORE_OPERATIONS_LISTENADDRESS: `${listenHost}:${port('operations')}`,
    CORE_OPERATIONS_TLS_CERT_FILE: peer.tls.certPath,
    CORE_OPERATIONS_TLS_KEY_FILE: peer.tls.keyPath,
    CORE_OPERATIONS_TLS_CLIENTROOTCAS_FILES: peer.tlsRootCertPath,
  };
}

export function ordererVariables(consortium: Consortium, member: Member, places: NodePlaces): Variables {
  const { tree } = places;
  const listenHost = hostInAddress(places.listenHost);
  const { orderer } = tree;
  const port = (purpose: Parameters<typeof portOf>[2]) => portOf(consortium, member, purpose);
  const roots = `[${orderer.tlsRootCertPath}]`;
  return {
    FABRIC_CFG_PATH: places.config,
    ...LOGGING,
    ORDERER_GENERAL_LOCALMSPID: member.mspId,
    ORDERER_GENERAL_LOCALMSPDIR: orderer.mspDir,
    ORDERER_GENERAL_LISTENADDRESS: listenHost,
    ORDERER_GENERAL_LISTENPORT: String(port('orderer')),
    ORDERER_GENERAL_TLS_CERTIFICATE: orderer.tls.certPath,
    ORDERER_GENERAL_TLS_PRIVATEKEY: orderer.tls.keyPath,
    ORDERER_GENERAL_TLS_ROOTCAS: roots,
    ORDERER_GENERAL_CLUSTER_CLIENTCERTIFICATE: orderer.tls.certPath,
    ORDERER_GENERAL_CLUSTER_CLIENTPRIVATEKEY: orderer.tls.keyPath,
    ORDERER_FILELEDGER_LOCATION: `${places.data}/ledger`,
    ORDERER_CONSENSUS_WALDIR: `${places.data}/wal`,
    ORDERER_CONSENSUS_SNAPDIR: `${places.data}/snapshot`,
    ORDERER_OPERATIONS_LISTENADDRESS: `${listenHost}:${port('ordererOperations')}`,
    ORDERER_OPERATIONS_TLS_CERTIFICATE: orderer.tls.certPath,
    ORDERER_OPERATIONS_TLS_PRIVATEKEY: orderer.tls.keyPath,
    ORDERER_OPERATIONS_TLS_CLIENTROOTCAS: roots,
    ORDERER_ADMIN_LISTENADDRESS: `${listenHost}:${port('ordererAdmin')}`,
    ORDERER_ADMIN_TLS_CERTIFICATE: orderer.tls.certPath,
    ORDERER_ADMIN_TLS_PRIVATEKEY: orderer.tls.keyPath,
    ORDERER_ADMIN_TLS_CLIENTROOTCAS: roots,
  };
}

/** The variables of the member's administrator for the program `peer`. */
export function administratorVariables(
  consortium: Consortium,
  member: Member,
  places: Pick<NodePlaces, 'config' | 'tree'>,
): Variables {
  const { users, peer } = places.tree;
  return {
    FABRIC_CFG_PATH: places.config,
    ...LOGGING,
    CORE_PEER_LOCALMSPID: member.mspId,
    CORE_PEER_MSPCONFIGPATH: users.Admin.mspDir,
    CORE_PEER_ADDRESS: addressOf(consortium, member, 'peer'),
    CORE_PEER_TLS_ROOTCERT_FILE: peer.tlsRootCertPath,
  };
}
