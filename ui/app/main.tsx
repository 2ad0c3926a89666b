// Begins: asks the gateway whose it is, looks for a session that goes on, and shows the pages.
import '../look/look.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import type { ConsortiumInfo } from '../../gateway/protocol/api/consortium.js';
import { ROUTES } from '../../gateway/protocol/api/endpoints.js';
import { ApiClient } from '../../gateway/sdk/api-client.js';
import { App } from './app.js';
import { openClientSession, settingsOfPage } from './client-session.js';
import { takeFromAddress } from './invitation.js';
import { SilentGateway } from './silent-gateway.js';
import { firstLanguage, speak, startWords } from './words.js';

const AGAIN_MS = 3_000;

async function begin(): Promise<void> {
  await startWords(firstLanguage());
  const element = document.getElementById('root');
  if (element === null) throw new Error('the page has a root');
  const root = createRoot(element);
  const consortium = await firstAnswer(() => {
    root.render(<SilentGateway />);
  });
  takeFromAddress();
  // Another link may be opened in the same tab.
  window.addEventListener('hashchange', () => {
    takeFromAddress();
    if (window.location.hash === '') window.location.reload();
  });
  const session = openClientSession(consortium, await settingsOfPage());
  const me = await session.restore().catch(() => null);
  if (me !== null) await speak(me.language);
  root.render(
    <StrictMode>
      <App consortium={consortium} session={session} />
    </StrictMode>,
  );
}

/** Asks until there is an answer; the page says that it waits. */
async function firstAnswer(whileSilent: () => void): Promise<ConsortiumInfo> {
  const api = new ApiClient({ base: '', routes: ROUTES });
  for (;;) {
    try {
      return await api.call('getConsortium');
    } catch {
      whileSilent();
      await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
    }
  }
}

void begin();
