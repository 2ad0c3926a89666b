// Where the files of the Fabric ledger lie inside the system's folder, and what its processes are called.
import { join } from 'node:path';

import type { Member } from '../consortium.js';
import type { SystemFolder } from '../processes/system-folder.js';

export const PROCESS_KINDS = ['orderer', 'peer', 'chaincode'] as const;
export type ProcessKind = (typeof PROCESS_KINDS)[number];

/** The name of one member's process, of its log and of its pid file: `peer-bank-a.example`. */
export function processName(kind: ProcessKind, member: Pick<Member, 'domain'>): string {
  return `${kind}-${member.domain}`;
}

export class FabricFolder {
  constructor(private readonly system: SystemFolder) {}

  /** Blocks and state of a member's peer, or blocks and log of its orderer. */
  nodeData(kind: 'orderer' | 'peer', member: Member): string {
    return join(this.system.ledgerData, `${kind}s`, member.domain);
  }

  /** `configtx.yaml`, from which the genesis block is made. */
  get channelFolder(): string {
    return join(this.system.ledgerData, 'channel');
  }

  get genesisBlock(): string {
    return join(this.channelFolder, 'genesis.block');
  }

  /** The package that the member installs at its peer: the address of its chaincode service. */
  chaincodePackage(member: Member): string {
    return join(this.system.ledgerData, 'chaincode', `${member.domain}.tar.gz`);
  }

  /** The collections of the definition, as every member's administrator hands them in. */
  get collectionsConfig(): string {
    return join(this.system.ledgerData, 'chaincode', 'collections.json');
  }
}
