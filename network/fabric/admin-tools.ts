// Runs Fabric's programs as one member's administrator and reads what they print.
import { execFile, type ExecFileException } from 'node:child_process';
import { z } from 'zod';

import type { ChaincodeDefinition } from '../chaincode-definition.js';
import { addressOf, type Consortium, type Member } from '../consortium.js';
import type { OrganisationTree } from '../identity/layout.js';
import { SetupError } from '../setup-error.js';
import type { FabricBinaries, Program } from './binaries.js';
import { administratorVariables, withoutFabricVariables, type Variables } from './node-settings.js';

/** A program of Fabric ended with an error; `output` is what it said. */
export class ToolFailure extends SetupError {
  constructor(
    readonly program: Program,
    readonly output: string,
    options: ErrorOptions,
  ) {
    super(
      `Fabric's program ${program} failed: ${lastWords(output)}; "npm run network -- logs" shows the nodes' side.`,
      options,
    );
  }
}

const TIME_LIMIT_MS = 60_000;
const MOST_OUTPUT_BYTES = 16 * 1024 * 1024;
const LONGEST_WORDS = 600;

/** Runs one program to its end; resolves with its stdout. Rejects with `ToolFailure`. */
export function runProgram(
  binaries: FabricBinaries,
  program: Program,
  args: readonly string[],
  variables: Variables = {},
): Promise<string> {
  const options = {
    env: { ...withoutFabricVariables(process.env), ...variables },
    timeout: TIME_LIMIT_MS,
    maxBuffer: MOST_OUTPUT_BYTES,
  };
  return new Promise((resolve, reject) => {
    execFile(binaries[program], args, options, (cause: ExecFileException | null, stdout, stderr) => {
      if (cause === null) resolve(stdout);
      else reject(new ToolFailure(program, `${stdout}\n${stderr}`.trim() || cause.message, { cause }));
    });
  });
}

/** The last line with content: usage hints and blank lines come after it in some versions. */
function lastWords(output: string): string {
  const lines = output.split('\n').filter((line) => line.trim() !== '');
  return (lines.findLast((line) => /error|fail/i.test(line)) ?? lines.at(-1) ?? '').slice(0, LONGEST_WORDS);
}

const installedSchema = z.object({
  installed_chaincodes: z.array(z.object({ package_id: z.string() })).default([]),
});
const collectionsSchema = z
  .object({ config: z.array(z.unknown()).default([]) })
  .default({ config: [] })
  .transform(({ config }) => config);
const definitionSchema = z.object({
  name: z.string(),
  sequence: z.int(),
  version: z.string(),
  validation_parameter: z.string().default(''),
  collections: collectionsSchema,
});
const committedSchema = z.object({ chaincode_definitions: z.array(definitionSchema).default([]) });
const approvedSchema = z.object({
  sequence: z.int(),
  version: z.string(),
  collections: collectionsSchema,
  source: z.object({
    Type: z.object({ LocalPackage: z.object({ package_id: z.string() }).optional() }).optional(),
  }),
});
const heightSchema = z.object({ height: z.int() });
const joinedSchema = z.object({ channels: z.array(z.object({ name: z.string() })).nullable() });

export type CommittedDefinition = z.infer<typeof definitionSchema>;

export interface ApprovedDefinition {
  readonly sequence: number;
  readonly version: string;
  /** As the program prints them. */
  readonly collections: unknown[];
  readonly packageId: string | null;
}

/** A definition as the program takes it: what does not fit on the command line is in a file. */
export interface DefinitionFiles {
  readonly definition: ChaincodeDefinition;
  /** Path of `collectionsConfig`. */
  readonly collections: string;
}

/** One member's administrator at his own peer and orderer. */
export class MemberAdministrator {
  private readonly variables: Variables;

  constructor(
    private readonly binaries: FabricBinaries,
    private readonly consortium: Consortium,
    readonly member: Member,
    private readonly tree: OrganisationTree,
    config: string,
  ) {
    this.variables = administratorVariables(consortium, member, { config, tree });
  }

  get peerAddress(): string {
    return addressOf(this.consortium, this.member, 'peer');
  }

  get tlsRootCertPath(): string {
    return this.tree.peer.tlsRootCertPath;
  }

  /** Whether the member's orderer takes part in the channel. */
  async ordererHasJoined(): Promise<boolean> {
    const { channels } = joinedSchema.parse(JSON.parse(await this.osnadmin('list')));
    return channels?.some(({ name }) => name === this.consortium.channel) ?? false;
  }

