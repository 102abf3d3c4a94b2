import { describe, expect, it } from "vitest";
import { chooseIncident, type JoinCandidate } from "#domain/log/join-reports.ts";
import { aPolicy, aReport, at, COLLEAGUE, OFFICER, WEAPON } from "#test/support/build-inputs.ts";

const candidate = (seconds: number, overrides: Partial<JoinCandidate> = {}): JoinCandidate => ({
  incidentId: `i-${seconds}`,
  weaponSerial: WEAPON,
  officerIds: [OFFICER],
  startMs: Date.parse(at(seconds)),
  endMs: Date.parse(at(seconds + 5)),
  uncertaintyMs: 0,
  ...overrides,
});

function chosen(
  report: { readonly statedAt: string; readonly weaponSerial?: string; readonly officerId?: string },
  candidates: readonly JoinCandidate[],
): string | undefined {
  const { weaponSerial: _weapon, ...unnamed } = aReport().report;
  return chooseIncident({ ...unnamed, ...report }, candidates, [aPolicy()], "Europe/London")?.incidentId;
}

describe("the incident that a report joins", () => {
  it("lies within 10 minutes of the stated time, ends included", () => {
    const named = { weaponSerial: WEAPON };
    expect(chosen({ ...named, statedAt: at(-600) }, [candidate(0)])).toBe("i-0");
    expect(chosen({ ...named, statedAt: at(-600.001) }, [candidate(0)])).toBeUndefined();
    expect(chosen({ ...named, statedAt: at(605) }, [candidate(0)])).toBe("i-0");
    expect(chosen({ ...named, statedAt: at(605.001) }, [candidate(0)])).toBeUndefined();
  });

  it("is widened by its uncertainty", () => {
    const unsure = candidate(0, { uncertaintyMs: 60_000 });
    expect(chosen({ weaponSerial: WEAPON, statedAt: at(-660) }, [unsure])).toBe("i-0");
    expect(chosen({ weaponSerial: WEAPON, statedAt: at(-660.001) }, [unsure])).toBeUndefined();
  });

  it("is the nearest, then the earlier, in whatever order they stand", () => {
    const three = [candidate(-300), candidate(0), candidate(400)];
    expect(chosen({ weaponSerial: WEAPON, statedAt: at(250) }, three)).toBe("i-400");
    expect(chosen({ weaponSerial: WEAPON, statedAt: at(200) }, three.toReversed())).toBe("i-0");
    const tie = [candidate(105), candidate(-5)];
    expect(chosen({ weaponSerial: WEAPON, statedAt: at(52.5) }, tie)).toBe("i--5");
    const twins = [candidate(0, { incidentId: "i-b" }), candidate(0, { incidentId: "i-a" })];
    expect(chosen({ weaponSerial: WEAPON, statedAt: at(0) }, twins)).toBe("i-a");
    expect(chosen({ weaponSerial: WEAPON, statedAt: at(0) }, twins.toReversed())).toBe("i-a");
  });

  it("is one with a known time before one that may lie anywhere", () => {
    const anywhere = candidate(-3600, { endMs: Date.parse(at(3600)), untrusted: true });
    expect(chosen({ weaponSerial: WEAPON, statedAt: at(60) }, [anywhere, candidate(0)])).toBe("i-0");
    expect(chosen({ weaponSerial: WEAPON, statedAt: at(1800) }, [candidate(0), anywhere])).toBe("i--3600");
  });

  it("is of the weapon that the report names, else of its officer", () => {
    const others = [candidate(0, { weaponSerial: "OTHER" })];
    expect(chosen({ weaponSerial: WEAPON, statedAt: at(0) }, others)).toBeUndefined();
    expect(chosen({ statedAt: at(0) }, others)).toBe("i-0");
    expect(chosen({ statedAt: at(0), officerId: COLLEAGUE }, others)).toBeUndefined();
  });

  it("may be near either of the hours of an ambiguous stated time, and near none that does not exist", () => {
    const first = candidate(0, {
      startMs: Date.parse("2026-10-25T00:30:00Z"),
      endMs: Date.parse("2026-10-25T00:30:05Z"),
    });
    const second = candidate(0, {
      startMs: Date.parse("2026-10-25T01:30:00Z"),
      endMs: Date.parse("2026-10-25T01:30:05Z"),
    });
    expect(chosen({ weaponSerial: WEAPON, statedAt: "2026-10-25T01:30:00" }, [first])).toBe("i-0");
    expect(chosen({ weaponSerial: WEAPON, statedAt: "2026-10-25T01:30:00" }, [second])).toBe("i-0");
    expect(chosen({ weaponSerial: WEAPON, statedAt: "2026-03-29T01:30:00" }, [first])).toBeUndefined();
  });

  it("may be without a name", () => {
    const { incidentId: _id, ...nameless } = candidate(0);
    expect(chosen({ weaponSerial: WEAPON, statedAt: at(0) }, [nameless, nameless])).toBeUndefined();
    expect(chooseIncident(aReport().report, [nameless, nameless], [aPolicy()], "Europe/London")).toEqual(
      nameless,
    );
  });
});
