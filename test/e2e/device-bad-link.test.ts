import { expect, test } from "vitest";
import { MIB } from "#contracts/footage.ts";
import { uploadOverBadLink } from "#test/support/upload-over-bad-link.ts";

/** `node test/bench/upload-over-bad-link.ts` does the same with 1 GiB and five kills of each end, and holds 1.35. */
test("128 MiB arrive whole over a link that cuts 30 % of the parts, though both ends are killed", {
  timeout: 180_000,
}, async () => {
  const bytes = 128 * MIB;
  const crossing = await uploadOverBadLink({
    bytes,
    partBytes: 8 * MIB,
    lossRate: 0.3,
    restarts: 1,
    seed: 1,
  });
  expect(crossing).toMatchObject({ state: "ACCEPTED", whole: true, clientStarts: 2, serverStarts: 2 });
  expect(crossing.cuts).toBeGreaterThan(0);
  expect(crossing.sentBytes / bytes).toBeLessThan(1.7);
});
