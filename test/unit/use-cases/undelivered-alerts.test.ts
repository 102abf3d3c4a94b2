import { beforeEach, describe, expect, it } from "vitest";
import { firstBreak } from "#contracts/custody-chain.ts";
import { DependencyUnavailableError, InvalidInputError, RecordNotFoundError } from "#contracts/errors.ts";
import type { Records } from "#ports/records.ts";
import { aClip } from "#test/support/build-inputs.ts";
import { createMemoryRecords } from "#test/support/memory-records.ts";
import { createNoticesWorld, type NoticesWorld } from "#test/support/notices-world.ts";
import { watchRecords } from "#test/support/watched-records.ts";
import { acknowledgeIncident } from "#use-cases/casework/acknowledge-incident.ts";
import { LineTooLongError } from "#use-cases/notices/pace-sending.ts";

const HOUR = 3600;
/** An hour after the grace of the discharge has ended. */
const NOW = "2026-11-23T22:08:00.000Z";
const LEVELS = ["duty supervisors", "inspectors", "professional standards"];
const noAnswer = new DependencyUnavailableError("no answer");
const noTopic = new InvalidInputError("there is no topic");

let world: NoticesWorld;
let incidentId: string;
let looks: number;

/** What was sent, without the incident's id: type, version, level. */
const sent = () => world.ids().map((id) => id.slice(incidentId.length + 1));
const custody = () => world.custody.all(incidentId);
const alerted = async () =>
  (await custody()).filter(({ what }) => what.startsWith("alerted")).map(({ what }) => what);

/** An evaluation so many seconds after the first, as the machine or the sweep starts one. */
async function lookAt(seconds: number, of: NoticesWorld = world): Promise<unknown> {
  of.forgetRuns();
  await of.turnTo(seconds);
  looks += 1;
  const state = { incidentId, cause: `look-${looks}`, execution: `run-${looks}` };
  return of.evaluate(state).then(
    () => undefined,
    (error: unknown) => error,
  );
}

async function begin(options: { readonly records?: Records; readonly supervises?: boolean } = {}) {
  world = createNoticesWorld({ now: NOW, levels: LEVELS, ...options });
  looks = 0;
  await world.book();
  if (options.supervises) await world.putOfficer("P-2", { supervisor: "officer-1" });
  const { incidents } = await world.postLog();
  incidentId = incidents[0]?.incidentId ?? "";
  await world.postReport();
}

beforeEach(() => begin());

