import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { configSchema } from "#handlers/notification/config.ts";
import { readConfig } from "#runtime/read-config.ts";
import { readForce } from "#runtime/read-force.ts";

const named = {
  TABLE_NAME: "records",
  FORCE_FILE: "/opt/force.json",
  TOPIC_ARNS: "arn:aws:sns:eu-west-2:1:one,arn:aws:sns:eu-west-2:1:two",
  OPERATIONS_TOPIC_ARN: "arn:aws:sns:eu-west-2:1:operations",
  CONSOLE_BASE_URL: "https://console.example",
  EVIDENCE_BUCKET: "evidence",
  EVIDENCE_KEY_ARN: "arn:aws:kms:eu-west-2:1:key/k",
};

describe("a function's configuration", () => {
  it("is read from the variables that its schema names, and from no other", () => {
    expect(readConfig(configSchema, { ...named, PATH: "/usr/bin" })).toEqual({
      ...named,
      TOPIC_ARNS: ["arn:aws:sns:eu-west-2:1:one", "arn:aws:sns:eu-west-2:1:two"],
    });
  });

  it("names each variable that is missing or wrong", () => {
    const { TABLE_NAME: _missing, ...rest } = named;
    const read = () =>
      readConfig(configSchema, { ...rest, TOPIC_ARNS: "arn:one,two", CONSOLE_BASE_URL: "console" });
    expect(read).toThrow(/TABLE_NAME: .*; TOPIC_ARNS\.1: .*; CONSOLE_BASE_URL: /);
  });
});

describe("the force's file in a function", () => {
  const folder = mkdtempSync(join(tmpdir(), "witnessed-force-"));
  afterAll(() => rmSync(folder, { recursive: true }));
  const write = (content: unknown): string => {
    const file = join(folder, "force.json");
    writeFileSync(file, JSON.stringify(content));
    return file;
  };

  it("is read with its defaults", () => {
    const file = write({
      code: "testing",
      name: "Testing",
      timeZone: "Europe/London",
      region: "eu-west-2",
      operations: { emails: ["a@police.example"] },
      alerts: { levels: [{ name: "duty" }] },
      policies: [{ version: "1", effectiveFrom: "2019-07-15" }],
    });
    expect(readForce(file)).toMatchObject({ code: "testing", policies: [{ footageGraceHours: 48 }] });
  });

  it("stops the function with the file and the field when it is wrong", () => {
    const file = write({ code: "testing" });
    expect(() => readForce(file)).toThrow(/force\.json is wrong[\s\S]*timeZone/);
  });
});
