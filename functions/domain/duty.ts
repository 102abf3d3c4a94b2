import type { DutyOutcome } from "#contracts/verdict.ts";
import type { Required } from "./coverage.ts";
import { overlaps } from "./intervals.ts";
import type { Run } from "./recordings.ts";

/** Outcomes of the table, best first; the last two stand for having recorded nothing of the event. */
export const DUTY_FROM_BEST = ["MET", "EARLY_STOP", "LATE_START", "NO_CAMERA_ISSUED", "NOT_ON"] as const;
type FirmDuty = (typeof DUTY_FROM_BEST)[number];

/**
 * What the firing officer's own runs can mean for the officer's duty (contract §6): one outcome, or several when
 * nothing says when a run was started.
 */
export function possibleDuties(
  { c, w }: Required,
  runs: readonly Run[],
  cameraIssued: boolean,
): ReadonlySet<DutyOutcome> {
  const none: FirmDuty = cameraIssued ? "NOT_ON" : "NO_CAMERA_ISSUED";
  const judged = runs.map((run) => ({
    atBest: dutyOf(run.triggerMs ?? run.from, run, { c, w }) ?? none,
    atWorst:
      (run.triggerMs === undefined ? lateAtBest(run, { c, w }) : dutyOf(run.triggerMs, run, { c, w })) ??
      none,
  }));
  const certain = best([none, ...judged.map(({ atWorst }) => atWorst)]);
  return new Set([certain, ...judged.map(({ atBest }) => best([atBest, certain]))]);
}

/** The best of several outcomes; at least one is needed. */
function best(duties: readonly FirmDuty[]): FirmDuty {
  const ranks = duties.map((duty) => DUTY_FROM_BEST.indexOf(duty));
  return DUTY_FROM_BEST[Math.min(...ranks)] as FirmDuty;
}

function dutyOf(triggerMs: number, run: Run, required: Required): FirmDuty | undefined {
  if (triggerMs <= required.c.from && run.to >= required.w.to) return "MET";
  if (triggerMs <= required.c.from && required.c.from < run.to) return "EARLY_STOP";
  return lateAtBest(run, required);
}

function lateAtBest(run: Run, { c, w }: Required): FirmDuty | undefined {
  return overlaps(run, { from: c.from, to: w.to }) ? "LATE_START" : undefined;
}
