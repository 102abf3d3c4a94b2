import type { FootageRecord } from "#contracts/footage.ts";
import type { ForceConfig } from "#contracts/force.ts";
import type { IncidentRecord } from "#contracts/incident.ts";
import { footageSearchSpan, joinSpans, type SearchSpan } from "#domain/cover/search-spans.ts";
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
export function incidentsNear(
  clip: FootageRecord,
  deps: IncidentsNearDeps,
): Promise<readonly IncidentRecord[]> {
  return incidentsNearAny([clip], deps);
}

/** As `incidentsNear`, of several clips of one camera: what their hours share is read once. */
export async function incidentsNearAny(
  clips: readonly FootageRecord[],
  deps: IncidentsNearDeps,
): Promise<readonly IncidentRecord[]> {
  const spans = await spansOf(clips, deps);
  const ids = await onEach(joinSpans(spans), ({ fromMs, toMs }) =>
    deps.incidents.incidentsInSpan(fromMs, toMs),
  );
  const found = (await deps.incidents.readAll(sortedUnique(ids.flat()))).map(({ record }) => record);
  const own = new Set(clips.map(({ footageId }) => footageId));
  return found.filter((record) => isConcerned(record, spans) || isCandidate(record, own));
}

/** Where the clips may lie, and where the other clips of their recordings do: what they say holds for them too. */
async function spansOf(
  clips: readonly FootageRecord[],
  deps: IncidentsNearDeps,
): Promise<readonly SearchSpan[]> {
  const placed = (await onEach(clips, async (clip) => ({ clip, span: await spanOf(clip, deps) }))).flatMap(
    ({ clip, span }) => (span === undefined ? [] : [{ clip, span }]),
  );
  const parts = placed.filter(({ clip: { declaration } }) => !(declaration.clip === 1 && declaration.final));
  const reach = joinSpans(
    parts.map(({ span: { fromMs, toMs } }) => ({
      fromMs: fromMs - LONGEST_RECORDING_MS,
      toMs: toMs + LONGEST_RECORDING_MS,
    })),
  );
  const serial = clips[0]?.declaration.camera.serial ?? "";
  const around = await onEach(reach, ({ fromMs, toMs }) =>
    deps.footage.footageOfCamera(serial, fromMs, toMs),
  );
  const recordings = new Set(parts.map(({ clip }) => clip.declaration.recordingId));
  const others = around.flat().filter(({ declaration }) => recordings.has(declaration.recordingId));
  const spans = await onEach(others, (other) => spanOf(other, deps));
  return [...placed.map(({ span }) => span), ...spans.filter((span) => span !== undefined)];
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

function isCandidate({ mergedInto, candidates }: IncidentRecord, footageIds: ReadonlySet<string>): boolean {
  return mergedInto === undefined && candidates.some(({ footageId }) => footageIds.has(footageId));
}
