// The frame of each step at the door: a narrow column, one thing to do.
import type { ReactNode } from 'react';

interface DoorStepProps {
  readonly title: string;
  readonly about?: string;
  readonly children: ReactNode;
}

export function DoorStep({ title, about, children }: DoorStepProps): ReactNode {
  return (
    <div className="mx-auto grid w-full max-w-md gap-6 pt-2 sm:pt-10">
      <div className="grid gap-2">
        <h1>{title}</h1>
        {about !== undefined && <p className="text-quiet">{about}</p>}
      </div>
      {children}
    </div>
  );
}
