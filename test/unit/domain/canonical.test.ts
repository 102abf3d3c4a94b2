import { describe, expect, it } from "vitest";
import { canonicalJson, digestOfInputs, orderedInputs, sha256Hex } from "#domain/verdict/canonical.ts";
import { aClip, anInputs, aReport, aRow, LATER } from "#test/support/build-inputs.ts";

describe("bytes of inputs", () => {
  it("writes equal values as equal text, whatever the order of their fields", () => {
    expect(canonicalJson({ b: 1, a: [true, "é"] })).toBe('{"a":[true,"é"],"b":1}');
    expect(canonicalJson(undefined)).toBe("null");
  });

  it("hashes as SHA-256 does", () => {
    expect(sha256Hex("abc")).toBe("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  });

  it("leaves now out of the digest and nothing else that is judged", () => {
    const inputs = anInputs({ footage: [aClip()] });
    const digest = digestOfInputs(inputs);
    expect(digestOfInputs({ ...inputs, now: "2030-01-01T00:00:00.000Z" })).toBe(digest);
    expect(digestOfInputs({ ...inputs, timeZone: "UTC" })).not.toBe(digest);
    expect(digestOfInputs(anInputs({ footage: [aClip({ from: -59 })] }))).not.toBe(digest);
  });

  it("leaves fresh upload URLs and vendor data out of the digest", () => {
    const digest = digestOfInputs(anInputs({ footage: [aClip()] }));
    const repeated = aClip({
      record: { urlsExpireAt: LATER, uploadId: "u-2", declaredBy: "gateway-2" },
      declaration: { vendor: { firmware: "1.2" } },
    });
    expect(digestOfInputs(anInputs({ footage: [repeated] }))).toBe(digest);
  });

  it("has one order for every list and drops repetitions", () => {
    const rows = [aRow(), aRow({ seq: 4103, type: "safe" })];
    const footage = [aClip(), aClip({ declaration: { clip: 2 } })];
    const shape = { missingSeqs: [7, 5], timeSyncs: [aRow({ seq: 9, type: "time-sync" })] };
    const once = anInputs({ footage, unregisteredSerials: ["B", "A"], incident: { rows, ...shape } });
    const twice = anInputs({
      footage: [...footage.toReversed(), ...footage],
      unregisteredSerials: ["A", "B", "A"],
      incident: { rows: [...rows.toReversed(), ...rows], ...shape, missingSeqs: [5, 7, 5] },
    });
    expect(canonicalJson(orderedInputs(twice))).toBe(canonicalJson(orderedInputs(once)));
    expect(digestOfInputs(twice)).toBe(digestOfInputs(once));
  });

  it("keeps the highest revision of a report", () => {
    const reports = [aReport({ revision: 2 }), aReport({ revision: 1 }), aReport({ reportId: "report-0" })];
    expect(
      orderedInputs(anInputs({ reports })).reports.map(({ report }) => [report.reportId, report.revision]),
    ).toEqual([
      ["report-0", 1],
      ["report-1", 2],
    ]);
  });
});
