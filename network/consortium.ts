// The consortium file: reads it, checks it and derives from it what every part of the network needs.
import { readFileSync } from 'node:fs';
import { isIPv6 } from 'node:net';
import { isMap, isScalar, LineCounter, parseDocument, visit, type Alias, type Document } from 'yaml';
import { z } from 'zod';

import { isDisplayName, nameSkeleton } from '../chaincode/protocol/display-name.js';
import { DOMAIN_NEEDED, HOST_NEEDED, isDomain, isHost } from './host-names.js';
import { SetupError } from './setup-error.js';

/** Ports of one member, counted from `portBase + portOffset`. A member has twenty of its own. */
export const PORT_OF = {
  orderer: 0,
  peer: 1,
  chaincode: 2,
  /** Pages and the web API of the organisation's own people. */
  web: 3,
  /** Other members' gateways, by mutual TLS. */
  partner: 4,
  operations: 5,
  ordererOperations: 6,
  ordererAdmin: 7,
  /** Where a peer would take chaincode that dials in; ours is a service that the peer dials. */
  peerChaincode: 8,
  /** A bank's own core banking system. */
  core: 9,
  /** The simulated core of a demonstration, with its holders' phones. */
  simulator: 10,
  admin: 11,
} as const;
export type PortPurpose = keyof typeof PORT_OF;

export const GROUND_NAMES = ['embedded', 'fabric'] as const;
export type GroundName = (typeof GROUND_NAMES)[number];

export const DEFAULT_CONSORTIUM_FILE = 'network/consortium.yaml';

const PORTS_PER_MEMBER = 20;
const LARGEST_PORT = 65535;

/** Where the YAML parser's own words speak of its insides. */
const SYNTAX_WORDS: { readonly [code: string]: string } = {
  MULTIPLE_DOCS: 'a second document begins here',
  RESOURCE_EXHAUSTION: 'it is nested too deeply',
};

const durationMs = z.int().min(0).max(31_536_000_000);
const LONGEST_NAME = 60;

const memberSchema = z
  .strictObject({
    name: z.string().refine((name) => isDisplayName(name, LONGEST_NAME), {
      error: `1 to ${LONGEST_NAME} letters, digits and punctuation are needed, each word Latin or Cyrillic`,
    }),
    mspId: z.string().regex(/^[A-Za-z][A-Za-z0-9]{0,62}$/),
    kind: z.enum(['marketplace', 'bank', 'courier']),
    bankId: z
      .string()
      .regex(/^\d{2}$/, 'a bank id is two digits in quotes')
      .optional(),
    domain: z.string().refine(isDomain, { error: DOMAIN_NEEDED }),
    host: z.string().refine(isHost, { error: HOST_NEEDED }),
    /** Address of its pages, as browsers ask for it; default: a name of this machine. */
    web: z
      .string()
      .regex(
        /^https?:\/\/[a-z0-9.-]+(:\d{1,5})?$/,
        'an address such as https://market.example without a path',
      )
      .optional(),
    portOffset: z.int().min(0).max(10_000),
    /** A server of the member's own; a local one is started where neither this nor the environment names one. */
    databaseUrl: z
      .string()
      .regex(/^postgres(ql)?:\/\/./, 'an address postgres://… is needed')
      .optional(),
    /** A bank's own core banking system; the demo world has a simulated one. `keyPath`: file of the key for it. */
    core: z
      .strictObject({
        url: z.string().regex(/^https?:\/\/[^/]+$/, 'an address https://host:port without a path is needed'),
        keyPath: z.string().min(1),
      })
      .optional(),
  })
  .refine((member) => (member.kind === 'bank') === (member.bankId !== undefined), {
    error: 'a bank has a bankId, and only a bank has one',
    path: ['bankId'],
  });

