import { type Box, findBox, listBoxes, readBody } from "./boxes.ts";
import type { ByteSource } from "./byte-source.ts";
import type { Warnings } from "./warnings.ts";

const IN_THIS_FILE = 1;
/** An entry without an address: size, type, version and flags. */
const EMPTY_ENTRY = 12;

/**
 * Notes when a track's samples may lie in another file (`dref`, ISO 14496-12 §8.7.2), or when that cannot be
 * told. Where they should be in this one is looked at all the same.
 *
 * @param minf the children of the media information
 */
export async function checkDataReference(
  source: ByteSource,
  minf: readonly Box[],
  warnings: Warnings,
): Promise<void> {
  const information = findBox(minf, "dinf");
  const box = information && findBox(await listBoxes(source, information, warnings), "dref");
  if (!box) return;
  const view = await readBody(source, box, 0, 8 + EMPTY_ENTRY);
  const whole = view.byteLength === 8 + EMPTY_ENTRY;
  const size = whole ? view.getUint32(8) : 0;
  const count = whole ? view.getUint32(4) : 0;
  if (count === 0 || size < EMPTY_ENTRY || count * EMPTY_ENTRY > box.end - box.body - 8) {
    warnings.note("DATA_REFERENCE_DAMAGED", "dref", box.start, "it does not say where the samples lie");
  } else if ((view.getUint32(16) & IN_THIS_FILE) === 0 && size > EMPTY_ENTRY) {
    warnings.note("EXTERNAL_MEDIA", "dref", box.start, "samples are said to lie in another file");
  }
}
