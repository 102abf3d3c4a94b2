import { hash } from "node:crypto";
import type { JudgementInputs } from "#contracts/judgement-inputs.ts";
import { digestOfInputs } from "#domain/verdict/canonical.ts";
import { judge } from "#domain/verdict/judge.ts";
import { aBooking, aClip, anInputs, aReport, aRow, OFFICER } from "#test/support/build-inputs.ts";

/**
 * How long one verdict takes, with warm code and inputs that were never seen before: `node test/bench/judge.ts`. Prints
 * a table and asserts nothing.
 */
const linked = [aReport({ incidentRef: "CAD 1" })];
const cameras = ["A", "B", "C", "D"];

/** Clips of one camera's long recording, a minute each, over the event. */
const clips = (count: number) =>
  Array.from({ length: count }, (_, index) =>
    aClip({
      from: (index - count / 2) * 60,
      to: (index - count / 2) * 60 + 60,
      declaration: { clip: index + 1 },
    }),
  );

/** Each camera holds a part of the required time, and all clocks are in doubt by minutes. */
const inDoubt = (pieces: number) =>
  cameras.flatMap((serial, camera) =>
    Array.from({ length: pieces }, (_, piece) =>
      aClip({
        from: -40 + camera * 20 + piece * 90,
        to: -15 + camera * 20 + piece * 90,
        camera: { serial },
        declaration: {
          clip: piece + 1,
          incidentRef: "CAD 1",
          clock: { lastSyncedAt: "2026-11-19T06:00:00Z" },
        },
      }),
    ),
  );

const cases = {
  "no footage": anInputs(),
  "1 clip": anInputs({ footage: clips(1) }),
  "50 clips": anInputs({ footage: clips(50) }),
  "doubtful, 4 cameras": anInputs({ reports: linked, footage: inDoubt(1) }),
  "doubtful, 4 cameras of 5 clips": anInputs({ reports: linked, footage: inDoubt(5) }),
  "weapon in doubt by 156 s, 50 clips": anInputs({
    footage: clips(50),
    incident: { rows: [aRow({}, { clock: undefined })] },
  }),
  "weapon untrusted, 4 cameras of 5 clips": anInputs({
    reports: linked,
    bookings: [aBooking(), ...cameras.map((deviceSerial) => aBooking({ deviceSerial, officerId: OFFICER }))],
    footage: inDoubt(5),
    incident: { rows: [aRow({ at: "2000-01-01T00:10:00Z" })] },
  }),
};

const sha256 = (text: string): string => hash("sha256", text);

/** The same case on the same day of many months, each in strings of its own: nothing of a call helps the next. */
function inManyMonths(inputs: JudgementInputs): readonly JudgementInputs[] {
  const text = JSON.stringify(inputs);
  const years = Array.from({ length: 40 }, (_, index) => 2020 + index);
  const months = Array.from({ length: 11 }, (_, index) => index + 1);
  const named = (month: number): string => String(month).padStart(2, "0");
  return years.flatMap((year) =>
    months.map((month) =>
      JSON.parse(
        text
          .replaceAll("2026-12-", `${year}-${named(month + 1)}-`)
          .replaceAll("2026-11-", `${year}-${named(month)}-`),
      ),
    ),
  );
}

/** Milliseconds of the median and the slowest hundredth of many calls. */
function timed(
  pool: readonly JudgementInputs[],
  call: (inputs: JudgementInputs) => unknown,
): { readonly median: number; readonly p99: number } {
  let calls = 0;
  const next = (): JudgementInputs => pool[calls++ % pool.length] as JudgementInputs;
  const until = performance.now() + 500;
  while (performance.now() < until) call(next());
  const times: number[] = [];
  const end = performance.now() + 1500;
  while (performance.now() < end) {
    const inputs = next();
    const from = performance.now();
    call(inputs);
    times.push(performance.now() - from);
  }
  times.sort((a, b) => a - b);
  const at = (share: number): number => times[Math.floor(times.length * share)] as number;
  return { median: at(0.5), p99: at(0.99) };
}

const table = Object.entries(cases).map(([name, inputs]) => {
  const pool = inManyMonths(inputs);
  const whole = timed(pool, (each) => judge(each, sha256));
  const digest = timed(pool, (each) => digestOfInputs(each, sha256));
  const { possibleOutcomes } = judge(inputs);
  return {
    case: name,
    possible: possibleOutcomes.length,
    "judge ms": whole.median.toFixed(3),
    "p99 ms": whole.p99.toFixed(3),
    "of it digest ms": digest.median.toFixed(3),
  };
});
console.table(table);
