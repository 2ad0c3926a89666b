// Words that a list is searched by; they stand behind # in the address and are looked for when the typing rests.
import { type ReactNode, useEffect, useRef } from 'react';
import { setFragment, useFragment } from '../app/fragment.js';

const REST_MS = 250;

export function SearchField({ label }: { readonly label: string }): ReactNode {
  const words = useFragment().get('words') ?? '';
  const timer = useRef(0);
  useEffect(
    () => () => {
      clearTimeout(timer.current);
    },
    [],
  );
  return (
    <input
      className="input max-w-md"
      type="search"
      aria-label={label}
      placeholder={label}
      defaultValue={words}
      maxLength={100}
      onChange={({ target: { value } }) => {
        clearTimeout(timer.current);
        timer.current = window.setTimeout(() => {
          setFragment('words', value.trim());
        }, REST_MS);
      }}
    />
  );
}
