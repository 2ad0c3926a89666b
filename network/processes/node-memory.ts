// Memory options of Node.js for processes that lists of commands pass through.
// They limit nothing: they give room to what lives no longer than one list.

/**
 * Young memory in megabytes. With the usual 16 a profile of the embedded ledger under lists had a fifth of the time in
 * garbage collection, with 32 a seventh.
 */
export const ROOM_FOR_LISTS: readonly string[] = ['--max-semi-space-size=64'];
