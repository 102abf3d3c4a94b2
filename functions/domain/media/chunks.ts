import { type Box, findBox, whereIs } from "./boxes.ts";
import { type ByteSource, u64 } from "./byte-source.ts";
import { readEntries, readTable, SMALL_TABLE_BYTES, type Table, tableBytes } from "./tables.ts";
import { corruptIndex } from "./unusable-file.ts";
import type { Warnings } from "./warnings.ts";

/** Where the samples of a track lie: in chunks, each of which holds some samples in a row. */
export type Chunks = {
  readonly count: number;
  readonly box: Box;
  /** All offsets, when the table is small enough to be read whole. */
  readonly all: readonly number[] | undefined;
  offset(chunk: number): Promise<number>;
  /** The samples of a chunk, as the table of chunks says. May read that table whole. */
  samplesOf(chunk: number): Promise<{ readonly first: number; readonly count: number }>;
  /** How many samples the last chunk holds, without reading the whole table. */
  samplesOfLast(): Promise<number>;
  /** How many samples all chunks hold together; undefined while that table was too large to be read. */
  total(): number | undefined;
};

/**
 * `stco` or `co64`, and `stsc`.
 *
 * @throws UnusableFile CORRUPT_INDEX when one is missing
 */
export async function openChunks(
  source: ByteSource,
  tables: readonly Box[],
  warnings: Warnings,
): Promise<Chunks> {
  const offsets = await openOffsets(source, tables, warnings);
  const runsBox = findBox(tables, "stsc");
  if (!runsBox) throw corruptIndex("stbl", "the list of chunks is missing");
  const runsTable = await readTable(source, runsBox, 12, warnings);
  let runs =
    tableBytes(runsTable) <= SMALL_TABLE_BYTES ? await readRuns(source, runsTable, warnings) : undefined;

  return {
    count: offsets.table.count,
    box: offsets.table.box,
    all: await offsets.all(),
    offset: offsets.at,
    async samplesOf(chunk) {
      runs ??= await readRuns(source, runsTable, warnings);
      return samplesOfChunk(runs, chunk);
    },
    async samplesOfLast() {
      const view = await readEntries(source, runsTable, runsTable.count - 1, 1);
      return view.byteLength < 12 ? 0 : view.getUint32(4);
    },
    total() {
      if (!runs) return undefined;
      const { first, count } = samplesOfChunk(runs, offsets.table.count - 1);
      return offsets.table.count === 0 ? 0 : first + count;
    },
  };
}

/** Some writers leave an empty table of the one kind beside the full one of the other. */
async function chooseOffsets(source: ByteSource, tables: readonly Box[], warnings: Warnings) {
  let chosen: { readonly box: Box; readonly table: Table } | undefined;
  for (const [type, entryBytes] of [["stco", 4] as const, ["co64", 8] as const]) {
    const box = findBox(tables, type);
    if (!box || (chosen && chosen.table.count > 0)) continue;
    chosen = { box, table: await readTable(source, box, entryBytes, warnings) };
  }
  if (!chosen) throw corruptIndex("stbl", "the places of its chunks are missing");
  return chosen;
}

async function openOffsets(source: ByteSource, tables: readonly Box[], warnings: Warnings) {
  const { box, table } = await chooseOffsets(source, tables, warnings);
  const entryBytes = table.entryBytes;
  const entry = (view: DataView, index: number) =>
    entryBytes === 8 ? u64(view, index * 8) : view.getUint32(index * 4);
  return {
    table,
    async at(chunk: number): Promise<number> {
      const view = await readEntries(source, table, chunk, 1);
      if (view.byteLength < entryBytes) throw corruptIndex(whereIs(box), "the file ends in it");
      return entry(view, 0);
    },
    async all(): Promise<readonly number[] | undefined> {
      if (tableBytes(table) > SMALL_TABLE_BYTES) return undefined;
      const view = await readEntries(source, table, 0, table.count);
      const length = Math.floor(view.byteLength / entryBytes);
      return Array.from({ length }, (_, index) => entry(view, index));
    },
  };
}

/** From chunk `chunk` on (counted from 0), each holds `perChunk` samples; `sample` is the first of them. */
type ChunkRun = { readonly chunk: number; readonly perChunk: number; readonly sample: number };

async function readRuns(source: ByteSource, table: Table, warnings: Warnings): Promise<readonly ChunkRun[]> {
  const view = await readEntries(source, table, 0, table.count);
  const runs: ChunkRun[] = [];
  for (let at = 0; at + 12 <= view.byteLength; at += 12) {
    const chunk = view.getUint32(at) - 1;
    const perChunk = view.getUint32(at + 4);
    const before = runs.at(-1);
    if (before && chunk < 0 && perChunk === 0) {
      warnings.note("ENTRIES_EMPTY", "stsc", table.box.start, "the list of chunks ends before its count");
      break;
    }
    if (before ? chunk <= before.chunk : chunk !== 0 || perChunk === 0) {
      throw corruptIndex(whereIs(table.box), "the list of chunks is out of order");
    }
    const sample = before ? before.sample + (chunk - before.chunk) * before.perChunk : 0;
    if (view.getUint32(at + 8) !== 1) {
      warnings.note("FORMAT_CHANGES", "stsc", table.box.start, "some samples are not in the first format");
    }
    runs.push({ chunk, perChunk, sample });
  }
  if (runs.length === 0 && table.count > 0) throw corruptIndex(whereIs(table.box), "the file ends in it");
  return runs;
}

function samplesOfChunk(runs: readonly ChunkRun[], chunk: number): { first: number; count: number } {
  let low = 0;
  let high = runs.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((runs[middle]?.chunk ?? 0) <= chunk) low = middle;
    else high = middle - 1;
  }
  const run = runs[low];
  return run
    ? { first: run.sample + (chunk - run.chunk) * run.perChunk, count: run.perChunk }
    : { first: 0, count: 0 };
}
