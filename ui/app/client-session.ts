// Opens the SDK's session for this page: the gateway that served it, keys in this browser.
import { ROUTES } from '../../gateway/protocol/api/endpoints.js';
import type { ConsortiumSettings } from '../../gateway/sdk/consortium-settings.js';
import { browserKeyStore } from '../../gateway/sdk/key-store.js';
import { ClientSession } from '../../gateway/sdk/session.js';
import { spokenLanguage } from './words.js';

/** `settings`: null where the page came without them; then no receipt is checked. */
export function openClientSession(
  of: { readonly channel: string; readonly mspId: string },
  settings: ConsortiumSettings | null,
): ClientSession {
  return ClientSession.open({
    base: '',
    routes: ROUTES,
    organisation: of.mspId,
    channel: of.channel,
    language: spokenLanguage,
    keyStore: browserKeyStore(of.mspId),
    ...(settings === null ? {} : { settings }),
  });
}

/** They go with the page, as its scripts do. */
export async function settingsOfPage(): Promise<ConsortiumSettings | null> {
  try {
    const response = await fetch('/settings.json');
    return response.ok ? ((await response.json()) as ConsortiumSettings) : null; // the file that goes with the page
  } catch {
    return null;
  }
}
