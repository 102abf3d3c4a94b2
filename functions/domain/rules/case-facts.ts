import type { Relation } from "#contracts/verdict.ts";
import type { Required } from "#domain/cover/coverage.ts";
import type { JudgedClip, JudgedInputs } from "#domain/cover/judged-inputs.ts";
import type { Recording } from "#domain/cover/recordings.ts";
import type { IncidentFacts } from "#domain/log/incident-facts.ts";
import type { ClockReading } from "#domain/time/clocks.ts";
import type { Interval } from "#domain/time/intervals.ts";

/** What the clocks can leave open. */
export type OpenQuestion = "video" | "audio" | "duty";

/** Whose clock it is: a camera's serial, or the event's (its weapon's, or its report's). */
export type ClockOwner = { readonly camera: string } | "event";

/** A clock whose uncertainty (± ms) can change the answer. */
export type DoubtfulClock = {
  readonly owner: ClockOwner;
  readonly uncertaintyMs: number;
  /** How the clock was read; a report's stated time is only `stated`. */
  readonly basis: ClockReading["basis"] | "stated";
};

export type ClockDoubt = {
  readonly open: readonly OpenQuestion[];
  /** As few as would settle it if they were known exactly: the event's before those of cameras. */
  readonly clocks: readonly DoubtfulClock[];
};

/** A clip as the zero shift sees it (ms on the true time line). */
export type ConsideredClip = {
  readonly footage: JudgedClip;
  readonly recording: Recording;
  /** How it would count if it is usable; undefined when nothing links it to the event. */
  readonly relation: Relation | undefined;
  /** What it was declared to span; undefined when its clock cannot tell where that was. */
  readonly declared: Interval | undefined;
  /** What of W it covers; empty when it does not count. */
  readonly covered: readonly Interval[];
  /** Whether it overlaps W, as declared or as it plays. */
  readonly nearW: boolean;
};

/** Everything that a finding rule may look at: the case at zero shift. */
export type CaseFacts = {
  readonly inputs: JudgedInputs;
  readonly incident: IncidentFacts;
  readonly required: Required;
  /** Union of what counts inside W. */
  readonly cover: readonly Interval[];
  /** Whether a judgement of cover is made at all: not for tests and training. */
  readonly applicable: boolean;
  readonly clips: readonly ConsideredClip[];
  /** Which clocks leave what open; undefined when they leave nothing. */
  readonly doubt: ClockDoubt | undefined;
  readonly nowMs: number;
  readonly graceEndsMs: number;
};

/** Whether the clip is the officer's own. */
export function isOwn({ relation }: ConsideredClip): boolean {
  return relation === "own";
}

/** Names clips in a detail, in one order. */
export function namesOf(clips: readonly ConsideredClip[]): string {
  return clips
    .map(({ footage }) => footage.footageId)
    .sort()
    .join(", ");
}

/** The weapon's serial where it is known. */
export function weaponName({ inputs }: Pick<CaseFacts, "inputs">): string {
  return inputs.incident.weaponSerial ?? "the weapon";
}
