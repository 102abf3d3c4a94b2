import { describe, expect, it } from "vitest";
import { isInvolved } from "#domain/lifecycle/is-involved.ts";

describe("whoever may be the officer whose use it is", () => {
  it("is any of its possible carriers", () => {
    const use = { officerIds: ["P-1", "P-2"] };
    expect(isInvolved(use, { officerId: "P-1" })).toBe(true);
    expect(isInvolved(use, { officerId: "P-2" })).toBe(true);
    expect(isInvolved(use, { officerId: "P-3" })).toBe(false);
  });

  it("is nobody who is no officer, and nobody while no carrier is known", () => {
    expect(isInvolved({ officerIds: ["P-1"] }, {})).toBe(false);
    expect(isInvolved({ officerIds: [] }, { officerId: "P-1" })).toBe(false);
  });
});
