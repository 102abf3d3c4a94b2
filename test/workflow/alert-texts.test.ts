import { PublishCommand, SNSClient } from "@aws-sdk/client-sns";
import { mockClient } from "aws-sdk-client-mock";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createSnsAlertPublisher, createSnsOperationsAlert } from "#adapters/aws/alert-publisher.sns.ts";
import type { TaskName } from "#contracts/workflow.ts";
import { aClip, anOfficer } from "#test/support/build-inputs.ts";
import { AFTER_SHIFT, aUseReport, aWeaponLog, testForce } from "#test/support/workflow-world.ts";
import { acknowledgeIncident } from "#use-cases/casework/acknowledge-incident.ts";
import { createMachineWorld, type Obstacles } from "./machine-world.ts";

const OPERATIONS = "arn:aws:sns:eu-west-2:1:operations";
const TOPICS = ["duty", "inspectors", "standards"].map((name) => `arn:aws:sns:eu-west-2:1:${name}`);
const force = {
  ...testForce,
  alerts: {
    ...testForce.alerts,
    levels: ["duty supervisors", "inspectors", "professional standards"].map((name) => ({
      name,
      emails: [],
      phones: [],
    })),
  },
};

const client = new SNSClient({});
const sns = mockClient(client);
let stop: () => Promise<void> = async () => {};
beforeEach(() => {
  sns.reset();
  sns.on(PublishCommand).resolves({ MessageId: "m-1" });
});
afterEach(() => stop());

/** What reached SNS: of each alert its id without the incident's, and all that was published. */
const published = (incidentId: string) =>
  sns.commandCalls(PublishCommand).flatMap(({ args }) => {
    const { TopicArn, Subject, Message, MessageAttributes, MessageStructure } = args[0].input;
    if (TopicArn === OPERATIONS) return [];
    const bodies = JSON.parse(Message ?? "") as { default: string; email: string; sms: string };
    const facts = JSON.parse(bodies.default) as { readonly alertId: string };
    const attributes = Object.fromEntries(
      Object.entries(MessageAttributes ?? {}).map(([name, { StringValue }]) => [name, StringValue]),
    );
    const id = facts.alertId.slice(incidentId.length + 1);
    const email = bodies.email.replaceAll(incidentId, "ID").split("\n");
    const sms = bodies.sms.replaceAll(incidentId, "ID");
    return [{ id, TopicArn, Subject, MessageStructure, email, sms, facts, attributes }];
  });

/** A discharge at 21:08 that goes through the machine to the end of every deadline. */
async function discharge(
  prepare: (world: ReturnType<typeof createMachineWorld>) => Promise<unknown> = async () => {},
  options: { readonly obstacles?: Obstacles; readonly log?: Parameters<typeof aWeaponLog>[0] } = {},
) {
  const senders = {
    publisher: createSnsAlertPublisher({ client, topicArns: TOPICS }),
    operations: createSnsOperationsAlert({ client, topicArn: OPERATIONS }),
  };
  const { obstacles = {}, log } = options;
  const world = createMachineWorld({ obstacles, force, senders, now: AFTER_SHIFT });
  stop = world.workflow.stop;
  await world.book();
  await world.register.putOfficer(anOfficer({ borough: "Southwark" }));
  await prepare(world);
  const { incidents } = await world.postLog(aWeaponLog(log));
  const incidentId = incidents[0]?.incidentId ?? "";
  const run = async (cause: string) => {
    await world.workflow.start({ incidentId, cause });
    while (world.workflow.executions().some(({ status }) => status === "RUNNING")) {
      await new Promise((resolve) => setImmediate(resolve));
    }
    return published(incidentId);
  };
  return { world, incidentId, run, alerts: await run("test") };
}

/** The text that every alert has, of the evening's discharge. */
const email = (texts: {
  readonly headline: string;
  readonly verdict: string;
  readonly finding: unknown;
  readonly todo: string;
  readonly about?: string;
}) => [
  `${texts.headline}.`,
  ...(texts.about === undefined ? [] : [texts.about]),
  "",
  "When: Sat 21 Nov 2026, 21:08:00 GMT",
  "Where: Southwark",
  "Officer: collar number 4711",
  "Weapon: X12005BX7",
  "Priority: normal",
  `Verdict ${texts.verdict}`,
  "",
  texts.finding,
  "",
  "The incident: https://console.example/incidents/ID",
  `What to do: ${texts.todo}`,
];
/** The place is left out where one text message would not hold it. */
const smsOf = (what: string, todo: string, where = ", Southwark") =>
  `${what}, 21 Nov 21:08${where}, officer 4711. https://console.example/incidents/ID ${todo}`;
