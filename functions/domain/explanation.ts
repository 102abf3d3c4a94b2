import type { CoverOutcome, DutyOutcome, Finding, Outcome, Relation } from "#contracts/verdict.ts";
import type { CaseFacts } from "./case-facts.ts";
import { coverBySpan } from "./coverage.ts";
import { covers, totalMs, within } from "./intervals.ts";
import { localDateTime } from "./time.ts";

/** What the explanation is told from, beside the facts at zero shift. */
export type Told = {
  readonly facts: CaseFacts;
  readonly outcome: Outcome;
  readonly possible: readonly CoverOutcome[];
  readonly audio: Outcome;
  readonly audioCoveredSeconds: number;
  readonly duty: DutyOutcome;
  readonly findings: readonly Finding[];
};

const CAMERAS: Readonly<Record<Relation, string>> = {
  own: "the officer's own camera",
  "other-officer": "a colleague's camera that is linked to the event",
  "weapon-mounted": "the camera on the weapon",
  vehicle: "a vehicle camera that a supervisor confirmed",
  fixed: "a fixed camera that a supervisor confirmed",
};

const DUTIES: Readonly<Record<DutyOutcome, string>> = {
  MET: "The officer's own camera was recording before the event and for the whole time after it that is required.",
  EARLY_STOP: "The officer's own camera was started in time and stopped too early.",
  LATE_START:
    "The officer's own camera was started only after the event had begun, or recorded a part of it.",
  NO_CAMERA_ISSUED: "The officer had no camera issued.",
  NOT_ON: "The officer's own camera was not on.",
  UNDETERMINED: "Whether the officer's own camera was started in time cannot be said.",
  AWAITING_FOOTAGE:
    "Whether the officer's own camera was started in time will be said when the footage is in.",
  NOT_APPLICABLE: "",
};

const WORDS: Readonly<Record<CoverOutcome, string>> = {
  RECORDED: "recorded",
  PARTLY_RECORDED: "partly recorded",
  UNRECORDED: "unrecorded",
};

/** What would settle a doubt, by the finding that tells of it. */
const SETTLED_BY: Readonly<Record<string, string>> = {
  CLOCK_UNTRUSTED: "Dock the device and record its clock, or find another source for the time.",
  LOCAL_TIME_AMBIGUOUS: "Ask which of the two hours it was.",
  SEVERAL_CARRIERS: "Correct the bookings, or ask who carried what.",
  OFFICER_UNKNOWN: "Book the weapon to whoever carried it.",
};

/** One paragraph of plain English (contract §6), with local times of the force's zone. */
export function explain(told: Told): string {
  const sentences = [
    firstSentence(told),
    ...(told.facts.applicable
      ? [secondsSentence(told), sourcesSentence(told.facts), audioSentence(told), DUTIES[told.duty]]
      : []),
    ...told.findings.map(({ detail }) => detail),
    ...told.findings.flatMap(({ code }) => SETTLED_BY[code] ?? []),
    nextSentence(told),
    "This says that a camera ran, not what it shows.",
  ];
  return sentences.filter((sentence) => sentence !== "").join(" ");
}

function eventWords({ incident, inputs }: CaseFacts): string {
  const name: Readonly<Record<string, string>> = {
    DISCHARGE: "discharge",
    UNINTENTIONAL: "unintentional discharge",
    UNKNOWN: "trigger pull",
    NON_DISCHARGE: "use without discharge",
    TEST: "test",
    TRAINING: "training",
  };
  const { date, time } = localDateTime(incident.times[0].c.from, inputs.timeZone);
  const when =
    incident.mayLie === undefined
      ? `at ${time} on ${date}`
      : "at a time that the weapon's clock does not tell";
  return `${name[incident.kind]} ${when}`;
}

function firstSentence({ facts, outcome, possible }: Told): string {
  const event = eventWords(facts);
  if (outcome === "NOT_APPLICABLE") return `The ${event} needs no video.`;
  if (outcome === "UNDETERMINED") {
    const words = possible.map((each) => WORDS[each]).join(" or ");
    return `Whether the ${event} is on video cannot be said: it may be ${words}.`;
  }
  const { c } = facts.required;
  const seconds = totalMs(within(c, facts.cover)) / 1000;
  const soFar = outcome === "AWAITING_FOOTAGE" ? "So far, the" : "The";
  if (covers(facts.cover, c)) return `${soFar} ${event} is itself on video from its beginning to its end.`;
  if (seconds > 0) return `${soFar} ${event} is on video for ${seconds} of its ${(c.to - c.from) / 1000} s.`;
  return `${soFar} ${event} is not on video.`;
}

function secondsSentence({ facts }: Told): string {
  const { before, during, after, ...all } = coverBySpan(facts.required, facts.cover);
  return (
    `Of the ${all.requiredSeconds} s that policy ${facts.incident.policy.version} requires, ${all.coveredSeconds} s are covered: ` +
    `${before.coveredSeconds} of ${before.requiredSeconds} s before, ${during.coveredSeconds} of ${during.requiredSeconds} s during ` +
    `and ${after.coveredSeconds} of ${after.requiredSeconds} s after the event.`
  );
}

function sourcesSentence({ clips }: CaseFacts): string {
  const relations = new Set(
    clips.flatMap(({ relation, covered }) => (covered.length > 0 && relation ? [relation] : [])),
  );
  const cameras = (Object.keys(CAMERAS) as Relation[]).filter((relation) => relations.has(relation));
  return cameras.length === 0
    ? ""
    : `The pictures come from ${cameras.map((each) => CAMERAS[each]).join(" and ")}.`;
}

function audioSentence({ audio, audioCoveredSeconds, facts }: Told): string {
  const required = (facts.required.w.to - facts.required.w.from) / 1000;
  if (facts.cover.length === 0) return "";
  if (audio === "RECORDED") return "Sound was recorded throughout.";
  return audioCoveredSeconds === 0
    ? "No sound was recorded."
    : `Sound was recorded for ${audioCoveredSeconds} of ${required} s.`;
}

function nextSentence({ facts, outcome }: Told): string {
  const { date, time } = localDateTime(facts.graceEndsMs, facts.inputs.timeZone);
  if (outcome === "AWAITING_FOOTAGE")
    return `Footage may still come until ${time} on ${date}; see that the cameras are docked by then.`;
  return outcome === "NOT_RETAINED" ? "Footage of it was received and deleted too early." : "";
}
