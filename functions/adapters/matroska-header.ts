/** What mediabunny does not tell of a Matroska file. */
export type MatroskaHeader = {
  readonly encrypted: boolean;
  /** DateUTC, in milliseconds from 1970, and where in the file it stands. */
  readonly date?: { readonly unixMs: number; readonly at: number };
  /** Where the file should end; absent when it was written without knowing that. */
  readonly end?: number;
};

/** What stands before the pictures and sounds lies within this, unless fonts or cover pictures stand there too. */
export const HEADER_BYTES = 64 * 1024;

const SEGMENT = 0x1853_8067;
const CLUSTER = 0x1f43_b675;
const DATE_UTC = 0x4461;
const CONTENT_ENCRYPTION = 0x5035;
/** Segment, Info, Tracks, TrackEntry, ContentEncodings, ContentEncoding. */
const opened = new Set([SEGMENT, 0x1549_a966, 0x1654_ae6b, 0xae, 0x6d80, 0x6240]);
const EPOCH_2001 = Date.UTC(2001, 0, 1);

/**
 * Reads the elements before the first cluster. Whatever does not make sense ends the reading; what was found
 * until there counts.
 *
 * @param data the beginning of the file, at most `HEADER_BYTES`
 */
export function readMatroskaHeader(data: Uint8Array): MatroskaHeader {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  let header: MatroskaHeader = { encrypted: false };
  let position = 0;
  while (position < data.length) {
    const element = readElement(view, position);
    if (!element || element.id === CLUSTER) break;
    const { id, content, end } = element;
    if (id === SEGMENT && end !== undefined) header = { ...header, end };
    if (id === CONTENT_ENCRYPTION) header = { ...header, encrypted: true };
    if (id === DATE_UTC && end === content + 8 && end <= data.length) {
      const unixMs = EPOCH_2001 + Math.floor(Number(view.getBigInt64(content)) / 1_000_000);
      header = { ...header, date: { unixMs, at: position } };
    }
    // Opened elements need no stack: their children follow, and their siblings follow these.
    if (opened.has(id)) position = content;
    else if (end === undefined) break;
    else position = end;
  }
  return header;
}

type Element = { readonly id: number; readonly content: number; readonly end?: number };

function readElement(view: DataView, at: number): Element | undefined {
  const id = readNumber(view, at);
  const size = id && readNumber(view, at + id.width);
  if (!id || !size) return undefined;
  const content = at + id.width + size.width;
  const unknown = size.value === 2 ** (7 * size.width) - 1;
  // The mark of its width is part of an id, and not of a size.
  return {
    id: id.value + 2 ** (7 * id.width),
    content,
    ...(!unknown && { end: content + size.value }),
  };
}

/** A number of 1 to 8 bytes, as many as its first byte has leading zero bits, and one. */
function readNumber(view: DataView, at: number): { value: number; width: number } | undefined {
  if (at >= view.byteLength) return undefined;
  const first = view.getUint8(at);
  const width = Math.clz32(first) - 23;
  if (width > 8 || at + width > view.byteLength) return undefined;
  let value = first % 2 ** (8 - width);
  for (let index = 1; index < width; index += 1) value = value * 256 + view.getUint8(at + index);
  return { value, width };
}
