import type { FootageRecord } from "#contracts/footage.ts";
import type { CoverOutcome, DutyOutcome, Relation } from "#contracts/verdict.ts";
import { type Case, windowOf } from "./cases.ts";
import { answersOver, type Mover } from "./doubt.ts";
import { type Held, heldBy, liesSomewhere, type Recording, type Run, runsOf } from "./recordings.ts";
import { coveredIn, lengthOf, missingIn, moved, overlap, type Span } from "./spans.ts";

/** A recording's counting clips as runs, at zero shift. */
export type Counting = {
  readonly recording: Recording;
  readonly runs: readonly Run[];
  readonly relations: ReadonlyMap<string, Relation>;
};

/** "Only `ACCEPTED`, `original` footage counts"; deleted footage when it was deleted late enough. */
export function countingOf(judged: Case, isKept: (clip: FootageRecord) => boolean): Counting[] {
  return judged.recordings.filter(liesSomewhere).flatMap((recording) => {
    const relations = new Map<string, Relation>();
    const held: Held[] = [];
    for (const clip of recording.clips) {
      const relation = judged.relationOf(clip, recording);
      if (relation === undefined || clip.state !== "ACCEPTED" || !clip.declaration.file.original) continue;
      if (!isKept(clip)) continue;
      relations.set(clip.footageId, relation);
      held.push(heldBy(clip, recording));
    }
    return held.length === 0 ? [] : [{ recording, runs: runsOf(held, judged.time.policy), relations }];
  });
}

export const picturesOf = ({ runs }: Counting): Span[] =>
  runs.flatMap((run) => [...run.held.flatMap((one) => one.pictures), ...run.joins]);

/** Sound; a join has it when it reaches up to the join on both sides. */
export const soundOf = ({ runs }: Counting): Span[] =>
  runs.flatMap((run) => {
    const sound = run.held.flatMap((one) => one.audio);
    const joins = run.joins.filter(
      (join) => sound.some((span) => span.to === join.from) && sound.some((span) => span.from === join.to),
    );
    return [...sound, ...joins];
  });

/** §6's table, for given shifts. */
export function coverOutcomeOf(c: Span, w: Span, spans: readonly Span[]): CoverOutcome {
  if (missingIn(w, spans).length === 0) return "RECORDED";
  return spans.some((span) => overlap(span, c)) ? "PARTLY_RECORDED" : "UNRECORDED";
}

/** The recordings that move together, in order, the incident's own shift first. */
function moversOf(
  judged: Case,
  counting: readonly Counting[],
  edgesOf: (one: Counting) => number[],
  own: number[],
) {
  const groups = [...Map.groupBy(counting, ({ recording }) => recording.shiftGroup).values()];
  const w = windowOf(judged.time.c, judged.time.policy);
  const { lo, hi } = judged.time.shifts;
  const reach = { from: w.from + lo - 2, to: w.to + hi + 2 };
  const movers: Mover[] = [
    { lo, hi, edges: own },
    ...groups.map((group): Mover => {
      const bounds = {
        lo: Math.min(...group.map(({ recording }) => recording.shifts.lo)),
        hi: Math.max(...group.map(({ recording }) => recording.shifts.hi)),
      };
      const edges = [...new Set(group.flatMap(edgesOf))].filter(
        (edge) => edge + bounds.lo <= reach.to && edge + bounds.hi >= reach.from,
      );
      // Nothing of it can come before or after anything of the incident: wherever it stands is the same.
      return edges.length === 0 ? { lo: bounds.lo, hi: bounds.lo, edges } : { ...bounds, edges };
    }),
  ];
  return { groups, movers };
}

