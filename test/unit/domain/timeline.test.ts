import { describe, expect, it } from "vitest";
import type { JudgementInputs } from "#contracts/judgement-inputs.ts";
import { judge } from "#domain/verdict/judge.ts";
import { rowWithin, timelineOf } from "#domain/verdict/timeline.ts";
import { aClip, anExactPolicy, anInputs, aRow, CAMERA, EVENT_AT } from "#test/support/build-inputs.ts";

const zero = Date.parse(EVENT_AT);
const s = (from: number, to: number) => ({ from: zero + from * 1000, to: zero + to * 1000 });

const timeline = (inputs: JudgementInputs) =>
  timelineOf(inputs, { ...judge(inputs), version: 1, decidedAt: inputs.now });
const exact = (changes: Parameters<typeof anInputs>[0] = {}) =>
  anInputs({ policies: [anExactPolicy()], ...changes });

describe("the picture's facts", () => {
  it("are the required time, the event and its cycles", () => {
    const rows = [aRow(), aRow({ seq: 4103, at: "2026-11-21T21:08:20.000Z" })];
    const { required, event, cycles, timeUnknown } = timeline(exact({ incident: { rows } }));
    expect({ required, event, cycles, timeUnknown }).toEqual({
      required: s(-30, 55),
      event: s(0, 25),
      cycles: [s(0, 5), s(20, 25)],
      timeUnknown: false,
    });
  });

  it("are what each camera holds, and what all together lack", () => {
    const { cameras, missing } = timeline(exact({ footage: [aClip({ from: -10, to: 20 })] }));
    expect(missing).toEqual([s(-30, -10), s(20, 35)]);
    expect(cameras).toMatchObject([
      {
        serial: CAMERA,
        relation: "own",
        notCounting: undefined,
        uncertaintyMs: 0,
        video: { told: [s(-10, 20)], certain: [s(-10, 20)], doubtful: [] },
      },
    ]);
  });

  it("leave each end open by as much as the camera's clock and the weapon's may be wrong together", () => {
    const [camera] = timeline(anInputs({ footage: [aClip({ from: -10, to: 20 })] })).cameras;
    const doubt = camera?.uncertaintyMs ?? 0;
    expect(doubt).toBeGreaterThan(3000);
    const [from, to] = [zero - 10_000, zero + 20_000];
    expect(camera?.video).toEqual({
      told: [{ from, to }],
      certain: [{ from: from + doubt, to: to - doubt }],
      doubtful: [
        { from: from - doubt, to: from + doubt },
        { from: to - doubt, to: to + doubt },
      ],
    });
  });

  it("put a camera's clips that are the same in everything into one row", () => {
    const clips = [
      aClip({ from: -40, to: -20 }),
      aClip({ from: 10, to: 40, declaration: { recordingId: "R-2" } }),
    ];
    const { cameras } = timeline(exact({ footage: clips }));
    expect(cameras).toMatchObject([{ video: { told: [s(-40, -20), s(10, 40)] } }]);
    expect(cameras[0]?.footageIds).toHaveLength(2);
  });

  it.each([
    ["never-came", aClip({ record: { state: "EXPIRED" } })],
    ["unusable", aClip({ record: { state: "REJECTED" } })],
    ["deleted", aClip({ record: { deletedAt: "2026-11-22T07:00:00.000Z" } })],
    ["not-confirmed", aClip({ camera: { serial: "V-1", kind: "vehicle" } })],
    ["not-linked", aClip({ camera: { serial: "OTHER-1" } })],
    ["time-unknown", aClip({ declaration: { clock: { unset: true } } })],
    [
      "a-copy",
      aClip({
        declaration: {
          file: { name: "c", bytes: 1, contentType: "video/mp4", sha256: "0".repeat(64), original: false },
        },
      }),
    ],
  ] as const)("say %s of what does not count", (why, clip) => {
    const { cameras } = timeline(exact({ footage: [clip] }));
    expect(cameras.map(({ notCounting }) => notCounting)).toEqual([why]);
  });

  it("say that a camera is not registered", () => {
    const { cameras } = timeline(exact({ footage: [aClip()], unregisteredSerials: [CAMERA] }));
    expect(cameras.map(({ notCounting }) => notCounting)).toEqual(["not-registered"]);
  });

  it("leave out footage that is far from the required time, and put what counts first", () => {
    const { cameras } = timeline(
      exact({
        footage: [
          aClip({ camera: { serial: "A-2", kind: "fixed" } }),
          aClip({ camera: { serial: "A-1", kind: "fixed" } }),
          aClip(),
          aClip({ from: 100, to: 200, camera: { serial: "B-1", kind: "fixed" } }),
        ],
      }),
    );
    expect(cameras.map(({ serial }) => serial)).toEqual([CAMERA, "A-1", "A-2"]);
  });

  it("say when nobody can tell when the event was", () => {
    const rows = [aRow({ at: "2000-01-02T00:00:00.000Z" })];
    expect(timeline(exact({ incident: { rows } })).timeUnknown).toBe(true);
  });

  it("are cut to a window with their doubt", () => {
    const row = {
      told: [{ from: 0, to: 10 }],
      certain: [{ from: 2, to: 8 }],
      doubtful: [
        { from: -2, to: 2 },
        { from: 8, to: 12 },
      ],
    };
    expect(rowWithin({ from: 1, to: 9 }, row)).toEqual({
      told: [{ from: 1, to: 9 }],
      certain: [{ from: 2, to: 8 }],
      doubtful: [
        { from: 1, to: 2 },
        { from: 8, to: 9 },
      ],
    });
  });
});
