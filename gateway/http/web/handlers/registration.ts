// Log-ins that clients make for themselves, and the switch for it.
import type { Registration } from '../../../people/registration.js';
import { MOST_BY_ADDRESS } from '../../../people/registration.js';
import type { Sessions } from '../../../people/sessions.js';
import type { RegistrationInfo, registrationEndpoints } from '../../../protocol/api/registration.js';
import type { Names } from '../../../views/viewer.js';
import { Answer, type HandlersOf } from '../binding.js';
import { deviceCookie, granted } from './session-cookies.js';

export interface RegistrationHandlersOptions {
  readonly registration: Registration;
  readonly sessions: Sessions;
  readonly names: (people: readonly string[]) => Promise<Names>;
  /** Whether browsers come by https. */
  readonly isSecure: boolean;
}

export function registrationHandlers(
  options: RegistrationHandlersOptions,
): HandlersOf<keyof typeof registrationEndpoints> {
  const { registration, sessions, isSecure } = options;
  return {
    register: async ({ body }, { client }) => {
      const person = await registration.register(body, client.address);
      const begun = await sessions.first(person, client.userAgent);
      const { body: session, more } = granted(begun, isSecure, [deviceCookie(begun.device, isSecure)]);
      return new Answer(session, { ...more, status: 201 });
    },
    getRegistration: () => registrationInfo(options),
    setRegistration: async ({ body }, { viewer }) => {
      await registration.set(body.isOpen, viewer.person.id);
      return registrationInfo(options);
    },
  };
}

async function registrationInfo({
  registration,
  names,
}: RegistrationHandlersOptions): Promise<RegistrationInfo> {
  const { changes, ...state } = await registration.state();
  const named = await names(changes.map(({ person }) => person));
  return {
    ...state,
    mostByAddress: MOST_BY_ADDRESS,
    changes: changes.map(({ at, person, isOpen }) => ({ at, isOpen, by: named.nameOf(person) ?? person })),
  };
}
