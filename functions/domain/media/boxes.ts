import { BUDGET, type ByteSource, fourCharacters, u64, viewOf } from "./byte-source.ts";
import { corruptIndex, UnusableFile } from "./unusable-file.ts";
import type { Warnings } from "./warnings.ts";

/** One box of ISO 14496-12 §4.2. Offsets count from the start of the file. */
export type Box = {
  readonly type: string;
  readonly start: number;
  /** First byte behind the header. */
  readonly body: number;
  /** Never past the parent's end. */
  readonly end: number;
  /** It claims to be longer than what holds it. */
  readonly overruns: boolean;
};

/**
 * The box at an offset; undefined where no box can be: fewer than 8 bytes left, a size smaller than its
 * own header, or a type that is not made of printable characters.
 *
 * @param limit the end of the parent, or of the file
 */
export async function readBox(source: ByteSource, at: number, limit: number): Promise<Box | undefined> {
  const box = await readHeader(source, at, limit);
  return box && /^[\x20-\x7e\xa9]{4}$/.test(box.type) ? box : undefined;
}

/**
 * A box of a type that only its maker can spell: cameras name their own data with any four bytes. Taken for
 * one where its size leads to a place inside what holds it.
 */
export async function readOddBox(source: ByteSource, at: number, limit: number): Promise<Box | undefined> {
  if (isZero(await source.read(at, 4))) return undefined;
  const box = await readHeader(source, at, limit);
  return box?.overruns ? undefined : box;
}

async function readHeader(source: ByteSource, at: number, limit: number): Promise<Box | undefined> {
  const data = await source.read(at, Math.min(16, limit - at));
  if (data.length < 8) return undefined;
  const view = viewOf(data);
  const type = fourCharacters(view, 4);
  let size = view.getUint32(0);
  let header = 8;
  if (size === 1) {
    if (data.length < 16) return undefined;
    size = u64(view, 8);
    header = 16;
  } else if (size === 0) {
    size = limit - at;
  }
  if (size < header) return undefined;
  const overruns = at + size > limit;
  return { type, start: at, body: at + header, end: overruns ? limit : at + size, overruns };
}

/** The boxes of one level, in order. What follows a header that makes no sense is left out, with a warning. */
export async function listBoxes(
  source: ByteSource,
  parent: Pick<Box, "type" | "body" | "end">,
  warnings: Warnings,
): Promise<Box[]> {
  const boxes: Box[] = [];
  let at = parent.body;
  while (parent.end - at >= 8) {
    let box = await readBox(source, at, parent.end);
    if (!box && (await isPadding(source, at))) break;
    box ??= await readOddBox(source, at, parent.end);
    if (!box) {
      warnings.note("BOX_DAMAGED", parent.type, at, "no box can start here; the rest was left out");
      break;
    }
    if (box.overruns) {
      warnings.note("BOX_OVERRUN", `${parent.type}/${box.type}`, box.start, "longer than what holds it");
    }
    boxes.push(box);
    if (boxes.length > BUDGET.boxesPerLevel) throw tooManyBoxes(parent.type);
    at = box.end;
  }
  return boxes;
}

/** QuickTime ends some lists with a zero, or with a box that has no type. */
async function isPadding(source: ByteSource, at: number): Promise<boolean> {
  const data = await source.read(at, 8);
  return isZero(data.subarray(0, 4)) || isZero(data.subarray(4));
}

function isZero(data: Uint8Array): boolean {
  return data.every((byte) => byte === 0);
}

export function tooManyBoxes(where: string): UnusableFile {
  return new UnusableFile(
    "BUDGET_EXCEEDED",
    `More than ${BUDGET.boxesPerLevel} boxes stand on one level (${where}).`,
  );
}

export function findBox(boxes: readonly Box[], type: string): Box | undefined {
  return boxes.find((box) => box.type === type);
}

export function whereIs(box: Box): string {
  return `${box.type} at ${box.start}`;
}

/**
 * The first bytes of a box's body.
 *
 * @param atLeast how many must be there
 * @param atMost how many are wanted
 * @throws UnusableFile CORRUPT_INDEX when the box is shorter
 */
export async function readBody(
  source: ByteSource,
  box: Box,
  atLeast: number,
  atMost: number = atLeast,
): Promise<DataView> {
  const data = await source.read(box.body, Math.min(atMost, box.end - box.body));
  if (data.length < atLeast) throw corruptIndex(whereIs(box), "a box is too short");
  return viewOf(data);
}
