import { describe, expect, it } from "vitest";
import { waitBehind } from "#handlers/api/wait-behind.ts";
import type { LogFields } from "#ports/log.ts";

function aLog() {
  const lines: { code: string; fields: LogFields | undefined }[] = [];
  const write = (code: string, fields?: LogFields) => {
    lines.push({ code, fields });
  };
  return { lines, info: write, warn: write, error: write };
}

describe("work behind an answer", () => {
  it("is waited for as long as it may take", async () => {
    let done = false;
    await waitBehind({ milliseconds: 60_000, log: aLog() })(async () => {
      done = true;
    });
    expect(done).toBe(true);
  });

  it("does not keep the answer longer than that", async () => {
    const never = new Promise<void>(() => {});
    await waitBehind({ milliseconds: 1, log: aLog() })(() => never);
  });

  it("is logged by name when it fails, and never thrown", async () => {
    const log = aLog();
    await waitBehind({ milliseconds: 60_000, log })(async () => {
      throw new TypeError("key footage/X1/secret");
    });
    expect(log.lines).toEqual([{ code: "api.behind-failed", fields: { error: "TypeError" } }]);
  });
});
