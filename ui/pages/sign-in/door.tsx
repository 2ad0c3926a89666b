// What stands between a person and the pages: signing in, a password of one's own, the key, the vault on this device.
import { type ReactNode, useState } from 'react';
import { useLocation } from 'wouter';
import { useGateway } from '../../app/gateway.js';
import { lazily } from '../../app/lazily.js';
import { OpenVault } from './open-vault.js';
import { SignIn } from './sign-in.js';

// Once in a person's life: not a part of everybody's first load.
const MakeKey = lazily(['door'], async () => (await import('./make-key.js')).MakeKey);
const Register = lazily(['door'], async () => (await import('./register.js')).Register);
const SetPassword = lazily(['door'], async () => (await import('./set-password.js')).SetPassword);

export function Door(): ReactNode {
  const { atDoor, refresh } = useGateway();
  // The password stays for the steps at the door alone, so that nobody types it twice; it goes with this component.
  const [password, setPassword] = useState<string | null>(null);
  const [isByRecovery, setByRecovery] = useState(false);
  const [location, navigate] = useLocation();
  if (atDoor === 'signIn' && location === '/register') {
    return (
      <Register
        done={(typed) => {
          setPassword(typed);
          navigate('/', { replace: true });
          refresh();
        }}
      />
    );
  }
  if (atDoor === 'signIn') {
    return (
      <SignIn
        done={(typed, next) => {
          setPassword(typed);
          setByRecovery(next === 'openByRecovery');
          refresh();
        }}
      />
    );
  }
  if (atDoor === 'setPassword') {
    return (
      <SetPassword
        old={password}
        done={(typed, next) => {
          setPassword(typed);
          setByRecovery(next === 'openByRecovery');
          refresh();
        }}
      />
    );
  }
  if (atDoor === 'makeKey') return <MakeKey password={password} done={refresh} />;
  return <OpenVault isByRecovery={isByRecovery} done={refresh} />;
}
