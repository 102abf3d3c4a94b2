import { beforeEach, describe, expect, it } from "vitest";
import {
  CorruptRecordError,
  DependencyUnavailableError,
  InvalidInputError,
  RecordNotFoundError,
} from "#contracts/errors.ts";
import type { Subscription } from "#contracts/subscription.ts";
import { createMemoryRecords } from "#test/support/memory-records.ts";
import { createNoticesWorld, MORNING, type NoticesWorld } from "#test/support/notices-world.ts";
import { watchRecords } from "#test/support/watched-records.ts";
import { aWeaponLog } from "#test/support/workflow-world.ts";
import { LineTooLongError } from "#use-cases/notices/pace-sending.ts";

const HOUR = 3600;
const DAY = 24 * HOUR;
const noAnswer = new DependencyUnavailableError("no answer");

let world: NoticesWorld;
const runAt = async (seconds: number) => {
  await world.turnTo(seconds);
  await world.run();
};
const failAt = async (seconds: number, error: string) => {
  await world.turnTo(seconds);
  await expect(world.run()).rejects.toThrow(error);
};
const deliveries = () =>
  world.of("DELIVERY").map(({ level, email }) => [level, ...email.body.split("\n").slice(2, -5)]);
const address = (endpoint: string, fields: Partial<Subscription> = {}): Subscription => ({
  protocol: "email",
  endpoint,
  confirmed: true,
  protected: true,
  ...fields,
});
/** As all should be, but of one topic. */
const only = (topic: number | "operations", found: readonly Subscription[]) =>
  world.subscribe((asked) => {
    if (asked === topic) return found;
    return [address(asked === "operations" ? "platform@police.example" : `level-${asked}@police.example`)];
  });
/** A Taser without a camera: a `KIT` is owed half a minute later. */
const bookTaser = async (of = world) => {
  await of.register("W-1", "weapon");
  await of.bookAll({ deviceSerial: "W-1", officerId: "P-1", from: of.clock.now().toISOString() });
};

beforeEach(() => {
  world = createNoticesWorld({ levels: ["duty supervisors", "inspectors", "professional standards"] });
});

