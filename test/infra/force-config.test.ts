import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { ForceConfigError, readDeployedForces, readForceConfig } from "#infra/force-config.ts";

const folder = mkdtempSync(join(tmpdir(), "witnessed-forces-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const smallest = {
  code: "essex",
  name: "Essex Police",
  timeZone: "Europe/London",
  region: "eu-west-2",
  operations: { emails: ["ict@example.police.uk"] },
  alerts: { levels: [{ name: "duty supervisors", emails: ["duty@example.police.uk"] }] },
  policies: [{ version: "2019-07", effectiveFrom: "2019-07-15" }],
};

function written(content: unknown, name = "essex.json"): string {
  const file = join(folder, name);
  writeFileSync(file, typeof content === "string" ? content : JSON.stringify(content));
  return file;
}

function errorOf(file: string): ForceConfigError {
  try {
    readForceConfig(file);
  } catch (error) {
    if (error instanceof ForceConfigError) return error;
    throw error;
  }
  throw new Error(`${file} was accepted`);
}

describe("a force's file", () => {
  it("gets every default of the contract when it says only what is required", () => {
    const force = readForceConfig(written(smallest));
    expect(force.alerts.digestAt).toBe("07:00");
    expect(force.retention).toEqual({ lockDays: 31, unmatchedDays: 31, matchedDays: 2190 });
    expect(force.signIn).toEqual({ rolesClaim: "roles", roles: {}, officerIdClaim: "officer_id" });
    expect(force.alerts.levels[0]?.phones).toEqual([]);
    expect(force.policies[0]).toEqual({
      version: "2019-07",
      effectiveFrom: "2019-07-15",
      leadSeconds: 30,
      tailSeconds: 30,
      clipJoinSeconds: 1,
      useGapSeconds: 600,
      nearbyMetres: 50,
      footageGraceHours: 48,
      reportGraceHours: 24,
      acknowledgeWithinHours: 4,
      testWindowMinutes: 15,
      reportUncertaintyMinutes: 10,
      assumedSyncAgeDays: 90,
      clocks: {
        default: { resolutionSeconds: 1, driftPpm: 20 },
        X26E: { resolutionSeconds: 1, driftPpm: 93 },
      },
    });
  });

  it("may have policy values that are fractions", () => {
    const force = readForceConfig(
      written({ ...smallest, policies: [{ ...smallest.policies[0], footageGraceHours: 0.002 }] }),
    );
    expect(force.policies[0]?.footageGraceHours).toBe(0.002);
  });

  it("names one stack for each file but the one for one machine", () => {
    expect(readDeployedForces().map(({ code }) => code)).toEqual(["gloucestershire", "metropolitan"]);
    expect(readForceConfig("infra/forces/local.json").code).toBe("local");
  });

  it("is refused when it is called otherwise than the force's code", () => {
    const other = mkdtempSync(join(folder, "named-"));
    writeFileSync(join(other, "kent.json"), JSON.stringify(smallest));
    expect(() => readDeployedForces(other)).toThrow(/kent\.json[\s\S]*\/code: expected "kent"/);
  });
});

describe("a force with a domain of its own", () => {
  it("is refused when it asks for mutual TLS and brings no certificate authorities", () => {
    const other = mkdtempSync(join(folder, "domain-"));
    const domain = {
      name: "witnessed.essex.police.uk",
      certificateArn: "arn:aws:acm:eu-west-2:000000000000:certificate/1",
    };
    const file = join(other, "essex.json");
    writeFileSync(file, JSON.stringify({ ...smallest, domain: { ...domain, mutualTls: true } }));
    expect(() => readDeployedForces(other)).toThrow(
      /\/domain\/mutualTls: expected .* essex\.truststore\.pem/,
    );
    writeFileSync(join(other, "essex.truststore.pem"), "certificates");
    expect(readDeployedForces(other)[0]?.domain).toEqual({ ...domain, mutualTls: true });
  });
});

const [level] = smallest.alerts.levels;
const [policy] = smallest.policies;
const wrongFiles: readonly [name: string, content: unknown, pointer: string, expected: RegExp][] = [
  ["is no JSON", '{ "code": "essex", }', "", /expected JSON/],
  ["lacks a required field", { ...smallest, name: undefined }, "/name", /expected string/],
  ["has a field that nobody knows", { ...smallest, colour: "blue" }, "/colour", /expected no such field/],
  [
    "has an unknown field deep inside",
    { ...smallest, alerts: { levels: [{ ...level, pager: "1" }] } },
    "/alerts/levels/0/pager",
    /expected no such field/,
  ],
  [
    "names a zone that does not exist",
    { ...smallest, timeZone: "Europe/Londinium" },
    "/timeZone",
    /IANA time zone/,
  ],
  ["names no region", { ...smallest, region: "London" }, "/region", /AWS region such as eu-west-2/],
  ["has no operator", { ...smallest, operations: { emails: [] } }, "/operations/emails", /at least 1|>=1/],
  [
    "has a mailbox that is none",
    { ...smallest, alerts: { levels: [{ ...level, emails: ["duty"] }] } },
    "/alerts/levels/0/emails/0",
    /e-mail address/,
  ],
  [
    "has a phone without its country",
    { ...smallest, alerts: { levels: [{ ...level, phones: ["07700 900123"] }] } },
    "/alerts/levels/0/phones/0",
    /\+447700900123/,
  ],
  ["has no alert level", { ...smallest, alerts: { levels: [] } }, "/alerts/levels", /at least 1|>=1/],
  ["has no policy", { ...smallest, policies: [] }, "/policies", /at least 1|>=1/],
  [
    "waits longer than a policy may",
    { ...smallest, policies: [{ ...policy, footageGraceHours: 721 }] },
    "/policies/0/footageGraceHours",
    /720/,
  ],
  [
    "has a day that does not exist",
    { ...smallest, policies: [{ ...policy, effectiveFrom: "2019-02-30" }] },
    "/policies/0/effectiveFrom",
    /a date such as/,
  ],
  [
    "has two policies in force from one day",
    { ...smallest, policies: [policy, { ...policy, version: "2020-01" }] },
    "/policies/1/effectiveFrom",
    /day of its own/,
  ],
  [
    "gives a role that does not exist",
    { ...smallest, signIn: { roles: { chief: ["Chiefs"] } } },
    "/signIn/roles/chief",
    /expected no such field/,
  ],
  [
    "names an issuer without a client",
    { ...smallest, signIn: { issuer: "https://login.example.police.uk" } },
    "/signIn/clientId",
    /client's id/,
  ],
  [
    "keeps matched footage shorter than it is locked",
    { ...smallest, retention: { lockDays: 40, matchedDays: 30 } },
    "/retention/matchedDays",
    /at least lockDays/,
  ],
  [
    "names a local time that no clock shows",
    { ...smallest, alerts: { ...smallest.alerts, digestAt: "7 am" } },
    "/alerts/digestAt",
    /07:00/,
  ],
];

describe("a wrong file of a force stops with file, pointer and expectation when it", () => {
  it.each(wrongFiles)("%s", (_, content, pointer, expected) => {
    const file = written(content, "wrong.json");
    const error = errorOf(file);
    expect(error.file).toBe(file);
    expect(error.message).toContain(file);
    const problem = error.problems.find((found) => found.pointer === pointer);
    expect(problem?.expected).toMatch(expected);
    expect(error.message).toContain(`${pointer === "" ? "(whole file)" : pointer}: ${problem?.expected}`);
  });

  it("is not there", () => {
    expect(errorOf(join(folder, "nowhere.json")).message).toMatch(
      /nowhere\.json[\s\S]*expected a readable file/,
    );
  });

  it("has several things wrong: all are named", () => {
    const { problems } = errorOf(written({ ...smallest, code: "ESSEX", region: 2, extra: true }));
    expect(problems.map(({ pointer }) => pointer).sort()).toEqual(["/code", "/extra", "/region"]);
  });
});
