import type { FootageRecord } from "#contracts/footage.ts";
import type { ForceConfig } from "#contracts/force.ts";
import { footageSearchSpan, type SearchSpan } from "#domain/cover/search-spans.ts";
import { toUtc } from "#domain/time/time.ts";
import type { FootageRecords } from "#records/footage-records.ts";
import type { RegisterRecords } from "#records/register-records.ts";
import { onEach, sortedUnique } from "#records/stored.ts";
import { LONGEST_RECORDING_MS } from "./incidents-near.ts";
import { LONGEST_UNTRUSTED_MS, spanOfUntrusted } from "./untrusted-footage.ts";

export type FindFootageDeps = {
  readonly footage: Pick<FootageRecords, "footageInSpan" | "footageOfCamera" | "untrustedFootage">;
  readonly register: Pick<RegisterRecords, "lastBookingsOfDevice">;
  readonly force: Pick<ForceConfig, "policies" | "timeZone">;
};

/**
 * Every clip, whatever its state, that may lie in the span, with the other clips of its recording: a camera
 * keeps one run in several files, and the first may say when the wearer pressed. Ordered by id.
 */
export async function findFootage(
  search: SearchSpan,
  deps: FindFootageDeps,
): Promise<readonly FootageRecord[]> {
  const [around, untrusted] = await Promise.all([
    deps.footage.footageInSpan(search.fromMs, search.toMs),
    deps.footage.untrustedFootage(toUtc(search.fromMs), toUtc(search.toMs + LONGEST_UNTRUSTED_MS)),
  ]);
  const { policies, timeZone } = deps.force;
  const trusted = around.filter(({ declaration, declaredAt }) => {
    const span = footageSearchSpan(declaration, declaredAt, policies, timeZone);
    return span !== "untrusted" && overlaps(span, search);
  });
  const spans = await onEach(untrusted, (clip) => spanOfUntrusted(clip, deps));
  const found = [
    ...trusted,
    ...untrusted.filter((_, index) => {
      const span = spans[index];
      return span !== undefined && overlaps(span, search);
    }),
  ];
  const others = await otherClips(found, search, deps);
  const byId = new Map([...others, ...found].map((clip) => [clip.footageId, clip]));
  return sortedUnique([...byId.keys()]).flatMap((id) => byId.get(id) ?? []);
}

async function otherClips(
  found: readonly FootageRecord[],
  search: SearchSpan,
  deps: FindFootageDeps,
): Promise<readonly FootageRecord[]> {
  const inParts = found.filter(({ declaration }) => declaration.clip > 1 || !declaration.final);
  const nameOf = ({ declaration }: FootageRecord) =>
    `${declaration.camera.serial}#${declaration.recordingId}`;
  const wanted = new Set(inParts.map(nameOf));
  const cameras = sortedUnique(inParts.map(({ declaration }) => declaration.camera.serial));
  const around = await onEach(cameras, (serial) =>
    deps.footage.footageOfCamera(
      serial,
      search.fromMs - LONGEST_RECORDING_MS,
      search.toMs + LONGEST_RECORDING_MS,
    ),
  );
  return around.flat().filter((clip) => wanted.has(nameOf(clip)));
}

const overlaps = (one: SearchSpan, other: SearchSpan): boolean =>
  one.fromMs < other.toMs && one.toMs > other.fromMs;
