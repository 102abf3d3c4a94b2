/**
 * The console's queue with 200 open incidents: `node test/bench/console-queue.ts [runs]`.
 *
 * The whole answer of `GET /`, from the visit's cookie to the last byte, over records in memory. Median and slowest
 * of the runs after a few that warm up; printed, never asserted.
 */
import { createApiUnderTest, NOW } from "#test/support/api-under-test.ts";
import { createVisitor } from "#test/support/console-visitor.ts";
import { anIncident } from "#test/support/lifecycle-builders.ts";

const INCIDENTS = 200;
const WARM_UP = 10;
const runs = Number(process.argv[2] ?? 50);

const under = createApiUnderTest();
const { incidents, register } = under.repositories;
for (let index = 0; index < INCIDENTS; index += 1) {
  const officerId = `P-${index % 60}`;
  const at = NOW.getTime() - index * 600_000;
  await register.putOfficer({
    officerId,
    collarNumber: `${1000 + (index % 60)}SW`,
    team: "Response A",
    borough: "Kensington and Chelsea",
    taserTrained: true,
    cameraIssued: true,
  });
  const record = anIncident({
    incidentId: `i${String(index).padStart(24, "0")}`,
    state: "OPEN",
    outcome: "PARTLY_RECORDED",
    borough: "Kensington and Chelsea",
    occurredAt: new Date(at).toISOString(),
    deadline: new Date(at + 14_400_000).toISOString(),
    officerIds: [officerId],
  });
  await incidents.create(record, { fromMs: at, toMs: at + 1 });
}

const visitor = createVisitor(under);
await visitor.signIn("supervisor");
const times: number[] = [];
let bytes = 0;
for (let run = 0; run < WARM_UP + runs; run += 1) {
  const from = performance.now();
  const { html } = await visitor.get("/");
  if (run >= WARM_UP) times.push(performance.now() - from);
  bytes = Buffer.byteLength(html);
}
const sorted = times.toSorted((a, b) => a - b);
console.table([
  {
    incidents: INCIDENTS,
    "median ms": Number(sorted[Math.floor(runs / 2)]?.toFixed(1)),
    "slowest ms": Number(sorted.at(-1)?.toFixed(1)),
    "HTML KB": Number((bytes / 1000).toFixed(1)),
  },
]);
