// The frame and the pages of the person who is signed in, or the door.
import { QueryClientProvider } from '@tanstack/react-query';
import { type ReactNode, Suspense, useEffect, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Redirect, Route, Switch, useLocation } from 'wouter';
import type { ConsortiumInfo } from '../../gateway/protocol/api/consortium.js';
import { Bones } from '../components/loaded.js';
import { Door } from '../pages/sign-in/door.js';
import { ErrorBoundary } from './error-boundary.js';
import { Frame } from './frame.js';
import { GatewayContext, useGateway } from './gateway.js';
import { openedInvitation } from './invitation.js';
import { Help, InvitationAtDoor, navigationOf, NoRole, NothingHere, pagesOf, Verify } from './routes.js';
import { makeQueries } from './queries.js';
import { atDoor, type PersonSession } from './session.js';

interface AppProps {
  readonly consortium: ConsortiumInfo;
  readonly session: PersonSession;
}

export function App({ consortium, session }: AppProps): ReactNode {
  const [change, setChange] = useState(0);
  const [queries] = useState(() =>
    makeQueries(() => {
      setChange((count) => count + 1);
    }),
  );
  const gateway = useMemo(
    () => ({
      consortium,
      session,
      atDoor: atDoor(session),
      refresh: () => {
        // What was read belongs to the person who has left.
        if (session.me === null) queries.clear();
        setChange((count) => count + 1);
      },
    }),
    // What the session says is looked at again when a step of the door has changed it.
    [consortium, session, queries, change],
  );
  const isReady = gateway.atDoor === 'ready';
  useEffect(() => {
    // What an earlier visit signed and left under way is sent again; its pages show what becomes of it.
    if (isReady) void session.resumeCommands().then(() => queries.invalidateQueries());
  }, [isReady, queries, session]);
  return (
    <QueryClientProvider client={queries}>
      <GatewayContext value={gateway}>
        <Frame>
          <Pages />
        </Frame>
      </GatewayContext>
    </QueryClientProvider>
  );
}

function Pages(): ReactNode {
  const { t } = useTranslation();
  const [location] = useLocation();
  const { consortium, session, atDoor: door } = useGateway();
  const { me } = session;
  if (location === '/help') return <Waiting words={t('loading')}>{<Help />}</Waiting>;
  // Anybody may check a receipt.
  if (location === '/verify') return <Waiting words={t('loading')}>{<Verify />}</Waiting>;
  if (me === null || door !== 'ready') {
    const opened = openedInvitation();
    return (
      <>
        {opened !== null && <Waiting words={t('loading')}>{<InvitationAtDoor opened={opened} />}</Waiting>}
        {/* Not bound to the address: a password typed at one step serves the next. */}
        <Suspense fallback={<Bones lines={4} words={t('loading')} />}>
          <Door />
        </Suspense>
      </>
    );
  }
  const kind = consortium.members.find(({ mspId }) => mspId === consortium.mspId)?.kind ?? 'marketplace';
  const first = navigationOf(kind, me)[0];
  return (
    <Waiting words={t('loading')}>
      <Switch>
        <Route path="/">{first === undefined ? <NoRole /> : <Redirect to={first.path} replace />}</Route>
        {pagesOf(kind, me).map(({ path, View }) => (
          <Route key={path} path={path}>
            {(parameters) => <View id={'id' in parameters ? String(parameters.id) : ''} />}
          </Route>
        ))}
        <Route>
          <NothingHere />
        </Route>
      </Switch>
    </Waiting>
  );
}

/** A page that breaks is left behind with its address. */
function Waiting({ words, children }: { readonly words: string; readonly children: ReactNode }): ReactNode {
  const [location] = useLocation();
  return (
    <ErrorBoundary key={location}>
      <Suspense fallback={<Bones lines={4} words={words} />}>{children}</Suspense>
    </ErrorBoundary>
  );
}
