import type { JudgementInputs } from "#contracts/judgement-inputs.ts";
import type { CoverOutcome, DutyOutcome, Finding, Judgement, Outcome } from "#contracts/verdict.ts";
import { bestFirst, coverBySpan, spanCover } from "#domain/cover/coverage.ts";
import { DUTY_FROM_BEST } from "#domain/cover/duty.ts";
import { declaredSpan, type Recording } from "#domain/cover/recordings.ts";
import { readingsOf } from "#domain/log/bookings.ts";
import type { CaseFacts, ConsideredClip } from "#domain/rules/case-facts.ts";
import { findingRules, priorityRules, RULESET } from "#domain/rules/register.ts";
import { compare } from "#domain/text-order.ts";
import { type Interval, overlaps, union, within } from "#domain/time/intervals.ts";
import { toUtc } from "#domain/time/time.ts";
import { canonicalJson, type Hash, orderedInputs, sha256Hex, textOfOrdered } from "./canonical.ts";
import { clockDoubtOf } from "./clock-doubt.ts";
import { explain } from "./explanation.ts";
import { caseOf, type JudgedCase, recordedIn, relationsIn, requiredOf, type World } from "./judged-case.ts";
import {
  choicesOf,
  coverOf,
  isCarried,
  type Possibilities,
  possibilitiesOf,
  toldWorld,
} from "./possibilities.ts";

/**
 * The engine's finding about an incident: a pure function of its inputs (contract §6). Equal inputs give equal bytes,
 * whatever the order of their lists and however often an entry is repeated. `hash` is SHA-256: who has a faster one
 * brings it.
 */
export function judge(given: JudgementInputs, hash: Hash = sha256Hex): Judgement {
  const inputs = orderedInputs(given);
  const readings = readingsOf(inputs.bookings).map((bookings) => ({ ...inputs, bookings: [...bookings] }));
  const cases = readings.map((reading) => caseOf(reading, "as-it-is"));
  const judged = cases[0] as JudgedCase;
  const { facts } = judged;
  const applicable = facts.kind !== "TEST" && facts.kind !== "TRAINING";
  const choices = cases.flatMap(choicesOf);
  const possible = possibilitiesOf(choices);
  const ifAllKept = inputs.footage.some(({ deletedAt }) => deletedAt !== undefined)
    ? possibilitiesOf(readings.flatMap((reading) => choicesOf(caseOf(reading, "had-all-been-kept"))))
    : possible;
  const world = toldWorld(judged);
  const cover = coverOf(world, judged);
  const required = requiredOf(world.event, facts);
  const seen: CaseFacts = {
    ...caseFactsOf(judged, world, cover.video, applicable),
    inputs,
    doubt: applicable ? clockDoubtOf(judged, choices, possible) : undefined,
  };
  const decide = (of: "video" | "audio"): Outcome =>
    applicable ? outcomeFor(possible[of], ifAllKept[of], judged) : "NOT_APPLICABLE";
  const outcome = decide("video");
  const audioOutcome = decide("audio");
  const duty = applicable ? dutyFor(possible, outcome, isCarried(choices), judged) : "NOT_APPLICABLE";
  const findings = findingsOf(seen);
  const audio = coverBySpan(required, cover.audio);
  const [officerId, ...otherOfficers] = new Set(cases.flatMap((each) => each.facts.officerIds));
  return {
    outcome,
    possibleOutcomes: applicable ? bestFirst(possible.video) : [],
    findings,
    kind: facts.kind,
    kindDecidedBy: facts.kindDecidedBy,
    occurredAt: toUtc(facts.occurredAtMs),
    ...(officerId !== undefined && otherOfficers.length === 0 ? { officerId } : {}),
    ...(officerId === undefined ? { officerUnknown: true } : {}),
    actions: [...facts.actions],
    priority: priorityRules.some((rule) => rule.isHigh(seen)) ? "high" : "normal",
    graceEndsAt: toUtc(judged.graceEndsMs),
    video: told(coverBySpan(required, cover.video)),
    audio: {
      outcome: audioOutcome,
      possibleOutcomes: applicable ? bestFirst(possible.audio) : [],
      ...told(audio),
    },
    duty: {
      outcome: duty,
      possibleOutcomes: applicable
        ? DUTY_FROM_BEST.filter((each) => officerId === undefined || possible.duty.has(each))
        : [],
    },
    cycles: world.event.cycles.map((cycle) => ({ ...utc(cycle), ...spanCover(cycle, cover.video) })),
    sources: sourcesOf(seen),
    nearby: nearbyOf(seen),
    clocks: clocksOf(seen),
    policy: { version: facts.policy.version, effectiveFrom: facts.policy.effectiveFrom },
    ruleset: RULESET,
    inputsDigest: hash(textOfOrdered(inputs)),
    final: judged.nowMs >= judged.finalMs,
    explanation: explain({
      facts: seen,
      outcome,
      possible: bestFirst(possible.video),
      audio: audioOutcome,
      audioCoveredSeconds: audio.coveredSeconds,
      duty,
      findings,
    }),
  };
}

