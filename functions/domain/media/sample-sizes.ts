import { type Box, findBox, readBody, whereIs } from "./boxes.ts";
import type { ByteSource } from "./byte-source.ts";
import { readEntries, readTable, SMALL_TABLE_BYTES, type Table, tableBytes } from "./tables.ts";
import { corruptIndex } from "./unusable-file.ts";
import type { Warnings } from "./warnings.ts";

/** Bytes of each sample, read where asked. */
export type SampleSizes = {
  readonly count: number;
  /** Every sample has this many bytes; undefined when each has its own. */
  readonly constant: number | undefined;
  /** The table was read whole: looking at every size costs no more requests. */
  readonly small: boolean;
  /** Sizes of samples [from, from + count), fewer where the table ends and never more than 16,384. */
  read(from: number, count: number): Promise<number[]>;
};

/** Sizes that one read gives. */
const MOST_AT_ONCE = 16 * 1024;

/**
 * `stsz` or `stz2`.
 *
 * @param sound what its description says of a sample's bytes; undefined for pictures
 * @throws UnusableFile CORRUPT_INDEX when both are missing
 */
export async function openSampleSizes(
  source: ByteSource,
  tables: readonly Box[],
  sound: { readonly sampleBytes: number | undefined } | undefined,
  warnings: Warnings,
): Promise<SampleSizes> {
  const plain = findBox(tables, "stsz");
  if (plain) return openPlain(source, plain, sound, warnings);
  const compact = findBox(tables, "stz2");
  if (compact) return openCompact(source, compact, warnings);
  throw corruptIndex("stbl", "the sizes of its samples are missing");
}

async function openPlain(
  source: ByteSource,
  box: Box,
  sound: { readonly sampleBytes: number | undefined } | undefined,
  warnings: Warnings,
): Promise<SampleSizes> {
  const head = await readBody(source, box, 12);
  const constant = head.getUint32(4);
  if (constant !== 0) {
    const bytes = sound ? soundBytes(constant, sound.sampleBytes) : constant;
    return constantSizes(source, box, bytes, head.getUint32(8), warnings);
  }
  const table = await readTable(source, box, 4, warnings, 8);
  const small = await readIfSmall(source, table);
  return {
    count: table.count,
    constant: undefined,
    small,
    async read(from, count) {
      const view = await readEntries(source, table, from, Math.min(count, MOST_AT_ONCE));
      return Array.from({ length: Math.floor(view.byteLength / 4) }, (_, index) => view.getUint32(index * 4));
    },
  };
}

/** QuickTime writes a size of 1 and counts samples, whatever they take; 0 where nobody says what that is. */
function soundBytes(constant: number, sampleBytes: number | undefined): number {
  return constant === 1 ? (sampleBytes ?? 0) : constant;
}

async function readIfSmall(source: ByteSource, table: Table): Promise<boolean> {
  const small = tableBytes(table) <= SMALL_TABLE_BYTES;
  if (small) await readEntries(source, table, 0, table.count);
  return small;
}

/** No table limits the count, but the file does: every sample needs its bytes. */
function constantSizes(
  source: ByteSource,
  box: Box,
  constant: number,
  declared: number,
  warnings: Warnings,
): SampleSizes {
  if (declared * constant > source.bytes) {
    warnings.note(
      "COUNT_BEYOND_FILE",
      "stsz",
      box.start,
      `${whereIs(box)} declares more than the file holds`,
    );
  }
  return {
    count: declared,
    constant,
    small: true,
    read: async (from, wanted) => {
      const length = Math.max(0, Math.min(wanted, declared - from, MOST_AT_ONCE));
      return Array.from({ length }, () => constant);
    },
  };
}

/** 4, 8 or 16 bits each; two of 4 bits share a byte, the first in its upper half. */
async function openCompact(source: ByteSource, box: Box, warnings: Warnings): Promise<SampleSizes> {
  const head = await readBody(source, box, 12);
  const bits = head.getUint8(7);
  if (bits !== 4 && bits !== 8 && bits !== 16) {
    throw corruptIndex(whereIs(box), "the sizes of its samples cannot be read");
  }
  const halves = bits === 4;
  const table = await readTable(source, box, halves ? 0.5 : bits / 8, warnings, 8);
  const small = await readIfSmall(source, table);
  return {
    count: table.count,
    constant: undefined,
    small,
    async read(from, count) {
      const even = halves ? from - (from % 2) : from;
      const view = await readEntries(source, table, even, Math.min(count + from - even, MOST_AT_ONCE));
      const there = Math.floor(view.byteLength / table.entryBytes) - (from - even);
      const length = Math.max(0, Math.min(there, count, table.count - from));
      return Array.from({ length }, (_, index) => {
        if (bits === 16) return view.getUint16(index * 2);
        if (bits === 8) return view.getUint8(index);
        const place = index + from - even;
        const byte = view.getUint8(Math.floor(place / 2));
        return place % 2 === 0 ? byte >> 4 : byte & 15;
      });
    },
  };
}

/** The bytes of samples [from, from + count) together. */
export async function sumSizes(sizes: SampleSizes, from: number, count: number): Promise<number> {
  if (sizes.constant !== undefined) return sizes.constant * count;
  let sum = 0;
  for (let done = 0; done < count; ) {
    const block = await sizes.read(from + done, count - done);
    if (block.length === 0) break;
    sum += block.reduce((bytes, size) => bytes + size, 0);
    done += block.length;
  }
  return sum;
}
