import type { JudgementInputs } from "#contracts/judgement-inputs.ts";
import type { CoverOutcome, DutyOutcome, IncidentKind, Outcome, Relation } from "#contracts/verdict.ts";
import { type Case, casesOf, graceEnd, windowOf } from "./cases.ts";
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
import { coverFindings, factFindings, signalCancelled } from "./findings.ts";
import { actionsOf, kindOf } from "./kinds.ts";
import { declared } from "./recordings.ts";
import { coveredIn, lengthOf, overlap, type Span } from "./spans.ts";
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
  readonly logFindings: readonly string[];
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

const RANK: Readonly<Record<CoverOutcome, number>> = { UNRECORDED: 0, PARTLY_RECORDED: 1, RECORDED: 2 };
const ORDER: readonly CoverOutcome[] = ["RECORDED", "PARTLY_RECORDED", "UNRECORDED"];

type Possible = ReadonlySet<CoverOutcome>;

/** Would counting what was deleted give a better best, or a better worst? */
function isBetter(counted: Possible, kept: Possible): boolean {
  const best = (all: Possible) => Math.max(...[...all].map((one) => RANK[one]));
  const worst = (all: Possible) => Math.min(...[...all].map((one) => RANK[one]));
  return best(counted) > best(kept) || worst(counted) > worst(kept);
}

/** "The verdict's outcome is the first that applies" */
function firstThatApplies(kept: Possible, counted: Possible, applies: boolean, awaiting: boolean): Outcome {
  if (!applies) return "NOT_APPLICABLE";
  const [only, ...others] = kept;
  if (only === "RECORDED" && others.length === 0) return "RECORDED";
  if (awaiting) return "AWAITING_FOOTAGE";
  if (isBetter(counted, kept)) return "NOT_RETAINED";
  if (only === undefined || others.length > 0) return "UNDETERMINED";
  return only;
}

/** "discharge of over 5 s without pause or of 3 cycles or more" */
function isProlonged(cycles: readonly Cycle[]): boolean {
  const whole = {
    from: Math.min(...cycles.map(({ from }) => from)),
    to: Math.max(...cycles.map(({ to }) => to)),
  };
  return (
    cycles.length >= 3 ||
    (cycles.length > 0 && coveredIn(whole, cycles).some(({ from, to }) => to - from > 5000))
  );
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
  const finalFrom = Math.max(graceEnd(judged.time), Date.parse(inputs.incident.firstReceivedAt));
  return {
    judged,
    // "Accepted footage deleted after that still counts"
    kept: countingOf(
      judged,
      (clip) => clip.deletedAt === undefined || Date.parse(clip.deletedAt) > finalFrom,
    ),
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
  applies: boolean,
  awaiting: boolean,
): DutyOutcome {
  if (!applies) return "NOT_APPLICABLE";
  const possible = unionOf(
    weighed.map(({ judged, kept }) => possibleDuty(judged, kept, isIssued(inputs, judged.officerId))),
  );
  const [only, ...others] = possible;
  const known = weighed.every(({ judged }) => judged.officerId !== undefined);
  if (known && only === "MET" && others.length === 0) return "MET";
  if (awaiting) return "AWAITING_FOOTAGE";
  return !known || only === undefined || others.length > 0 ? "UNDETERMINED" : only;
}

/** Footage that overlaps W and does not count by its relation. */
function nearbyOf(judged: Case): string[] {
  const w = windowOf(judged.time.c, judged.time.policy);
  return judged.recordings
    .filter((recording) => recording.reading.basis !== "untrusted" && judged.time.trusted)
    .flatMap((recording) =>
      recording.clips
        .filter(
          (clip) => judged.relationOf(clip, recording) === undefined && overlap(declared(clip, recording), w),
        )
        .map((clip) => clip.footageId),
    )
    .sort();
}

/** Every clock that was read, by serial. */
function clocksOf(judged: Case): Map<string, string[]> {
  const clocks = new Map<string, Set<string>>();
  const add = (serial: string, text: string) =>
    clocks.set(serial, (clocks.get(serial) ?? new Set()).add(text));
  const { time } = judged;
  for (const row of time.rows) {
    add(row.row.weaponSerial, `${row.reading.offset} ±${time.uncertainty} ${row.reading.basis}`);
  }
  for (const { cameraSerial, reading } of judged.recordings) {
    add(cameraSerial, `${reading.offset} ±${reading.uncertainty} ${reading.basis}`);
  }
  return new Map([...clocks].map(([serial, texts]) => [serial, [...texts].sort()]));
}

function zeroShift(
  inputs: JudgementInputs,
  { judged, kept }: Weighed,
  kind: IncidentKind,
): ReferenceJudgement["zero"] {
  const { c, cycles, policy, trusted } = judged.time;
  const w = windowOf(c, policy);
  const standing = trusted ? kept.filter(({ recording }) => recording.reading.basis !== "untrusted") : [];
  const pictures = standing.flatMap(picturesOf);
  return {
    trusted,
    findings: [...coverFindings(c, w, pictures), ...factFindings(inputs, judged, kind)].sort(),
    video: coverBySpan(c, w, pictures),
    audio: coverBySpan(c, w, standing.flatMap(soundOf)),
    cycles: cycles.map((cycle) => ({
      span: { from: cycle.from, to: cycle.to },
      covered: lengthOf(coveredIn(cycle, pictures)),
    })),
    sources: standing
      .flatMap(({ runs, relations }) =>
        runs.flatMap((run) =>
          run.held.flatMap(({ clip, pictures: own }) => {
            const relation = relations.get(clip.footageId);
            return relation === undefined
              ? []
              : [{ footageId: clip.footageId, relation, covered: coveredIn(w, own) }];
          }),
        ),
      )
      .filter(({ covered }) => covered.length > 0)
      .sort((a, b) => (a.footageId < b.footageId ? -1 : 1)),
    nearby: nearbyOf(judged),
    clocks: clocksOf(judged),
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
  const possible = (which: "kept" | "counted", spansOf: (one: Counting) => Span[]) =>
    unionOf(weighed.map((one) => possibleCover(one.judged, one[which], spansOf)));
  const video = applies ? possible("kept", picturesOf) : new Set<CoverOutcome>();
  const audio = applies ? possible("kept", soundOf) : new Set<CoverOutcome>();
  const zero = zeroShift(inputs, first, kind);
  const officers = [...new Set(weighed.map(({ judged }) => judged.officerId))];
  const high =
    isUnder18(inputs) || isProlonged(time.cycles) || weighed.some(({ judged }) => signalCancelled(judged));
  return {
    outcome: firstThatApplies(video, applies ? possible("counted", picturesOf) : video, applies, awaiting),
    possibleOutcomes: ORDER.filter((one) => video.has(one)),
    kind,
    occurredAt: time.occurredAt,
    officerId: officers.length === 1 ? officers[0] : undefined,
    officerUnknown: officers.length === 1 && officers[0] === undefined,
    actions: actionsOf(inputs),
    priority: high ? "high" : "normal",
    graceEndsAt: graceEnd(time),
    audio: {
      outcome: firstThatApplies(audio, applies ? possible("counted", soundOf) : audio, applies, awaiting),
      possibleOutcomes: ORDER.filter((one) => audio.has(one)),
    },
    duty: dutyOf(inputs, weighed, applies, awaiting),
    policy: time.policy.version,
    final: now >= Math.max(graceEnd(time), Date.parse(inputs.incident.firstReceivedAt)),
    logFindings: factFindings(inputs, first.judged, kind).sort(),
    cases: weighed.length,
    zero,
  };
}
