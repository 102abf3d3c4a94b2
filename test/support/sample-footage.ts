import { readFileSync } from "node:fs";
import type { MediaFacts } from "#contracts/footage.ts";
import { probeBytes } from "./media-files.ts";

/** One of the sample files: 20 s of one picture and one second of sound each second, H.264 and AAC. */
export function readFootage(name: string): Uint8Array {
  return new Uint8Array(readFileSync(new URL(`../fixtures/footage/${name}.mp4`, import.meta.url)));
}

/** What the reader finds in a file that plays. Throws the reader's own words for one that does not. */
export async function playable(data: Uint8Array): Promise<MediaFacts> {
  const { result } = await probeBytes(data);
  if (result.outcome !== "playable") throw new Error(`${result.code}: ${result.detail}`);
  return result.media;
}
