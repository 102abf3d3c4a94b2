import type { JudgementInputs } from "#contracts/judgement-inputs.ts";
import type { CoverOutcome, DutyOutcome, IncidentKind, Outcome, Relation } from "#contracts/verdict.ts";
import { type Case, casesOf, finalFrom, graceEnd, isKept, windowOf } from "./cases.ts";
import type { Reading } from "./clock-readings.ts";
import {
  type Counting,
  type CoverBySpan,
  countingOf,
  coverBySpan,
  picturesOf,
  possibleCover,
  possibleDuty,
  soundOf,
} from "./cover.ts";
import { coverFindings, factFindings, isNearW, signalCancelled } from "./findings.ts";
import { tellingRows } from "./incident-rows.ts";
import { actionsOf, kindOf } from "./kinds.ts";
import { coveredIn, lengthOf, type Span } from "./spans.ts";
import type { Cycle } from "./use-spans.ts";

/** What the reference says of an incident. Milliseconds. */
export type ReferenceJudgement = {
  readonly outcome: Outcome;
  readonly possibleOutcomes: readonly CoverOutcome[];
  readonly kind: IncidentKind;
  readonly occurredAt: number;
  readonly officerId: string | undefined;
  readonly officerUnknown: boolean;
  readonly actions: readonly string[];
  readonly priority: "normal" | "high";
  readonly graceEndsAt: number;
  readonly audio: { readonly outcome: Outcome; readonly possibleOutcomes: readonly CoverOutcome[] };
  readonly duty: DutyOutcome;
  readonly policy: string;
  readonly final: boolean;
  /** What is said at zero shift, of the first case. With several cases more than one answer would be right. */
  readonly cases: number;
  readonly zero: {
    readonly trusted: boolean;
    readonly findings: readonly string[];
    readonly video: CoverBySpan;
    readonly audio: CoverBySpan;
    readonly cycles: readonly { readonly span: Span; readonly covered: number }[];
    readonly sources: readonly {
      readonly footageId: string;
      readonly relation: Relation;
      readonly covered: Span[];
    }[];
    readonly nearby: readonly string[];
    readonly clocks: ReadonlyMap<string, readonly string[]>;
  };
};

const ORDER: readonly CoverOutcome[] = ["RECORDED", "PARTLY_RECORDED", "UNRECORDED"];

type Possible = ReadonlySet<CoverOutcome>;

/** Would counting what was deleted give a better outcome under some shift? More footage never gives a worse one. */
const isBetter = (counted: Possible, kept: Possible): boolean =>
  ORDER.some((outcome) => counted.has(outcome) !== kept.has(outcome));

/** "The verdict's outcome is the first that applies" */
function firstThatApplies(kept: Possible, counted: Possible, awaiting: boolean): Outcome {
  const [only, ...others] = kept;
  if (only === "RECORDED" && others.length === 0) return "RECORDED";
  if (awaiting) return "AWAITING_FOOTAGE";
  if (isBetter(counted, kept)) return "NOT_RETAINED";
  if (only === undefined || others.length > 0) return "UNDETERMINED";
  return only;
}

/** "discharge of over 5 s without pause or of 3 cycles or more"; cycles that touch have no pause between them. */
function isProlonged(cycles: readonly Cycle[], kind: IncidentKind): boolean {
  if (kind !== "DISCHARGE" && kind !== "UNINTENTIONAL" && kind !== "UNKNOWN") return false;
  const unbroken: { to: number; durationMs: number }[] = [];
  for (const { from, to, durationMs } of cycles) {
    const last = unbroken.at(-1);
    if (last !== undefined && from <= last.to) {
      last.to = Math.max(last.to, to);
      last.durationMs += durationMs;
    } else unbroken.push({ to, durationMs });
  }
  return cycles.length >= 3 || unbroken.some(({ durationMs }) => durationMs > 5000);
}

const isUnder18 = (inputs: JudgementInputs): boolean =>
  inputs.reports.some(
    ({ report: { subject } }) =>
      subject.under18 === "yes" || subject.ageBand === "under-11" || subject.ageBand === "11-17",
  );

type Weighed = {
  readonly judged: Case;
  readonly kept: readonly Counting[];
  readonly counted: readonly Counting[];
};

function weigh(inputs: JudgementInputs, judged: Case): Weighed {
  return {
    judged,
    kept: countingOf(judged, (clip) => isKept(inputs, judged.time, clip)),
    counted: countingOf(judged, () => true),
  };
}

function unionOf<T>(sets: readonly ReadonlySet<T>[]): Set<T> {
  return new Set(sets.flatMap((set) => [...set]));
}

function isIssued(inputs: JudgementInputs, officerId: string | undefined): boolean {
  return inputs.officers.find((officer) => officer.officerId === officerId)?.cameraIssued ?? true;
}

function dutyOf(
  inputs: JudgementInputs,
  weighed: readonly Weighed[],
  video: Outcome,
  awaiting: boolean,
): DutyOutcome {
  if (video === "NOT_APPLICABLE") return "NOT_APPLICABLE";
  const possible = unionOf(
    weighed.map(({ judged, kept }) => possibleDuty(judged, kept, isIssued(inputs, judged.officerId))),
  );
  const [only, ...others] = possible;
  const known = weighed.every(({ judged }) => judged.officerId !== undefined);
  // "While awaiting: AWAITING_FOOTAGE": nothing is awaited once the verdict stands and the duty was met.
  if (video === "RECORDED" && known && only === "MET" && others.length === 0) return "MET";
  if (awaiting) return "AWAITING_FOOTAGE";
  return !known || only === undefined || others.length > 0 ? "UNDETERMINED" : only;
}