describe("an alert that its topic refuses", () => {
  const refuseType = (type: string, error: Error) =>
    world.refuse((message) => (message.type === type ? error : undefined));

  it("for a moment fails the step, keeps no other from being sent, and is sent by the next try", async () => {
    refuseType("UNRECORDED_DISCHARGE", noAnswer);
    expect(await lookAt(0)).toBe(noAnswer);
    expect(sent()).toEqual(["DISCHARGE_REPORTED.1.1"]);
    world.takeEverything();
    expect(await lookAt(5)).toBeUndefined();
    expect(sent()).toEqual(["DISCHARGE_REPORTED.1.1", "UNRECORDED_DISCHARGE.1.1"]);
    expect(world.told).toEqual([]);
  });

  it("is in the custody log when it was sent, and not before", async () => {
    refuseType("UNRECORDED_DISCHARGE", noAnswer);
    await lookAt(0);
    expect(await alerted()).toEqual(["alerted level 1 of verdict 1: DISCHARGE_REPORTED"]);
    world.takeEverything();
    await lookAt(5);
    expect(await alerted()).toHaveLength(2);
    const entries = await custody();
    expect(firstBreak(entries)).toBeUndefined();
    expect(entries.at(-1)?.at).toBe(world.at(5));
  });

  it("for a quarter of a minute is told of to the level above and to operators, with the text, once", async () => {
    refuseType("UNRECORDED_DISCHARGE", noAnswer);
    for (const seconds of [0, 5, 14.999]) await lookAt(seconds);
    expect(world.of("DELIVERY")).toEqual([]);
    for (const seconds of [15, 30, HOUR]) expect(await lookAt(seconds)).toBe(noAnswer);
    expect(sent().slice(1)).toEqual(["DELIVERY.1.2"]);
    expect(world.of("DELIVERY")[0]?.email.body.split("\n")).toEqual([
      "An alert may not have reached anybody.",
      "It was for duty supervisors and said: Taser discharge without video.",
      "",
      "When: Sat 21 Nov 2026, 21:08:00 GMT",
      "Where: Southwark",
      "Officer: collar number 4711",
      "Weapon: X12005BX7",
      "Priority: normal",
      "Verdict 1: not recorded",
      "",
      expect.stringMatching(/^The discharge at 21:08:00 on 21 November 2026 is not on video\. /),
      "",
      `The incident: https://console.example/incidents/${incidentId}`,
      "What to do: read the incident and acknowledge it in their place by Tue 24 Nov 2026, 02:08:15 GMT.",
    ]);
    expect(world.told).toEqual([
      {
        subject: `Witnessed: an alert about incident ${incidentId} may not have reached anybody`,
        body: [
          `An alert about incident ${incidentId} was refused by its topic, or given back by an address of its level.`,
          "Level 2 is told in its place.",
          "",
          "What to do: look at the topic's subscriptions and at the queue of what could not be delivered, by 2026-11-24T02:08:15.000Z.",
        ].join("\n"),
      },
    ]);
  });

  it("for good is told of at once, also by an error that nobody knows", async () => {
    for (const error of [noTopic, Object.assign(new Error("gone"), { name: "NotFoundException" })]) {
      await begin();
      refuseType("UNRECORDED_DISCHARGE", error);
      expect(await lookAt(0)).toBe(error);
      expect(sent()).toEqual(["DISCHARGE_REPORTED.1.1", "DELIVERY.1.2"]);
    }
  });

  it("leaves the incident on its lists with its verdict and deadline, and in need of a look", async () => {
    world.refuse(() => noTopic);
    await lookAt(0);
    const { items } = await world.incidents.list({ limit: 10 });
    expect(items).toMatchObject([
      { outcome: "UNRECORDED", state: "OPEN", version: 1, deadline: world.at(4 * HOUR) },
    ]);
    expect(await world.incidents.listDueLooks(world.at(1), 10)).toEqual([incidentId]);
    world.takeEverything();
    expect(await lookAt(HOUR)).toBeUndefined();
    expect(await world.incidents.listDueLooks(world.at(HOUR + 1), 10)).toEqual([]);
  });

  it("because too many wait to be sent is not told of, however long", async () => {
    refuseType("UNRECORDED_DISCHARGE", new LineTooLongError("too many"));
    for (const seconds of [0, 60, HOUR]) await lookAt(seconds);
    expect(sent()).toEqual(["DISCHARGE_REPORTED.1.1"]);
    world.takeEverything();
    await lookAt(2 * HOUR);
    expect(sent()).toHaveLength(2);
  });

  it("is sent once it can be, after which nothing more is said", async () => {
    refuseType("UNRECORDED_DISCHARGE", noTopic);
    await lookAt(0);
    world.takeEverything();
    for (const seconds of [HOUR, 2 * HOUR]) expect(await lookAt(seconds)).toBeUndefined();
    expect(sent()).toEqual(["DISCHARGE_REPORTED.1.1", "DELIVERY.1.2", "UNRECORDED_DISCHARGE.1.1"]);
    expect(world.told).toHaveLength(1);
  });

  it("at one of several levels reaches the other, and the level above the one that it did not", async () => {
    await begin({ supervises: true });
    world.refuse(({ level }) => (level === 2 ? noTopic : undefined));
    await lookAt(0);
    expect(sent()).toEqual(["DISCHARGE_REPORTED.1.1", "UNRECORDED_DISCHARGE.1.1", "DELIVERY.1.3"]);
    expect(world.of("DELIVERY")[0]?.email.body).toContain("It was for inspectors and said: ");
  });

  it("at two levels is told of to each level above with the name of the one below", async () => {
    await begin({ supervises: true });
    world.refuse(({ type }) => (type === "UNRECORDED_DISCHARGE" ? noTopic : undefined));
    await lookAt(0);
    expect(world.of("DELIVERY").map(({ level, email }) => [level, email.body.split("\n")[1]])).toEqual([
      [2, "It was for duty supervisors and said: Taser discharge without video."],
      [3, "It was for inspectors and said: Taser discharge without video."],
    ]);
  });

  it("goes up until a level takes the word of it, and names the alert that was lost first", async () => {
    world.refuse(({ level }) => (level < 3 ? noTopic : undefined));
    await lookAt(0);
    expect(sent()).toEqual(["DELIVERY.1.3"]);
    expect(world.of("DELIVERY")[0]?.email.body).toMatch(
      /It was for duty supervisors and said: Taser discharge /,
    );
    expect(world.told).toHaveLength(2);
    world.takeEverything();
    await lookAt(HOUR);
    expect(sent().toSorted()).toEqual([
      "DELIVERY.1.2",
      "DELIVERY.1.3",
      "DISCHARGE_REPORTED.1.1",
      "UNRECORDED_DISCHARGE.1.1",
    ]);
    expect(world.told).toHaveLength(2);
  });

  it("at every level is told of to operators alone, once for each level", async () => {
    world.refuse(() => noTopic);
    for (const seconds of [0, 60, HOUR]) expect(await lookAt(seconds)).toBe(noTopic);
    expect(world.sent).toEqual([]);
    expect(world.told).toHaveLength(2);
  });

  it("is told of to the level also while operators cannot be told, and to them afterwards, each once", async () => {
    refuseType("UNRECORDED_DISCHARGE", noTopic);
    world.takeOperationsDown();
    await lookAt(0);
    await lookAt(60);
    expect(sent()).toEqual(["DISCHARGE_REPORTED.1.1", "DELIVERY.1.2"]);
    world.takeEverything();
    expect(await lookAt(HOUR)).toBeUndefined();
    expect(await lookAt(2 * HOUR)).toBeUndefined();
    expect(world.told).toHaveLength(1);
    expect(sent()).toHaveLength(3);
  });

  it("goes to the level that is now the last when its own is no longer in the force's file", async () => {
    const records = createMemoryRecords();
    await begin({ records });
    world.refuse(({ level }) => (level < 3 ? noTopic : noAnswer));
    await lookAt(0);
    expect(world.sent).toEqual([]);
    const smaller = createNoticesWorld({ records, now: world.at(HOUR), levels: LEVELS.slice(0, 1) });
    expect(await lookAt(0, smaller)).toBeUndefined();
    expect(new Set(smaller.sent.map(({ level }) => level))).toEqual(new Set([1]));
    expect(smaller.ids()).toContain(`${incidentId}.DELIVERY.1.3`);
  });

  it("is escalated all the same when nobody acknowledges, and not when somebody does in their place", async () => {
    refuseType("UNRECORDED_DISCHARGE", noTopic);
    await lookAt(0);
    await lookAt(4 * HOUR);
    expect(sent()).toContain("ESCALATED.1.2");
    await begin();
    refuseType("UNRECORDED_DISCHARGE", noTopic);
    await lookAt(0);
    await world.turnTo(HOUR);
    const by = { subject: "supervisor-1", roles: ["supervisor"] } as const;
    await acknowledgeIncident({ incidentId, by: { ...by, roles: [...by.roles] } }, world.deps);
    await lookAt(4 * HOUR);
    expect(sent()).toEqual(["DISCHARGE_REPORTED.1.1", "DELIVERY.1.2"]);
  });

  it("makes the level that was told in its place hear of a change too", async () => {
    refuseType("UNRECORDED_DISCHARGE", noTopic);
    await lookAt(0);
    world.takeEverything();
    await world.addClip(aClip());
    await lookAt(HOUR);
    expect(sent()).toEqual(expect.arrayContaining(["REVISED.2.1", "REVISED.2.2"]));
  });
});