describe("the addresses of the force's file", () => {
  it("tell nobody of anything while all are as they should be", async () => {
    await runAt(0);
    expect(world.of("DELIVERY")).toEqual([]);
    expect(world.told).toEqual([]);
  });

  it("are told of to the level above and to operators, with what to do, when one is missing", async () => {
    only(1, []);
    await runAt(0);
    expect(world.of("DELIVERY")).toMatchObject([{ level: 2, borough: "all", outcome: "NOT_APPLICABLE" }]);
    const [{ email } = { email: { subject: "", body: "" } }] = world.of("DELIVERY");
    expect(email).toEqual({
      subject: "Alerts to duty supervisors may not reach everybody",
      body: [
        "Alerts to duty supervisors may not reach everybody.",
        "",
        "Email address 1 is not subscribed, or was unsubscribed.",
        "Addresses are counted in the order of the force's file.",
        "",
        "Until this is put right, alerts of that level may reach nobody.",
        "",
        "The console: https://console.example/",
        "What to do: see that the operators put it right, and read the console in their place until then, by Sun 22 Nov 2026, 11:00:00 GMT.",
      ].join("\n"),
    });
    expect(world.told).toEqual([
      {
        subject: "Witnessed: Alerts to duty supervisors may not reach everybody",
        body: `Level 2 is told:\n\n${email.body}\n\nWhat operators are to do: put it right as the runbook says, by 2026-11-22T11:00:00.000Z.`,
      },
    ]);
  });

  it.each([
    ["pending", { confirmed: false }, "has not confirmed its subscription."],
    [
      "open to anybody's unsubscribing",
      { protected: false },
      "can be unsubscribed by anybody who gets hold of one of its emails.",
    ],
  ])("are told of when one is %s", async (_, fields, fault) => {
    only(2, [address("level-2@police.example", fields)]);
    await runAt(0);
    expect(deliveries()).toEqual([
      [3, `Email address 1 ${fault}`, "Addresses are counted in the order of the force's file."],
    ]);
  });

  it("are told of to the last level itself, above which there is nobody", async () => {
    only(3, []);
    await runAt(0);
    expect(deliveries()[0]?.[0]).toBe(3);
  });

  it("that are the operators' own are told of to the last level and to the operators", async () => {
    only("operations", []);
    await runAt(0);
    expect(world.of("DELIVERY")).toMatchObject([
      { level: 3, email: { subject: "Alerts to the operators may not reach everybody" } },
    ]);
    expect(world.told).toHaveLength(1);
  });

  it("are looked at once an hour", async () => {
    await runAt(0);
    only(1, []);
    for (const seconds of [300, HOUR - 1]) await runAt(seconds);
    expect(world.of("DELIVERY")).toEqual([]);
    await runAt(HOUR);
    expect(world.of("DELIVERY")).toHaveLength(1);
  });

  it("are told of once a day for as long as it lasts, and again when it changes", async () => {
    only(1, []);
    for (const hour of [0, 1, 2, 16]) await runAt(hour * HOUR);
    expect(world.of("DELIVERY")).toHaveLength(1);
    await runAt(17 * HOUR);
    expect(world.of("DELIVERY")).toHaveLength(2);
    only(1, [address("level-1@police.example", { confirmed: false })]);
    await runAt(18 * HOUR);
    expect(deliveries()[2]).toContain("Email address 1 has not confirmed its subscription.");
    expect(world.told).toHaveLength(3);
  });

  it("are looked at of every topic, also when one cannot be asked, and that one again", async () => {
    world.subscribe((topic) => {
      if (topic === 1) throw noAnswer;
      return [];
    });
    await failAt(0, "no answer");
    expect(world.of("DELIVERY").map(({ email }) => email.subject)).toEqual([
      "Alerts to inspectors may not reach everybody",
      "Alerts to professional standards may not reach everybody",
      "Alerts to the operators may not reach everybody",
    ]);
    only(1, []);
    await runAt(300);
    expect(world.of("DELIVERY").at(-1)?.email.subject).toBe(
      "Alerts to duty supervisors may not reach everybody",
    );
  });

  it("are told of to the level also while the operators cannot be told, and to the operators afterwards", async () => {
    only(1, []);
    world.takeOperationsDown();
    await failAt(0, "the operations topic is gone");
    expect(world.of("DELIVERY")).toHaveLength(1);
    world.takeEverything();
    await runAt(300);
    await runAt(600);
    expect(world.of("DELIVERY")).toHaveLength(1);
    expect(world.told).toHaveLength(1);
  });
});

