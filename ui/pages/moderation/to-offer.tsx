// The title of an offer in a moderator's table.
import type { ReactNode } from 'react';

interface ToOfferProps {
  readonly id: string;
  readonly title: string;
  readonly show: (offer: string) => void;
}

/** Opens an offer of a table at the side. */
export function ToOffer({ id, title, show }: ToOfferProps): ReactNode {
  return (
    <button
      type="button"
      className="link text-start font-semibold"
      onClick={() => {
        show(id);
      }}
    >
      {title}
    </button>
  );
}
