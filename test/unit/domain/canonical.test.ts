import { hash } from "node:crypto";
import { describe, expect, it } from "vitest";
import {
  canonicalJson,
  digestOfInputs,
  orderedInputs,
  sha256Hex,
  textOfOrdered,
} from "#domain/verdict/canonical.ts";
import { judge } from "#domain/verdict/judge.ts";
import {
  aBooking,
  aClip,
  anInputs,
  anOfficer,
  aPolicy,
  aReport,
  aRow,
  at,
  type ClipShape,
  LATER,
  OFFICER,
} from "#test/support/build-inputs.ts";
import { propertyRuns } from "#test/support/property-runs.ts";
import { randomIncident } from "#test/support/reference-judge/random-incidents.ts";

function reversedLists<T extends object>(value: T): T {
  const entries = Object.entries(value).map(([name, each]) => [
    name,
    Array.isArray(each) ? each.toReversed() : name === "incident" ? reversedLists(each) : each,
  ]);
  return Object.fromEntries(entries) as T;
}

/** A clip with a value in every field that a verdict may use. */
const FULL: ClipShape = {
  camera: { weaponSerial: "X12005BX7" },
  declaration: {
    audio: [{ from: at(-10), to: at(10) }],
    clock: { deviceClock: LATER, gatewayClock: LATER, lastSyncedAt: at(-9000), unset: false },
    incidentRef: "CAD 1",
    signals: [{ weaponSerial: "X12005BX7", at: at(1) }],
    positions: [{ at: at(0), lat: 51.5, lon: -0.1, accuracyMetres: 8 }],
  },
  media: { creationTime: at(-60), gaps: [{ from: 1, to: 3 }] },
  record: { deletedAt: LATER },
};

/** The same value with the fields of each of its objects the other way round. */
function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([name, field]) => [name, reversed(field)]),
  );
}

