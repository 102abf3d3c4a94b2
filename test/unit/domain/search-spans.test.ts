import { describe, expect, it } from "vitest";
import { footageSearchSpan, incidentSearchSpan, joinSpans } from "#domain/cover/search-spans.ts";
import { incidentFacts } from "#domain/log/incident-facts.ts";
import { toUtc } from "#domain/time/time.ts";
import { judge } from "#domain/verdict/judge.ts";
import { aClip, anInputs, aPolicy, aReport, aRow, at } from "#test/support/build-inputs.ts";

const policies = [
  aPolicy(),
  aPolicy({ version: "2027", effectiveFrom: "2027-01-01", assumedSyncAgeDays: 180 }),
];

describe("where a clip may lie", () => {
  it("reaches from its corrected start to a second past its end, widened by its uncertainty", () => {
    const clip = aClip({
      declaration: { clock: { deviceClock: "2026-11-22T06:01:00Z", gatewayClock: "2026-11-22T06:00:00Z" } },
    });
    const span = footageSearchSpan(clip.declaration, clip.declaredAt, policies, "Europe/London");
    // 1 s, and 20 ppm of the 8 h 54 min from its corrected start to its docking.
    const uncertainty = 1000 + Math.ceil((20 * (8 * 3600 + 54 * 60)) / 1000);
    expect(span).toEqual({
      fromMs: Date.parse(at(-120)) - uncertainty,
      toMs: Date.parse(at(6)) + uncertainty,
    });
  });

  it("is unknown when any of the policies cannot trust its clock", () => {
    const clip = aClip({ from: 0, to: 65, declaration: { clock: { gatewayClock: at(-200) } } });
    const span = (of: typeof policies) =>
      footageSearchSpan(clip.declaration, clip.declaredAt, of, "Europe/London");
    expect(span(policies.slice(1))).not.toBe("untrusted");
    expect(span(policies)).toBe("untrusted");
  });

  it("is widened by the most doubtful of the policies", () => {
    const clip = aClip({ declaration: { clock: undefined } });
    const span = footageSearchSpan(clip.declaration, clip.declaredAt, policies, "Europe/London");
    expect(span).toEqual({ fromMs: Date.parse(at(-60)) - 312_040, toMs: Date.parse(at(66)) + 312_040 });
  });

  it("is unknown when its clock cannot be trusted", () => {
    const clip = aClip({ declaration: { clock: { unset: true } } });
    expect(footageSearchSpan(clip.declaration, clip.declaredAt, policies, "Europe/London")).toBe("untrusted");
  });

  it("is unknown when it was delivered before it ended", () => {
    const clock = { gatewayClock: at(0), lastSyncedAt: at(-3600) };
    const clip = aClip({ from: -60, to: 5, declaration: { clock } });
    expect(footageSearchSpan(clip.declaration, clip.declaredAt, policies, "Europe/London")).toBe("untrusted");
    expect(judge(anInputs({ footage: [clip] })).findings.map(({ code }) => code)).toContain(
      "CLOCK_UNTRUSTED",
    );
  });

  it("is a quarter of a year at most, however many centuries its clock is off", () => {
    const clock = { deviceClock: "9999-12-31T23:59:59Z", gatewayClock: "2026-11-22T06:00:00Z" };
    const clip = aClip({ declaration: { clock } });
    const span = footageSearchSpan(clip.declaration, clip.declaredAt, policies, "Europe/London");
    if (span === "untrusted") throw new Error("expected a span");
    expect(span.toMs - span.fromMs).toBe(92 * 24 * 3_600_000);
    // The middle of its doubt: its corrected start and end, the end a second later.
    const offset = Date.parse(clock.deviceClock) - Date.parse(clock.gatewayClock);
    const middle = Date.parse(at(-60)) / 2 + Date.parse(at(66)) / 2 - offset;
    expect(Math.abs((span.fromMs + span.toMs) / 2 - middle)).toBeLessThan(1);
  });

  it("reaches at least a second when it was declared to end before it began", () => {
    const clip = aClip({ from: 0, to: -5 });
    expect(footageSearchSpan(clip.declaration, clip.declaredAt, policies, "Europe/London")).toMatchObject({
      toMs: Date.parse(at(1)) + 1639,
    });
  });
});

describe("where footage of an incident may lie", () => {
  const spanOf = (shape: Parameters<typeof anInputs>[0]): readonly string[] => {
    const { fromMs, toMs } = incidentSearchSpan(incidentFacts(anInputs(shape)));
    return [toUtc(fromMs), toUtc(toMs)];
  };

  it("reaches back to a recording that was cancelled a minute before, and to the end of W", () => {
    expect(spanOf({})).toEqual([at(-60 - 1.639), at(35 + 1.639)]);
    expect(spanOf({ policies: [aPolicy({ leadSeconds: 90 })] })).toEqual([at(-90 - 1.639), at(35 + 1.639)]);
  });

  it("holds both readings of an ambiguous time", () => {
    const reports = [aReport({ statedAt: "2026-10-25T01:30:00" })];
    expect(spanOf({ reports, incident: { rows: [] } })).toEqual([
      "2026-10-25T00:19:00.000Z",
      "2026-10-25T01:40:30.001Z",
    ]);
  });

  it("holds the booking of rows that cannot be trusted", () => {
    expect(spanOf({ incident: { rows: [aRow({ at: "2000-01-01T00:10:00Z" })] } })).toEqual([
      "2026-11-21T13:59:00.000Z",
      "2026-11-21T23:00:30.000Z",
    ]);
  });
});

describe("spans that are looked through together", () => {
  const HOUR = 3_600_000;
  const span = (from: number, to: number) => ({ fromMs: from * HOUR, toMs: to * HOUR });

  it("become one where they meet or lie within an hour of each other, in whatever order they come", () => {
    expect(joinSpans([span(6, 7), span(0, 2), span(1, 5), span(9, 10)])).toEqual([span(0, 7), span(9, 10)]);
    expect(joinSpans([span(0, 9), span(1, 2)])).toEqual([span(0, 9)]);
    expect(joinSpans([])).toEqual([]);
  });

  it("never become longer than one search may be, and lose no hour", () => {
    const days = Array.from({ length: 800 }, (_, day) => span(day * 24, day * 24 + 25));
    const joined = joinSpans(days);
    expect(joined[0]?.fromMs).toBe(0);
    expect(joined.at(-1)?.toMs).toBe(span(0, 799 * 24 + 25).toMs);
    for (const [index, { fromMs, toMs }] of joined.entries()) {
      expect(toMs - fromMs).toBeLessThanOrEqual(184 * 24 * HOUR);
      expect(joined[index + 1]?.fromMs ?? toMs).toBeLessThanOrEqual(toMs);
    }
  });
});
