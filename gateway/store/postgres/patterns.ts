// Patterns of `like` in which what people typed means itself.

function literal(words: string): string {
  return words.replace(/[\\%_]/g, '\\$&');
}

export function beginningOf(words: string): string {
  return `${literal(words)}%`;
}

export function anywhere(words: string): string {
  return `%${literal(words)}%`;
}
