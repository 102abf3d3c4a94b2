import type { Check } from "./check.ts";
import { expectBody, expectPointers, expectProblem, expectStatus } from "./expect.ts";
import {
  clipTime,
  declaredAnswer,
  fileOf,
  logAnswer,
  sampleClip,
  testRow,
  timeAnswer,
  type World,
} from "./world.ts";

type Changes = Readonly<Record<string, unknown>>;

/** A declaration that is refused, with the bad fields named. */
function badDeclaration(
  id: string,
  clause: string,
  title: string,
  changes: Changes,
  ...pointers: readonly string[]
): Check {
  const run = async (world: World) => {
    expectPointers(await world.send("POST", "/v1/footage", world.declaration(changes)), ...pointers);
  };
  return { id, clause, title, run };
}

/** A log that is refused, with the bad fields named. */
function badLog(id: string, title: string, changes: Changes, ...pointers: readonly string[]): Check {
  const run = async (world: World) => {
    expectPointers(await world.send("POST", "/v1/weapon-logs", world.log(changes)), ...pointers);
  };
  return { id, clause: "§3 Log", title, run };
}

/** A declaration that is accepted. */
function goodDeclaration(id: string, clause: string, title: string, changes: Changes): Check {
  const run = async (world: World) => {
    expectBody(await world.send("POST", "/v1/footage", world.declaration(changes)), declaredAnswer, 201);
  };
  return { id, clause, title, run };
}

const file = fileOf(sampleClip);
const HOURS_31 = 31 * 3600;
const UNDER_4_MB = 3_990_000;
const OVER_4_MB = 4_500_000;
const UNDER_4_KB = 4000;
const OVER_4_KB = 4200;

/** JSON may be padded with spaces: a large body that says no more than a small one. */
const padded = (body: object, bytes: number): string => JSON.stringify(body).padEnd(bytes, " ");

