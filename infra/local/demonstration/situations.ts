import type { AlertType } from "#contracts/alert.ts";
import type { DutyOutcome, IncidentKind, Outcome } from "#contracts/verdict.ts";
import type { SampleClipName } from "#infra/local/footage/catalogue.ts";

/** What an expert expects of a situation, and what `--once` compares. */
export type Expectation = {
  readonly kind: IncidentKind;
  /** The outcomes of the verdict's versions, without repeats, oldest first. */
  readonly outcomes: readonly Outcome[];
  readonly audio: Outcome;
  readonly duty: DutyOutcome;
  /** Findings that must be there; others may be. */
  readonly findings: readonly string[];
  /** Relations of the footage that counts. */
  readonly sources: readonly string[];
  /** Types of all alerts, each once. */
  readonly alerts: readonly AlertType[];
};

export type Cycle = { readonly at: number; readonly seconds: number };

/** One clip; times are seconds from the situation's own moment, which is when the trigger was pulled. */
export type Clip = {
  readonly clip: SampleClipName;
  readonly startsAt: number;
  readonly pressedAt: number;
  readonly triggerOff?: "wearer" | "battery" | "fault";
  /** Sound is only declared from when it was pressed: the buffer before it is silent. */
  readonly silentBuffer?: boolean;
  readonly by: "officer" | "colleague";
};

/** When each situation's moment is: hours ago, or so many seconds before the footage grace ends. */
export type Moment = { readonly hoursAgo: number } | { readonly secondsBeforeGraceEnds: number };

export type Situation = {
  readonly number: number;
  readonly title: string;
  readonly moment: Moment;
  readonly cycles: readonly Cycle[];
  /** Rows before and after the cycles: `armed` and `safe`, seconds from the moment. */
  readonly armedAt: number;
  readonly safeAt: number;
  /** A spark test: one arc without a cartridge. */
  readonly test?: boolean;
  readonly clips: readonly Clip[];
  /** When the clips come: with the log, after the first verdict, or after the alert. */
  readonly clipsCome: "with-the-log" | "after-the-first-verdict" | "after-the-alert";
  readonly report?: {
    readonly action: "fired" | "drawn";
    readonly bodyWornVideo: "yes" | "no" | "not-known";
  };
  /** Seconds by which the weapon's clock is fast. */
  readonly weaponClockFast?: number;
  /** A gateway that sends everything twice, and the later things first. */
  readonly twiceAndBackwards?: boolean;
  readonly acknowledge?: boolean;
  readonly expected: Expectation;
};

const oneCycle: readonly Cycle[] = [{ at: 0, seconds: 5 }];
const fired = { action: "fired", bodyWornVideo: "yes" } as const;
const discharge = { cycles: oneCycle, armedAt: -8, safeAt: 15 } as const;