/** "`possibleOutcomes` = those possible over all shifts" */
export function possibleCover(
  judged: Case,
  counting: readonly Counting[],
  spansOf: (one: Counting) => Span[],
): Set<CoverOutcome> {
  const { c, policy } = judged.time;
  const w = windowOf(c, policy);
  const edgesOf = (one: Counting) => spansOf(one).flatMap((span) => [span.from, span.to]);
  const { groups, movers } = moversOf(judged, counting, edgesOf, [c.from, c.to, w.from, w.to]);
  const spans = groups.map((group) => group.flatMap(spansOf));
  return answersOver(movers, ([own = 0, ...shifts]) =>
    coverOutcomeOf(
      moved(c, own),
      moved(w, own),
      spans.flatMap((group, index) => group.map((span) => moved(span, shifts[index] ?? 0))),
    ),
  );
}

type DutyRun = {
  readonly from: number;
  readonly to: number;
  readonly trigger: number;
  readonly known: boolean;
};

/** A run of the officer's own camera, and when it was switched on, at zero shift. */
function dutyRuns(one: Counting): DutyRun[] {
  return one.runs.map((run) => {
    const { offset } = one.recording.reading;
    const pressed = run.held.flatMap(({ clip }) =>
      clip.declaration.triggerOnTime === undefined
        ? []
        : [Date.parse(clip.declaration.triggerOnTime) - offset],
    );
    const alwaysOn = run.held.some(({ clip }) => clip.declaration.triggerOn === "always-on");
    const { from, to } = run.span;
    if (pressed.length > 0) return { from, to, trigger: Math.min(...pressed), known: true };
    return { from, to, trigger: from, known: alwaysOn };
  });
}

function dutyAt(c: Span, w: Span, runs: readonly DutyRun[], issued: boolean): DutyOutcome {
  const met = runs.filter((run) => run.trigger <= c.from && run.to >= w.to);
  if (met.length > 0) return met.some((run) => run.known) ? "MET" : "UNDETERMINED";
  const early = runs.filter((run) => run.trigger <= c.from && c.from < run.to);
  if (early.length > 0) return early.some((run) => run.known) ? "EARLY_STOP" : "UNDETERMINED";
  if (runs.some((run) => overlap(run, { from: c.from, to: w.to }))) return "LATE_START";
  return issued ? "NOT_ON" : "NO_CAMERA_ISSUED";
}

export function possibleDuty(judged: Case, counting: readonly Counting[], issued: boolean): Set<DutyOutcome> {
  const { c, policy } = judged.time;
  const w = windowOf(c, policy);
  const isOwnBodyWorn = (one: Counting) => [...one.relations.values()].includes("own");
  const own = counting.filter(isOwnBodyWorn);
  const edgesOf = (one: Counting) => dutyRuns(one).flatMap((run) => [run.from, run.to, run.trigger]);
  const { groups, movers } = moversOf(judged, own, edgesOf, [c.from, c.to, w.from, w.to]);
  const runs = groups.map((group) => group.flatMap(dutyRuns));
  return answersOver(movers, ([shift = 0, ...shifts]) =>
    dutyAt(
      moved(c, shift),
      moved(w, shift),
      runs.flatMap((group, index) =>
        group.map((run) => {
          const by = shifts[index] ?? 0;
          return { from: run.from + by, to: run.to + by, trigger: run.trigger + by, known: run.known };
        }),
      ),
      issued,
    ),
  );
}

export type CoverBySpan = {
  readonly required: number;
  readonly covered: number;
  readonly before: readonly [number, number];
  readonly during: readonly [number, number];
  readonly after: readonly [number, number];
  readonly missing: readonly Span[];
};

/** Milliseconds required and covered, at zero shift. */
export function coverBySpan(c: Span, w: Span, spans: readonly Span[]): CoverBySpan {
  const part = (whole: Span): [number, number] => [
    Math.max(0, whole.to - whole.from),
    lengthOf(coveredIn(whole, spans)),
  ];
  const [required, covered] = part(w);
  return {
    required,
    covered,
    before: part({ from: w.from, to: c.from }),
    during: part(c),
    after: part({ from: c.to, to: w.to }),
    missing: missingIn(w, spans),
  };
}
