import type {
  CoverOutcome,
  DutyOutcome,
  Finding,
  IncidentKind,
  Outcome,
  Relation,
} from "#contracts/verdict.ts";
import { coverBySpan } from "#domain/cover/coverage.ts";
import type { CaseFacts } from "#domain/rules/case-facts.ts";
import { covers, type Interval, totalMs, within } from "#domain/time/intervals.ts";
import { localDateTime } from "#domain/time/time.ts";

/** What the explanation is told from, beside the facts at zero shift. */
export type Told = {
  readonly facts: CaseFacts;
  readonly outcome: Outcome;
  /** Best first. */
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
  MET: "The officer's own camera was on in time and stayed on long enough.",
  EARLY_STOP: "The officer's own camera was on in time and stopped too early.",
  LATE_START: "The officer's own camera was switched on too late, or recorded only a part.",
  NO_CAMERA_ISSUED: "The officer had no camera issued.",
  NOT_ON: "No footage shows the officer's own camera on at the time.",
  UNDETERMINED: "It cannot be said whether the officer's own camera was on in time.",
  AWAITING_FOOTAGE: "",
  NOT_APPLICABLE: "",
};

const AMOUNTS: Readonly<Record<CoverOutcome, string>> = {
  RECORDED: "in full",
  PARTLY_RECORDED: "in part",
  UNRECORDED: "not at all",
};

const KINDS: Readonly<Record<IncidentKind, string>> = {
  DISCHARGE: "discharge",
  UNINTENTIONAL: "unintentional discharge",
  UNKNOWN: "trigger pull",
  NON_DISCHARGE: "use without discharge",
  TEST: "test",
  TRAINING: "training",
};

/** Findings that the sentences about seconds tell already. */
const TOLD_BY_SECONDS: ReadonlySet<string> = new Set([
  "LATE_START",
  "EARLY_STOP",
  "GAP",
  "LEAD_ONLY",
  "AFTERMATH_ONLY",
  "NO_FOOTAGE",
]);

/** What would settle a doubt, by the finding that tells of it without saying so. */
const SETTLED_BY: Readonly<Record<string, string>> = {
  CLOCK_UNTRUSTED: "Dock the device and record its clock, or find another source for the time.",
  LOCAL_TIME_AMBIGUOUS: "Ask which of the two hours it was.",
  SEVERAL_CARRIERS: "Correct the bookings, or ask who carried what.",
};

/**
 * One paragraph of plain English (contract §6) for whoever has to act on it, with local times of the force's zone:
 * the discharge itself first, then seconds, cameras, what is uncertain and what would settle it, and what is next.
 */
export function explain(told: Told): string {
  const findings = told.findings.filter(({ code }) => !TOLD_BY_SECONDS.has(code));
  const sentences = [
    firstSentence(told),
    ...(told.facts.applicable ? [...whereItStands(told), dutySentence(told), nearbySentence(told)] : []),
    ...findings.map(({ detail }) => detail),
    ...findings.flatMap(({ code }) => SETTLED_BY[code] ?? []),
    nextSentence(told),
    "This says whether a camera ran, not what it shows.",
  ];
  return sentences.filter((sentence) => sentence !== "").join(" ");
}

function eventWords({ incident, inputs }: CaseFacts): string {
  const when =
    incident.mayLie === undefined
      ? `at ${localTime(incident.times[0].c.from, inputs.timeZone)}`
      : "at a time that the weapon's clock does not tell";
  return `${KINDS[incident.kind]} ${when}`;
}

/** "a", "a or b", "a, b or c". */
function listed(words: readonly string[], last: "and" | "or"): string {
  return words.length < 2 ? words.join() : `${words.slice(0, -1).join(", ")} ${last} ${words.at(-1)}`;
}

function localTime(ms: number, timeZone: string): string {
  const { date, time } = localDateTime(ms, timeZone);
  return `${time} on ${date}`;
}

function firstSentence(told: Told): string {
  const event = eventWords(told.facts);
  if (told.outcome === "NOT_APPLICABLE") return `The ${event} needs no video.`;
  const said = onVideo(event, told);
  return told.outcome === "AWAITING_FOOTAGE" ? `So far, ${said}` : sentence(said);
}

/** Whether the event itself is on video, as far as that is certain. */
function onVideo(event: string, { facts: { required, cover }, possible }: Told): string {
  const [best, ...others] = possible;
  if (others.length > 0) {
    const amounts = listed(
      possible.map((each) => AMOUNTS[each]),
      "or",
    );
    return possible.includes("UNRECORDED")
      ? `it cannot be said whether the ${event} is on video: ${amounts}.`
      : `the ${event} is on video, ${amounts}: it cannot be said which.`;
  }
  if (best === "UNRECORDED") return `the ${event} is not on video.`;
  const { c } = required;
  const seconds = totalMs(within(c, cover)) / 1000;
  return covers(cover, c)
    ? `the ${event} is itself on video from its beginning to its end.`
    : `the ${event} is on video for ${seconds} of its ${(c.to - c.from) / 1000} s.`;
}

