import { readFile } from "node:fs/promises";
import catalogue from "./catalogue.json" with { type: "json" };

/** The clips that the demonstration uploads: real H.264 and AAC, made by `test/fixtures/make-footage.ts`. */
export type SampleClipName = keyof typeof catalogue;

/** `seconds` is the length of both its pictures and its sound; `sha256` is lower-case hex. */
export type SampleClip = {
  readonly name: SampleClipName;
  readonly contentType: "video/mp4";
  readonly seconds: number;
  readonly bytes: number;
  readonly sha256: string;
  readonly read: () => Promise<Uint8Array<ArrayBuffer>>;
};

/** One clip by its name, as a device would declare it. */
export function sampleClip(name: SampleClipName): SampleClip {
  const { file, seconds, bytes, sha256 } = catalogue[name];
  const read = async () => new Uint8Array(await readFile(new URL(file, import.meta.url)));
  return { name, contentType: "video/mp4", seconds, bytes, sha256, read };
}
