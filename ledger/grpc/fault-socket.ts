// Lets tests and the demo inject faults, through a Unix socket that only the owner's processes can open.
// It must never listen on a network port.
import { chmodSync, existsSync, lstatSync, unlinkSync } from 'node:fs';
import { createConnection, createServer, type Server, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { messageOf } from '../fabric/error-message.js';
import { FAULT_KINDS, type FaultInjector } from '../engine/faults.js';

/** Unix limits the length of a socket's path; beyond it binding fails without saying why. */
const LONGEST_PATH = 100;
const LONGEST_LINE = 10_000;
const count = z.int().min(0).max(1_000_000);

const delayMs = z.int().min(0).max(600_000);

const requestSchema = z.discriminatedUnion('switch', [
  z.strictObject({ switch: z.literal('peerDown'), mspId: z.string(), down: z.boolean() }),
  z.strictObject({ switch: z.literal('pauseOrdering') }),
  z.strictObject({ switch: z.literal('resumeOrdering') }),
  z.strictObject({ switch: z.literal('loseAnswers'), count }),
  z.strictObject({ switch: z.literal('answerAlreadyProcessed'), count }),
  z.strictObject({ switch: z.literal('withholdStatus'), withheld: z.boolean() }),
  z.strictObject({ switch: z.literal('forceConflicts'), count }),
  z.strictObject({
    switch: z.literal('slowEndorser'),
    mspId: z.string(),
    delayMs,
  }),
  z.strictObject({
    switch: z.literal('atRandom'),
    seed: z.string(),
    probability: z.partialRecord(z.enum(FAULT_KINDS), z.number().min(0).max(1)),
    delayMs: delayMs.default(0),
  }),
  z.strictObject({ switch: z.literal('clear') }),
]);

/** One fault to set or to end, as one line of JSON. */
export type FaultRequest = z.input<typeof requestSchema>;

/** Listens on this path, readable and writable by the owner alone; a socket left by a killed process is replaced. */
export async function openFaultSocket(path: string, switches: FaultInjector): Promise<Server> {
  if (Buffer.byteLength(path) > LONGEST_PATH) {
    throw new Error(`The path of the faults socket, ${path}, is longer than ${LONGEST_PATH} bytes.`);
  }
  if (existsSync(path) && lstatSync(path).isSocket()) {
    unlinkSync(path);
  }
  const server = createServer((socket) => {
    serve(socket, switches);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    // No other user may connect even for the moment between binding and chmod.
    const mask = process.umask(0o177);
    server.listen(path, resolve);
    process.umask(mask);
  });
  chmodSync(path, 0o600);
  return server;
}

/** Sets one fault at a running ledger; rejects with its refusal. */
export async function requestFault(path: string, request: FaultRequest): Promise<void> {
  const socket = createConnection(path);
  try {
    const answer = await new Promise<string>((resolve, reject) => {
      socket.once('error', reject);
      createInterface({ input: socket })
        .once('line', resolve)
        .once('close', () => {
          reject(new Error('The ledger closed the faults socket without an answer.'));
        });
      socket.write(`${JSON.stringify(request)}\n`);
    });
    const { error } = z.object({ error: z.string().optional() }).parse(JSON.parse(answer));
    if (error !== undefined) {
      throw new Error(error);
    }
  } finally {
    socket.destroy();
  }
}

function serve(socket: Socket, switches: FaultInjector): void {
  let received = 0;
  socket.on('data', (chunk) => {
    received += chunk.length;
    if (received > LONGEST_LINE) {
      socket.destroy();
    }
  });
  socket.on('error', () => {
    socket.destroy();
  });
  createInterface({ input: socket }).on('line', (line) => {
    received = 0;
    socket.write(`${JSON.stringify(answer(line, switches))}\n`);
  });
}

function answer(line: string, switches: FaultInjector): { readonly ok: true } | { readonly error: string } {
  try {
    apply(requestSchema.parse(JSON.parse(line)), switches);
    return { ok: true };
  } catch (error) {
    return { error: messageOf(error) };
  }
}

type ParsedRequest = z.infer<typeof requestSchema>;
type Injection<Name extends ParsedRequest['switch']> = (
  switches: FaultInjector,
  request: Extract<ParsedRequest, { readonly switch: Name }>,
) => void;

const INJECTIONS: { [Name in ParsedRequest['switch']]: Injection<Name> } = {
  peerDown: (switches, { mspId, down }) => {
    switches.setPeerDown(mspId, down);
  },
  pauseOrdering: (switches) => {
    switches.pauseOrdering();
  },
  resumeOrdering: (switches) => {
    switches.resumeOrdering();
  },
  loseAnswers: (switches, { count: answers }) => {
    switches.loseAnswers(answers);
  },
  answerAlreadyProcessed: (switches, { count: answers }) => {
    switches.answerAlreadyProcessed(answers);
  },
  withholdStatus: (switches, { withheld }) => {
    switches.withholdStatus(withheld);
  },
  forceConflicts: (switches, { count: transactions }) => {
    switches.forceConflicts(transactions);
  },
  slowEndorser: (switches, request) => {
    switches.slowEndorser(request.mspId, request.delayMs);
  },
  atRandom: (switches, { seed, probability, delayMs: slow }) => {
    switches.atRandom({ seed, probability, delayMs: slow });
  },
  clear: (switches) => {
    switches.clear();
  },
};

function apply(request: ParsedRequest, switches: FaultInjector): void {
  // The entry is the one of this very request's name, which the compiler cannot follow.
  (INJECTIONS[request.switch] as Injection<ParsedRequest['switch']>)(switches, request);
}
