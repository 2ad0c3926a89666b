// What a person does at the gateway of his organisation, through its web API by the SDK: patient while something of the
// system is away, since a killed process is back within seconds.
import type { AnswerOf, InputOf } from '../gateway/protocol/api/endpoint.js';
import type { EndpointName, Endpoints } from '../gateway/protocol/api/endpoints.js';
import type { Operation } from '../gateway/protocol/api/forms.js';
import { ApiProblem, ApiUnreachable } from '../gateway/sdk/api-client.js';
import type { CommandEndpoint, CommandInput } from '../gateway/sdk/command-sender.js';
import { DemoRefused, type Gateways, type Organisation, shortTransaction } from './gateways.js';
import type { Participant } from './people.js';

/**
 * Signs and sends a command until its outcome is final; the short id of its transaction. Rejects: DemoRefused, by the
 * door or by the ledger.
 */
export async function carriedOut(
  gateways: Gateways,
  by: Participant,
  endpoint: CommandEndpoint,
  input: CommandInput,
): Promise<string> {
  const { action, id } = input.request;
  // One purpose for each command: sent again it is the same one, and another is never taken for it.
  const send = () => by.session.command(endpoint, { ...input, purpose: id });
  const operation = await gateways.patiently(
    organisationOf(gateways, by),
    async () => finalOf(await send().catch(refusal(action))),
    awayFor,
  );
  gateways.count(operation.txId);
  if (operation.status === 'refused') throw new DemoRefused(action, operation.code ?? '', {});
  return shortTransaction(operation.txId);
}

/** Asks until there is an answer that will do: each gateway follows the ledger at its own pace. Rejects: ApiProblem. */
export function asked<N extends EndpointName>(
  gateways: Gateways,
  by: Participant,
  name: N,
  input: InputOf<Endpoints[N]>,
  willDo: (answer: AnswerOf<Endpoints[N]>) => boolean = () => true,
): Promise<AnswerOf<Endpoints[N]>> {
  const { api } = by.session;
  const call = api.call.bind(api) as unknown as (
    name: N,
    input: InputOf<Endpoints[N]>,
  ) => Promise<AnswerOf<Endpoints[N]>>; // its rest parameter allows exactly this
  const ask = async (): Promise<AnswerOf<Endpoints[N]>> => {
    const answer = await call(name, input);
    if (!willDo(answer)) throw new NotYet();
    return answer;
  };
  return gateways.patiently(organisationOf(gateways, by), ask, awayFor);
}

/** Nothing is wrong; it is only not so far. */
class NotYet extends Error {}

function finalOf(operation: Operation): Operation {
  if (operation.status === 'pending' || operation.status === 'unknown') throw new NotYet();
  return operation;
}

/** A command that the door does not take is refused like one that the ledger does not take. */
function refusal(action: string): (error: unknown) => never {
  return (error) => {
    if (error instanceof ApiProblem && awayFor(error) === null) {
      throw new DemoRefused(action, error.code, error.problem.values);
    }
    throw error;
  };
}

/** Why acting again may help, '' where that is no trouble worth a word; null: it will not help. */
function awayFor(error: unknown): string | null {
  if (error instanceof NotYet) return '';
  if (error instanceof ApiUnreachable) return 'no answer';
  if (!(error instanceof ApiProblem)) return null;
  if (error.problem.status === 404) return '';
  return error.problem.status >= 500 ? error.code : null;
}

function organisationOf(gateways: Gateways, { mspId }: Participant): Organisation {
  const found = gateways.all.find((organisation) => organisation.mspId === mspId);
  if (found === undefined) throw new Error(`the demo knows no gateway of ${mspId}`);
  return found;
}
