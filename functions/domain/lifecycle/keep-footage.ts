import type { FootageRecord } from "#contracts/footage.ts";
import type { IncidentRecord } from "#contracts/incident.ts";
import { instantOf, toUtc } from "#domain/time/time.ts";

const DAY = 24 * 3_600_000;
/** Nothing that may go stays longer than this, and nothing that has gone stays unseen longer. */
const LOOK_EVERY_MS = DAY;

export type KeepingFacts = {
  readonly clip: FootageRecord;
  /** Every incident that the clip may concern. */
  readonly near: readonly IncidentRecord[];
  /** What protects the file in the store. */
  readonly protection: { readonly retainedUntil?: string; readonly held: boolean };
  readonly unmatchedDays: number;
  readonly now: Date;
};

export type KeepingDecision =
  | { readonly decision: "delete" }
  | { readonly decision: "keep"; readonly lookAt: string };

/**
 * A file may go once it matches nothing, nobody holds it, its lock is over and so are `unmatchedDays` since it was
 * stored. Until then somebody looks again by the day, or as soon as it may go.
 */
export function decideKeeping({ clip, near, protection, unmatchedDays, now }: KeepingFacts): KeepingDecision {
  const nextLook = now.getTime() + LOOK_EVERY_MS;
  const storedAt = instantOf(clip.stored?.storedAt ?? clip.declaredAt);
  const mayGoAt = Math.max(
    storedAt + unmatchedDays * DAY,
    protection.retainedUntil === undefined ? 0 : instantOf(protection.retainedUntil),
  );
  if (isMatched(clip, near) || protection.held || (clip.keeping?.holds.length ?? 0) > 0) {
    return { decision: "keep", lookAt: toUtc(nextLook) };
  }
  if (now.getTime() < mayGoAt) return { decision: "keep", lookAt: toUtc(Math.min(mayGoAt, nextLook)) };
  return { decision: "delete" };
}

/**
 * Whether the clip may show a use, or was found near one. A spark test and training are none: cameras that ran
 * anywhere in the force at that time would be kept for ever on their account.
 */
export function isMatched(
  { footageId }: Pick<FootageRecord, "footageId">,
  near: readonly IncidentRecord[],
): boolean {
  return near.some(({ kind, holds, confirmations }) => {
    if (kind !== "TEST" && kind !== "TRAINING") return true;
    if (holds.at(-1)?.action === "place") return true;
    return confirmations.some((confirmation) => confirmation.footageId === footageId);
  });
}