const ANY = expect.stringMatching(/This says whether a camera ran, not what it shows\.$/);

describe("a discharge of which nothing comes, from the machine to SNS", () => {
  it("is told with the full text of each type, to the topic of its level, with what filters need", async () => {
    const { alerts, incidentId } = await discharge();
    expect(alerts.map(({ id }) => id)).toEqual([
      "DISCHARGE_REPORTED.1.1",
      "UNREPORTED_DISCHARGE.0.1",
      "ESCALATED.0.2",
      "ESCALATED.0.3",
      "UNRECORDED_DISCHARGE.2.1",
      "ESCALATED.2.2",
      "ESCALATED.2.3",
    ]);
    const [reported, unreported, escalated, , unrecorded, again] = alerts;
    expect(reported).toMatchObject({
      TopicArn: TOPICS[0],
      MessageStructure: "json",
      Subject: "Taser discharge reported, Southwark, 21 Nov 21:08",
      email: email({
        headline: "Taser discharge reported",
        verdict: "1: awaiting footage",
        finding: ANY,
        todo: "see that every camera that was there is docked by Mon 23 Nov 2026, 21:08:00 GMT.",
      }),
      sms: smsOf("Taser discharge reported", "Dock cameras by 23 Nov 21:08."),
    });
    expect(unreported).toMatchObject({
      TopicArn: TOPICS[0],
      Subject: "Taser discharge without a use report, Southwark, 21 Nov 21:08",
      email: email({
        headline: "Taser discharge without a use report",
        verdict: "1: awaiting footage",
        finding: ANY,
        todo: "acknowledge that the use report is being seen to, by Mon 23 Nov 2026, 01:08:01 GMT.",
      }),
      sms: smsOf("Taser discharge without report", "Acknowledge by 23 Nov 01:08."),
    });
    expect(escalated).toMatchObject({
      TopicArn: TOPICS[1],
      Subject: "Not acknowledged: taser discharge, awaiting footage, Southwark, 21 Nov 21:08",
      email: email({
        headline: "Not acknowledged: taser discharge, awaiting footage",
        verdict: "1: awaiting footage",
        finding: ANY,
        todo: "read the incident and acknowledge it by Mon 23 Nov 2026, 05:08:02 GMT.",
      }),
      sms: smsOf("Taser discharge not acknowledged", "Acknowledge by 23 Nov 05:08.", ""),
    });
    expect(unrecorded).toMatchObject({
      TopicArn: TOPICS[0],
      Subject: "Taser discharge without video, Southwark, 21 Nov 21:08",
      email: email({
        headline: "Taser discharge without video",
        verdict: "2: not recorded",
        finding:
          "The discharge at 21:08:00 on 21 November 2026 is not on video. No footage that counts covers any of the 65 s that policy 2019-07 requires. No footage shows the officer's own camera on at the time. Next: ask the officer why there is no video. Acknowledge the alert within 4 h. This says whether a camera ran, not what it shows.",
        todo: "read the incident and acknowledge it by Tue 24 Nov 2026, 01:08:01 GMT.",
      }),
      sms: smsOf("Taser discharge without video", "Acknowledge by 24 Nov 01:08."),
    });
    expect(again?.Subject).toBe("Not acknowledged: taser discharge, not recorded, Southwark, 21 Nov 21:08");
    expect(unrecorded?.attributes).toEqual({
      type: "UNRECORDED_DISCHARGE",
      priority: "normal",
      borough: "Southwark",
      outcome: "UNRECORDED",
      alertId: `${incidentId}.UNRECORDED_DISCHARGE.2.1`,
      incidentId,
    });
    expect(unrecorded?.facts).toEqual({
      alertId: `${incidentId}.UNRECORDED_DISCHARGE.2.1`,
      incidentId,
      type: "UNRECORDED_DISCHARGE",
      priority: "normal",
      borough: "Southwark",
      outcome: "UNRECORDED",
      level: 1,
      link: `https://console.example/incidents/${incidentId}`,
      respondBy: "2026-11-24T01:08:01.000Z",
    });
    for (const { sms, Subject = "" } of alerts) {
      expect(sms.replaceAll("ID", incidentId).length).toBeLessThanOrEqual(160);
      expect(Subject.length).toBeLessThanOrEqual(99);
    }
  });

  it("is escalated level by level until somebody acknowledges", async () => {
    const act: { now?: () => Promise<unknown> } = {};
    const pass = (task: (input: unknown) => Promise<unknown>) => task;
    const acknowledgeFirst =
      (task: (input: unknown) => Promise<unknown>) =>
      async (input: unknown): Promise<unknown> => {
        await act.now?.();
        return task(input);
      };
    const name: TaskName = "Notify";
    const { alerts } = await discharge(
      async (world) => {
        await world.postReport();
        act.now = async () => {
          const [incident] = (await world.incidents.list({ limit: 1 })).items;
          const by = { subject: "supervisor-1", roles: ["supervisor" as const] };
          await acknowledgeIncident({ incidentId: incident?.incidentId ?? "", by }, world.deps);
        };
      },
      // At its first look, at the grace's end, when the second level is told; then before the third would be.
      { obstacles: { [name]: [pass, pass, pass, acknowledgeFirst] } },
    );
    expect(alerts.map(({ id }) => id)).toEqual([
      "DISCHARGE_REPORTED.1.1",
      "UNRECORDED_DISCHARGE.2.1",
      "ESCALATED.2.2",
    ]);
  });
});

