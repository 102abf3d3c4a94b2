import { describe, expect, it } from "vitest";
import { decideKeeping, isMatched, type KeepingFacts } from "#domain/lifecycle/keep-footage.ts";
import { aClip } from "#test/support/build-inputs.ts";
import { anIncident } from "#test/support/lifecycle-builders.ts";

const STORED_AT = "2026-11-22T06:00:00.000Z";
const days = (count: number): Date => new Date(Date.parse(STORED_AT) + count * 24 * 3_600_000);
const clip = { ...aClip({ record: { declaredAt: STORED_AT } }) };

function kept(after: number, facts: Partial<KeepingFacts> = {}) {
  return decideKeeping({
    clip,
    near: [],
    protection: { held: false },
    unmatchedDays: 31,
    now: days(after),
    ...facts,
  });
}

const keep = (lookAt: Date) => ({ decision: "keep", lookAt: lookAt.toISOString() });

describe("footage that matches nothing", () => {
  it("goes when its days are over, counted from when it was stored", () => {
    expect(kept(31)).toEqual({ decision: "delete" });
    expect(kept(31 - 1e-6)).toEqual(keep(days(31)));
    const stored = { ...clip, stored: { versionId: "v", bytes: 1, storedAt: days(2).toISOString() } };
    expect(kept(32, { clip: stored as typeof clip })).toEqual(keep(days(33)));
    expect(kept(33, { clip: stored as typeof clip })).toEqual({ decision: "delete" });
  });

  it("stays while the store's lock lasts", () => {
    const protection = { held: false, retainedUntil: days(40).toISOString() };
    expect(kept(39.5, { protection })).toEqual(keep(days(40)));
    expect(kept(40, { protection })).toEqual({ decision: "delete" });
  });

  it("is looked at again a day later at most", () => {
    expect(kept(3)).toEqual(keep(days(4)));
    expect(kept(30)).toEqual(keep(days(31)));
  });

  it("stays while anybody holds it", () => {
    expect(kept(100, { protection: { held: true } })).toEqual(keep(days(101)));
    const holds = [{ incidentId: "i-1", since: STORED_AT }];
    const held = { ...clip, keeping: { lookAt: STORED_AT, holds } };
    expect(kept(100, { clip: held as typeof clip })).toEqual(keep(days(101)));
    const released = { ...clip, keeping: { lookAt: STORED_AT, holds: [] } };
    expect(kept(100, { clip: released as typeof clip })).toEqual({ decision: "delete" });
  });
});

describe("footage near an incident", () => {
  const hold = (action: "place" | "release") => ({ action, reason: "why", by: "s-1", at: STORED_AT });

  it.each(["DISCHARGE", "UNKNOWN", "UNINTENTIONAL", "NON_DISCHARGE"] as const)("stays for a %s", (kind) => {
    expect(isMatched(clip, [anIncident({ kind })])).toBe(true);
    expect(kept(100, { near: [anIncident({ kind })] })).toEqual(keep(days(101)));
  });

  it.each(["TEST", "TRAINING"] as const)("stays for a %s only when somebody asked for it", (kind) => {
    expect(isMatched(clip, [anIncident({ kind })])).toBe(false);
    expect(isMatched(clip, [anIncident({ kind, holds: [hold("place")] })])).toBe(true);
    expect(isMatched(clip, [anIncident({ kind, holds: [hold("place"), hold("release")] })])).toBe(false);
    const confirmed = (footageId: string) =>
      anIncident({
        kind,
        confirmations: [{ footageId, shows: true, reason: "seen", by: "s-1", at: STORED_AT }],
      });
    expect(isMatched(clip, [confirmed(clip.footageId)])).toBe(true);
    expect(isMatched(clip, [confirmed("f-other")])).toBe(false);
  });

  it("stays for one of several incidents", () => {
    expect(isMatched(clip, [anIncident({ kind: "TEST" }), anIncident({})])).toBe(true);
    expect(isMatched(clip, [])).toBe(false);
  });
});