describe("an alert that an address gave back", () => {
  const giveBack = async (id: string) => {
    await world.takeBack({ alertId: `${incidentId}.${id}`, incidentId });
    await world.settle();
  };

  it("is told of to the level above and to operators, once however often and from wherever it comes", async () => {
    await lookAt(0);
    for (let time = 0; time < 3; time += 1) await giveBack("UNRECORDED_DISCHARGE.1.1");
    expect(sent()).toEqual(["DISCHARGE_REPORTED.1.1", "UNRECORDED_DISCHARGE.1.1", "DELIVERY.1.2"]);
    expect(world.told).toHaveLength(1);
    const stored = await world.alerts.all(incidentId);
    expect(stored.find(({ message }) => message.type === "UNRECORDED_DISCHARGE")?.undelivered).toEqual({
      at: world.at(0),
      why: "GIVEN_BACK",
    });
  });

  it("goes up while the word of it is given back too, and ends at the last level", async () => {
    await lookAt(0);
    for (const id of ["UNRECORDED_DISCHARGE.1.1", "DELIVERY.1.2", "DELIVERY.1.3", "DELIVERY.1.3"]) {
      await giveBack(id);
    }
    expect(sent().slice(2)).toEqual(["DELIVERY.1.2", "DELIVERY.1.3"]);
  });

  it("at two levels at once is told of to each level above with the name of the one below", async () => {
    await begin({ supervises: true });
    await lookAt(0);
    for (const level of [1, 2]) {
      const alertId = `${incidentId}.UNRECORDED_DISCHARGE.1.${level}`;
      await world.takeBack({ alertId, incidentId });
    }
    await world.settle();
    expect(world.of("DELIVERY").map(({ level, email }) => [level, email.body.split("\n")[1]])).toEqual([
      [2, "It was for duty supervisors and said: Taser discharge without video."],
      [3, "It was for inspectors and said: Taser discharge without video."],
    ]);
  });

  it("is still asked for and escalated, since others of the level may have it", async () => {
    await lookAt(0);
    await giveBack("UNRECORDED_DISCHARGE.1.1");
    await lookAt(4 * HOUR + 1);
    expect(sent().at(-1)).toBe("ESCALATED.1.2");
  });

  it("and was never recorded is refused", async () => {
    await lookAt(0);
    await expect(giveBack("UNRECORDED_DISCHARGE.9.1")).rejects.toThrow(RecordNotFoundError);
  });
});