describe("a notice that its topic refuses", () => {
  it("for a moment is sent by the next run, once, and the level above hears nothing", async () => {
    await bookTaser();
    world.refuse(({ type }) => (type === "KIT" ? noAnswer : undefined));
    await failAt(60, "no answer");
    world.takeEverything();
    await runAt(70);
    await runAt(400);
    expect(world.ids("KIT")).toHaveLength(1);
    expect(world.of("DELIVERY")).toEqual([]);
  });

  it("for longer is told of to the level above and to operators, once, and is sent when it can be", async () => {
    await bookTaser();
    world.refuse(({ level }) => (level === 1 ? noAnswer : undefined));
    await failAt(60, "no answer");
    expect(world.of("DELIVERY")).toEqual([]);
    for (const seconds of [75, 360, 660]) await failAt(seconds, "no answer");
    // The digest was refused too: each notice is told of by itself.
    expect(deliveries()).toEqual([
      [2, "Its topic did not take what was sent to it."],
      [2, "Its topic did not take what was sent to it."],
    ]);
    expect(world.told).toHaveLength(2);
    world.takeEverything();
    await runAt(960);
    expect(world.ids("KIT")).toHaveLength(1);
    expect(world.ids("DIGEST")).toHaveLength(1);
    expect(world.of("DELIVERY")).toHaveLength(2);
  });

  it("for good is told of at once", async () => {
    await bookTaser();
    world.refuse(({ type }) => (type === "KIT" ? new InvalidInputError("there is no topic") : undefined));
    await failAt(60, "there is no topic");
    expect(deliveries()).toEqual([[2, "Its topic did not take what was sent to it."]]);
  });

  it("at every level is told of as far up as there is anybody, and nothing is told twice", async () => {
    await bookTaser();
    const gone = new InvalidInputError("there is no topic");
    world.refuse(({ type, level }) => (type !== "DIGEST" && level < 3 ? gone : undefined));
    await failAt(60, "there is no topic");
    expect(world.of("DELIVERY").map(({ level }) => level)).toEqual([3]);
    world.refuse(({ type }) => (type === "DIGEST" ? undefined : gone));
    await failAt(360, "there is no topic");
    expect(world.of("DELIVERY")).toHaveLength(1);
    // Of the Taser, and of the word that did not reach the second level.
    expect(world.told).toHaveLength(2);
  });

  it("because too many wait is not taken for refused", async () => {
    await bookTaser();
    world.refuse(({ type }) => (type === "KIT" ? new LineTooLongError("too many wait") : undefined));
    for (const seconds of [60, 360, 660]) await failAt(seconds, "too many wait");
    expect(world.of("DELIVERY")).toEqual([]);
    world.takeEverything();
    await runAt(960);
    expect(world.ids("KIT")).toHaveLength(1);
  });

  it("keeps no other from being sent", async () => {
    await bookTaser();
    only(1, []);
    world.refuse(({ type }) => (type === "KIT" ? noAnswer : undefined));
    await failAt(60, "no answer");
    expect(world.sent.map(({ type }) => type)).toEqual(["DELIVERY", "DIGEST"]);
  });

  it("since its level is no longer in the force's file goes to the level that is now the last", async () => {
    const records = createMemoryRecords();
    world = createNoticesWorld({ records, levels: ["duty supervisors", "inspectors", "standards"] });
    only(3, []);
    world.refuse(({ type }) => (type === "DELIVERY" ? noAnswer : undefined));
    await failAt(0, "no answer");
    const smaller = createNoticesWorld({ records, now: world.at(600), levels: ["duty supervisors"] });
    await smaller.run();
    expect(smaller.of("DELIVERY").map(({ level }) => level)).toEqual([1]);
  });
});

describe("a notice that cannot be read", () => {
  it("keeps no other from being sent", async () => {
    await bookTaser();
    world.refuse(({ type }) => (type === "KIT" ? noAnswer : undefined));
    await failAt(60, "no answer");
    const broken = { pk: "NOTICE#KIT.broken.1", sk: "RECORD", data: { broken: true } };
    const byDue = { list: "UNSENT-NOTICES", order: `${MORNING}#KIT.broken.1` };
    await world.records.put({ ...broken, byDue }, "any");
    world.takeEverything();
    await world.turnTo(70);
    await expect(world.run()).rejects.toThrow(CorruptRecordError);
    expect(world.ids("KIT")).toHaveLength(1);
  });
});

