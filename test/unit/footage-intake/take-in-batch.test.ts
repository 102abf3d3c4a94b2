import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { DependencyUnavailableError } from "#contracts/errors.ts";
import { queueBatch } from "#contracts/queue.ts";
import { takeInBatch } from "#handlers/footage-intake/take-in-batch.ts";
import type { LogFields } from "#ports/log.ts";
import { aClip } from "#test/support/stored-builders.ts";
import type { SettleFootageOutcome } from "#use-cases/footage/settle-footage.ts";

const event = JSON.parse(
  readFileSync(new URL("../../fixtures/events/object-created.json", import.meta.url), "utf8"),
);

function bodyFor(key: string): string {
  return JSON.stringify({ ...event, detail: { ...event.detail, object: { ...event.detail.object, key } } });
}

/** What SQS hands over, with all that it says. */
function aBatch(...bodies: readonly string[]) {
  return {
    Records: bodies.map((body, index) => ({
      messageId: `m${index + 1}`,
      receiptHandle: "AQEBwJnKyrHigUMZj6rYigCgxlaS3SLy0a",
      body,
      attributes: { ApproximateReceiveCount: "1", SentTimestamp: "1795295524000" },
      messageAttributes: {},
      md5OfBody: "e4e68fb7bd0e697a0ae8f1bb342846b3",
      eventSource: "aws:sqs",
      eventSourceARN: "arn:aws:sqs:eu-west-2:111122223333:intake",
      awsRegion: "eu-west-2",
    })),
  };
}

function aRecorder(answer: (objectKey: string) => SettleFootageOutcome) {
  const settled: string[] = [];
  const lines: [level: string, code: string, fields: LogFields | undefined][] = [];
  const line = (level: string) => (code: string, fields?: LogFields) =>
    void lines.push([level, code, fields]);
  return {
    settled,
    lines,
    deps: {
      settle: async ({ objectKey }: { readonly objectKey: string }) => {
        settled.push(objectKey);
        return answer(objectKey);
      },
      log: { info: line("info"), warn: line("warn"), error: line("error") },
    },
  };
}

const accepted: SettleFootageOutcome = {
  outcome: "settled",
  footage: aClip({ footageId: "f1", state: "ACCEPTED" }),
};

describe("a batch of new footage", () => {
  it("is settled by the keys that EventBridge gives", async () => {
    const { deps, settled, lines } = aRecorder(() => accepted);
    const batch = queueBatch.parse(aBatch(JSON.stringify(event)));
    expect(await takeInBatch(batch, deps)).toEqual({ batchItemFailures: [] });
    expect(settled).toEqual(["footage/X81234567/2026/11/01KAHT9Z4V8Q0C7W3N5R2M6DXE"]);
    expect(lines).toEqual([
      ["info", "footage.settled", { footageId: "f1", state: "ACCEPTED", code: undefined }],
    ]);
  });

  it("names the message that failed, and does its neighbours", async () => {
    const { deps, settled, lines } = aRecorder((key) => {
      if (key === "footage/bad") throw new DependencyUnavailableError("the table does not answer");
      return accepted;
    });
    const batch = queueBatch.parse(
      aBatch(bodyFor("footage/a"), bodyFor("footage/bad"), bodyFor("footage/b")),
    );
    expect(await takeInBatch(batch, deps)).toEqual({ batchItemFailures: [{ itemIdentifier: "m2" }] });
    expect(settled).toEqual(["footage/a", "footage/bad", "footage/b"]);
    expect(lines).toContainEqual([
      "error",
      "footage.intake-failed",
      {
        objectKey: "footage/bad",
        error: "DependencyUnavailableError",
        reason: "the table does not answer",
      },
    ]);
  });

  it.each([
    ["no JSON", "{"],
    ["another event", JSON.stringify({ ...event, "detail-type": "Object Deleted" })],
    ["an event without a key", JSON.stringify({ ...event, detail: {} })],
  ])("lays aside a message that is %s", async (_, poison) => {
    const { deps, settled, lines } = aRecorder(() => accepted);
    const batch = queueBatch.parse(aBatch(poison, bodyFor("footage/b")));
    expect(await takeInBatch(batch, deps)).toEqual({ batchItemFailures: [{ itemIdentifier: "m1" }] });
    expect(settled).toEqual(["footage/b"]);
    expect(lines[0]).toEqual([
      "error",
      "footage.intake-failed",
      { error: "InvalidInputError", reason: "the message does not tell of a new object" },
    ]);
  });

  it("counts a file that nobody declared, and does not bring it again", async () => {
    const { deps, lines } = aRecorder(() => ({ outcome: "undeclared" }));
    const batch = queueBatch.parse(aBatch(bodyFor("footage/stray")));
    expect(await takeInBatch(batch, deps)).toEqual({ batchItemFailures: [] });
    expect(lines).toEqual([["error", "footage.undeclared", { objectKey: "footage/stray" }]]);
  });
});
