import type { ByteSource } from "./byte-source.ts";
import { passOver } from "./left-out-track.ts";
import { coverOf } from "./picture-cover.ts";
import type { PictureFormat } from "./sample-description.ts";
import type { PictureRoom } from "./sample-presence.ts";
import type { Track } from "./track.ts";
import { readTrackSamples, type TrackSamples } from "./track-samples.ts";
import { UnusableFile } from "./unusable-file.ts";
import type { Warnings } from "./warnings.ts";

export type Pictures = { readonly track: Track; readonly format: PictureFormat };
export type ReadTrack<T> = T & { readonly samples: TrackSamples };

/**
 * The track of pictures that is the recording, with its samples.
 *
 * @throws UnusableFile what keeps the first from being read when none can be, NO_PLAYABLE_PICTURES
 */
export async function choosePictures(
  source: ByteSource,
  candidates: readonly Pictures[],
  room: PictureRoom,
  warnings: Warnings,
): Promise<ReadTrack<Pictures>> {
  const read: ReadTrack<Pictures>[] = [];
  let problem: UnusableFile | undefined;
  for (const candidate of candidates) {
    try {
      const form = { kind: "pictures", look: candidate.format.look } as const;
      const samples = await readTrackSamples(source, candidate.track, room, form, warnings);
      read.push({ ...candidate, samples });
    } catch (error) {
      const passed = passOver(error, candidate.track.trak, warnings);
      problem ??= passed;
    }
  }
  const chosen = mainPictures(read);
  if (!chosen) throw problem ?? withoutPictures();
  return chosen;
}

/** Tracks that end within this of each other are two views of one recording. */
const SAME_LENGTH_SECONDS = 1;

/**
 * Of several tracks of pictures (a thumbnail, a preview, a second lens) the longest is the recording. Of
 * equally long ones that which is meant to be shown, then that of many pictures, then the largest, then the
 * first.
 */
function mainPictures(read: readonly ReadTrack<Pictures>[]): ReadTrack<Pictures> | undefined {
  const lengths = new Map(read.map((candidate) => [candidate, secondsOf(candidate)]));
  const longest = Math.max(...lengths.values());
  const rank = ({ track, format, samples }: ReadTrack<Pictures>): number[] => [
    Number(track.enabled),
    Number(samples.present > 1),
    format.width * format.height,
  ];
  return read
    .filter((candidate) => (lengths.get(candidate) ?? 0) >= longest - SAME_LENGTH_SECONDS)
    .toSorted((one, other) => {
      const ranks = rank(one);
      return (
        rank(other)
          .map((value, place) => value - (ranks[place] ?? 0))
          .find((apart) => apart !== 0) ?? 0
      );
    })[0];
}

function secondsOf({ track, samples }: ReadTrack<Pictures>): number {
  const { spans } = coverOf(samples.runs, track.timescale);
  return spans.reduce((sum, { from, to }) => sum + to - from, 0);
}

export function withoutPictures(): UnusableFile {
  return new UnusableFile("NO_PLAYABLE_PICTURES", "The file describes pictures, but holds none that play.");
}
