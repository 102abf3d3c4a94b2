import type { Policy } from "#contracts/force.ts";
import { type JudgementInputs, judgementInputs } from "#contracts/judgement-inputs.ts";
import { type ReportRecord, useReport } from "#contracts/report.ts";
import { graceEnd, useTimes, windowOf } from "./cases.ts";
import { randomCamera, randomFootage, type Scene } from "./random-footage.ts";
import {
  type Doubt,
  HOUR,
  londonTime,
  OFFICERS,
  randomBase,
  randomBookings,
  randomLog,
  randomPolicies,
  TIME_ZONE,
  utc,
  WEAPON,
} from "./random-log.ts";
import { type Random, randomFrom } from "./random-source.ts";
import { type Log, segmentReference } from "./segmentation.ts";
import { timesOf } from "./timed-rows.ts";

export type RandomCase = { readonly inputs: JudgementInputs; readonly log: Log };

/** As a person writes it down: sometimes by the clock on the wall. */
function statedAt(random: Random, base: number): string {
  const at = base + random.pick([0, 60_000, -60_000]);
  return random.chance(0.3) ? londonTime(at) : utc(at);
}

function randomReport(random: Random, index: number, base: number): ReportRecord {
  const unsaid = random.pick(["yes", "no", "not-stated"] as const);
  return {
    receivedAt: utc(base + 10 * HOUR),
    receivedFrom: "g1",
    report: useReport.parse({
      reportId: `r${index}`,
      officerId: random.pick([...OFFICERS, "o1", "o1", "o1"] as unknown as [string]),
      ...(random.chance(0.7) ? { weaponSerial: WEAPON } : {}),
      ...(random.chance(0.3) ? { incidentRef: random.pick(["CAD 1", "CAD 2"]) } : {}),
      statedAt: statedAt(random, base),
      actions: random.pick<string[]>([
        ["fired"],
        ["fired"],
        ["drive-stun"],
        ["drawn", "aimed"],
        ["not-stated"],
        ["red-dotted"],
      ]),
      outcomeIntent: random.pick(["intended", "intended", "intended", "unintentional", "not-stated"]),
      borough: "Lambeth",
      locationType: "street",
      singleCrewed: "no",
      bodyWornVideo: random.pick(["yes", "no", "not-known"]),
      subject: {
        ageBand: random.pick(["18-34", "18-34", "18-34", "11-17", "under-11", "not-stated"]),
        under18: random.chance(0.1) ? unsaid : "no",
        gender: "male",
        ethnicity: "not-stated",
        mentalHealth: "not-stated",
      },
    }),
  };
}

