import { type Box, readBody } from "./boxes.ts";
import { type ByteSource, viewOf } from "./byte-source.ts";
import type { Warnings } from "./warnings.ts";

/** Where the entries of a table lie. `count` is never more than its box can hold. */
export type Table = {
  readonly box: Box;
  readonly first: number;
  readonly entryBytes: number;
  readonly count: number;
};

/** Up to here a table is read whole, and every entry is checked; larger ones only at both ends. */
export const SMALL_TABLE_BYTES = 32 * 1024;

/**
 * @param countAt offset of the 32-bit count in the box's body; the entries follow it
 * @throws UnusableFile CORRUPT_INDEX when not even the count is there
 */
export async function readTable(
  source: ByteSource,
  box: Box,
  entryBytes: number,
  warnings: Warnings,
  countAt = 4,
): Promise<Table> {
  const head = await readBody(source, box, countAt + 4);
  const first = box.body + countAt + 4;
  const declared = head.getUint32(countAt);
  const room = Math.floor((box.end - first) / entryBytes);
  if (declared > room) {
    warnings.note("COUNT_CLAMPED", box.type, box.start, `${declared} entries declared, room for ${room}`);
  }
  return { box, first, entryBytes, count: Math.min(declared, room) };
}

export function tableBytes(table: Table): number {
  return table.count * table.entryBytes;
}

/**
 * Entries [from, from + count), clamped to the table and to what the file really holds: there are as many as
 * the view's length has room for.
 */
export async function readEntries(
  source: ByteSource,
  table: Table,
  from: number,
  count: number,
): Promise<DataView> {
  const to = Math.min(from + count, table.count);
  const length = Math.ceil(Math.max(0, to - from) * table.entryBytes);
  return viewOf(await source.read(table.first + from * table.entryBytes, length));
}