describe("a discharge of which something comes, from the machine to SNS", () => {
  it("is told to be partly on video", async () => {
    const { alerts } = await discharge(async (world) => {
      await world.postReport();
      await world.addClip(aClip({ from: -10 }));
    });
    expect(alerts.find(({ id }) => id === "PARTLY_RECORDED_DISCHARGE.2.1")).toMatchObject({
      TopicArn: TOPICS[0],
      Subject: "Taser discharge only partly on video, Southwark, 21 Nov 21:08",
      email: email({
        headline: "Taser discharge only partly on video",
        verdict: "2: partly recorded",
        finding: expect.stringMatching(
          /^The discharge at 21:08:00 on 21 November 2026 is itself on video .*\b10 of 30 s before\b/,
        ),
        todo: "read the incident and acknowledge it by Tue 24 Nov 2026, 01:08:01 GMT.",
      }),
      sms: smsOf("Taser discharge partly on video", "Acknowledge by 24 Nov 01:08."),
      attributes: { type: "PARTLY_RECORDED_DISCHARGE", outcome: "PARTLY_RECORDED" },
    });
  });

  it("is told to be undetermined where the camera's clock leaves it open", async () => {
    const { alerts } = await discharge(async (world) => {
      await world.postReport();
      await world.addClip(aClip({ declaration: { clock: {} } }));
    });
    expect(alerts.find(({ id }) => id === "UNDETERMINED_DISCHARGE.2.1")).toMatchObject({
      Subject: "Taser discharge: cannot tell whether it is on video, Southwark, 21 Nov 21:08",
      email: email({
        headline: "Taser discharge: cannot tell whether it is on video",
        verdict: "2: undetermined",
        finding: ANY,
        todo: "read the incident and acknowledge it by Tue 24 Nov 2026, 01:08:01 GMT.",
      }),
      sms: smsOf("Taser discharge video undetermined", "Acknowledge by 24 Nov 01:08.", ""),
      attributes: { outcome: "UNDETERMINED" },
    });
  });

  it("is told when the report says video and there is none", async () => {
    const { alerts } = await discharge((world) => world.postReport(aUseReport({ bodyWornVideo: "yes" })));
    expect(alerts.find(({ id }) => id === "CONTRADICTION.2.1")).toMatchObject({
      Subject: "Taser discharge: the report says video, but there is none, Southwark, 21 Nov 21:08",
      email: email({
        headline: "Taser discharge: the report says video, but there is none",
        verdict: "2: not recorded",
        finding: ANY,
        todo: "read the incident and acknowledge it by Tue 24 Nov 2026, 01:08:01 GMT.",
      }),
      sms: smsOf("Taser discharge report contradicted", "Acknowledge by 24 Nov 01:08.", ""),
    });
  });

  it("is told when the report says no video and there is", async () => {
    const { alerts } = await discharge(async (world) => {
      await world.postReport(aUseReport({ bodyWornVideo: "no" }));
      await world.addClip(aClip());
    });
    expect(alerts.find(({ id }) => id === "CONTRADICTION.1.1")).toMatchObject({
      Subject: "Taser discharge: the report says no video, but there is, Southwark, 21 Nov 21:08",
      email: email({
        headline: "Taser discharge: the report says no video, but there is",
        verdict: "1: recorded",
        finding: ANY,
        todo: "read the incident and acknowledge it by Sun 22 Nov 2026, 10:00:00 GMT.",
      }),
      sms: smsOf("Taser discharge report contradicted", "Acknowledge by 22 Nov 10:00.", ""),
    });
  });

  it("is told again, to everybody who was told, when footage comes later", async () => {
    const { world, run } = await discharge((of) => of.postReport());
    await world.addClip(aClip());
    const alerts = await run("footage came");
    const revised = alerts.filter(({ id }) => id.startsWith("REVISED"));
    expect(revised.map(({ id, TopicArn }) => [id, TopicArn])).toEqual(
      [1, 2, 3].map((level) => [`REVISED.3.${level}`, TOPICS[level - 1]]),
    );
    expect(revised[2]).toMatchObject({
      Subject: "Taser discharge: verdict changed to recorded, Southwark, 21 Nov 21:08",
      email: email({
        headline: "Taser discharge: verdict changed to recorded",
        verdict: "3: recorded",
        finding: ANY,
        todo: "",
      }).with(
        -1,
        expect.stringMatching(
          /^What to do: read the new verdict by .* GMT; nothing needs to be acknowledged\.$/,
        ),
      ),
      attributes: { type: "REVISED", outcome: "RECORDED" },
    });
  });

  it("is told of when its alert is refused by its topic, to the level above and to operators", async () => {
    sns
      .on(PublishCommand, { TopicArn: TOPICS[0] })
      .rejects(Object.assign(new Error("Topic does not exist"), { name: "NotFoundException" }));
    const { alerts, incidentId, world } = await discharge((of) => of.postReport());
    const taken = alerts.filter(({ TopicArn }) => TopicArn !== TOPICS[0]);
    expect(taken.map(({ id }) => id)).toEqual(["DELIVERY.1.2"]);
    expect(taken[0]).toMatchObject({
      TopicArn: TOPICS[1],
      Subject: "An alert may not have reached anybody, Southwark, 21 Nov 21:08",
      email: email({
        headline: "An alert may not have reached anybody",
        about: "It was for duty supervisors and said: Taser discharge reported.",
        verdict: "1: awaiting footage",
        finding: ANY,
        todo: "read the incident and acknowledge it in their place by Sun 22 Nov 2026, 10:00:00 GMT.",
      }),
      sms: smsOf("Taser discharge alert not delivered", "Acknowledge by 22 Nov 10:00.", ""),
      attributes: { type: "DELIVERY", outcome: "AWAITING_FOOTAGE" },
    });
    const told = sns
      .commandCalls(PublishCommand, { TopicArn: OPERATIONS })
      .map(({ args }) => args[0].input.Subject);
    expect(told).toEqual([
      `Witnessed: an alert about incident ${incidentId} may not have reached anybody`,
      `Witnessed: the evaluation of incident ${incidentId} failed`,
    ]);
    expect(world.workflow.executions().at(-1)?.status).toBe("FAILED");
  });
});

