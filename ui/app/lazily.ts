// Components that are loaded when they are shown for the first time, each with the words that it says: nothing is shown
// before its words are there.
import { type FunctionComponent, lazy, type ReactNode } from 'react';
import { loadWords, type WordGroup } from './words.js';

/** A component that `load` imports; `words` come at the same time. */
export function lazily<Props>(
  words: readonly WordGroup[],
  load: () => Promise<(props: Props) => ReactNode>,
): FunctionComponent<Props> {
  return lazy(async () => {
    const [component] = await Promise.all([load(), loadWords(words)]);
    const found: FunctionComponent<Props> = component;
    return { default: found };
  }) as FunctionComponent<Props>; // shown like one
}
