import { expect, it } from "vitest";
import { createTurns } from "#use-cases/register/take-turns.ts";

it("lets what has one name run one behind another, and what has another name beside it", async () => {
  const inTurn = createTurns();
  const ran: string[] = [];
  const first = Promise.withResolvers<void>();
  const work =
    (what: string, until: Promise<void> = Promise.resolve()) =>
    async () => {
      ran.push(`${what} begins`);
      await until;
      ran.push(`${what} ends`);
    };
  const all = [
    inTurn("log", work("first", first.promise)),
    inTurn("log", work("second")),
    inTurn("other", work("beside")).then(() => first.resolve()),
  ];
  await Promise.all(all);
  expect(ran.indexOf("beside ends")).toBeLessThan(ran.indexOf("first ends"));
  expect(ran.indexOf("first ends")).toBeLessThan(ran.indexOf("second begins"));
});

it("tells a failure to whom it belongs and lets the next one run", async () => {
  const inTurn = createTurns();
  const failing = inTurn("log", () => Promise.reject(new Error("mine")));
  const next = inTurn("log", async () => "done");
  await expect(failing).rejects.toThrow("mine");
  expect(await next).toBe("done");
});
