import { BufferTarget, EncodedPacket, EncodedVideoPacketSource, MkvOutputFormat, Output } from "mediabunny";

/** Matroska with that many pictures of one byte each, so many seconds apart. */
export async function slideShow(pictures: number, secondsApart: number): Promise<Buffer> {
  const output = new Output({ format: new MkvOutputFormat(), target: new BufferTarget() });
  const source = new EncodedVideoPacketSource("vp8");
  output.addVideoTrack(source);
  await output.start();
  const config = { decoderConfig: { codec: "vp8", codedWidth: 64, codedHeight: 36 } };
  for (let picture = 0; picture < pictures; picture += 1) {
    await source.add(new EncodedPacket(Uint8Array.of(1), "key", picture * secondsApart, 1), config);
  }
  await output.finalize();
  return Buffer.from(output.target.buffer ?? new ArrayBuffer());
}

const SEGMENT = Buffer.from("18538067", "hex");
const CLUSTER = Buffer.from("1f43b675", "hex");
const UNKNOWN_SIZE = Buffer.from("01ffffffffffffff", "hex");

/** The beginning of a file that ffmpeg wrote, and then one cluster that claims so many bytes. */
export function withHugeCluster(file: Buffer, bytes: number): Buffer {
  const start = Buffer.from(file.subarray(0, file.indexOf(CLUSTER)));
  UNKNOWN_SIZE.copy(start, start.indexOf(SEGMENT) + SEGMENT.length);
  const size = Buffer.alloc(8);
  size.writeBigUInt64BE(BigInt(bytes) | (1n << 56n));
  return Buffer.concat([start, CLUSTER, size]);
}

/** An element of at most 126 bytes; `id` in hex. */
export function element(id: string, content: Buffer = Buffer.alloc(0)): Buffer {
  return Buffer.concat([Buffer.from(id, "hex"), Buffer.of(0x80 | content.length), content]);
}

/** The file with more in its segment, before Info, whose id stands in the SeekHead too. */
export function withElement(file: Buffer, added: Buffer): Buffer {
  const at = file.lastIndexOf(Buffer.from("1549a966", "hex"));
  return Buffer.concat([file.subarray(0, at), added, file.subarray(at)]);
}