const consortiumSchema = z
  .strictObject({
    channel: z.string().regex(/^[a-z][a-z0-9.-]{0,248}$/),
    ground: z.enum(GROUND_NAMES),
    /** Demo people, fake phones and the simulator's switches exist in the demo world alone. */
    world: z.enum(['demo', 'production']).default('production'),
    /** How members agree on the order of transactions; the embedded ground has one orderer and ignores it. */
    ordering: z.enum(['smartbft', 'raft']).default('smartbft'),
    timing: z.strictObject({
      windowMs: durationMs.min(100).max(600_000),
      slackMs: durationMs,
      answerTimeMs: durationMs.min(1),
      payTimeMs: durationMs.min(1),
      inspectionTimeMs: durationMs,
    }),
    simulator: z.strictObject({
      codeLifeMs: durationMs.min(1),
      answerAfterMs: durationMs,
      answerLimitMs: durationMs.min(1),
    }),
    batch: z.strictObject({
      timeoutMs: z.int().min(0).max(60_000),
      maxMessageCount: z.int().min(1).max(10_000),
      preferredMaxBytes: z.int().min(1024),
      absoluteMaxBytes: z.int().min(1024),
    }),
    chaincode: z.strictObject({
      name: z.string().regex(/^[a-zA-Z0-9]+([-_][a-zA-Z0-9]+)*$/),
      version: z.string().regex(/^[A-Za-z0-9_.+-]{1,64}$/),
      sequence: z.int().min(1),
      endorsementPolicy: z.string().min(1),
    }),
    portBase: z.int().min(1024).max(LARGEST_PORT),
    members: z.array(memberSchema).min(2).max(100),
  })
  .superRefine((consortium, context) => {
    for (const field of ['name', 'mspId', 'domain', 'bankId'] as const) {
      for (const index of repeated(consortium.members.map((member) => member[field] ?? null))) {
        context.addIssue({
          code: 'custom',
          path: ['members', index, field],
          message: 'another member has this already',
        });
      }
    }
    addNameIssues(consortium.members, context);
    const marketplaces = consortium.members.filter((member) => member.kind === 'marketplace');
    if (marketplaces.length !== 1) {
      context.addIssue({
        code: 'custom',
        path: ['members'],
        message: 'exactly one member is the marketplace',
      });
    }
    // One is enough: buyer and seller may be clients of the same bank.
    if (!consortium.members.some((member) => member.kind === 'bank')) {
      context.addIssue({ code: 'custom', path: ['members'], message: 'at least one member is a bank' });
    }
    addPortIssues(consortium.members, context);
    const { codeLifeMs, answerLimitMs } = consortium.simulator;
    if (codeLifeMs + answerLimitMs > consortium.timing.answerTimeMs) {
      context.addIssue({
        code: 'custom',
        path: ['simulator', 'codeLifeMs'],
        message: "the code's life and answerLimitMs together must not exceed timing.answerTimeMs",
      });
    }
  });

export type Consortium = z.infer<typeof consortiumSchema>;
export type Member = Consortium['members'][number];
export type MemberKind = Member['kind'];

function repeated(values: readonly (string | null)[]): number[] {
  return values.flatMap((value, index) => (value !== null && values.indexOf(value) !== index ? [index] : []));
}

/** The ledger refuses a bank whose name looks like that of another; readers would confuse any two such members. */
function addNameIssues(members: readonly Member[], context: z.RefinementCtx): void {
  const looks = members.map(({ name }) => nameSkeleton(name));
  for (const index of repeated(looks)) {
    const other = members[looks.indexOf(looks[index] ?? '')]?.name ?? '';
    if (other === members[index]?.name) continue; // said already
    const message = `it looks like the name of another member, ${other}`;
    context.addIssue({ code: 'custom', path: ['members', index, 'name'], message });
  }
}

function addPortIssues(members: readonly Member[], context: z.RefinementCtx): void {
  members.forEach((member, index) => {
    const clash = members
      .slice(0, index)
      .find(
        (other) =>
          other.host === member.host && Math.abs(other.portOffset - member.portOffset) < PORTS_PER_MEMBER,
      );
    if (clash !== undefined) {
      context.addIssue({
        code: 'custom',
        path: ['members', index, 'portOffset'],
        message: `the twenty ports from here on overlap those of ${clash.name} on the same host`,
      });
    }
  });
}

/**
 * Reads and checks the consortium file; `portBase` replaces the file's own.
 * Throws `SetupError` with one sentence that names the file, the line and what to do.
 */
export function readConsortium(file: string, options: { readonly portBase?: number } = {}): Consortium {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    throw new SetupError(
      `The consortium file ${file} cannot be read; ` +
        'name an existing file with --consortium or restore it from the repository.',
      { cause },
    );
  }
  const consortium = parseConsortium(text, file);
  return withPortBase(consortium, options.portBase ?? consortium.portBase);
}

/** As `readConsortium`, for text that is already in memory; `file` only names it in errors. */
export function parseConsortium(text: string, file: string): Consortium {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, logLevel: 'error' });
  const syntax = document.errors[0];
  if (syntax !== undefined) {
    const what = SYNTAX_WORDS[syntax.code] ?? firstLine(syntax.message);
    throw wrong(file, lines.linePos(syntax.pos[0]).line, what);
  }
  const parsed = consortiumSchema.safeParse(valueOf(document, lines, file));
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  if (issue === undefined) throw wrong(file, 1, 'it does not have the shape of a consortium file');
  const path = issue.code === 'unrecognized_keys' ? [...issue.path, issue.keys[0] ?? ''] : issue.path;
  const where = path.length === 0 ? '' : `${path.map(String).join('.')}: `;
  throw wrong(file, lineOf(document, lines, path), `${where}${issue.message}`);
}

