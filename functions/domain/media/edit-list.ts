import { type Box, readBody } from "./boxes.ts";
import { type ByteSource, i64, u64 } from "./byte-source.ts";
import type { Span } from "./picture-cover.ts";
import { readEntries, readTable } from "./tables.ts";
import { UnusableFile } from "./unusable-file.ts";
import type { Warnings } from "./warnings.ts";

/** One piece of the presentation: from `at` on, `seconds` of the media starting at `media` are shown. */
export type Edit = {
  /** Seconds into the presentation. */
  readonly at: number;
  readonly seconds: number;
  /** Seconds into the track's own time. */
  readonly media: number;
  /** Seconds of the track's own time that a second shows: below 1 in slow motion. */
  readonly rate: number;
};

/** What a track without an edit list does. */
export const UNEDITED: readonly Edit[] = [{ at: 0, seconds: Number.POSITIVE_INFINITY, media: 0, rate: 1 }];

/** Cameras write one or two; each is laid over every stretch of pictures. */
const MOST_EDITS = 256;
/** Phones slow pictures down eightfold, and hurry them as much. */
const MOST_SPEED = 64;

/**
 * `elst`: empty edits delay what follows, the others say which part of the media is shown.
 *
 * @param openEnded fragments came after the list was written, so its last piece lasts as long as they do
 */
export async function readEditList(
  source: ByteSource,
  elst: Box,
  scales: { readonly movie: number; readonly media: number },
  openEnded: boolean,
  warnings: Warnings,
): Promise<readonly Edit[]> {
  const head = await readBody(source, elst, 0, 8);
  if (head.byteLength < 8) {
    warnings.note("EDITS_IGNORED", "elst", elst.start, "the list is too short");
    return UNEDITED;
  }
  const version = head.getUint8(0);
  const table = await readTable(source, elst, version === 1 ? 20 : 12, warnings);
  if (table.count > MOST_EDITS) {
    throw new UnusableFile("BUDGET_EXCEEDED", `The recording is cut into more than ${MOST_EDITS} pieces.`);
  }
  const view = await readEntries(source, table, 0, table.count);
  const edits: Edit[] = [];
  let at = 0;
  for (let entry = 0; (entry + 1) * table.entryBytes <= view.byteLength; entry += 1) {
    const start = entry * table.entryBytes;
    const wide = version === 1;
    const duration = wide ? u64(view, start) : view.getUint32(start);
    const media = wide ? i64(view, start + 8) : view.getInt32(start + 4);
    const rate = view.getInt32(start + (wide ? 16 : 8)) / 0x1_0000;
    const last = entry + 1 === table.count;
    const open = last && (openEnded || duration === 0);
    const seconds = open ? Number.POSITIVE_INFINITY : duration / scales.movie;
    if (media >= 0) {
      edits.push({ at, seconds, media: media / scales.media, rate: isPlausible(rate) ? rate : 1 });
      if (rate !== 1) {
        warnings.note("EDIT_RATE", "elst", elst.start, `a piece is shown at ${rate} times its speed`);
      }
    }
    if (!open) at += seconds;
  }
  if (edits.length > 1) {
    warnings.note("EDITED", "elst", elst.start, `the recording is put together from ${edits.length} pieces`);
  }
  return table.count === 0 ? UNEDITED : edits;
}

/** Some writers leave the rate at 0, or write 1 without its fraction, and mean the whole speed. */
function isPlausible(rate: number): boolean {
  return rate >= 1 / MOST_SPEED && rate <= MOST_SPEED;
}

/** Spans of media time as they are shown, in the order of showing. */
export function present(spans: readonly Span[], edits: readonly Edit[]): Span[] {
  const shown: Span[] = [];
  for (const edit of edits) {
    const end = edit.media + edit.seconds * edit.rate;
    const shownAt = (seconds: number) => (seconds - edit.media) / edit.rate + edit.at;
    for (const span of spans) {
      const from = Math.max(span.from, edit.media);
      const to = Math.min(span.to, end);
      if (to > from) shown.push({ from: shownAt(from), to: shownAt(to) });
    }
  }
  return shown;
}