/** What a body may hold. */
export const bodyChecks: readonly Check[] = [
  {
    id: "time",
    clause: "§3 GET /v1/time",
    title: "Anyone may ask for the time, unsigned, and gets UTC with milliseconds",
    run: async (world) => {
      expectBody(await world.sendUnsigned("GET", "/v1/time"), timeAnswer, 200);
    },
  },
  {
    id: "not-json",
    clause: "§3 HTTP API",
    title: "A signed body that is no JSON is 400 with a problem",
    run: async (world) => {
      expectProblem(await world.send("POST", "/v1/footage", '{"recordingId":'), 400);
    },
  },
  badDeclaration(
    "field-unknown",
    "§3 HTTP API",
    "An unknown field is refused and named",
    { frobnicate: 1 },
    "/frobnicate",
  ),
  {
    id: "field-unknown-nested",
    clause: "§3 HTTP API",
    title: "An unknown field inside another is refused and named by its pointer",
    run: async (world) => {
      const declaration = world.declaration({ file: { ...file, frobnicate: 1 } });
      expectPointers(await world.send("POST", "/v1/footage", declaration), "/file/frobnicate");
    },
  },
  {
    id: "fields-missing",
    clause: "§3 Footage",
    title: "Each required field that is missing is named",
    run: async (world) => {
      const pointers = ["/recordingId", "/camera", "/startTime", "/endTime", "/file"];
      expectPointers(await world.send("POST", "/v1/footage", { drill: true }), ...pointers);
    },
  },
  badDeclaration(
    "fields-bad",
    "§3 HTTP API",
    "Every bad field is named, not the first alone",
    { clip: 0, startTime: "yesterday", file: { ...file, bytes: -1, sha256: "AB" } },
    "/clip",
    "/startTime",
    "/file/bytes",
    "/file/sha256",
  ),
  badDeclaration(
    "values-unknown",
    "§3 Footage",
    "A value outside of its list is refused and named",
    { triggerOn: "telepathy", camera: { serial: "DRILL-C", kind: "periscope" } },
    "/triggerOn",
    "/camera/kind",
  ),
  badDeclaration(
    "part-size-other",
    "§3 Footage",
    "Another part size than 64 or 8 MiB is refused and named",
    { file: { ...file, partBytes: 5_242_880 } },
    "/file/partBytes",
  ),
  badDeclaration(
    "id-unfit",
    "§3 HTTP API",
    "An id that does not fit into a path is refused and named",
    { recordingId: "R/1 ä" },
    "/recordingId",
  ),
  goodDeclaration("vendor-accepted", "§3 HTTP API", "`vendor` takes unknown fields up to 4 KB", {
    vendor: { firmware: "1.2", nested: { any: ["thing"] }, fill: "x".repeat(UNDER_4_KB - 60) },
  }),
  badDeclaration(
    "vendor-too-large",
    "§3 HTTP API",
    "`vendor` over 4 KB is refused and named",
    { vendor: { fill: "x".repeat(OVER_4_KB) } },
    "/vendor",
  ),
  badDeclaration(
    "time-local-in-footage",
    "§2 Time",
    "A declaration's time without offset is refused and named",
    { startTime: "2002-02-02T02:00:00" },
    "/startTime",
  ),
  goodDeclaration("time-with-offset", "§2 Time", "A time with another offset than Z is accepted", {
    startTime: "2002-02-02T03:00:00.250+01:00",
  }),
  goodDeclaration("time-before-2001", "§2 Time", "A time before 2001 is kept, as untrusted", {
    startTime: "2000-01-01T00:00:05Z",
    endTime: "2000-01-01T00:00:25Z",
  }),
  goodDeclaration("clock-unset", "§2 Time", "A clock that says it is unset is kept, as untrusted", {
    clock: { deviceClock: "2000-01-01T00:10:00Z", gatewayClock: clipTime(600), unset: true },
  }),
  goodDeclaration("clock-measured", "§2 Time", "A delivery with both clocks is accepted", {
    clock: {
      deviceClock: clipTime(602),
      gatewayClock: clipTime(600),
      lastSyncedAt: clipTime(-3600),
      unset: false,
    },
  }),
  badDeclaration(
    "ends-before-start",
    "§3 Footage",
    "A clip that ends before it starts is refused and named",
    { startTime: clipTime(20), endTime: clipTime(0) },
    "/endTime",
  ),
  badDeclaration(
    "lasts-too-long",
    "§3 Footage",
    "A clip of 31 hours is refused and named",
    { endTime: clipTime(HOURS_31) },
    "/endTime",
  ),
  goodDeclaration("declared-in-full", "§3 Footage", "Every field of the contract is accepted", {
    clip: 3,
    final: false,
    triggerOnTime: clipTime(5),
    triggerOn: "wearer",
    triggerOff: "battery",
    audio: [{ from: clipTime(5), to: clipTime(20) }],
    incidentRef: "DRILL",
    signals: [{ weaponSerial: "DRILL-W", at: clipTime(6) }],
    positions: [{ at: clipTime(6), lat: 51.5033, lon: -0.1196, accuracyMetres: 8 }],
    file: { ...file, original: false, partBytes: 8_388_608 },
    vendor: {},
  }),
  {
    id: "body-large",
    clause: "§3 HTTP API",
    title: "A body of just under 4 MB is accepted",
    run: async (world) => {
      const body = padded(world.declaration(), UNDER_4_MB);
      expectBody(await world.send("POST", "/v1/footage", body), declaredAnswer, 201);
    },
  },
  {
    id: "body-too-large",
    clause: "§3 HTTP API",
    title: "A body over 4 MB is 413 or 400, and stores nothing",
    run: async (world) => {
      const declaration = world.declaration();
      expectStatus(await world.send("POST", "/v1/footage", padded(declaration, OVER_4_MB)), 413, 400);
      expectBody(await world.send("POST", "/v1/footage", declaration), declaredAnswer, 201);
    },
  },
  badLog("log-empty", "A log without rows is refused and named", { events: [] }, "/events"),
  badLog(
    "log-duration-missing",
    "A trigger row without `durationSeconds` is refused and named",
    { events: [testRow(1), testRow(2, { type: "trigger", cartridge: { kind: "training" } })] },
    "/events/1/durationSeconds",
  ),
  badLog(
    "log-values-unknown",
    "A row of an unknown type or with an unknown field is refused and named",
    { events: [testRow(1, { type: "explode" }), testRow(2, { frobnicate: 1 })] },
    "/events/0/type",
    "/events/1/frobnicate",
  ),
  {
    id: "log-time-local",
    clause: "§2 Time",
    title: "A log's local time without offset is accepted, in spring's missing hour too",
    run: async (world) => {
      const events = [
        testRow(1, { at: "2003-03-03T03:00:00" }),
        testRow(2, { at: "2003-03-30T01:30:00" }),
        testRow(3, { at: "2003-10-26T01:30:00" }),
      ];
      expectBody(await world.send("POST", "/v1/weapon-logs", world.log({ events })), logAnswer, 202);
    },
  },
];
