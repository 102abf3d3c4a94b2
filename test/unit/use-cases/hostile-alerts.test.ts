import { PublishCommand, SNSClient } from "@aws-sdk/client-sns";
import { mockClient } from "aws-sdk-client-mock";
import { beforeEach, describe, expect, it } from "vitest";
import { createSnsAlertPublisher, createSnsOperationsAlert } from "#adapters/aws/alert-publisher.sns.ts";
import { InvalidInputError } from "#contracts/errors.ts";
import { createLog } from "#runtime/log.ts";
import { aClip, OFFICER, WEAPON } from "#test/support/build-inputs.ts";
import { captureOutput } from "#test/support/capture-output.ts";
import { expectHarmless, hostileTexts } from "#test/support/hostile-text.ts";
import { createNoticesWorld } from "#test/support/notices-world.ts";
import { aUseReport, aWeaponLog } from "#test/support/workflow-world.ts";

/** After every grace of the evening. */
const NOW = "2026-11-24T06:00:00.000Z";
const HOUR = 3600;
const TOPICS = ["arn:aws:sns:eu-west-2:1:duty", "arn:aws:sns:eu-west-2:1:psd"];

const client = new SNSClient({});
const sns = mockClient(client);
beforeEach(() => {
  sns.reset();
  sns.on(PublishCommand).resolves({ MessageId: "m-1" });
});

/** Every field that is told of, or might be by mistake, holds the text, as far as its form allows. */
async function play(text: string) {
  const through = {
    publisher: createSnsAlertPublisher({ client, topicArns: TOPICS }),
    operations: createSnsOperationsAlert({ client, topicArn: "arn:aws:sns:eu-west-2:1:operations" }),
  };
  const cut = (most: number) => text.slice(0, most);
  const world = createNoticesWorld({ now: NOW, levels: [cut(100), cut(100)], through });
  const officer = {
    collarNumber: cut(20),
    team: cut(100),
    borough: cut(100),
    cameraNotIssuedReason: cut(500),
  };
  await world.book();
  await world.putOfficer(OFFICER, officer);
  await world.putOfficer("P-2", officer);
  await world.putOfficer("P-3", { ...officer, supervisor: "P-2" });
  await world.addClip(aClip({ from: 2, camera: { model: cut(100) }, declaration: { incidentRef: cut(64) } }));
  const log = aWeaponLog({ incidentRef: cut(64), vendor: { text: cut(1000) } });
  const { incidents } = await world.postLog(log);
  await world.postReport(
    aUseReport({
      borough: cut(100),
      incidentRef: cut(64),
      subjectConduct: cut(2000),
      absenceReason: { code: "OTHER", text: cut(2000).trim() || "?" },
      bodyWornVideo: "yes",
    }),
  );
  await world.settle();
  const incidentId = incidents[0]?.incidentId ?? "";
  // One alert comes back, one level is not reached, an officer is out without a camera, the day's digest is due.
  await world.takeBack({ alertId: `${incidentId}.DISCHARGE_REPORTED.1.1`, incidentId });
  await world.settle();
  world.subscribe(() => []);
  await world.register("W-9", "weapon");
  await world.bookAll({ deviceSerial: "W-9", officerId: "P-2", from: world.at(10) });
  await world.turnTo(6 * HOUR);
  await world.run();
  return { world, incidentId };
}

/** The API takes no half of a character. */
const sendable = hostileTexts.filter((text) => text.isWellFormed());

describe.each(sendable.map((text) => [JSON.stringify(text).slice(0, 60), text]))(
  "%s in every field that somebody can fill",
  (_, text) => {
    it("is harmless in emails, text messages, facts for machines, words to operations and log lines", async () => {
      const { world } = await play(text);
      const types = new Set(world.sent.map(({ type }) => type));
      expect([...types].toSorted()).toEqual(
        expect.arrayContaining(["DELIVERY", "DIGEST", "DISCHARGE_REPORTED", "ESCALATED", "KIT"]),
      );
      for (const message of world.sent) {
        const links = /https:\/\/console\.example\/incidents\/[a-z0-9]+/g;
        const body = message.email.body.replaceAll(links, "");
        expectHarmless({ ...message, email: { ...message.email, body } });
      }
      for (const { args } of sns.commandCalls(PublishCommand)) {
        const { Subject = "", Message = "", MessageAttributes = {} } = args[0].input;
        expect(Subject).toMatch(/^[\x20-\x7e]{1,99}$/);
        expect(Subject + Message).not.toMatch(/\p{Cs}/u);
        for (const { StringValue } of Object.values(MessageAttributes)) {
          // What XML can hold, as SNS demands of attributes, and nothing empty.
          expect(StringValue).toMatch(/^[^\p{Cc}\p{Cs}\ufffe\uffff]+$/u);
        }
      }
      const lines = JSON.stringify(world.lines);
      for (const part of text.match(/[^\s\d]{6,40}/gu) ?? []) {
        expect(lines).not.toContain(JSON.stringify(part).slice(1, -1));
      }
    });
  },
);

describe("a log line", () => {
  it("is one line of JSON without the text, whatever a caller past the compiler gives it", () => {
    const output = captureOutput();
    try {
      const log = createLog({ service: "notices", force: "testing" });
      for (const text of hostileTexts) {
        const fields = { alertId: "KIT.1", borough: text, collarNumber: text, subject: text, weapon: WEAPON };
        log.warn("alert.given-back", fields as { alertId: string });
      }
    } finally {
      output.release();
    }
    expect(output.text().trimEnd().split("\n")).toHaveLength(hostileTexts.length);
    expect(output.lines()).toHaveLength(hostileTexts.length);
    expect(output.text()).not.toMatch(/evil|script|DROP|x{50}|DISCHARGE/);
  });

  it("names a refused alert by its ids, and says nothing of its texts", async () => {
    const world = createNoticesWorld({ now: NOW });
    await world.book();
    await world.postLog();
    world.refuse(() => new InvalidInputError("there is no topic for alert level 1"));
    await world.settle().catch(() => undefined);
    const refused = world.lines.filter(({ code }) => code === "alert.refused");
    expect(refused[0]?.fields).toEqual({
      incidentId: expect.any(String),
      alertId: expect.stringMatching(/\.DISCHARGE_REPORTED\.1\.1$/),
      alertLevel: 1,
      error: "InvalidInputError",
      reason: "there is no topic for alert level 1",
    });
  });
});