describe("a notice that an address gave back", () => {
  const kit = async () => {
    await bookTaser();
    await runAt(60);
    return world.ids("KIT")[0] ?? "";
  };

  it("is told of to the level above and to operators, once however often it comes", async () => {
    const alertId = await kit();
    for (let time = 0; time < 3; time += 1) await world.takeBack({ alertId });
    expect(deliveries()).toEqual([[2, "An address did not take what it was sent."]]);
    expect(world.of("DELIVERY")[0]?.email.subject).toBe("Alerts to duty supervisors may not reach everybody");
    expect(world.told).toHaveLength(1);
  });

  it("goes up level by level while the word of it is given back too, and ends with operators", async () => {
    await world.takeBack({ alertId: await kit() });
    for (let index = 0; index < 3; index += 1) {
      const alertId = world.ids("DELIVERY").at(-1) ?? "";
      await world.takeBack({ alertId });
    }
    expect(world.of("DELIVERY").map(({ level }) => level)).toEqual([2, 3]);
    expect(world.told.at(-1)).toEqual({
      subject: "Witnessed: the last level may not be reached",
      body: expect.stringMatching(
        /^An address of level 3 did not take .*\n\nWhat to do: .* within four hours\.$/s,
      ),
    });
  });

  it("in a force of one level is told of to that level, and ends", async () => {
    world = createNoticesWorld({ levels: ["everybody"] });
    await world.takeBack({ alertId: await kit() });
    await world.takeBack({ alertId: world.ids("DELIVERY")[0] ?? "" });
    expect(world.of("DELIVERY").map(({ level }) => level)).toEqual([1]);
    expect(world.told.map(({ subject }) => subject)).toEqual([
      "Witnessed: Alerts to everybody may not reach everybody",
      "Witnessed: the last level may not be reached",
    ]);
  });

  it("and was never recorded is refused, and tells nobody", async () => {
    await expect(world.takeBack({ alertId: "KIT.nothing.1" })).rejects.toThrow(RecordNotFoundError);
    expect([...world.sent, ...world.told]).toEqual([]);
  });
});

describe("a process that is killed while it sends notices", () => {
  /** All that becomes due on one morning: kit, addresses, the digest. */
  async function morning() {
    const watched = watchRecords(createMemoryRecords());
    world = createNoticesWorld({ records: watched.records });
    only(1, []);
    await bookTaser();
    await world.turnTo(60);
    return watched;
  }
  const EVERYTHING = ["DELIVERY 2", "DIGEST 1", "KIT 1"];
  const kinds = () => [...new Set(world.sent.map(({ type, level }) => `${type} ${level}`))].sort();

  it("has sent everything at least once after the next run, after whichever write it ended", async () => {
    const whole = await morning();
    const before = whole.written.length;
    await world.run();
    const writes = whole.written.length - before;
    expect(writes).toBeGreaterThan(8);
    expect(kinds()).toEqual(EVERYTHING);
    for (let kill = 0; kill < writes; kill += 1) {
      const watched = await morning();
      watched.dieAfter(kill);
      await expect(world.run()).rejects.toThrow("killed");
      watched.restart();
      await runAt(120);
      await runAt(180);
      expect(kinds()).toEqual(EVERYTHING);
      // At most the one that was on its way when the process ended went twice, under its id.
      expect(world.sent.length).toBeLessThanOrEqual(EVERYTHING.length + 1);
      expect(new Set(world.ids()).size).toBe(EVERYTHING.length);
      expect(world.told.length).toBeGreaterThan(0);
      expect(await world.notices.listUnsent("9999", 10)).toEqual([]);
    }
  });
});