/** The file's content, each alias replaced by what it stands for. */
function valueOf(document: Document.Parsed, lines: LineCounter, file: string): unknown {
  const aliases: Alias.Parsed[] = [];
  visit(document, {
    Alias: (_, alias) => {
      aliases.push(alias as Alias.Parsed); // it comes out of the parser
    },
  });
  const lineOf = (alias: Alias.Parsed | undefined) => lines.linePos(alias?.range[0] ?? 0).line;
  const lost = aliases.find((alias) => alias.resolve(document) === undefined);
  if (lost !== undefined) throw wrong(file, lineOf(lost), `nothing before it is named &${lost.source}`);
  try {
    return document.toJS();
  } catch (cause) {
    // Aliases of aliases grow without bound, and one within itself has no end.
    if (!(cause instanceof ReferenceError)) throw cause;
    const nested = aliases.find((alias) => holdsAlias(alias.resolve(document)));
    throw wrong(file, lineOf(nested ?? aliases[0]), 'its aliases stand for too much; write the values out');
  }
}

function holdsAlias(node: ReturnType<Alias['resolve']>): boolean {
  let found = false;
  visit(node ?? null, {
    Alias: () => {
      found = true;
      return visit.BREAK;
    },
  });
  return found;
}

function wrong(file: string, line: number, what: string): SetupError {
  return new SetupError(
    `The consortium file ${file} is wrong at line ${line}: ${readable(what)}. Correct that line.`,
  );
}

/** Names of members come out of the file: what would steer a terminal is shown as its number. */
function readable(text: string): string {
  return text.replace(/\p{C}/gu, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`);
}

function firstLine(message: string): string {
  return (message.split('\n')[0] ?? message).replace(/ at line \d+, column \d+:?$/, '');
}

/** The line of the deepest node on the path that exists: for a missing field, the line of its parent. */
function lineOf(document: Document.Parsed, lines: LineCounter, path: readonly PropertyKey[]): number {
  for (let length = path.length; length > 0; length -= 1) {
    const start = startOf(document, path.slice(0, length));
    if (start !== null) return lines.linePos(start).line;
  }
  return 1;
}

function startOf(document: Document.Parsed, path: readonly PropertyKey[]): number | null {
  const parent: unknown = path.length === 1 ? document.contents : document.getIn(path.slice(0, -1), true);
  const last = path.at(-1);
  const pair = isMap(parent)
    ? parent.items.find((item) => isScalar(item.key) && item.key.value === last)
    : undefined;
  const node: unknown = (pair === undefined ? document.getIn(path, true) : pair.key) ?? null;
  const range = (node as { readonly range?: readonly number[] | null } | null)?.range;
  return range?.[0] ?? null;
}

function withPortBase(consortium: Consortium, portBase: number): Consortium {
  const highest = Math.max(...consortium.members.map((member) => member.portOffset)) + PORTS_PER_MEMBER - 1;
  if (!Number.isInteger(portBase) || portBase < 1024 || portBase + highest > LARGEST_PORT) {
    throw new SetupError(
      `Port base ${portBase} does not fit: ports up to ${portBase + highest} are needed; ` +
        `choose --port-base between 1024 and ${LARGEST_PORT - highest}.`,
    );
  }
  return { ...consortium, portBase };
}

/** The port of one member for one purpose. */
export function portOf(consortium: Consortium, member: Member, purpose: PortPurpose): number {
  return consortium.portBase + member.portOffset + PORT_OF[purpose];
}

/** `host:port` of one member for one purpose. */
export function addressOf(consortium: Consortium, member: Member, purpose: PortPurpose): string {
  return `${hostInAddress(member.host)}:${portOf(consortium, member, purpose)}`;
}

/**
 * Address of a member's pages. Cookies ignore ports, so each member on this machine has a host name of its own;
 * browsers know `*.localhost` by themselves.
 */
export function webOrigin(consortium: Consortium, member: Member): string {
  const [label = ''] = member.domain.split('.');
  return member.web ?? `http://${label}.localhost:${portOf(consortium, member, 'web')}`;
}

/** The host as it stands before a port: an IPv6 address in brackets. */
export function hostInAddress(host: string): string {
  return isIPv6(host) ? `[${host}]` : host;
}

/** The member with this MSP id; throws if there is none. */
export function memberByMspId(consortium: Consortium, mspId: string): Member {
  const member = consortium.members.find((candidate) => candidate.mspId === mspId);
  if (member === undefined) throw new SetupError(`The consortium file names no member ${mspId}.`);
  return member;
}

/** The one marketplace of the consortium. */
export function marketplaceOf(consortium: Consortium): Member {
  const marketplace = consortium.members.find((member) => member.kind === 'marketplace');
  if (marketplace === undefined) throw new SetupError('The consortium file names no marketplace.');
  return marketplace;
}

/**
 * The channel's policy of agreements as a signature policy: the marketplace and any one other member
 * (architecture: two organisations agree, so neither can write alone and a new bank adds no signature).
 */
export function agreementPolicy(consortium: Consortium): string {
  const marketplace = marketplaceOf(consortium);
  const others = consortium.members
    .filter((member) => member !== marketplace)
    .map((member) => `'${member.mspId}.peer'`);
  return `AND('${marketplace.mspId}.peer', OutOf(1, ${others.join(', ')}))`;
}
