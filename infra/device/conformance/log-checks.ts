import type { Check } from "./check.ts";
import { expectBody, expectThat } from "./expect.ts";
import { logAnswer, logTime, testRow, type World } from "./world.ts";

const IDEMPOTENCE = "§3 Idempotence";

const post = async (world: World, log: object, status: 200 | 202) =>
  expectBody(await world.send("POST", "/v1/weapon-logs", log), logAnswer, status);

const rows = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => testRow(from + index));

/** What becomes of a weapon's log. Test and training rows alone: they are no use and alert nobody. */
export const logChecks: readonly Check[] = [
  {
    id: "log-new",
    clause: "§3 POST /v1/weapon-logs",
    title: "A new download is 202 with its id and its incidents",
    run: async (world) => {
      const { incidents } = await post(world, world.log(), 202);
      const kinds = incidents.map(({ kind }) => kind).join(", ");
      expectThat(kinds === "TEST", `expected one incident of kind TEST, got ${kinds || "none"}`);
    },
  },
  {
    id: "log-training",
    clause: "§4 Row kinds",
    title: "A trigger with a training cartridge is an incident of kind TRAINING",
    run: async (world) => {
      const trigger = { type: "trigger", durationSeconds: 5, cartridge: { kind: "training" } };
      const { incidents } = await post(world, world.log({ events: [testRow(1, trigger)] }), 202);
      const kinds = incidents.map(({ kind }) => kind).join(", ");
      expectThat(kinds === "TRAINING", `expected one incident of kind TRAINING, got ${kinds || "none"}`);
    },
  },
  {
    id: "log-in-full",
    clause: "§3 Log",
    title: "Every field of the contract is accepted in a log",
    run: async (world) => {
      const location = { lat: 51.5033, lon: -0.1196 };
      const events = [
        testRow(1, { type: "usb", batteryPercent: 81, location }),
        testRow(2, { type: "time-sync" }),
        testRow(3, { type: "power-save" }),
        testRow(4, { type: "other" }),
        testRow(5, {
          type: "trigger",
          durationSeconds: 1.5,
          cartridge: { serial: "DRILL", kind: "inert", deployed: false },
        }),
      ];
      const clock = {
        deviceClock: logTime(603),
        gatewayClock: logTime(600),
        lastSyncedAt: logTime(-60),
      };
      await post(world, world.log({ events, clock, incidentRef: "DRILL", vendor: { port: 3 } }), 202);
    },
  },
  {
    id: "log-repeated",
    clause: IDEMPOTENCE,
    title: "The same download again is 200 with the same log and the same incidents",
    run: async (world) => {
      const log = world.log({ events: rows(1, 3) });
      const first = await post(world, log, 202);
      const again = await post(world, log, 200);
      expectThat(again.logId === first.logId, `the log got another id: ${first.logId}, then ${again.logId}`);
      const same = JSON.stringify(again.incidents) === JSON.stringify(first.incidents);
      expectThat(same, "the incidents are not those of the first time");
    },
  },
  {
    id: "log-overlapping",
    clause: "§3 Log",
    title: "A download may repeat known rows: it is 202, and the incident stays the same",
    run: async (world) => {
      const log = world.log({ events: rows(1, 3) });
      const first = await post(world, log, 202);
      const second = await post(world, { ...log, events: rows(2, 5) }, 202);
      const [known] = first.incidents;
      const ids = second.incidents.map(({ incidentId }) => incidentId);
      expectThat(
        known !== undefined && ids.includes(known.incidentId),
        "the known rows got another incident",
      );
    },
  },
  {
    id: "log-in-pieces",
    clause: "§3 HTTP API",
    title: "A long log comes in several downloads by `seq`, in any order",
    run: async (world) => {
      const log = world.log();
      await post(world, { ...log, events: rows(5, 6) }, 202);
      await post(world, { ...log, events: rows(1, 2) }, 202);
      await post(world, { ...log, events: rows(3, 4) }, 202);
    },
  },
  {
    id: "log-conflict",
    clause: IDEMPOTENCE,
    title: "A known `seq` with other content is not refused: it is 202 and kept beside the first",
    run: async (world) => {
      const log = world.log({ events: rows(1, 2) });
      await post(world, log, 202);
      const other = { ...log, events: [testRow(1), testRow(2, { batteryPercent: 7 })] };
      const { logId } = await post(world, other, 202);
      const again = await post(world, other, 200);
      expectThat(again.logId === logId, "the conflicting download was not kept");
    },
  },
];
