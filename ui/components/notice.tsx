// A message that stands beside what it is about.
import type { ReactNode } from 'react';
import { Icon, type IconName } from './icon.js';
import type { Meaning } from './status.js';

const SIGNS = {
  plain: 'info',
  moving: 'clock',
  held: 'info',
  paid: 'check',
  trouble: 'alert',
  returned: 'back',
} as const satisfies { readonly [M in Meaning]: IconName };

interface NoticeProps {
  readonly meaning?: Meaning;
  readonly children: ReactNode;
}

export function Notice({ meaning = 'plain', children }: NoticeProps): ReactNode {
  return (
    <div className={`notice notice-${meaning}`} role={meaning === 'trouble' ? 'alert' : 'status'}>
      <Icon name={SIGNS[meaning]} />
      <div className="grid min-w-0 gap-1">{children}</div>
    </div>
  );
}
