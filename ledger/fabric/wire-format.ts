// Is this a protobuf message at all? Go's parser refuses what JavaScript's reads over: stray ends of groups, cut
// fields. It must not know any message; what a field means is the parser's.
export const wireType = { varint: 0, fixed64: 1, bytes: 2, startGroup: 3, endGroup: 4, fixed32: 5 } as const;
export const highestField = 2 ** 29 - 1;
const longestVarint = 10;
/** Go gives up on deeper nesting. */
export const deepestGroup = 10_000;

/** One pass over the fields of the message itself, not of messages within. */
export function isWireFormat(bytes: Uint8Array): boolean {
  const groups: number[] = [];
  for (let at = 0; at < bytes.length;) {
    const tag = varintAt(bytes, at);
    if (!tag || groups.length > deepestGroup) return false;
    const field = Math.floor(tag.value / 8);
    if (field < 1 || field > highestField) return false;
    const end = endOfField(bytes, tag, { field, groups });
    if (end === undefined || end > bytes.length) return false;
    at = end;
  }
  return groups.length === 0;
}

interface Varint {
  value: number;
  end: number;
}

/** Where the field's value ends; undefined: not a value. Groups that begin or end there come on or off `groups`. */
export function endOfField(
  bytes: Uint8Array,
  tag: Varint,
  { field, groups }: { field: number; groups: number[] },
): number | undefined {
  switch (tag.value % 8) {
    case wireType.varint:
      return varintAt(bytes, tag.end)?.end;
    case wireType.fixed64:
      return tag.end + 8;
    case wireType.fixed32:
      return tag.end + 4;
    case wireType.bytes: {
      const length = varintAt(bytes, tag.end);
      return length && length.end + length.value;
    }
    case wireType.startGroup:
      groups.push(field);
      return tag.end;
    case wireType.endGroup:
      return groups.pop() === field ? tag.end : undefined;
    default:
      return undefined;
  }
}

/** Beyond 2^53 the value is not exact, which no length or tag survives anyway. */
function varintAt(bytes: Uint8Array, start: number): Varint | undefined {
  let value = 0;
  for (let i = 0; i < longestVarint; i++) {
    const byte = bytes[start + i];
    if (byte === undefined || (i === longestVarint - 1 && byte > 1)) return undefined;
    value += (byte & 0x7f) * 2 ** (7 * i);
    if (byte < 0x80) return { value, end: start + i + 1 };
  }
  return undefined;
}
