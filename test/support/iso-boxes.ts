/** A box of an MP4 file taken apart, to be changed and put together again. */
export type IsoBox = { type: string; data: Uint8Array; children?: IsoBox[] };

const containers = new Set(["moov", "trak", "mdia", "minf", "stbl", "edts", "mvex", "moof", "traf", "mfra"]);

export function takeApart(file: Uint8Array): IsoBox[] {
  const boxes: IsoBox[] = [];
  const view = viewOf(file);
  for (let at = 0; at < file.length; ) {
    const size = view.getUint32(at);
    const type = String.fromCharCode(...file.subarray(at + 4, at + 8));
    const data = file.slice(at + 8, at + size);
    boxes.push(containers.has(type) ? { type, data, children: takeApart(data) } : { type, data });
    at += size;
  }
  return boxes;
}

export function putTogether(boxes: readonly IsoBox[]): Uint8Array {
  return join(boxes.map(({ type, data, children }) => box(type, children ? putTogether(children) : data)));
}

/** One box with its header. */
export function box(type: string, ...content: readonly Uint8Array[]): Uint8Array {
  const body = join(content);
  return join([u32(body.length + 8), text(type), body]);
}

/** As `box`, with a 64-bit size. */
export function largeBox(type: string, ...content: readonly Uint8Array[]): Uint8Array {
  const body = join(content);
  return join([u32(1), text(type), u64(body.length + 16), body]);
}

/** The body of a box with version and flags before it. */
export function full(version: number, flags: number, ...content: readonly Uint8Array[]): Uint8Array {
  return join([u32(version * 0x100_0000 + flags), ...content]);
}

export function u32(...values: readonly number[]): Uint8Array {
  const data = new Uint8Array(values.length * 4);
  for (const [index, value] of values.entries()) viewOf(data).setUint32(index * 4, value);
  return data;
}

export function u64(...values: readonly number[]): Uint8Array {
  return u32(...values.flatMap((value) => [Math.floor(value / 2 ** 32), value % 2 ** 32]));
}

export function text(value: string): Uint8Array {
  return Uint8Array.from(value, (character) => character.charCodeAt(0));
}

export function join(parts: readonly Uint8Array[]): Uint8Array {
  const data = new Uint8Array(parts.reduce((bytes, part) => bytes + part.length, 0));
  let at = 0;
  for (const part of parts) {
    data.set(part, at);
    at += part.length;
  }
  return data;
}

export function viewOf(data: Uint8Array): DataView {
  return new DataView(data.buffer, data.byteOffset, data.byteLength);
}

/** @param path such as `moov/trak:1/mdia/mdhd`: the number counts equal names from 0 */
export function findIsoBox(boxes: readonly IsoBox[], path: string): IsoBox {
  const [step = "", ...rest] = path.split("/");
  const [type, number = "0"] = step.split(":");
  const found = boxes.filter((candidate) => candidate.type === type)[Number(number)];
  if (!found) throw new Error(`no ${path}`);
  return rest.length === 0 ? found : findIsoBox(found.children ?? [], rest.join("/"));
}

/** Puts a 32-bit number into the body of a box. */
export function poke(target: IsoBox, at: number, value: number): void {
  viewOf(target.data).setUint32(at, value);
}

/**
 * Changes a file box by box. The chunk offsets follow when the media data moves.
 *
 * @param change may change the boxes and the list itself
 */
export function alter(file: Uint8Array, change: (boxes: IsoBox[]) => void): Uint8Array {
  const boxes = takeApart(file);
  const before = mediaDataAt(boxes);
  change(boxes);
  const moved = mediaDataAt(boxes) - before;
  for (const table of boxes.flatMap(offsetTables)) {
    const count = Math.floor((table.data.length - 8) / 4);
    for (let entry = 0; entry < count; entry += 1) {
      const at = 8 + entry * 4;
      const offset = viewOf(table.data).getUint32(at);
      if (offset < 0x8000_0000) poke(table, at, Math.max(0, offset + moved));
    }
  }
  return putTogether(boxes);
}

function offsetTables({ type, data, children }: IsoBox): IsoBox[] {
  return type === "stco" && data.length >= 8 ? [{ type, data }] : (children ?? []).flatMap(offsetTables);
}

function mediaDataAt(boxes: readonly IsoBox[]): number {
  const before = boxes.findIndex(({ type }) => type === "mdat");
  return before < 0 ? 0 : putTogether(boxes.slice(0, before)).length;
}

/** Every box, parents first. */
export function eachIsoBox(boxes: readonly IsoBox[], seen: (found: IsoBox) => void): void {
  for (const found of boxes) {
    seen(found);
    eachIsoBox(found.children ?? [], seen);
  }
}
