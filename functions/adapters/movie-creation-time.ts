import type { ReadRange } from "#ports/media-probe.ts";

/** Seconds from 1904, where MP4 and QuickTime count from, to 1970. */
const FROM_1904_TO_1970 = 2_082_844_800;
const EARLIEST = Date.UTC(2001, 0, 1);
const LATEST = Date.UTC(2100, 0, 1);
/** Recordings have a handful; a file with more hides its index from us, and has no creation time then. */
const MAX_BOXES = 64;

export type CreationTime = { readonly time?: string; readonly warnings: string[] };

/**
 * The creation time in an MP4's or QuickTime file's `mvhd` box, which the media library does not tell.
 * Absent when the box says 0 (unset), and, with a warning, when it lies outside 2001 to 2100.
 */
export async function readMovieCreationTime(file: {
  readonly bytes: number;
  readonly readRange: ReadRange;
}): Promise<CreationTime> {
  const moov = await findBox(file, "moov", { from: 0, to: file.bytes });
  const mvhd = moov && (await findBox(file, "mvhd", moov));
  if (!mvhd) return { warnings: [] };
  const body = viewOf(await file.readRange(mvhd.from, 12));
  if (body.byteLength < 12) return { warnings: [] };
  const version = body.getUint8(0);
  const seconds = version === 1 ? Number(body.getBigUint64(4)) : body.getUint32(4);
  if (seconds === 0) return { warnings: [] };
  const milliseconds = (seconds - FROM_1904_TO_1970) * 1000;
  if (!(milliseconds >= EARLIEST && milliseconds < LATEST)) {
    return { warnings: ["CREATION_TIME_IMPLAUSIBLE (mvhd): It lies outside 2001 to 2100."] };
  }
  return { time: new Date(milliseconds).toISOString(), warnings: [] };
}

type ByteSpan = { readonly from: number; readonly to: number };

/** The content of the first box of that type among those that lie side by side in the span. */
async function findBox(
  file: { readonly readRange: ReadRange },
  type: string,
  { from, to }: ByteSpan,
): Promise<ByteSpan | undefined> {
  let position = from;
  for (let box = 0; box < MAX_BOXES && position + 8 <= to; box += 1) {
    const header = viewOf(await file.readRange(position, 16));
    if (header.byteLength < 8) return undefined;
    const declared = header.getUint32(0);
    const large = declared === 1 && header.byteLength === 16;
    const size = large ? Number(header.getBigUint64(8)) : declared === 0 ? to - position : declared;
    const headerBytes = large ? 16 : 8;
    if (size < headerBytes) return undefined;
    const name = String.fromCharCode(...[4, 5, 6, 7].map((offset) => header.getUint8(offset)));
    if (name === type) return { from: position + headerBytes, to: Math.min(to, position + size) };
    position += size;
  }
  return undefined;
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