describe("bytes of inputs", () => {
  it("writes equal values as equal text, whatever the order of their fields", () => {
    expect(canonicalJson({ b: 1, a: [true, "é"] })).toBe('{"a":[true,"é"],"b":1}');
    expect(canonicalJson(undefined)).toBe("null");
  });

  it("hashes as SHA-256 does", () => {
    expect(sha256Hex("abc")).toBe("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  });

  it("hashes the canonical JSON of what is judged, whoever writes it and with whatever hash", () => {
    const { numRuns } = propertyRuns(300);
    for (let seed = 1; seed <= Math.min(numRuns, 300); seed += 1) {
      const { inputs } = randomIncident(seed, "small");
      const { now: _now, ...judged } = orderedInputs(inputs);
      const text = textOfOrdered(orderedInputs(inputs));
      expect(text).toBe(canonicalJson(judged));
      const inNode = (written: string): string => hash("sha256", written);
      expect(judge(inputs).inputsDigest).toBe(inNode(text));
      expect(judge(inputs, inNode)).toEqual(judge(inputs));
    }
  });

  it("orders each list by what names its entries, not by how they are written", () => {
    const rows = [
      aRow({ seq: 10 }, { conflicts: [] }),
      aRow({ seq: 9 }, { conflicts: [aRow().event] }),
      aRow({ seq: 10 }, { logId: "log-0" }),
    ];
    const inputs = anInputs({
      policies: [
        aPolicy({ version: "a", effectiveFrom: "2026-01-01", acknowledgeWithinHours: 1 }),
        aPolicy({ version: "b", effectiveFrom: "2019-01-01", acknowledgeWithinHours: 2 }),
        aPolicy({ version: "a", effectiveFrom: "2019-01-01", acknowledgeWithinHours: 3 }),
      ],
      reports: [
        aReport({ reportId: "b" }, { receivedAt: "2026-01-01T00:00:00.000Z" }),
        aReport({ reportId: "a" }, { receivedAt: "2026-01-02T00:00:00.000Z" }),
      ],
      bookings: [
        aBooking({ deviceSerial: "X2", from: at(0) }),
        aBooking({ deviceSerial: "X1", from: at(0), officerId: "b", fromAlso: at(-1) }),
        aBooking({ deviceSerial: "X1", from: at(0), officerId: "a", fromAlso: at(1) }),
        aBooking({ deviceSerial: "X1", from: at(-9), officerId: "c", fromAlso: at(2) }),
      ],
      officers: [anOfficer({ officerId: "b", borough: "A" }), anOfficer({ officerId: "a", borough: "B" })],
      footage: [
        aClip({ camera: { serial: "C1" }, record: { footageId: "b" } }),
        aClip({ camera: { serial: "C2" }, record: { footageId: "a" } }),
      ],
      confirmations: [
        { footageId: "b", shows: true, at: at(1) },
        { footageId: "a", shows: false, at: at(3) },
        { footageId: "a", shows: true, at: at(2) },
      ],
      unregisteredSerials: ["B", "A", "B"],
      incident: { rows, timeSyncs: rows.slice(0, 2) },
    });
    for (const given of [inputs, reversedLists(inputs)]) {
      const { incident, ...ordered } = orderedInputs(given);
      expect(incident.rows.map(({ event, delivery }) => [event.seq, delivery.logId])).toEqual([
        [9, "log-1"],
        [10, "log-0"],
        [10, "log-1"],
      ]);
      expect(incident.timeSyncs?.map(({ event }) => event.seq)).toEqual([9, 10]);
      expect(ordered.policies.map(({ acknowledgeWithinHours }) => acknowledgeWithinHours)).toEqual([3, 2, 1]);
      expect(ordered.reports.map(({ report }) => report.reportId)).toEqual(["a", "b"]);
      expect(ordered.bookings.map(({ deviceSerial, officerId }) => deviceSerial + officerId)).toEqual([
        "X1c",
        "X1a",
        "X1b",
        `X2${OFFICER}`,
      ]);
      expect(ordered.officers.map(({ officerId }) => officerId)).toEqual(["a", "b"]);
      expect(ordered.footage.map(({ footageId }) => footageId)).toEqual(["a", "b"]);
      expect(ordered.confirmations.map(({ footageId, shows }) => [footageId, shows])).toEqual([
        ["a", true],
        ["a", false],
        ["b", true],
      ]);
      expect(ordered.unregisteredSerials).toEqual(["A", "B"]);
    }
    expect(Object.keys(orderedInputs(anInputs({})).incident)).not.toContain("timeSyncs");
  });

  it("does not see a field of which nothing is said", () => {
    const inputs = anInputs({});
    const unsaid = { ...inputs, unregisteredSerials: undefined } as unknown as typeof inputs;
    expect(digestOfInputs(unsaid)).toBe(digestOfInputs(inputs));
  });

  it("does not see in which order the fields of a clip came", () => {
    const clip = aClip(FULL);
    const other = reversed(clip) as typeof clip;
    expect(Object.keys(other)).not.toEqual(Object.keys(clip));
    const text = textOfOrdered(orderedInputs(anInputs({ footage: [other] })));
    expect(text).toBe(textOfOrdered(orderedInputs(anInputs({ footage: [clip] }))));
    expect(JSON.parse(text).footage).toEqual([
      JSON.parse(canonicalJson(orderedInputs(anInputs({ footage: [clip] })).footage[0])),
    ]);
  });

  const changed: Record<string, ClipShape> = {
    "the camera's serial": { camera: { serial: "X1" } },
    "the camera's kind": { camera: { kind: "vehicle" } },
    "the camera's model": { camera: { model: "V300" } },
    "the camera's weapon": { camera: { weaponSerial: "X2" } },
    "the recording": { declaration: { recordingId: "R-2" } },
    "the clip's number": { declaration: { clip: 2 } },
    "its start": { from: -61 },
    "its end": { to: 66 },
    "when it was started": { pressed: -50 },
    "who started it": { declaration: { triggerOn: "signal" } },
    "who stopped it": { declaration: { triggerOff: "battery" } },
    "its sound as declared": { declaration: { audio: [] } },
    "its clock": { declaration: { clock: { gatewayClock: LATER } } },
    "what its clock said": { declaration: { clock: { deviceClock: LATER } } },
    "when its clock was set": { declaration: { clock: { lastSyncedAt: LATER } } },
    "that its clock was not set": { declaration: { clock: { unset: true } } },
    "its incident": { declaration: { incidentRef: "CAD 2" } },
    "its signals": { declaration: { signals: [] } },
    "its positions": { declaration: { positions: [] } },
    "whether it is the original": {
      declaration: {
        file: { name: "c", bytes: 1, contentType: "video/mp4", sha256: "0".repeat(64), original: false },
      },
    },
    "its bytes": {
      declaration: { file: { name: "c", bytes: 1, contentType: "video/mp4", sha256: "1".repeat(64) } },
    },
    "how long it plays": { media: { playableSeconds: 60 } },
    "its gaps": { media: { gaps: [] } },
    "its sound as found": { media: { audio: [] } },
    "when its file was made": { media: { creationTime: LATER } },
    "when it was declared": { record: { declaredAt: LATER } },
    "its state": { record: { state: "REJECTED" } },
    "that its number was used before": { record: { duplicateNumber: true } },
    "that it was deleted": { record: { deletedAt: at(0) } },
  };
  it.each(Object.entries(changed))("has another digest when %s is another", (_what, change) => {
    const other = aClip({
      ...FULL,
      ...change,
      camera: { ...FULL.camera, ...change.camera },
      declaration: { ...FULL.declaration, ...change.declaration },
      media: { ...FULL.media, ...change.media },
      record: { ...FULL.record, footageId: "f-1", ...change.record },
    });
    const clip = aClip({ ...FULL, record: { ...FULL.record, footageId: "f-1" } });
    expect(digestOfInputs(anInputs({ footage: [other] }))).not.toBe(
      digestOfInputs(anInputs({ footage: [clip] })),
    );
  });

  it("leaves now out of the digest and nothing else that is judged", () => {
    const inputs = anInputs({ footage: [aClip()] });
    const digest = digestOfInputs(inputs);
    expect(digestOfInputs({ ...inputs, now: "2030-01-01T00:00:00.000Z" })).toBe(digest);
    expect(digestOfInputs({ ...inputs, timeZone: "UTC" })).not.toBe(digest);
    expect(digestOfInputs(anInputs({ footage: [aClip({ from: -59 })] }))).not.toBe(digest);
  });

  it("leaves fresh upload URLs, vendor data and the keeping of a file out of the digest", () => {
    const digest = digestOfInputs(anInputs({ footage: [aClip()] }));
    const repeated = aClip({
      record: { urlsExpireAt: LATER, uploadId: "u-2", declaredBy: "gateway-2", settledAt: LATER },
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