/** The first that applies of the contract's §6; tests and trainings never come here. */
function outcomeFor(
  possible: ReadonlySet<CoverOutcome>,
  ifAllKept: ReadonlySet<CoverOutcome>,
  { nowMs, graceEndsMs }: JudgedCase,
): Outcome {
  const [best, ...others] = bestFirst(possible);
  if (best === "RECORDED" && others.length === 0) return "RECORDED";
  if (nowMs < graceEndsMs) return "AWAITING_FOOTAGE";
  if (bestFirst(ifAllKept).join() !== bestFirst(possible).join()) return "NOT_RETAINED";
  return best === undefined || others.length > 0 ? "UNDETERMINED" : best;
}

function dutyFor(
  possible: Possibilities,
  outcome: Outcome,
  carried: boolean,
  { nowMs, graceEndsMs }: JudgedCase,
): DutyOutcome {
  const [duty, several] = DUTY_FROM_BEST.filter((each) => possible.duty.has(each));
  const doubtful = duty === undefined || several !== undefined || !carried;
  const firm: DutyOutcome = doubtful ? "UNDETERMINED" : duty;
  // Before the grace ends only a duty that was met can be told, and only beside a verdict that is told.
  if (nowMs < graceEndsMs && !(outcome === "RECORDED" && firm === "MET")) return "AWAITING_FOOTAGE";
  return firm;
}

function caseFactsOf(
  judged: JudgedCase,
  world: World,
  video: readonly Interval[],
  applicable: boolean,
): Omit<CaseFacts, "doubt" | "inputs"> {
  const required = requiredOf(world.event, judged.facts);
  return {
    incident: judged.facts,
    required,
    cover: within(required.w, video),
    applicable,
    clips: judged.recordings.flatMap((recording) => considered(recording, judged, world)),
    nowMs: judged.nowMs,
    graceEndsMs: judged.graceEndsMs,
  };
}

function considered(recording: Recording, judged: JudgedCase, world: World): readonly ConsideredClip[] {
  const { w } = requiredOf(world.event, judged.facts);
  const trusted = recording.mayLie === undefined;
  const { byClip } = recordedIn(world, recording, judged).time;
  const relationOf = relationsIn(world, recording, judged);
  return recording.clips.map((footage) => {
    const covered = trusted ? within(w, byClip.get(footage.footageId) ?? []) : [];
    const span = declaredSpan(footage, recording);
    return {
      footage,
      recording,
      relation: relationOf(footage.footageId),
      declared: trusted ? span : undefined,
      covered,
      nearW: covered.length > 0 || overlaps(recording.mayLie ?? span, w),
    };
  });
}

function findingsOf(seen: CaseFacts): Finding[] {
  return findingRules
    .flatMap((rule) => {
      const detail = rule.find(seen);
      return detail === undefined ? [] : [{ code: rule.code, detail }];
    })
    .sort((a, b) => compare(a.code, b.code));
}

function sourcesOf({ clips }: CaseFacts): Judgement["sources"] {
  return clips
    .flatMap(({ footage, relation, covered }) =>
      relation === undefined || covered.length === 0
        ? []
        : [{ footageId: footage.footageId, relation, covered: covered.map(utc) }],
    )
    .sort((a, b) => compare(a.footageId, b.footageId));
}

/** What overlaps W and does not count, whatever the reason. */
function nearbyOf({ clips }: CaseFacts): Judgement["nearby"] {
  return clips
    .filter(({ nearW, covered }) => nearW && covered.length === 0)
    .map(({ footage: { footageId, declaration } }) => ({
      footageId,
      cameraSerial: declaration.camera.serial,
      kind: declaration.camera.kind,
    }))
    .sort((a, b) => compare(a.footageId, b.footageId));
}

function clocksOf({ inputs, incident, clips }: CaseFacts): Judgement["clocks"] {
  const [firstRow] = incident.placed;
  const loose = ({ from, to }: Interval): number => to - from;
  const weapon =
    firstRow === undefined || inputs.incident.weaponSerial === undefined
      ? []
      : [
          {
            serial: inputs.incident.weaponSerial,
            offsetSeconds: incident.mayLie === undefined ? firstRow.reading.offsetMs / 1000 : 0,
            uncertaintySeconds:
              (incident.mayLie === undefined ? incident.uncertaintyMs : loose(incident.mayLie)) / 1000,
            basis: incident.mayLie === undefined ? firstRow.reading.basis : ("untrusted" as const),
          },
        ];
  const cameras = clips
    .filter(({ nearW }) => nearW)
    .map(({ recording: { cameraSerial, reading, mayLie } }) => ({
      serial: cameraSerial,
      offsetSeconds: reading.offsetMs / 1000,
      uncertaintySeconds: (mayLie === undefined ? reading.uncertaintyMs : loose(mayLie)) / 1000,
      basis: reading.basis,
    }));
  const distinct = new Map([...weapon, ...cameras].map((clock) => [canonicalJson(clock), clock]));
  return [...distinct].sort(([a], [b]) => compare(a, b)).map(([, clock]) => clock);
}

function told({ missing, ...cover }: ReturnType<typeof coverBySpan>): Judgement["video"] {
  return { ...cover, missing: union(missing).map(utc) };
}

function utc({ from, to }: Interval): { from: string; to: string } {
  return { from: toUtc(from), to: toUtc(to) };
}
