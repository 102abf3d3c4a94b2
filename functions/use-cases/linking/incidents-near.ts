import type { FootageRecord } from "#contracts/footage.ts";
import type { ForceConfig } from "#contracts/force.ts";
import type { IncidentRecord } from "#contracts/incident.ts";
import { footageSearchSpan, type SearchSpan } from "#domain/cover/search-spans.ts";
import { instantOf } from "#domain/time/time.ts";
import type { FootageRecords } from "#records/footage-records.ts";
import type { IncidentRecords } from "#records/incident-records.ts";
import type { RegisterRecords } from "#records/register-records.ts";
import { onEach, sortedUnique } from "#records/stored.ts";
import { spanOfUntrusted } from "./untrusted-footage.ts";

/** The longest that one run of a camera is taken to last: its clips may stand for one another that far apart. */
export const LONGEST_RECORDING_MS = 13 * 3_600_000;

export type IncidentsNearDeps = {
  readonly incidents: Pick<IncidentRecords, "incidentsInSpan" | "readAll">;
  readonly footage: Pick<FootageRecords, "footageOfCamera">;
  readonly register: Pick<RegisterRecords, "lastBookingsOfDevice">;
  readonly force: Pick<ForceConfig, "policies" | "timeZone">;
};

/**
 * Every incident that the clip may concern, and every one that has it among its candidates, read consistently. Who
 * records a clip before looking here sees each incident that has not seen the clip.
 */
export async function incidentsNear(
  clip: FootageRecord,
  deps: IncidentsNearDeps,
): Promise<readonly IncidentRecord[]> {
  const spans = await spansOf(clip, deps);
  const ids = await onEach(spans, ({ fromMs, toMs }) => deps.incidents.incidentsInSpan(fromMs, toMs));
  const found = (await deps.incidents.readAll(sortedUnique(ids.flat()))).map(({ record }) => record);
  return found.filter((record) => isConcerned(record, spans) || isCandidate(record, clip));
}

/** Where the clip may lie, and where the other clips of its recording do: what it says holds for them too. */
async function spansOf(clip: FootageRecord, deps: IncidentsNearDeps): Promise<readonly SearchSpan[]> {
  const own = await spanOf(clip, deps);
  const { recordingId, camera, clip: number, final } = clip.declaration;
  if (own === undefined || (number === 1 && final)) return own === undefined ? [] : [own];
  const around = await deps.footage.footageOfCamera(
    camera.serial,
    own.fromMs - LONGEST_RECORDING_MS,
    own.toMs + LONGEST_RECORDING_MS,
  );
  const others = around.filter(({ declaration }) => declaration.recordingId === recordingId);
  const spans = await onEach(others, (other) => spanOf(other, deps));
  return [own, ...spans.filter((span) => span !== undefined)];
}

async function spanOf(clip: FootageRecord, deps: IncidentsNearDeps): Promise<SearchSpan | undefined> {
  const { policies, timeZone } = deps.force;
  const span = footageSearchSpan(clip.declaration, clip.declaredAt, policies, timeZone);
  return span === "untrusted" ? spanOfUntrusted(clip, deps) : span;
}

function isConcerned({ mergedInto, search }: IncidentRecord, spans: readonly SearchSpan[]): boolean {
  if (mergedInto !== undefined || search === undefined) return mergedInto === undefined;
  return spans.some(({ fromMs, toMs }) => fromMs < instantOf(search.to) && toMs > instantOf(search.from));
}

function isCandidate({ mergedInto, candidates }: IncidentRecord, { footageId }: FootageRecord): boolean {
  return mergedInto === undefined && candidates.some((candidate) => candidate.footageId === footageId);
}