type Zero = ReferenceJudgement["zero"];

/** The cameras near W, and the weapon, as they were read. */
function clocksOf(inputs: JudgementInputs, judged: Case): Map<string, string[]> {
  const clocks = new Map<string, Set<string>>();
  const add = (serial: string, reading: Reading, uncertainty: number): void => {
    const texts = clocks.get(serial) ?? new Set();
    clocks.set(serial, texts.add(`${reading.offset} ±${uncertainty} ${reading.basis}`));
  };
  const { time } = judged;
  for (const { row, reading } of tellingRows(inputs).flatMap(({ readings }) => readings)) {
    add(row.weaponSerial, reading, time.uncertainty);
  }
  for (const recording of judged.recordings) {
    const { place, reading, clips } = recording;
    if (!clips.some((clip) => isNearW(inputs, judged, { clip, recording }))) continue;
    add(recording.cameraSerial, reading, place === undefined ? reading.uncertainty : place.to - place.from);
  }
  return new Map([...clocks].map(([serial, texts]) => [serial, [...texts].sort()]));
}

/** The clips that count, with what of W each covers. */
function sourcesOf(standing: readonly Counting[], w: Span): Zero["sources"] {
  return standing
    .flatMap(({ runs, relations }) =>
      runs.flatMap((run) =>
        run.held.flatMap(({ clip, pictures }) => {
          const relation = relations.get(clip.footageId);
          const covered = coveredIn(w, pictures);
          return relation === undefined || covered.length === 0
            ? []
            : [{ footageId: clip.footageId, relation, covered }];
        }),
      ),
    )
    .sort((a, b) => (a.footageId < b.footageId ? -1 : 1));
}

/** Clips that overlap W and cover nothing of it, whatever the reason. */
function nearbyOf(inputs: JudgementInputs, judged: Case, sources: Zero["sources"]): string[] {
  const counting = new Set(sources.map(({ footageId }) => footageId));
  return judged.recordings
    .flatMap((recording) =>
      recording.clips
        .filter((clip) => isNearW(inputs, judged, { clip, recording }) && !counting.has(clip.footageId))
        .map((clip) => clip.footageId),
    )
    .sort();
}

function zeroShift(inputs: JudgementInputs, { judged, kept }: Weighed, kind: IncidentKind): Zero {
  const { c, cycles, policy, trusted } = judged.time;
  const w = windowOf(c, policy);
  const applies = kind !== "TEST" && kind !== "TRAINING";
  const standing = trusted ? kept.filter(({ recording }) => recording.place === undefined) : [];
  const pictures = standing.flatMap(picturesOf);
  const sources = sourcesOf(standing, w);
  return {
    trusted,
    findings: [
      ...(applies ? coverFindings(c, w, pictures) : []),
      ...factFindings(inputs, judged, kind),
    ].sort(),
    video: coverBySpan(c, w, pictures),
    audio: coverBySpan(
      c,
      w,
      standing.flatMap((one) => soundOf(one)),
    ),
    cycles: cycles.map((cycle) => ({
      span: { from: cycle.from, to: cycle.to },
      covered: lengthOf(coveredIn(cycle, pictures)),
    })),
    sources,
    nearby: nearbyOf(inputs, judged, sources),
    clocks: clocksOf(inputs, judged),
  };
}

/** What a question can be answered by, and what it would be answered by had nothing been deleted. */
type Answer = { readonly outcome: Outcome; readonly possibleOutcomes: readonly CoverOutcome[] };

function answerTo(
  weighed: readonly Weighed[],
  spansOf: (one: Counting) => Span[],
  applies: boolean,
  awaiting: boolean,
): Answer {
  if (!applies) return { outcome: "NOT_APPLICABLE", possibleOutcomes: [] };
  const over = (which: "kept" | "counted") =>
    unionOf(weighed.map((one) => possibleCover(one.judged, one[which], spansOf)));
  const deleted = weighed.some(({ judged: { recordings } }) =>
    recordings.some(({ clips }) => clips.some((clip) => clip.deletedAt !== undefined)),
  );
  const kept = over("kept");
  return {
    outcome: firstThatApplies(kept, deleted ? over("counted") : kept, awaiting),
    possibleOutcomes: ORDER.filter((one) => kept.has(one)),
  };
}

/** Judges an incident slowly, from the contract's text alone. */
export function judgeReference(inputs: JudgementInputs): ReferenceJudgement {
  const weighed = casesOf(inputs).map((judged) => weigh(inputs, judged));
  const [first] = weighed;
  if (first === undefined) throw new RangeError("an incident is judged in one case at least");
  const { time } = first.judged;
  const kind = kindOf(inputs, time);
  const applies = kind !== "TEST" && kind !== "TRAINING";
  const now = Date.parse(inputs.now);
  const awaiting = now < graceEnd(time);
  const video = answerTo(weighed, picturesOf, applies, awaiting);
  const officers = time.toldOfficers;
  const high =
    isUnder18(inputs) || isProlonged(time.cycles, kind) || (applies && signalCancelled(first.judged));
  return {
    ...video,
    kind,
    occurredAt: time.occurredAt,
    officerId: officers.length === 1 ? officers[0] : undefined,
    officerUnknown: officers.length === 0,
    actions: actionsOf(inputs, kind),
    priority: high ? "high" : "normal",
    graceEndsAt: graceEnd(time),
    audio: answerTo(weighed, (one) => soundOf(one), applies, awaiting),
    duty: dutyOf(inputs, weighed, video.outcome, awaiting),
    policy: time.policy.version,
    final: now >= finalFrom(inputs, time),
    cases: weighed.length,
    zero: zeroShift(inputs, first, kind),
  };
}
