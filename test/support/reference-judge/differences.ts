import type { Judgement } from "#contracts/verdict.ts";
import type { CoverBySpan } from "./cover.ts";
import { WEAPON } from "./random-log.ts";
import type { ReferenceJudgement } from "./reference-judge.ts";
import type { Span } from "./spans.ts";

/** The codes that the contract itself names. */
const CODES = [
  "LATE_START",
  "EARLY_STOP",
  "GAP",
  "LEAD_ONLY",
  "AFTERMATH_ONLY",
  "NO_FOOTAGE",
  "PROMISED_FOOTAGE_MISSING",
  "UNREADABLE_FOOTAGE",
  "SIGNAL_CANCELLED",
  "SHORTER_THAN_DECLARED",
  "CREATION_TIME_MISMATCH",
  "LOG_GAP",
  "LOG_CONFLICT",
  "DUPLICATE_NUMBER",
  "TIME_ZONE_SUSPECTED",
  "DRIVE_STUN_UNCONFIRMED",
];

const utc = (ms: number) => new Date(ms).toISOString();
const utcSpan = ({ from, to }: Span) => ({ from: utc(from), to: utc(to) });

const seconds = ([required, covered]: readonly [number, number]) => ({
  requiredSeconds: required / 1000,
  coveredSeconds: covered / 1000,
});

const coverInSeconds = (cover: CoverBySpan) => ({
  ...seconds([cover.required, cover.covered]),
  before: seconds(cover.before),
  during: seconds(cover.during),
  after: seconds(cover.after),
  missing: cover.missing.map(utcSpan),
});

type Cover = Judgement["video"];

const coverOfEngine = ({ requiredSeconds, coveredSeconds, before, during, after, missing }: Cover) => ({
  requiredSeconds,
  coveredSeconds,
  before,
  during,
  after,
  missing,
});

const clocksOfEngine = ({ clocks }: Judgement): string[] =>
  clocks
    .map(({ serial, offsetSeconds, uncertaintySeconds, basis }) => {
      const [offset, uncertainty] = [offsetSeconds, uncertaintySeconds].map((each) =>
        Math.round(each * 1000),
      );
      return `${serial} ${offset} ±${uncertainty} ${basis}`;
    })
    .sort();

const clocksOfReference = ({ clocks }: ReferenceJudgement["zero"]): string[] =>
  [...clocks].flatMap(([serial, texts]) => texts.map((text) => `${serial} ${text}`)).sort();

/** What the two say of an incident, in the same words: one entry per thing that both must agree on. */
function pairs(engine: Judgement, reference: ReferenceJudgement): [string, unknown, unknown][] {
  const always: [string, unknown, unknown][] = [
    ["outcome", engine.outcome, reference.outcome],
    ["possibleOutcomes", engine.possibleOutcomes, reference.possibleOutcomes],
    ["kind", engine.kind, reference.kind],
    ["occurredAt", engine.occurredAt, utc(reference.occurredAt)],
    ["officerId", engine.officerId, reference.officerId],
    ["officerUnknown", engine.officerUnknown ?? false, reference.officerUnknown],
    ["actions", engine.actions.toSorted(), reference.actions],
    ["graceEndsAt", engine.graceEndsAt, utc(reference.graceEndsAt)],
    ["audio.outcome", engine.audio.outcome, reference.audio.outcome],
    ["audio.possibleOutcomes", engine.audio.possibleOutcomes, reference.audio.possibleOutcomes],
    ["duty", engine.duty.outcome, reference.duty],
    ["policy", engine.policy.version, reference.policy],
    ["final", engine.final, reference.final],
  ];
  // With several carriers or readings of the hour, what is told at zero shift is told of one of them.
  if (reference.cases > 1 || !reference.zero.trusted) return always;
  const { zero } = reference;
  const codes = new Set(engine.findings.map(({ code }) => code).filter((code) => CODES.includes(code)));
  return [
    ...always,
    ["priority", engine.priority, reference.priority],
    ["findings", [...codes].sort(), zero.findings],
    ["video", coverOfEngine(engine.video), coverInSeconds(zero.video)],
    ["audio", coverOfEngine(engine.audio), coverInSeconds(zero.audio)],
    [
      "cycles",
      engine.cycles.map(({ from, to, coveredSeconds }) => ({ from, to, coveredSeconds })),
      zero.cycles.map(({ span, covered }) => ({ ...utcSpan(span), coveredSeconds: covered / 1000 })),
    ],
    [
      "sources",
      engine.sources.toSorted((a, b) => (a.footageId < b.footageId ? -1 : 1)),
      zero.sources.map((source) => ({ ...source, covered: source.covered.map(utcSpan) })),
    ],
    ["nearby", engine.nearby.map(({ footageId }) => footageId).sort(), zero.nearby],
    // A weapon has one clock per delivery (and per reading of autumn's hour): one of them is told.
    ["clocks", clocksOfEngine(engine), clocksOfReference(zero).filter((clock) => isTold(clock, engine))],
  ];
}

/** A weapon's clocks but for those of other deliveries than the one that the engine tells. */
function isTold(clock: string, engine: Judgement): boolean {
  const told = clocksOfEngine(engine);
  const [serial] = clock.split(" ");
  const deliveries = told.filter((each) => each.startsWith(`${serial} `));
  return serial !== WEAPON || deliveries.length === 0 || told.includes(clock);
}

export type Difference = { readonly what: string; readonly engine: unknown; readonly reference: unknown };

/** Everything in which the engine and the reference do not say the same. */
export function differencesBetween(engine: Judgement, reference: ReferenceJudgement): Difference[] {
  return pairs(engine, reference)
    .filter(([, ours, theirs]) => JSON.stringify(ours) !== JSON.stringify(theirs))
    .map(([what, ours, theirs]) => ({ what, engine: ours, reference: theirs }));
}
