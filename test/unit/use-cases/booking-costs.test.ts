import { expect, it } from "vitest";
import { forceConfig } from "#contracts/force.ts";
import type { Records } from "#ports/records.ts";
import { createMemoryRecords } from "#test/support/memory-records.ts";
import { aClip } from "#test/support/stored-builders.ts";
import { registerBookings } from "#use-cases/register/register-bookings.ts";
import { createRepositories } from "#use-cases/repositories.ts";

const force = forceConfig.parse({
  code: "testshire",
  name: "Testshire Police",
  timeZone: "Europe/London",
  region: "eu-west-2",
  operations: { emails: ["platform@example.police.uk"] },
  alerts: { levels: [{ name: "duty" }, { name: "standards" }] },
  policies: [{ version: "2019-07", effectiveFrom: "2019-07-15" }],
});
const HOUR_MS = 3_600_000;
const at = (hour: number): number => Date.parse("2026-11-01T06:00:00Z") + hour * HOUR_MS;
const timeAt = (hour: number): string => new Date(at(hour)).toISOString();

/** A table that counts what is asked of it, and writes that came too late. */
function createCounted() {
  const inner = createMemoryRecords();
  const counts = { reads: 0, lost: 0 };
  const records: Records = {
    ...inner,
    get: (key) => {
      counts.reads += 1;
      return inner.get(key);
    },
    query: (range) => {
      counts.reads += 1;
      return inner.query(range);
    },
    put: async (record, condition) => {
      const put = await inner.put(record, condition);
      if (!put.written) counts.lost += 1;
      return put;
    },
  };
  return { records, counts };
}

async function book(lines: number, clips: number) {
  const { records, counts } = createCounted();
  const repositories = createRepositories(records);
  for (let clip = 0; clip < clips; clip += 1) {
    const declaration = {
      recordingId: "R-1",
      camera: { serial: "X1", kind: "body-worn" },
      clip: clip + 1,
      final: false,
      startTime: timeAt(1 + clip / 4),
      endTime: timeAt(1.25 + clip / 4),
    };
    const record = aClip({
      footageId: `f${clip}`,
      objectKey: `f${clip}`,
      declaredAt: timeAt(20),
      declaration,
    });
    await repositories.footage.create(record, { fromMs: at(1 + clip / 4), toMs: at(1.25 + clip / 4) });
  }
  const bookings = Array.from({ length: lines }, (_, line) => ({
    deviceSerial: "X1",
    officerId: "P-1",
    from: timeAt(line * 12),
    to: timeAt(line * 12 + 10),
  }));
  counts.reads = 0;
  counts.lost = 0;
  const deps = {
    ...repositories,
    force,
    clock: { now: () => new Date(at(2000)) },
    workflow: { start: async () => {} },
  };
  await registerBookings({ bookings, by: "a-1", pointerOf: () => "" }, deps);
  return counts;
}

it("writes a hundred bookings of one device without meeting its own writes", async () => {
  expect((await book(100, 0)).lost).toBe(0);
});

it("reads what a camera sent once, however many of its bookings are told", async () => {
  const [one, many] = [await book(1, 40), await book(50, 40)];
  // Each further line reads for itself: its log twice, itself, those before it, and the incidents of its officers.
  expect(many.reads - one.reads).toBeLessThan(50 * 40);
});

it("reads the hours that clips share once", async () => {
  const [few, many] = [await book(1, 10), await book(1, 40)];
  expect(many.reads - few.reads).toBeLessThan(30 * 5);
});
