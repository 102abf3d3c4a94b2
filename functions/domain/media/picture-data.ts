import { type ByteSource, viewOf } from "./byte-source.ts";
import { isSequenceSet, type NalUnits, startCodeBytes } from "./decoder-configuration.ts";

/** Where one picture's bytes lie. */
export type PicturePlace = { readonly offset: number; readonly size: number };

/** What is known of pictures before one is looked at. */
export type PictureLook = {
  readonly nalUnits?: NalUnits | undefined;
  /** Not compressed: a black picture is all zeros. */
  readonly uncompressed?: boolean;
};

/** As much of a picture as shows that it is one. */
const LOOK_BYTES = 64;

/**
 * What is at the place of a picture: `empty` when nothing was ever written there (zeros, as a card that lost
 * power leaves them), `strange` when it cannot be a picture of its codec.
 */
export async function lookAtPicture(
  source: ByteSource,
  { offset, size }: PicturePlace,
  { nalUnits, uncompressed }: PictureLook,
): Promise<"picture" | "empty" | "strange"> {
  const data = await source.read(offset, Math.min(size, LOOK_BYTES), 0);
  if (data.length === 0) return "empty";
  if (uncompressed) return "picture";
  if (data.every((byte) => byte === 0)) return "empty";
  if (!nalUnits) return "picture";
  // Some writers announce lengths and put start codes all the same.
  const forms = [nalUnits, { ...nalUnits, lengthBytes: 0 }];
  return forms.some((form) => beginsWithUnit(viewOf(data), size, form)) ? "picture" : "strange";
}

function beginsWithUnit(view: DataView, size: number, form: NalUnits): boolean {
  const unit = unitAt(view, 0, form);
  if (!unit || unit.header >= view.byteLength) return false;
  const shortest = form.codec === "h264" ? 1 : 2;
  const forbidden = (view.getUint8(unit.header) & 0x80) !== 0;
  return unit.length >= shortest && unit.header + unit.length <= size && !forbidden;
}

/** Units before the first of the picture itself: delimiter, parameters, remarks of the encoder. */
const SETS_BYTES = 1024;

/** Whether the picture brings the parameters that a decoder needs, among its first units. */
export async function bringsParameters(
  source: ByteSource,
  { offset, size }: PicturePlace,
  nalUnits: NalUnits,
): Promise<boolean> {
  const view = viewOf(await source.read(offset, Math.min(size, SETS_BYTES), 0));
  let at = 0;
  while (at < view.byteLength) {
    const unit = unitAt(view, at, nalUnits);
    if (!unit || unit.header >= view.byteLength) return false;
    if (isSequenceSet(nalUnits.codec, view.getUint8(unit.header))) return true;
    at = unit.header + unit.length;
  }
  return false;
}

/**
 * The unit at a place: where its first byte is, and its length. Behind a start code it lasts until the next
 * one, in so far as that was read.
 */
function unitAt(
  view: DataView,
  at: number,
  { lengthBytes }: NalUnits,
): { readonly header: number; readonly length: number } | undefined {
  const code = startCodeBytes(view, at);
  // 00 00 01 may as well begin a length of four bytes.
  if (code === 4 || (code > 0 && lengthBytes === 0)) {
    let next = at + code;
    while (next < view.byteLength && startCodeBytes(view, next) === 0) next += 1;
    return { header: at + code, length: next - at - code };
  }
  if (lengthBytes === 0 || at + lengthBytes > view.byteLength) return undefined;
  let length = 0;
  for (let index = 0; index < lengthBytes; index += 1) length = length * 256 + view.getUint8(at + index);
  return { header: at + lengthBytes, length };
}
