import { describe, expect, it } from "vitest";
import { fieldChanges, valueWords } from "#domain/register/field-changes.ts";

describe("what changed in an entry of the register", () => {
  it("is each field that is not as before, in the order of the new entry, with what went last", () => {
    const before = { team: "A", borough: "Lambeth", trained: true };
    const after: object = { borough: "Southwark", team: "A", issued: false };
    expect(fieldChanges(before, after)).toEqual([
      { field: "borough", from: "“Lambeth”", to: "“Southwark”" },
      { field: "issued", from: "none", to: "no" },
      { field: "trained", from: "yes", to: "none" },
    ]);
    expect(fieldChanges(after, after)).toEqual([]);
  });

  it("is all that a new entry says", () => {
    expect(fieldChanges(undefined, { team: "A" })).toEqual([{ field: "team", from: "none", to: "“A”" }]);
  });

  it("names keys by their public part and whatever else they carry", () => {
    const key = { kty: "OKP", crv: "Ed25519", x: "abc" };
    expect(valueWords([key, { ...key, x: "def", kid: "k-1" }])).toBe("abc and def (kid k-1)");
    expect(valueWords([])).toBe("none");
  });
});
