// The gateway that serves this page, and the person's session with it, for every component.
import { createContext, useContext } from 'react';
import type { ConsortiumInfo } from '../../gateway/protocol/api/consortium.js';
import type { AtDoor, Me, PersonSession } from './session.js';

export interface Gateway {
  readonly consortium: ConsortiumInfo;
  readonly session: PersonSession;
  /** What stands between the person and the pages, as of the last refresh: a step is left when it says so itself. */
  readonly atDoor: AtDoor;
  /** Called after anything that changed who is signed in. */
  readonly refresh: () => void;
}

export const GatewayContext = createContext<Gateway | null>(null);

export function useGateway(): Gateway {
  const gateway = useContext(GatewayContext);
  if (gateway === null) throw new Error('a page stands inside GatewayContext');
  return gateway;
}

export function useSession(): PersonSession {
  return useGateway().session;
}

/** The person who is signed in; pages behind the door alone use it. */
export function useMe(): Me {
  const { me } = useGateway().session;
  if (me === null) throw new Error('a page behind the door has a person');
  return me;
}

/** Names of members as people know them. */
export function useMemberName(): (mspId: string) => string {
  const { members } = useGateway().consortium;
  return (mspId) => members.find((member) => member.mspId === mspId)?.name ?? mspId;
}

/** Names of banks by their two digits. */
export function useBankName(): (bank: string) => string {
  const { members } = useGateway().consortium;
  return (bank) => members.find(({ bankId }) => bankId === bank)?.name ?? bank;
}

/** The two digits of the bank whose gateway this is; its operators' pages alone use it. */
export function useOwnBank(): string {
  const { consortium } = useGateway();
  const own = consortium.members.find(({ mspId }) => mspId === consortium.mspId);
  if (own?.bankId == null) throw new Error("an operator's page is a bank's");
  return own.bankId;
}
