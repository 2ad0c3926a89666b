// A hash or a number of the ledger where the whole of it would fill the line: its beginning, whole for who asks.
import type { ReactNode } from 'react';

const SHOWN = 12;

export function Fingerprint({ of }: { readonly of: string }): ReactNode {
  return (
    <span className="code" title={of}>
      {of.length > SHOWN ? `${of.slice(0, SHOWN)}…` : of}
    </span>
  );
}
