// The picture that a person has put up, in a circle; where there is none, the first letters of the name. The name
// itself stands beside it, so it says nothing to those who hear the page.
import type { ReactNode } from 'react';
import { useBlobAddress } from './picture.js';

interface FaceProps {
  readonly person: string;
  readonly name: string;
  /** Hash of the picture; null: there is none. */
  readonly picture: string | null;
  readonly size?: keyof typeof SIZES;
}

/** The small one stands in a line of text. */
const SIZES = { small: '-my-0.5 size-7 text-xs', large: 'size-24 text-3xl' } as const;
const MOST_LETTERS = 2;

export function Face({ person, name, picture, size = 'small' }: FaceProps): ReactNode {
  const wanted = size === 'large' ? '' : '?size=small';
  const path = picture === null ? null : `/api/v1/people/${person}/picture${wanted}`;
  const address = useBlobAddress(path, picture);
  const shape = `flex-none rounded-full ${SIZES[size]}`;
  if (address !== null) return <img src={address} alt="" className={`bg-sunken object-cover ${shape}`} />;
  return (
    <span
      aria-hidden="true"
      className={`grid place-items-center bg-sunken font-semibold text-quiet select-none ${shape}`}
    >
      {lettersOf(name)}
    </span>
  );
}

function lettersOf(name: string): string {
  const words = name.split(/\s+/).slice(0, MOST_LETTERS);
  return words.map((word) => [...word].slice(0, 1).join('').toUpperCase()).join('');
}