/** Seconds and cameras; nothing of them where nobody knows when the event was and that decides. */
function whereItStands(told: Told): readonly string[] {
  if (told.facts.incident.mayLie !== undefined && told.possible.length > 1) return [];
  return [secondsSentence(told), sourcesSentence(told.facts), audioSentence(told)];
}

function secondsSentence({ facts }: Told): string {
  const { before, during, after, missing, ...all } = coverBySpan(facts.required, facts.cover);
  const required = `${all.requiredSeconds} s that policy ${facts.incident.policy.version} requires`;
  const asItStands = facts.doubt?.open.includes("video") ? "as the clocks stand, " : "";
  if (all.coveredSeconds === 0)
    return sentence(`${asItStands}no footage that counts covers any of the ${required}.`);
  if (missing.length === 0) return sentence(`${asItStands}all ${required} are covered.`);
  return sentence(
    `${asItStands}of the ${required}, ${all.coveredSeconds} s are covered: ` +
      `${before.coveredSeconds} of ${before.requiredSeconds} s before, ${during.coveredSeconds} of ${during.requiredSeconds} s during ` +
      `and ${after.coveredSeconds} of ${after.requiredSeconds} s after; ${missingWords(missing, facts.required.w)} missing.`,
  );
}

function sentence(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function missingWords(missing: readonly Interval[], w: Interval): string {
  const first = missing.filter(({ from }) => from === w.from);
  const last = missing.filter(({ to }) => to === w.to);
  const inside = missing.filter(({ from, to }) => from !== w.from && to !== w.to);
  const seconds = (pieces: readonly Interval[]): number => totalMs(pieces) / 1000;
  const parts = [
    ...(first.length > 0 ? [`the first ${seconds(first)} s`] : []),
    ...(inside.length > 0 ? [`${seconds(inside)} s inside`] : []),
    ...(last.length > 0 ? [`the last ${seconds(last)} s`] : []),
  ];
  return `${listed(parts, "and")} are`;
}

function sourcesSentence({ clips }: CaseFacts): string {
  const relations = new Set(
    clips.flatMap(({ relation, covered }) => (covered.length > 0 && relation ? [relation] : [])),
  );
  const cameras = (Object.keys(CAMERAS) as Relation[]).filter((relation) => relations.has(relation));
  return cameras.length === 0
    ? ""
    : `The pictures come from ${listed(
        cameras.map((each) => CAMERAS[each]),
        "and",
      )}.`;
}

function audioSentence({ audio, audioCoveredSeconds, facts }: Told): string {
  const required = (facts.required.w.to - facts.required.w.from) / 1000;
  if (facts.cover.length === 0) return "";
  if (audio === "RECORDED") return "There is sound throughout.";
  if (audioCoveredSeconds === required) return "There is sound throughout, as far as is known.";
  return audioCoveredSeconds === 0
    ? "There is no sound."
    : `There is sound for ${audioCoveredSeconds} of ${required} s.`;
}

/** Nothing where another sentence says why it cannot be said. */
function dutySentence({ facts, duty }: Told): string {
  const said = facts.incident.officerIds.length === 0 || facts.doubt?.open.includes("duty");
  return duty === "UNDETERMINED" && said ? "" : DUTIES[duty];
}

/** A camera that nobody confirmed may still hold what is missing. */
function nearbySentence({ facts: { clips }, outcome }: Told): string {
  const unseen = clips.filter(
    ({ footage, nearW, relation }) => nearW && relation === undefined && footage.state === "ACCEPTED",
  );
  const kinds = ["vehicle", "fixed"].filter((kind) =>
    unseen.some(({ recording }) => recording.kind === kind),
  );
  return kinds.length === 0 || outcome === "RECORDED"
    ? ""
    : `A ${listed(kinds, "or")} camera nearby may show it; it counts once a supervisor confirms that it does.`;
}

/** What happens next, and by when. */
function nextSentence({ facts, outcome, duty }: Told): string {
  const { incident, inputs, graceEndsMs } = facts;
  const alerted = incident.kind === "DISCHARGE" || incident.kind === "UNKNOWN";
  const acknowledge = alerted
    ? ` Acknowledge the alert within ${incident.policy.acknowledgeWithinHours} h.`
    : "";
  const failed = duty === "NOT_ON" || duty === "LATE_START" || duty === "EARLY_STOP";
  const ask =
    incident.officerIds.length === 0 ? "find out who carried the weapon, and ask" : "ask the officer";
  const nextBy: Readonly<Record<Outcome, string>> = {
    NOT_APPLICABLE: "Nothing is to be done.",
    RECORDED: `No more video is needed.${failed ? ` Next: ${ask} about their own camera.` : ""}`,
    AWAITING_FOOTAGE: `Next: see that the cameras are docked; footage is awaited until ${localTime(graceEndsMs, inputs.timeZone)}.`,
    NOT_RETAINED: `Footage of it was received and deleted too early. Next: find out why.${acknowledge}`,
    UNDETERMINED: `Next: settle it; until then it stays undetermined.${acknowledge}`,
    PARTLY_RECORDED: `Next: ${ask} why video is missing.${acknowledge}`,
    UNRECORDED: `Next: ${ask} why there is no video.${acknowledge}`,
  };
  return nextBy[outcome];
}
