import type { Context } from "aws-lambda";
import { afterEach, describe, expect, it } from "vitest";
import { CorruptRecordError, DependencyUnavailableError } from "#contracts/errors.ts";
import { workflowState } from "#contracts/workflow.ts";
import { logFields } from "#ports/log.ts";
import { defineHandler } from "#runtime/define-handler.ts";
import { createLog } from "#runtime/log.ts";
import { captureOutput } from "#test/support/capture-output.ts";

let output = captureOutput();
afterEach(() => output.release());

const contextWith = (remainingMs: number): Context =>
  ({
    awsRequestId: "request-1",
    functionName: "ingestion",
    functionVersion: "1",
    invokedFunctionArn: "arn:aws:lambda:eu-west-2:1:function:ingestion",
    memoryLimitInMB: "512",
    getRemainingTimeInMillis: () => remainingMs,
  }) as unknown as Context;

function handlerThat(run: (state: { incidentId: string; cause: string }) => Promise<unknown>) {
  output.release();
  output = captureOutput();
  const log = createLog({ service: "ingestion", force: "testing" });
  return { log, handler: defineHandler({ log, input: workflowState, run }) };
}

const state = { incidentId: "i1", cause: "log-l1", execution: "i1-a-1" };

describe("a workflow function", () => {
  it("hands the parsed state over and answers what the use case answers", async () => {
    const { handler } = handlerThat(async ({ incidentId, cause }) => ({ incidentId, cause }));
    const answer = await handler({ ...state, addedLater: { any: "thing" } }, contextWith(60_000));
    expect(answer).toEqual({ incidentId: "i1", cause: "log-l1" });
  });

  it("refuses a state that it cannot read, without saying what was in it", async () => {
    const { handler } = handlerThat(async () => ({}));
    const secret = { incidentId: 4711, cause: ["PC Jane Doe"] };
    await expect(handler(secret, contextWith(60_000))).rejects.toMatchObject({ name: "InvalidInputError" });
    expect(output.text()).toContain("/incidentId invalid_type, /cause invalid_type");
    expect(output.text()).not.toContain("Jane");
  });

  it("throws errors on under their own names, which Retry and Catch read", async () => {
    for (const error of [
      new CorruptRecordError("broken"),
      new DependencyUnavailableError("busy"),
      new TypeError("?"),
    ]) {
      const { handler } = handlerThat(async () => {
        throw error;
      });
      await expect(handler(state, contextWith(60_000))).rejects.toBe(error);
    }
  });

  it("ends with an error that is tried again when its time runs out", async () => {
    const { handler } = handlerThat(() => new Promise(() => {}));
    await expect(handler(state, contextWith(1010))).rejects.toMatchObject({
      name: "DependencyUnavailableError",
    });
    expect(output.lines()).toContainEqual(
      expect.objectContaining({ message: "handler.failed", error: "DependencyUnavailableError" }),
    );
  });

  it("counts what is worth a metric, and writes it when the invocation ends", async () => {
    const { handler, log } = handlerThat(async () => {
      log.info("verdict.issued", { incidentId: "i1", outcome: "RECORDED" });
      log.warn("sweep.unaccounted", { count: 3 });
      return {};
    });
    await handler(state, contextWith(60_000));
    const metrics = output.lines().find((line) => "_aws" in line);
    expect(metrics).toMatchObject({
      force: "testing",
      service: "ingestion",
      VerdictsIssued: 1,
      Unaccounted: 3,
    });
  });

  it("names the request in each line", async () => {
    const { handler, log } = handlerThat(async () => log.info("footage.matched", { count: 2 }));
    await handler(state, contextWith(60_000));
    expect(output.lines()).toContainEqual(
      expect.objectContaining({
        message: "footage.matched",
        count: 2,
        service: "ingestion",
        force: "testing",
        function_request_id: "request-1",
      }),
    );
  });
});

describe("a log line", () => {
  it("is the only thing written: the library has nothing to say to any field or invocation", async () => {
    const { handler, log } = handlerThat(async () => {
      log.info("everything", Object.fromEntries(logFields.map((field) => [field, 1])));
      return {};
    });
    await handler(state, contextWith(60_000));
    expect(output.lines()).toEqual([
      expect.objectContaining({
        message: "everything",
        ...Object.fromEntries(logFields.map((field) => [field, 1])),
      }),
    ]);
    expect(output.text().trim().split("\n")).toHaveLength(1);
  });

  it("holds nothing that has no field, whatever is handed over", async () => {
    const { handler, log } = handlerThat(async () => {
      log.info("report.placed", {
        incidentId: "i1",
        name: "PC Jane Doe",
        url: "https://evidence.example/x?X-Amz-Signature=abc",
        token: "eyJhbGciOi",
        body: { subject: { ageBand: "11-17" } },
        reportId: { nested: "PC Jane Doe" },
      } as never);
      throw new Error("value 'PC Jane Doe' at https://evidence.example/x?X-Amz-Signature=abc is wrong");
    });
    const event = { ...state, subject: "PC Jane Doe", authorization: "Bearer eyJhbGciOi" };
    await expect(handler(event, contextWith(60_000))).rejects.toThrow();
    expect(output.text()).toContain("report.placed");
    for (const planted of ["Jane", "Signature", "eyJ", "11-17", "Bearer"]) {
      expect(output.text()).not.toContain(planted);
    }
  });
});