/** The nine situations of the demonstration shift. */
export const situations: readonly Situation[] = [
  {
    ...discharge,
    number: 1,
    title: "Recorded from before the first cycle to after the last; the weapon's clock is 3 minutes fast",
    moment: { hoursAgo: 9 },
    clips: [{ clip: "full-390s", startsAt: -60, pressedAt: -40, by: "officer" }],
    clipsCome: "with-the-log",
    report: fired,
    weaponClockFast: 180,
    expected: {
      kind: "DISCHARGE",
      outcomes: ["RECORDED"],
      audio: "RECORDED",
      duty: "MET",
      findings: [],
      sources: ["own"],
      alerts: ["DISCHARGE_REPORTED"],
    },
  },
  {
    ...discharge,
    number: 2,
    title: "Recording pressed 85 s after the first cycle; the silent 60 s buffer holds the second",
    moment: { hoursAgo: 8 },
    cycles: [
      { at: 0, seconds: 5 },
      { at: 45, seconds: 5 },
    ],
    safeAt: 60,
    clips: [{ clip: "late-95s", startsAt: 25, pressedAt: 85, silentBuffer: true, by: "officer" }],
    clipsCome: "with-the-log",
    report: fired,
    expected: {
      kind: "DISCHARGE",
      outcomes: ["PARTLY_RECORDED"],
      audio: "UNRECORDED",
      duty: "LATE_START",
      findings: ["LATE_START"],
      sources: ["own"],
      alerts: ["DISCHARGE_REPORTED", "PARTLY_RECORDED_DISCHARGE"],
    },
  },
  {
    ...discharge,
    number: 3,
    title: "Nothing recorded; a supervisor is alerted and acknowledges",
    moment: { hoursAgo: 7 },
    clips: [],
    clipsCome: "with-the-log",
    report: { action: "fired", bodyWornVideo: "no" },
    acknowledge: true,
    expected: {
      kind: "DISCHARGE",
      outcomes: ["UNRECORDED"],
      audio: "UNRECORDED",
      duty: "NOT_ON",
      findings: ["NO_FOOTAGE"],
      sources: [],
      alerts: ["DISCHARGE_REPORTED", "UNRECORDED_DISCHARGE"],
    },
  },
  {
    ...discharge,
    number: 4,
    title: "Footage comes after the first verdict, before the grace ends",
    moment: { secondsBeforeGraceEnds: 25 },
    clips: [{ clip: "half-180s", startsAt: -60, pressedAt: -45, by: "officer" }],
    clipsCome: "after-the-first-verdict",
    report: fired,
    expected: {
      kind: "DISCHARGE",
      outcomes: ["AWAITING_FOOTAGE", "RECORDED"],
      audio: "RECORDED",
      duty: "MET",
      findings: [],
      sources: ["own"],
      alerts: ["DISCHARGE_REPORTED"],
    },
  },
  {
    ...discharge,
    number: 5,
    title: "The grace ends without footage, supervisors are alerted, then the footage comes",
    moment: { secondsBeforeGraceEnds: 8 },
    clips: [{ clip: "half-180s", startsAt: -60, pressedAt: -45, by: "officer" }],
    clipsCome: "after-the-alert",
    report: { action: "fired", bodyWornVideo: "not-known" },
    expected: {
      kind: "DISCHARGE",
      outcomes: ["AWAITING_FOOTAGE", "UNRECORDED", "RECORDED"],
      audio: "RECORDED",
      duty: "MET",
      findings: [],
      sources: ["own"],
      alerts: ["DISCHARGE_REPORTED", "UNRECORDED_DISCHARGE", "REVISED"],
    },
  },
  {
    ...discharge,
    number: 6,
    title:
      "The officer's camera is knocked off; a colleague's, linked by the incident reference, holds the rest",
    moment: { hoursAgo: 6 },
    clips: [
      { clip: "minute-60s", startsAt: -50, pressedAt: -40, triggerOff: "fault", by: "officer" },
      { clip: "short-120s", startsAt: -10, pressedAt: -5, by: "colleague" },
    ],
    clipsCome: "with-the-log",
    report: fired,
    expected: {
      kind: "DISCHARGE",
      outcomes: ["RECORDED"],
      audio: "RECORDED",
      duty: "EARLY_STOP",
      findings: [],
      sources: ["other-officer", "own"],
      alerts: ["DISCHARGE_REPORTED"],
    },
  },
  {
    number: 7,
    title: "Spark test at booking-out: no use of force, listed all the same",
    moment: { hoursAgo: 10 },
    cycles: [],
    armedAt: -2,
    safeAt: 4,
    test: true,
    clips: [],
    clipsCome: "with-the-log",
    expected: {
      kind: "TEST",
      outcomes: ["NOT_APPLICABLE"],
      audio: "NOT_APPLICABLE",
      duty: "NOT_APPLICABLE",
      findings: [],
      sources: [],
      alerts: [],
    },
  },
  {
    number: 8,
    title: "Drawn and never fired",
    moment: { hoursAgo: 5 },
    cycles: [],
    armedAt: 0,
    safeAt: 20,
    clips: [{ clip: "half-180s", startsAt: -60, pressedAt: -50, by: "officer" }],
    clipsCome: "with-the-log",
    report: { action: "drawn", bodyWornVideo: "yes" },
    expected: {
      kind: "NON_DISCHARGE",
      outcomes: ["RECORDED"],
      audio: "RECORDED",
      duty: "MET",
      findings: [],
      sources: ["own"],
      alerts: [],
    },
  },
  {
    ...discharge,
    number: 9,
    title: "A gateway sends everything twice and out of order",
    moment: { hoursAgo: 4 },
    cycles: [
      { at: 0, seconds: 5 },
      { at: 20, seconds: 5 },
    ],
    safeAt: 40,
    clips: [{ clip: "half-180s", startsAt: -60, pressedAt: -45, by: "officer" }],
    clipsCome: "with-the-log",
    report: fired,
    twiceAndBackwards: true,
    expected: {
      kind: "DISCHARGE",
      outcomes: ["RECORDED"],
      audio: "RECORDED",
      duty: "MET",
      findings: [],
      sources: ["own"],
      alerts: ["DISCHARGE_REPORTED"],
    },
  },
];
