import { digestOfInputs } from "#domain/verdict/canonical.ts";
import { judge } from "#domain/verdict/judge.ts";
import { aBooking, aClip, anInputs, aReport, aRow, OFFICER } from "#test/support/build-inputs.ts";

/**
 * How long one verdict takes, with warm code: `node test/bench/judge.ts`. Prints a table and asserts nothing.
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

/** Milliseconds of the median and the slowest hundredth of many calls. */
function timed(call: () => unknown): { readonly median: number; readonly p99: number } {
  const until = performance.now() + 500;
  while (performance.now() < until) call();
  const times: number[] = [];
  const end = performance.now() + 1500;
  while (performance.now() < end) {
    const from = performance.now();
    call();
    times.push(performance.now() - from);
  }
  times.sort((a, b) => a - b);
  const at = (share: number): number => times[Math.floor(times.length * share)] as number;
  return { median: at(0.5), p99: at(0.99) };
}

const table = Object.entries(cases).map(([name, inputs]) => {
  const whole = timed(() => judge(inputs));
  const digest = timed(() => digestOfInputs(inputs));
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
