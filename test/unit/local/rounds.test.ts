import { setImmediate as turn } from "node:timers/promises";
import { expect, it } from "vitest";
import { DependencyUnavailableError } from "#contracts/errors.ts";
import { startRounds } from "#infra/local/rounds.ts";
import type { LogFields } from "#ports/log.ts";

const lines: { readonly code: string; readonly fields: LogFields | undefined }[] = [];
const write = (code: string, fields?: LogFields) => void lines.push({ code, fields });
const log = { info: write, warn: write, error: write };

/** Work that ends when the test says so. */
function createWork() {
  const under = { way: 0, most: 0, begun: 0 };
  const ends: (() => void)[] = [];
  const work = async () => {
    under.way += 1;
    under.begun += 1;
    under.most = Math.max(under.most, under.way);
    await new Promise<void>((resolve) => ends.push(resolve));
    under.way -= 1;
  };
  return { under, work, end: () => ends.shift()?.() };
}

it("rounds never run twice at once, and whoever asks for one waits for the one that is under way", async () => {
  const { under, work, end } = createWork();
  const rounds = startRounds({ everyMs: 1, name: "notices", log }, work);
  const first = rounds.now();
  const second = rounds.now();
  while (under.begun === 0) await turn();
  end();
  await Promise.all([first, second]);
  expect(under.begun).toBe(1);
  // By itself, every millisecond.
  while (under.begun === 1) await turn();
  const stopped = rounds.stop();
  end();
  await stopped;
  expect(under).toEqual({ way: 0, most: 1, begun: 2 });
});

it("a round that fails is logged by its name, and the next one goes on", async () => {
  let rounds = 0;
  const failing = startRounds({ everyMs: 60_000, name: "notices", log }, async () => {
    rounds += 1;
    if (rounds === 1) throw new DependencyUnavailableError("no answer");
  });
  await failing.now();
  await failing.now();
  await failing.stop();
  expect(rounds).toBe(2);
  expect(lines).toEqual([
    { code: "notices.failed", fields: { error: "DependencyUnavailableError", reason: "no answer" } },
  ]);
});