describe("a process that is killed while an alert does not arrive", () => {
  it("has told everybody after the next tries, after whichever write it ended, and nobody of another thing", async () => {
    const EVERYTHING = ["DELIVERY.1.2", "DISCHARGE_REPORTED.1.1", "UNRECORDED_DISCHARGE.1.1"];
    const refuse = () => world.refuse(({ type }) => (type === "UNRECORDED_DISCHARGE" ? noTopic : undefined));
    const start = async () => {
      const watched = watchRecords(createMemoryRecords());
      await begin({ records: watched.records });
      refuse();
      return watched;
    };
    const whole = await start();
    const before = whole.written.length;
    await lookAt(0);
    const writes = whole.written.length - before;
    expect(writes).toBeGreaterThan(8);
    for (let kill = 0; kill < writes; kill += 1) {
      const watched = await start();
      watched.dieAfter(kill);
      expect(await lookAt(0)).toMatchObject({ message: expect.stringMatching(/killed|no topic/) });
      watched.restart();
      refuse();
      expect(await lookAt(20)).toBe(noTopic);
      world.takeEverything();
      expect(await lookAt(30)).toBeUndefined();
      expect([...new Set(sent())].toSorted()).toEqual(EVERYTHING);
      expect(sent().length).toBeLessThanOrEqual(EVERYTHING.length + 1);
      expect(world.told.length).toBeGreaterThan(0);
      expect(firstBreak(await custody())).toBeUndefined();
      expect((await alerted()).length).toBe(EVERYTHING.length);
    }
  });
});
