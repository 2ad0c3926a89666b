// A code that people write down or read out: in groups, so that the eye keeps its place.
import type { ReactNode } from 'react';

const GROUP = /.{1,5}/g;

export function SecretCode({ code }: { readonly code: string }): ReactNode {
  return (
    <output className="code flex flex-wrap gap-x-4 gap-y-1 text-lg! leading-8 tracking-wider">
      {code.match(GROUP)?.map((group, index) => (
        <span key={index}>{group}</span>
      ))}
    </output>
  );
}
