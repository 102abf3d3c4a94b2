import { box, full, join, text, u32, u64, viewOf } from "./iso-boxes.ts";
import { createSparseFile, type SparseFile, type SparsePiece } from "./sparse-file.ts";

/** Recordings of hours, of which only what a reader looks at is there: the index and single pictures. */

const RATE = 25;
const SCALE = 12_800;
const STEP = SCALE / RATE;
/** A whole number of sound samples a second keeps the builder simple; real AAC has 46.875. */
const SOUND_SCALE = 46 * 1024;
const PICTURE_BYTES = 16_000;
const SOUND_BYTES = 320;

/** A second is a chunk of pictures and one of sound. */
const SOUNDS = 46;
const SECOND_BYTES = RATE * PICTURE_BYTES + SOUNDS * SOUND_BYTES;

const avcC = box(
  "avcC",
  Uint8Array.from([
    1, 0x42, 0xc0, 0x1e, 0xff, 0xe1, 0, 8, 0x67, 0x42, 0xc0, 0x1e, 0xd9, 1, 0x41, 0xfb, 1, 0, 4, 0x68, 0xce,
    0x38, 0x80,
  ]),
);
const picture = join([u32(1000), Uint8Array.from([0x65, 0x88, 0x84])]);

function header(timescale: number, seconds: number): Uint8Array {
  return full(0, 0, u32(0, 0, timescale, seconds * timescale));
}

function movieHeader(seconds: number): Uint8Array {
  return box("mvhd", header(1000, seconds), new Uint8Array(76), u32(3));
}

function track(
  id: number,
  seconds: number,
  kind: "vide" | "soun",
  tables: readonly Uint8Array[],
): Uint8Array {
  const pictures = kind === "vide";
  const timescale = pictures ? SCALE : SOUND_SCALE;
  const trackHeader = full(
    0,
    3,
    u32(0, 0, id, 0, seconds * 1000),
    new Uint8Array(52),
    u32(320 << 16, 240 << 16),
  );
  const entry = pictures
    ? box(
        "avc1",
        new Uint8Array(6),
        u32(0x0001_0000).subarray(0, 2),
        new Uint8Array(16),
        u32(320 * 65_536 + 240),
        new Uint8Array(50),
        avcC,
      )
    : box(
        "mp4a",
        new Uint8Array(6),
        Uint8Array.from([0, 1]),
        new Uint8Array(8),
        Uint8Array.from([0, 2, 0, 16]),
        u32(0),
        u32(SOUND_SCALE << 16),
      );
  return box(
    "trak",
    box("tkhd", trackHeader),
    box(
      "mdia",
      box("mdhd", header(timescale, seconds), u32(0x55c4_0000)),
      box("hdlr", full(0, 0, u32(0), text(kind), new Uint8Array(13))),
      box(
        "minf",
        box(pictures ? "vmhd" : "smhd", full(0, 0, new Uint8Array(pictures ? 8 : 4))),
        box("dinf", box("dref", full(0, 0, u32(1), box("url ", full(0, 1))))),
        box("stbl", box("stsd", full(0, 0, u32(1), entry)), ...tables),
      ),
    ),
  );
}

function times(count: number, step: number): Uint8Array {
  return box("stts", full(0, 0, u32(1, count, step)));
}

function sizes(count: number, size: number): Uint8Array {
  return box("stsz", full(0, 0, u32(0, count), repeated(count, size)));
}

function repeated(count: number, size: number): Uint8Array {
  const data = new Uint8Array(count * 4);
  const view = new DataView(data.buffer);
  for (let index = 0; index < count; index += 1) view.setUint32(index * 4, size);
  return data;
}

function offsets(seconds: number, first: number): Uint8Array {
  const data = new Uint8Array(seconds * 8);
  const view = new DataView(data.buffer);
  for (let second = 0; second < seconds; second += 1) {
    view.setBigUint64(second * 8, BigInt(first + second * SECOND_BYTES));
  }
  return box("co64", full(0, 0, u32(seconds), data));
}

/**
 * A recording of steady H.264 and AAC in one piece, its index behind the pictures.
 *
 * @param seconds a whole number, at least 60
 * @param keptSeconds where the file was cut off: then the index stands before the pictures
 */
export function longRecording(seconds: number, keptSeconds?: number): SparseFile {
  const ftyp = box("ftyp", text("isom"), u32(512), text("isomavc1mp41"));
  const media = largeHeader(seconds * SECOND_BYTES);
  if (keptSeconds === undefined) {
    const mediaAt = ftyp.length + media.length;
    return createSparseFile([
      { at: 0, data: join([ftyp, media]) },
      { at: mediaAt, data: picture },
      { at: lastPictureAt(mediaAt, seconds), data: picture },
      { at: mediaAt + seconds * SECOND_BYTES, data: movieOf(seconds, mediaAt) },
    ]);
  }
  const mediaAt = ftyp.length + movieOf(seconds, 0).length + media.length;
  const front = join([ftyp, movieOf(seconds, mediaAt), media]);
  const pieces = [
    { at: 0, data: front },
    { at: mediaAt, data: picture },
    { at: lastPictureAt(mediaAt, keptSeconds), data: picture },
  ];
  return createSparseFile(pieces, mediaAt + keptSeconds * SECOND_BYTES);
}