/** What happened, before any footage: the weapon's memory, one of its uses, the reports and the bookings. */
function randomUse(random: Random, doubt: Doubt, base: number, policies: readonly Policy[]): RandomCase {
  const rows = randomLog(random, doubt, base, policies);
  const moments = rows.flatMap((row) => timesOf(row, [], policies, TIME_ZONE).map(({ span }) => span.from));
  const deliveries = rows.map(({ delivery }) =>
    Date.parse(delivery.clock?.gatewayClock ?? delivery.receivedAt),
  );
  const around = random.chance(0.1) ? deliveries : moments;
  const bookings = randomBookings(random, WEAPON, [base, ...around], base);
  const log: Log = { weaponSerial: WEAPON, rows, bookings, policies, timeZone: TIME_ZONE };
  const groups = segmentReference(log);
  const reportOnly = groups.length === 0 || random.chance(0.08);
  const group = groups[random.whole(0, Math.max(0, groups.length - 1))];
  const seqs = reportOnly || group === undefined ? [] : group.seqs;
  const reports = Array.from(
    { length: reportOnly ? random.pick([1, 1, 1, 2]) : random.pick([0, 0, 0, 1, 1, 2]) },
    (_, index) => randomReport(random, index + 1, base),
  );
  const firstSeq = Math.min(...seqs);
  const inputs: JudgementInputs = {
    format: "witnessed.judgement-inputs.1",
    now: utc(base + 90 * 24 * HOUR),
    timeZone: TIME_ZONE,
    policies: [...policies],
    incident: {
      incidentId: "i1",
      ...(reportOnly && random.chance(0.3) ? {} : { weaponSerial: WEAPON }),
      firstReceivedAt: utc(base + random.pick([1, 31, 31, 60]) * HOUR),
      drill: false,
      rows: rows.filter((row) => seqs.includes(row.event.seq)),
      missingSeqs: seqs.length > 0 && random.chance(0.05) ? [firstSeq - 1] : [],
      timeSyncs: rows.filter(({ event }) => event.type === "time-sync" && event.seq > firstSeq),
      ...(random.chance(0.06)
        ? { decidedKind: random.pick(["DISCHARGE", "NON_DISCHARGE", "TEST", "UNINTENTIONAL"] as const) }
        : {}),
    },
    reports,
    bookings,
    officers: OFFICERS.filter(() => random.chance(0.9)).map((officerId) => ({
      officerId,
      collarNumber: officerId,
      team: "B",
      borough: "Lambeth",
      taserTrained: true,
      cameraIssued: random.chance(0.85),
    })),
    footage: [],
    unregisteredSerials: random.chance(0.03) ? [random.pick([WEAPON, "K1", "K2"])] : [],
    confirmations: [],
  };
  return { inputs, log };
}

/** An incident that a number determines, with everything at the edges of the rules. */
export function randomIncident(seed: number, doubt: Doubt): RandomCase {
  const random = randomFrom(seed);
  const base = randomBase(random);
  const policies = randomPolicies(random, doubt, base);
  const { inputs, log } = randomUse(random, doubt, base, policies);
  const [time] = useTimes(inputs);
  if (time === undefined) throw new RangeError("a use has a time");
  const c = time.trusted ? time.c : { from: base, to: base + time.c.to - time.c.from };
  const w = windowOf(c, time.policy);
  const grace = graceEnd(time);
  const finalFrom = Math.max(grace, Date.parse(inputs.incident.firstReceivedAt));
  const edges: [number, ...number[]] = [
    w.from,
    c.from,
    c.from,
    c.to,
    w.to,
    ...time.cycles.flatMap(({ from, to }) => [from, to]),
  ];
  const cameras = Array.from(
    { length: random.pick(doubt === "large" ? [0, 1, 1, 2] : [0, 1, 1, 2, 2, 3]) },
    (_, index) => randomCamera(random, `K${index + 1}`),
  );
  const manyClocks = doubt !== "large" || cameras.length === 1;
  const scene: Scene = { c, w, edges, finalFrom, policy: time.policy, doubt, manyClocks };
  const footage = cameras.flatMap((camera) => randomFootage(random, camera, scene));
  const bookings = cameras.flatMap((camera) => randomBookings(random, camera.serial, [c.from], c.from));
  const confirmations = footage
    .filter(({ declaration }) =>
      random.chance(["vehicle", "fixed"].includes(declaration.camera.kind) ? 0.7 : 0.03),
    )
    .flatMap(({ footageId }) => {
      const at = base + 50 * HOUR;
      const one = { footageId, shows: random.chance(0.7), at: utc(at) };
      return random.chance(0.3) ? [one, { footageId, shows: random.chance(0.5), at: utc(at - 1000) }] : [one];
    });
  const now = random.pick([
    Date.parse(inputs.now),
    Date.parse(inputs.now),
    grace,
    grace - 1,
    grace + 1,
    finalFrom,
    finalFrom - 1,
  ]);
  return {
    log,
    inputs: judgementInputs.parse({
      ...inputs,
      now: utc(Math.max(now, base)),
      bookings: [...inputs.bookings, ...bookings],
      footage,
      confirmations,
    }),
  };
}
