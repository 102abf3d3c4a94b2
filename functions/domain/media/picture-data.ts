import { type ByteSource, viewOf } from "./byte-source.ts";
import type { NalUnits } from "./decoder-configuration.ts";

/** Where one picture's bytes lie. */
export type PicturePlace = { readonly offset: number; readonly size: number };

/** As much of a picture as shows that it is one. */
const LOOK_BYTES = 64;

/**
 * What is at the place of a picture: `empty` when nothing was ever written there (zeros, as a card that lost
 * power leaves them), `strange` when it cannot be a picture of its codec.
 */
export async function lookAtPicture(
  source: ByteSource,
  { offset, size }: PicturePlace,
  nalUnits: NalUnits | undefined,
): Promise<"picture" | "empty" | "strange"> {
  const data = await source.read(offset, Math.min(size, LOOK_BYTES), 0);
  if (data.every((byte) => byte === 0)) return "empty";
  if (!nalUnits) return "picture";
  const { lengthBytes, codec } = nalUnits;
  if (data.length <= lengthBytes) return "strange";
  let length = 0;
  for (let index = 0; index < lengthBytes; index += 1) length = length * 256 + (data[index] ?? 0);
  const shortest = codec === "h264" ? 1 : 2;
  const header = viewOf(data).getUint8(lengthBytes);
  const forbidden = (header & 0x80) !== 0;
  return length < shortest || length + lengthBytes > size || forbidden ? "strange" : "picture";
}
