import { type Box, findBox, listBoxes, readBody } from "./boxes.ts";
import { type ByteSource, u64 } from "./byte-source.ts";
import {
  type CreationTime,
  chooseCreation,
  readMovieCreation,
  readQuickTimeCreation,
} from "./creation-time.ts";
import { readDefaults, type SampleDefaults } from "./fragment.ts";
import type { Movie } from "./track.ts";
import { UnusableFile } from "./unusable-file.ts";
import type { Warnings } from "./warnings.ts";

/** The index of a file: what it says of the whole, and where its tracks are described. */
export type MovieIndex = Movie & {
  readonly tracks: readonly Box[];
  readonly creation: CreationTime | undefined;
  /** What fragments need not repeat, by track. */
  readonly defaults: ReadonlyMap<number, SampleDefaults>;
};

/** Up to here an index is fetched by one request; of a larger one only what is needed. */
const SMALL_INDEX_BYTES = 64 * 1024;

/**
 * @param hasFragments whether fragments follow: they count although the index does not announce them
 * @throws UnusableFile UNSUPPORTED_CONTAINER for an index that is compressed
 */
export async function readMovie(
  source: ByteSource,
  moov: Box,
  warnings: Warnings,
  hasFragments: boolean,
): Promise<MovieIndex> {
  if (moov.end - moov.start <= SMALL_INDEX_BYTES) await source.read(moov.start, moov.end - moov.start);
  const boxes = await listBoxes(source, moov, warnings);
  if (findBox(boxes, "cmov")) {
    throw new UnusableFile(
      "UNSUPPORTED_CONTAINER",
      "The file's index is compressed, which is not read here.",
    );
  }
  const header = await readHeader(source, boxes, warnings);
  const quickTime = await readQuickTimeCreation(source, boxes, warnings);
  const extension = findBox(boxes, "mvex");
  return {
    timescale: header.timescale,
    creation: chooseCreation(header.creation, quickTime, moov, warnings),
    tracks: boxes.filter(({ type }) => type === "trak"),
    fragmented: hasFragments || extension !== undefined,
    defaults: extension ? await readDefaults(source, extension, warnings) : new Map(),
  };
}

/** `mvhd`, ISO 14496-12 §8.2.2. Its duration is not used: tracks have their own. */
async function readHeader(source: ByteSource, boxes: readonly Box[], warnings: Warnings) {
  const box = findBox(boxes, "mvhd");
  if (!box) return { timescale: 0, creation: undefined };
  const wide = (await readBody(source, box, 20)).getUint8(0) === 1;
  const view = await readBody(source, box, wide ? 32 : 20);
  const created = wide ? u64(view, 4) : view.getUint32(4);
  return {
    timescale: view.getUint32(wide ? 20 : 12),
    creation: readMovieCreation(created, box, warnings),
  };
}