describe("the digest", () => {
  it("comes once a day, also when there is nothing to say", async () => {
    for (let hour = 0; hour < 49; hour += 1) await runAt(hour * HOUR);
    expect(world.ids("DIGEST")).toEqual([
      "DIGEST.2026-11-22.1",
      "DIGEST.2026-11-23.1",
      "DIGEST.2026-11-24.1",
    ]);
    expect(world.of("DIGEST")[1]?.email.body).toMatch(
      /^Witnessed, daily digest of Mon 23 Nov 2026, 07:00:00 GMT, since the one of Sun 22 Nov 2026, 07:00:00 GMT\.\n\nOpen \(0; 0 past their deadline\):\nnone\n/,
    );
  });

  it.each([
    ["spring", "2026-03-28T06:59:00.000Z", ["2026-03-28T07:00", "2026-03-29T06:00", "2026-03-30T06:00"]],
    ["autumn", "2026-10-24T05:59:00.000Z", ["2026-10-24T06:00", "2026-10-25T07:00", "2026-10-26T07:00"]],
  ])("keeps to the clock on the wall over the change of %s", async (_, now, dues) => {
    world = createNoticesWorld({ now });
    // The first run of a stack tells of the day before.
    await world.run();
    const seen: string[] = [];
    for (let minutes = 1; minutes <= 50 * 60; minutes += 15) {
      const before = world.sent.length;
      await runAt(minutes * 60);
      if (world.sent.length > before) seen.push(world.clock.now().toISOString().slice(0, 16));
    }
    expect(seen).toEqual(dues);
    expect(new Set(world.ids("DIGEST")).size).toBe(4);
  });

  it("tells after missed days of all that came since the one before", async () => {
    await runAt(0);
    await world.book();
    await world.postLog();
    await world.settle();
    // Two days go by in which nothing is run but the incident's own deadlines.
    await world.turnTo(60 * HOUR);
    await world.run();
    await runAt(72 * HOUR);
    const [, afterwards, next] = world.of("DIGEST").map(({ email }) => email.body);
    expect(afterwards).toContain("since the one of Sun 22 Nov 2026, 07:00:00 GMT");
    expect(afterwards).toMatch(/Uses without video \(1\):\n- Taser discharge, not recorded, 21 Nov 21:08, /);
    expect(next).toContain("Uses without video (0):");
  });

  it("tells in the next of a verdict that was given too shortly before to be stored surely", async () => {
    await runAt(0);
    await world.book();
    await world.postLog();
    await world.settle();
    const [incident] = (await world.incidents.list({ limit: 1 })).items;
    const graceEnds = (Date.parse("2026-11-23T21:08:00.000Z") - Date.parse(MORNING)) / 1000;
    await world.turnTo(graceEnds + 2);
    expect(await world.outcomes(incident?.incidentId ?? "")).toEqual(["AWAITING_FOOTAGE", "UNRECORDED"]);
    // Nobody looked until then: the digest of that day is made a minute after the verdict.
    await runAt(graceEnds + 60);
    await runAt(2 * DAY);
    const counts = world
      .of("DIGEST")
      .map(({ email }) => /Uses without video \((\d+)\)/.exec(email.body)?.[1]);
    expect(counts).toEqual(["0", "0", "1"]);
  });

  it("that was recorded and not sent is sent as it was", async () => {
    world.refuse(({ type }) => (type === "DIGEST" ? noAnswer : undefined));
    await failAt(0, "no answer");
    world.takeEverything();
    await bookTaser();
    await runAt(5);
    expect(world.of("DIGEST").map(({ email }) => email.body.split("\n")[0])).toEqual([
      "Witnessed, daily digest of Sun 22 Nov 2026, 07:00:00 GMT.",
    ]);
    await runAt(300);
    expect(world.ids("DIGEST")).toHaveLength(1);
  });

  it("leaves out of its lists what cannot be read, says so, and comes all the same", async () => {
    await world.book();
    const { incidents } = await world.postLog();
    await world.settle();
    await world.run();
    const incidentId = incidents[0]?.incidentId ?? "";
    const version = { pk: `INCIDENT#${incidentId}`, sk: "VERDICT#000001" };
    await world.records.put({ ...version, data: { broken: true } }, "any");
    world.forgetRuns();
    await runAt(DAY);
    expect(world.of("DIGEST").at(-1)?.email.body).toContain(
      "In no list, because they cannot be read: 1. The operators' log names them.",
    );
    expect(world.lines).toContainEqual({ code: "record.unreadable", fields: { incidentId } });
  });

  it("counts the officers who are out without a camera", async () => {
    await bookTaser();
    await runAt(60);
    await runAt(DAY);
    expect(world.of("DIGEST").at(-1)?.email.body).toContain(
      "Officers out now with a Taser and no working camera: 1.",
    );
  });

  it("shows drills as what they are among what is open, and nowhere else", async () => {
    await world.book();
    await world.postLog(aWeaponLog({ drill: true }));
    await world.settle();
    await world.turnTo(60 * HOUR);
    await world.run();
    const body = world.of("DIGEST").at(-1)?.email.body ?? "";
    expect(body).toMatch(
      /Open \(1, 1 of them drills; 1 past their deadline\):\n- DRILL: Taser discharge, not recorded/,
    );
    expect(body).toContain("Uses without video (0):");
  });
});
