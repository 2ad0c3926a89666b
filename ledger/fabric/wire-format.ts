// Is this a protobuf message at all? Go's parser refuses what JavaScript's accepts: stray ends of groups, cut fields.
export const WIRE_TYPE = { varint: 0, fixed64: 1, bytes: 2, startGroup: 3, endGroup: 4, fixed32: 5 } as const;
export const HIGHEST_FIELD = 2 ** 29 - 1;
const LONGEST_VARINT = 10;
/** Go gives up on deeper nesting. */
export const DEEPEST_GROUP = 10_000;

/** One pass over the fields of the message itself, not of messages within. */
export function isWireFormat(bytes: Uint8Array): boolean {
  const groups: number[] = [];
  for (let at = 0; at < bytes.length;) {
    const tag = varintAt(bytes, at);
    if (!tag || groups.length > DEEPEST_GROUP) return false;
    const field = Math.floor(tag.value / 8);
    if (field < 1 || field > HIGHEST_FIELD) return false;
    const end = endOfField(bytes, tag, { field, groups });
    if (end === null || end > bytes.length) return false;
    at = end;
  }
  return groups.length === 0;
}

interface Varint {
  readonly value: number;
  readonly end: number;
}

/** Where the field's value ends; null: not a value. Groups that begin or end there come on or off `groups`. */
export function endOfField(
  bytes: Uint8Array,
  tag: Varint,
  { field, groups }: { readonly field: number; readonly groups: number[] },
): number | null {
  switch (tag.value % 8) {
    case WIRE_TYPE.varint:
      return endOfVarint(bytes, tag.end);
    case WIRE_TYPE.fixed64:
      return tag.end + 8;
    case WIRE_TYPE.fixed32:
      return tag.end + 4;
    case WIRE_TYPE.bytes: {
      const length = varintAt(bytes, tag.end);
      return length && length.end + length.value;
    }
    case WIRE_TYPE.startGroup:
      groups.push(field);
      return tag.end;
    case WIRE_TYPE.endGroup:
      return groups.pop() === field ? tag.end : null;
    default:
      return null;
  }
}

function endOfVarint(bytes: Uint8Array, start: number): number | null {
  const found = varintAt(bytes, start);
  return found && found.end;
}

/** Beyond 2^53 the value is not exact, which no length or tag survives anyway. */
function varintAt(bytes: Uint8Array, start: number): Varint | null {
  let value = 0;
  for (let i = 0; i < LONGEST_VARINT; i++) {
    const byte = bytes[start + i];
    if (byte === undefined || (i === LONGEST_VARINT - 1 && byte > 1)) return null;
    value += (byte & 0x7f) * 2 ** (7 * i);
    if (byte < 0x80) return { value, end: start + i + 1 };
  }
  return null;
}