function lastPictureAt(mediaAt: number, seconds: number): number {
  return mediaAt + (seconds - 1) * SECOND_BYTES + (RATE - 1) * PICTURE_BYTES;
}

function movieOf(seconds: number, mediaAt: number): Uint8Array {
  const keys = new Uint8Array(seconds * 4);
  for (let second = 0; second < seconds; second += 1) {
    viewOf(keys).setUint32(second * 4, second * RATE + 1);
  }
  return box(
    "moov",
    movieHeader(seconds),
    track(1, seconds, "vide", [
      times(seconds * RATE, STEP),
      box("stss", full(0, 0, u32(seconds), keys)),
      box("stsc", full(0, 0, u32(1, 1, RATE, 1))),
      sizes(seconds * RATE, PICTURE_BYTES),
      offsets(seconds, mediaAt),
    ]),
    track(2, seconds, "soun", [
      times(seconds * SOUNDS, SOUND_SCALE / SOUNDS),
      box("stsc", full(0, 0, u32(1, 1, SOUNDS, 1))),
      sizes(seconds * SOUNDS, SOUND_BYTES),
      offsets(seconds, mediaAt + RATE * PICTURE_BYTES),
    ]),
  );
}

function largeHeader(bytes: number): Uint8Array {
  return join([u32(1), text("mdat"), u64(bytes + 16)]);
}

export type FragmentedOptions = {
  readonly fragments: number;
  /** What tells where the fragments are. */
  readonly index: "mfra" | "sidx" | "none";
  /** After this fragment nothing is recorded for so long. */
  readonly pause?: { readonly after: number; readonly seconds: number };
};

/** A recording in fragments of one second, 400 KB each. */
export function fragmentedRecording({ fragments, index, pause }: FragmentedOptions): SparseFile {
  const start = (number: number) => number + (pause && number > pause.after ? pause.seconds : 0);
  const empty = [
    times(0, 0),
    box("stsc", full(0, 0, u32(0))),
    box("stsz", full(0, 0, u32(0, 0))),
    box("stco", full(0, 0, u32(0))),
  ];
  const front = join([
    box("ftyp", text("iso5"), u32(512), text("iso5iso6mp41")),
    box(
      "moov",
      movieHeader(0),
      track(1, 0, "vide", empty),
      box("mvex", box("trex", full(0, 0, u32(1, 1, STEP, 0, 0)))),
    ),
  ]);
  const mediaBytes = RATE * PICTURE_BYTES;
  const head = fragmentHead(mediaBytes);
  const each = head.length - picture.length + mediaBytes;
  const indexed = index === "sidx" ? 32 + fragments * 12 : 0;
  const first = front.length + indexed;
  const pieces: SparsePiece[] = [{ at: 0, data: front }];
  if (index === "sidx") {
    const references = Array.from({ length: fragments }, (_, number) => [
      each,
      (start(number + 1) - start(number)) * SCALE,
      0x9000_0000,
    ]);
    const sidx = full(0, 0, u32(1, SCALE, 0, 0, fragments), u32(...references.flat()));
    pieces.push({ at: front.length, data: box("sidx", sidx) });
  }
  for (let number = 0; number < fragments; number += 1) {
    const data = head.slice();
    viewOf(data).setUint32(SEQUENCE_AT, number + 1);
    viewOf(data).setUint32(TIME_AT, start(number) * SCALE);
    pieces.push({ at: first + number * each, data });
  }
  const end = first + fragments * each;
  if (index !== "mfra") return createSparseFile(pieces, end);
  const points = Array.from({ length: fragments }, (_, number) =>
    join([u64(start(number) * SCALE, first + number * each), Uint8Array.from([1, 1, 1])]),
  );
  const tfra = box("tfra", full(1, 0, u32(1, 0, fragments), ...points));
  pieces.push({ at: end, data: box("mfra", tfra, box("mfro", full(0, 0, u32(tfra.length + 24)))) });
  return createSparseFile(pieces);
}

/** Offsets of the fragment's number and of the lower half of its time. */
const SEQUENCE_AT = 8 + 12;
const TIME_AT = 8 + 16 + 8 + 16 + 16;

/** One fragment up to the start of its first picture, made once and filled in for each. */
function fragmentHead(mediaBytes: number): Uint8Array {
  const fragment = (dataAt: number) =>
    box(
      "moof",
      box("mfhd", full(0, 0, u32(0))),
      box(
        "traf",
        box("tfhd", full(0, 0x2_0000, u32(1))),
        box("tfdt", full(1, 0, u64(0))),
        box("trun", full(0, 0x201, u32(RATE, dataAt), repeated(RATE, PICTURE_BYTES))),
      ),
    );
  return join([fragment(fragment(0).length + 8), u32(mediaBytes + 8), text("mdat"), picture]);
}
