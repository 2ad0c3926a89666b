// The picture of an offer, or a calm place in its stead.
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useEffect, useState } from 'react';
import { useSession } from '../app/gateway.js';
import { Icon } from './icon.js';

interface PictureProps {
  /** SHA-256 of the picture; null: there is none. */
  readonly hash: string | null;
  readonly title: string;
  /** In lists a smaller one is enough. */
  readonly isSmall?: boolean;
  readonly className?: string;
}

export function Picture({ hash, title, isSmall = false, className = '' }: PictureProps): ReactNode {
  const path = hash === null ? null : `/api/v1/pictures/${hash}${isSmall ? '?size=small' : ''}`;
  const address = useBlobAddress(path, hash);
  if (address !== null) {
    return <img src={address} alt={title} className={`bg-sunken object-cover ${className}`} />;
  }
  return (
    <div aria-hidden="true" className={`grid place-items-center bg-sunken text-line-strong ${className}`}>
      <Icon name="picture" size={32} />
    </div>
  );
}

/**
 * An address for `img` of a picture that is read with the person's token, since not all of them are for everybody.
 * `hash` says which picture stands at the path now.
 */
export function useBlobAddress(path: string | null, hash: string | null): string | null {
  const session = useSession();
  const [address, setAddress] = useState<string | null>(null);
  const { data } = useQuery({
    queryKey: ['picture', path, hash],
    enabled: path !== null,
    staleTime: 'static',
    retry: false,
    queryFn: async ({ signal }) => {
      const response = await session.api.read(path ?? '', { signal });
      if (!response.ok) throw new Error(`picture: ${String(response.status)}`);
      return response.blob();
    },
  });
  useEffect(() => {
    if (data === undefined) {
      setAddress(null);
      return;
    }
    const made = URL.createObjectURL(data);
    setAddress(made);
    return () => {
      URL.revokeObjectURL(made);
    };
  }, [data]);
  return address;
}
