import { describe, expect, it } from "vitest";
import { bestFirst, everyBetween } from "#domain/cover/coverage.ts";

describe("outcomes in their order", () => {
  it("go from the best to the worst", () => {
    expect(bestFirst(new Set(["UNRECORDED", "RECORDED", "PARTLY_RECORDED"]))).toEqual([
      "RECORDED",
      "PARTLY_RECORDED",
      "UNRECORDED",
    ]);
    expect(bestFirst(new Set(["UNRECORDED"]))).toEqual(["UNRECORDED"]);
  });

  it("leave none out between two ends, and hold nothing beyond them", () => {
    expect(everyBetween(["RECORDED", "UNRECORDED"])).toEqual(["UNRECORDED", "PARTLY_RECORDED", "RECORDED"]);
    expect(everyBetween(["RECORDED", "PARTLY_RECORDED"])).toEqual(["PARTLY_RECORDED", "RECORDED"]);
    expect(everyBetween(["PARTLY_RECORDED"])).toEqual(["PARTLY_RECORDED"]);
  });
});