describe("what no text says", () => {
  it("is why the priority is high, who the officer is, or anything of the subject", async () => {
    const canaries = { gender: "female", ageBand: "11-17", mentalHealth: "yes" } as const;
    const { alerts } = await discharge(
      async (world) => {
        await world.postReport(
          aUseReport({
            subject: { ...canaries, under18: "yes", ethnicity: "asian" },
            subjectConduct: "CANARY-shouted",
            bodyWornVideo: "yes",
            absenceReason: { code: "OTHER", text: "CANARY-battery" },
          }),
        );
      },
      {
        log: {
          incidentRef: "CANARY-CAD-1",
          events: [
            { seq: 4101, at: "2026-11-21T21:07:50Z", type: "armed" },
            {
              seq: 4102,
              at: "2026-11-21T21:08:00Z",
              type: "trigger",
              durationSeconds: 17,
              cartridge: { serial: "C7H001", kind: "live", deployed: true },
            },
          ],
        },
      },
    );
    expect(alerts.map(({ attributes }) => attributes["priority"])).toContain("high");
    const everything = JSON.stringify(
      alerts.map(({ email: body, sms, Subject, facts }) => [body, sms, Subject, facts]),
    );
    for (const secret of [
      "CANARY",
      "officer-1",
      "female",
      "11-17",
      "asian",
      "18",
      "17 s",
      "pause",
      "cancel",
    ]) {
      expect(everything.replaceAll(/\d\d:\d\d/g, "")).not.toContain(secret);
    }
  });
});
