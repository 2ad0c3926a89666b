// Reads of the web API with their cache, and signed commands with what becomes of them.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import type { Operation } from '../../gateway/protocol/api/forms.js';
import type { AnswerOf, InputOf } from '../../gateway/protocol/api/endpoint.js';
import type { EndpointName, Endpoints } from '../../gateway/protocol/api/endpoints.js';
import { type ApiClient, ApiProblem, type CallOptions } from '../../gateway/sdk/api-client.js';
import { useSession } from './gateway.js';
import type { CommandName, CommandInput, Submission } from './session.js';

/** Between two looks at something that moves. */
export const MOVING_MS = 2_000;

type Call = <N extends EndpointName>(
  name: N,
  input: InputOf<Endpoints[N]>,
  options?: CallOptions,
) => Promise<AnswerOf<Endpoints[N]>>;

/** `api.call` with an input that is always given. */
export function callOf(api: ApiClient): Call {
  return api.call.bind(api) as unknown as Call; // its rest parameter allows exactly this
}

interface ReadingOptions<Answer> {
  /** Looks again this often; null: when something changes only. */
  readonly everyMs?: number | null;
  /** Looks again only as long as this says so. */
  readonly isMoving?: (answer: Answer) => boolean;
  readonly enabled?: boolean;
}

export function useAnswer<N extends EndpointName>(
  name: N,
  input: InputOf<Endpoints[N]>,
  { everyMs = null, isMoving, enabled = true }: ReadingOptions<AnswerOf<Endpoints[N]>> = {},
) {
  const call = callOf(useSession().api);
  return useQuery({
    queryKey: [name, input],
    queryFn: ({ signal }) => call(name, input, { signal }),
    refetchInterval: ({ state: { data } }) => {
      const isStill = data !== undefined && isMoving?.(data) === false;
      return isStill ? false : (everyMs ?? false);
    },
    enabled,
  });
}

/** The ledger refused a signed command. */
export class CommandRefused extends Error {
  constructor(readonly code: string) {
    super(code);
    this.name = 'CommandRefused';
  }
}

export function isFinal({ status }: Operation): boolean {
  return status === 'done' || status === 'refused';
}

export interface CommandState {
  readonly send: (command: CommandInput) => Promise<Operation>;
  readonly isSending: boolean;
  /** Sent, and not final yet: it is being processed, or nobody knows. */
  readonly isWaiting: boolean;
  readonly error: Error | null;
  readonly operation: Operation | null;
  /** Of a command with a deadline while it is being sent: who has received it, who is silent. */
  readonly submission: Submission | null;
  readonly reset: () => void;
}

/** Sends signed commands to one endpoint; after each all reads are made anew. */
export function useCommand(name: CommandName): CommandState {
  const session = useSession();
  const client = useQueryClient();
  const [watched, setWatched] = useState<string | null>(null);
  const [submission, setSubmission] = useState<Submission | null>(null);
  const mutation = useMutation({
    mutationFn: async (command: CommandInput) => {
      setSubmission(null);
      const operation = await session.command(name, { ...command, onSubmission: setSubmission });
      if (operation.status === 'refused') throw new CommandRefused(operation.code ?? '');
      setWatched(isFinal(operation) ? null : operation.id);
      return operation;
    },
    onSettled: () => client.invalidateQueries(),
  });
  const running = useRef<Promise<Operation> | null>(null);
  const { mutateAsync } = mutation;
  /** Pressed twice it is sent once: the second press comes before the button says that it is busy. */
  const send = (command: CommandInput): Promise<Operation> => {
    running.current ??= mutateAsync(command).finally(() => {
      running.current = null;
    });
    return running.current;
  };
  const later = useLater(watched);
  const operation = later ?? mutation.data ?? null;
  const isRefusedLater = later?.status === 'refused';
  return {
    send,
    isSending: mutation.isPending,
    isWaiting: operation !== null && !isFinal(operation),
    error: isRefusedLater ? new CommandRefused(later.code ?? '') : mutation.error,
    operation,
    submission: mutation.isPending ? submission : null,
    reset: mutation.reset,
  };
}

/** An operation that was not final when it was sent, as it is now. */
function useLater(id: string | null): Operation | null {
  const client = useQueryClient();
  const [isOver, setOver] = useState(false);
  const { data } = useAnswer(
    'getOperation',
    { path: { operation: id ?? '' } },
    { everyMs: isOver ? null : MOVING_MS, enabled: id !== null },
  );
  const isNowFinal = data !== undefined && isFinal(data);
  useEffect(() => {
    setOver(isNowFinal);
    if (isNowFinal) void client.invalidateQueries();
  }, [client, isNowFinal]);
  return id === null ? null : (data ?? null);
}

/** Whether asking again may help: the gateway was silent, or said that it is not ready. */
export function mayHelpAgain(error: Error): boolean {
  return !(error instanceof ApiProblem) || error.problem.status >= 500;
}