  async joinOrderer(genesisBlock: string): Promise<void> {
    await this.osnadmin('join', '--channelID', this.consortium.channel, '--config-block', genesisBlock);
  }

  /** Rejects with `ToolFailure` for as long as the orderer has no part in a working ordering service. */
  async fetchNewestBlock(file: string): Promise<void> {
    await this.peer('channel', 'fetch', 'newest', file, '-c', this.consortium.channel, ...this.orderer());
  }

  async peerHasJoined(): Promise<boolean> {
    const printed = await this.peer('channel', 'list');
    return printed.split('\n').some((line) => line.trim() === this.consortium.channel);
  }

  async joinPeer(genesisBlock: string): Promise<void> {
    await this.peer('channel', 'join', '-b', genesisBlock);
  }

  /** How many blocks the member's peer has. */
  async peerHeight(): Promise<number> {
    const printed = await this.peer('channel', 'getinfo', '-c', this.consortium.channel);
    return heightSchema.parse(JSON.parse(printed.slice(printed.indexOf('{')))).height;
  }

  async installedPackages(): Promise<string[]> {
    const printed = await this.chaincode('queryinstalled', '--output', 'json');
    return installedSchema.parse(JSON.parse(printed)).installed_chaincodes.map((entry) => entry.package_id);
  }

  async install(packageFile: string): Promise<void> {
    await this.chaincode('install', packageFile);
  }

  /** What the channel has agreed on so far for this chaincode. */
  async committed(name: string): Promise<CommittedDefinition | null> {
    const printed = await this.onChannel('querycommitted', '--output', 'json');
    const { chaincode_definitions: definitions } = committedSchema.parse(JSON.parse(printed));
    return definitions.find((definition) => definition.name === name) ?? null;
  }

  /** What this member has approved last; null if it has approved nothing of that name. */
  async approved(name: string): Promise<ApprovedDefinition | null> {
    let printed: string;
    try {
      printed = await this.onChannel('queryapproved', '--name', name, '--output', 'json');
    } catch (error) {
      // The program fails when there is nothing yet.
      if (error instanceof ToolFailure) return null;
      throw error;
    }
    const { source, ...approved } = approvedSchema.parse(JSON.parse(printed));
    return { ...approved, packageId: source.Type?.LocalPackage?.package_id ?? null };
  }

  /** Resolves when the member's own peer has the approval in a block. */
  async approve(files: DefinitionFiles, packageId: string): Promise<void> {
    const rest = [...definitionArguments(files), '--package-id', packageId];
    await this.onChannel('approveformyorg', ...rest, ...this.orderer());
  }

  /** Resolves when every named peer has the definition in a block. */
  async commit(files: DefinitionFiles, peers: readonly MemberAdministrator[]): Promise<void> {
    const targets = peers.flatMap((peer) => [
      '--peerAddresses',
      peer.peerAddress,
      '--tlsRootCertFiles',
      peer.tlsRootCertPath,
    ]);
    await this.onChannel('commit', ...definitionArguments(files), ...this.orderer(), ...targets);
  }

  private onChannel(command: string, ...args: readonly string[]): Promise<string> {
    return this.chaincode(command, '--channelID', this.consortium.channel, ...args);
  }

  private chaincode(...args: readonly string[]): Promise<string> {
    return this.peer('lifecycle', 'chaincode', ...args);
  }

  private peer(...args: readonly string[]): Promise<string> {
    return runProgram(this.binaries, 'peer', args, this.variables);
  }

  private osnadmin(command: 'list' | 'join', ...args: readonly string[]): Promise<string> {
    const { users, orderer } = this.tree;
    const address = addressOf(this.consortium, this.member, 'ordererAdmin');
    const access = [
      ...['--orderer-address', address, '--ca-file', orderer.tlsRootCertPath, '--no-status'],
      ...['--client-cert', users.Admin.tls.certPath, '--client-key', users.Admin.tls.keyPath],
    ];
    return runProgram(this.binaries, 'osnadmin', ['channel', command, ...access, ...args]);
  }

  private orderer(): string[] {
    const address = addressOf(this.consortium, this.member, 'orderer');
    return ['--orderer', address, '--tls', '--cafile', this.tree.orderer.tlsRootCertPath];
  }
}

function definitionArguments({ definition, collections }: DefinitionFiles): string[] {
  const { name, version, sequence, endorsementPolicy } = definition;
  const policy = endorsementPolicy.startsWith('/') ? '--channel-config-policy' : '--signature-policy';
  return [
    ...['--name', name, '--version', version, '--sequence', String(sequence)],
    ...[policy, endorsementPolicy, '--collections-config', collections],
  ];
}
