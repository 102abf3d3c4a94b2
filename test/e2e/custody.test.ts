import { writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { entryAfter, firstBreak } from "#contracts/custody-chain.ts";
import type { CustodyEntry } from "#contracts/incident.ts";
import { temporaryFolder } from "#test/support/local-process.ts";
import { propertyRuns } from "#test/support/property-runs.ts";
import { runScript } from "#test/support/run-script.ts";

const NOTES = [
  { at: "2026-11-21T22:00:00.000Z", who: "engine", what: "issued version 1" },
  { at: "2026-11-21T22:10:00.000Z", who: "P-1", what: "viewed the incident", why: "alerted" },
  { at: "2026-11-21T22:11:00.000Z", who: "P-1", what: "acknowledged" },
];
const LOG: CustodyEntry[] = [];
for (const note of NOTES) LOG.push(entryAfter(LOG.at(-1), note));

describe("a custody log", () => {
  it("is whole as it was written, from its first entry on", () => {
    for (let length = 0; length <= LOG.length; length += 1)
      expect(firstBreak(LOG.slice(0, length))).toBeUndefined();
  });

  it("is broken wherever one character of one field is another", () => {
    const fields = ["at", "who", "what", "why", "hash", "previousHash"] as const;
    fc.assert(
      fc.property(
        fc.nat(LOG.length - 1),
        fc.constantFrom(...fields),
        fc.nat(),
        fc.constantFrom("x", "0", " "),
        (index, field, place, character) => {
          const entry = LOG[index] as CustodyEntry;
          const text = entry[field] ?? "";
          const at = text.length === 0 ? 0 : place % text.length;
          fc.pre(text[at] !== character);
          const changed = { ...entry, [field]: text.slice(0, at) + character + text.slice(at + 1) };
          expect(firstBreak(LOG.with(index, changed))?.index).toBe(index);
        },
      ),
      propertyRuns(300),
    );
  });

  it("is broken where an entry was taken out, put in again or moved", () => {
    const [first, second, third] = LOG as [CustodyEntry, CustodyEntry, CustodyEntry];
    expect(firstBreak([second, third])).toEqual({ index: 0, fault: expect.stringContaining("number 1") });
    expect(firstBreak([first, third])?.index).toBe(1);
    expect(firstBreak([first, second, second])?.index).toBe(2);
    expect(firstBreak([first, third, second])?.index).toBe(1);
    expect(firstBreak([first, { ...third, seq: 2 }])?.fault).toContain("does not follow");
  });
});

describe("npm run custody -- verify", () => {
  const verify = async (content: unknown, ...args: readonly string[]) => {
    using folder = temporaryFolder();
    const text = typeof content === "string" ? content : JSON.stringify(content);
    writeFileSync(join(folder.path, "custody.json"), text);
    return await runScript("infra/local/custody.ts", {
      folder: folder.path,
      args: args.length > 0 ? args : ["verify", "custody.json"],
    });
  };

  it("says of a whole log how long it is and what its last hash is", async () => {
    const { code, out, err } = await verify({ incidentId: "i1", custody: LOG });
    expect([code, err]).toEqual([0, ""]);
    expect(out).toContain(`is whole: 3 entries`);
    expect(out).toContain(LOG[2]?.hash);
  });

  it("takes the log of a clip's file as well", async () => {
    const { code, out } = await verify({ footageId: "f1", custody: LOG });
    expect(code).toBe(0);
    expect(out).toContain("The custody log of f1 is whole");
  });

  it("says where a log is not what was written, and ends with 1", async () => {
    const custody = LOG.map((entry) => (entry.seq === 2 ? { ...entry, who: "P-2" } : entry));
    const { code, err } = await verify({ incidentId: "i1", custody });
    expect(code).toBe(1);
    expect(err).toContain("NOT what was written: at entry 2 of 2026-11-21T22:10:00.000Z");
  });

  it("asks for a supervisor's copy where names were left out", async () => {
    const custody = LOG.map(({ who: _, ...entry }) => entry);
    const { code, err } = await verify({ incidentId: "i1", custody });
    expect([code, err]).toEqual([1, expect.stringContaining("Check a supervisor's copy")]);
  });

  it.each([
    ["no log at all", { incidents: [] }, [], "is no custody log"],
    ["no JSON", "{", [], "is not JSON"],
    ["no file", {}, ["verify", "nowhere.json"], "cannot be read"],
    ["no verb", {}, ["custody.json"], "usage: npm run custody"],
    ["an unknown flag", {}, ["--fast"], "usage: npm run custody"],
  ] as const)("says in plain words what is wrong with %s", async (_what, content, args, expected) => {
    const { code, err } = await verify(content, ...args);
    expect([code, err]).toEqual([1, expect.stringContaining(expected)]);
    expect(err).not.toContain("    at ");
  });
});
