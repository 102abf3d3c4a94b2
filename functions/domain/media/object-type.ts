import { type Box, findBox, readBody } from "./boxes.ts";
import type { ByteSource } from "./byte-source.ts";
import { codecOfObjectType } from "./codecs.ts";
import type { Warnings } from "./warnings.ts";

const ES_DESCRIPTOR = 3;
const DECODER_CONFIGURATION = 4;
const DECODER_SPECIFIC = 5;
/** Fields of a decoder configuration before what it holds: object type, stream type, buffer, two rates. */
const CONFIGURATION_FIELDS = 13;
/** Three descriptors with the few bytes that set up a decoder. */
const DESCRIPTOR_BYTES = 256;

/**
 * The codec that `esds` (ISO 14496-14) names: nested descriptors, of which only the object type is wanted and
 * whether the rest lies inside.
 *
 * @param otherwise what the sample entry means when it does not say
 */
export async function objectCodec(
  source: ByteSource,
  boxes: readonly Box[],
  otherwise: string,
  warnings: Warnings,
): Promise<string> {
  const esds = findBox(boxes, "esds");
  if (!esds) return otherwise;
  const view = await readBody(source, esds, 4, DESCRIPTOR_BYTES);
  const bytes = esds.end - esds.body;
  let codec = otherwise;
  let at = 4;
  for (let depth = 0; depth < 3; depth += 1) {
    const descriptor = readDescriptor(view, at);
    if (!descriptor) break;
    if (descriptor.body + descriptor.bytes > bytes) {
      warnings.note("DESCRIPTOR_OVERRUN", "esds", esds.start, "a descriptor is longer than its box");
    }
    at = descriptor.body;
    if (descriptor.tag === ES_DESCRIPTOR) at += streamFields(view, at);
    else if (descriptor.tag === DECODER_CONFIGURATION && at < view.byteLength) {
      codec = codecOfObjectType(view.getUint8(at)) ?? otherwise;
      at += CONFIGURATION_FIELDS;
    }
    if (descriptor.tag === DECODER_SPECIFIC) break;
  }
  return codec;
}

type Descriptor = { readonly tag: number; readonly body: number; readonly bytes: number };

/** The length takes one to four bytes of seven bits; the highest bit says that another follows. */
function readDescriptor(view: DataView, start: number): Descriptor | undefined {
  let bytes = 0;
  for (let at = start + 1; at < Math.min(view.byteLength, start + 5); at += 1) {
    const byte = view.getUint8(at);
    bytes = bytes * 128 + (byte & 0x7f);
    if ((byte & 0x80) === 0) return { tag: view.getUint8(start), body: at + 1, bytes };
  }
  return undefined;
}

/** The stream's number and flags, which say what else stands there. */
function streamFields(view: DataView, at: number): number {
  const flags = at + 2 < view.byteLength ? view.getUint8(at + 2) : 0;
  return 3 + (flags & 0x80 ? 2 : 0) + (flags & 0x20 ? 2 : 0);
}
