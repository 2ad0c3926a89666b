// What Node.js is told about memory where lists of commands pass through.
// It limits nothing: it gives room to what lives no longer than one list.

/**
 * A list of some hundred commands outlives the usual 16 MB of young memory: a fifth of the time went into copying what
 * was about to be forgotten. In megabytes.
 */
export const ROOM_FOR_LISTS: readonly string[] = ['--max-semi-space-size=32'];
