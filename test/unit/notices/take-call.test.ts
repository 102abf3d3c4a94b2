import { describe, expect, it } from "vitest";
import { DependencyUnavailableError, RecordNotFoundError } from "#contracts/errors.ts";
import { noticesCall, takeCall } from "#handlers/notices/take-call.ts";
import type { LogFields } from "#ports/log.ts";
import { INCIDENT_ID } from "#test/support/lifecycle-builders.ts";
import type { ReturnedAlert } from "#use-cases/notices/take-back.ts";
import givenBack from "../../fixtures/events/alert-given-back.json" with { type: "json" };

const ALERT_ID = `${INCIDENT_ID}.UNRECORDED_DISCHARGE.2.1`;
type Attributes = Readonly<Record<string, { readonly Type: string; readonly Value: string }>>;
const envelope = JSON.parse(givenBack.body) as { readonly MessageAttributes: Attributes };

/** What SNS lays aside of a message that was published with these attributes. */
const bodyWith = (attributes: Readonly<Record<string, string>>) =>
  JSON.stringify({
    ...envelope,
    MessageAttributes: Object.fromEntries(
      Object.entries(attributes).map(([name, Value]) => [name, { Type: "String", Value }]),
    ),
  });

/** What SQS hands over, with all that it says. */
const aBatch = (...bodies: readonly string[]) => ({
  Records: bodies.map((body, index) => ({ ...givenBack, messageId: `m${index + 1}`, body })),
});

function aRecorder(takeBack: (returned: ReturnedAlert) => void = () => {}) {
  const taken: ReturnedAlert[] = [];
  const told: { readonly subject: string; readonly body: string }[] = [];
  const lines: [code: string, fields: LogFields | undefined][] = [];
  const line = (code: string, fields?: LogFields) => void lines.push([code, fields]);
  let rounds = 0;
  return {
    taken,
    told,
    lines,
    rounds: () => rounds,
    call: (event: unknown) =>
      takeCall(noticesCall.parse(event), {
        sendDue: async () => {
          rounds += 1;
        },
        takeBack: async (returned) => {
          taken.push(returned);
          takeBack(returned);
        },
        operations: { tell: async (message) => void told.push(message) },
        log: { info: line, warn: line, error: line },
      }),
  };
}

describe("a call of the clock", () => {
  it("sends what is due", async () => {
    const { call, rounds, taken } = aRecorder();
    expect(await call({})).toBeUndefined();
    expect([rounds(), taken]).toEqual([1, []]);
  });

  it.each([
    ["something else", { detail: 1 }],
    ["a batch without messages' bodies", { Records: [{ messageId: "m1" }] }],
    ["nothing at all", undefined],
  ])("is not taken for one when it is %s", (_, event) => {
    expect(noticesCall.safeParse(event).success).toBe(false);
  });
});

describe("what an address gave back", () => {
  it("is taken back by the ids that SNS keeps beside the texts", async () => {
    const { call, taken, rounds } = aRecorder();
    expect(await call({ Records: [givenBack] })).toEqual({ batchItemFailures: [] });
    expect(taken).toEqual([{ alertId: ALERT_ID, incidentId: INCIDENT_ID }]);
    expect(rounds()).toBe(0);
  });

  it("may be a notice, which concerns no incident", async () => {
    const { call, taken } = aRecorder();
    await call(aBatch(bodyWith({ type: "DIGEST", alertId: "DIGEST.2026-11-21.1" })));
    expect(taken).toEqual([{ alertId: "DIGEST.2026-11-21.1" }]);
  });

  it("is brought again by itself when it fails, and its neighbours are done", async () => {
    const { call, taken, told, lines } = aRecorder(({ alertId }) => {
      if (alertId === "KIT.2.1") throw new DependencyUnavailableError("the table does not answer");
    });
    const bodies = ["KIT.1.1", "KIT.2.1", "KIT.3.1"].map((alertId) => bodyWith({ alertId }));
    expect(await call(aBatch(...bodies))).toEqual({ batchItemFailures: [{ itemIdentifier: "m2" }] });
    expect(taken).toHaveLength(3);
    expect(told).toEqual([]);
    expect(lines).toEqual([
      ["alert.not-taken-back", { error: "DependencyUnavailableError", reason: "the table does not answer" }],
    ]);
  });

  it.each([
    ["no JSON", "{"],
    ["JSON that is no envelope", '"alertId"'],
    ["of another publisher", bodyWith({ type: "news" })],
    ["published with an empty id", bodyWith({ alertId: "" })],
  ])("is told to operations once and not brought again when it is %s", async (_, stranger) => {
    const { call, taken, told } = aRecorder();
    expect(await call(aBatch(stranger, bodyWith({ alertId: "KIT.1.1" })))).toEqual({ batchItemFailures: [] });
    expect(taken).toEqual([{ alertId: "KIT.1.1" }]);
    expect(told).toHaveLength(1);
    expect(told[0]?.body).toContain("(m1 in the queue) does not say which alert it was");
  });

  it("is told to operations when it names an alert that was never recorded, and nothing that it says goes along", async () => {
    const { call, told, lines } = aRecorder(() => {
      throw new RecordNotFoundError("Notice was never recorded.");
    });
    const alertId = "=HYPERLINK(0)<script>";
    expect(await call(aBatch(bodyWith({ alertId })))).toEqual({ batchItemFailures: [] });
    expect(told[0]?.body).toContain("(m1 in the queue) names an alert that was never recorded");
    expect(JSON.stringify(told)).not.toContain("HYPERLINK");
    expect(told[0]?.subject.length).toBeLessThan(100);
    expect(lines[0]).toEqual(["alert.never-recorded", expect.objectContaining({ alertId })]);
  });

  it("that operations could not be told of is brought again", async () => {
    const { call } = aRecorder();
    const silent = takeCall(noticesCall.parse(aBatch("{")), {
      sendDue: async () => {},
      takeBack: async () => {},
      operations: {
        tell: async () => {
          throw new DependencyUnavailableError("SNS does not answer");
        },
      },
      log: { info: () => {}, warn: () => {}, error: () => {} },
    });
    expect(await silent).toEqual({ batchItemFailures: [{ itemIdentifier: "m1" }] });
    expect(await call(aBatch("{"))).toEqual({ batchItemFailures: [] });
  });
});
