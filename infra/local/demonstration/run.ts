import { setTimeout as pause } from "node:timers/promises";
import type { Access } from "#infra/local/access.ts";
import { createPersonClient } from "#infra/local/device-client.ts";
import { differences } from "./observation.ts";
import { observe, playShift } from "./play.ts";
import { type Played, tableOf } from "./report.ts";
import { situations } from "./situations.ts";

/** What is still on its way when the last situation has been played is waited for so long. */
const SETTLE_WITHIN_MS = 20_000;

/**
 * Plays the demonstration shift on the run that `access` leads to, says what happens, and gives each way in
 * which what came out differs from what an expert expects. Throws `DemonstrationError`.
 */
export async function runDemonstration(
  access: Access,
  graceHours: number,
  say: (line: string) => void,
): Promise<readonly string[]> {
  say(`Playing a shift of ${situations.length} situations over HTTP:`);
  const { baseUrl, gateway, tokens } = access;
  const incidents = await playShift({ baseUrl, gateway, tokens, graceHours, say }, situations);
  const supervisor = createPersonClient(baseUrl, tokens.supervisor);
  const look = async (): Promise<readonly Played[]> => {
    const played: Played[] = [];
    for (const situation of situations) {
      const incidentId = incidents.get(situation.number);
      if (incidentId) played.push({ situation, seen: await observe(supervisor, incidentId) });
    }
    return played;
  };

  const until = Date.now() + SETTLE_WITHIN_MS;
  for (;;) {
    const played = await look();
    const found = played.flatMap(({ situation, seen }) => differences(situation, seen));
    if (found.length === 0 || Date.now() > until) {
      say("");
      say(tableOf(played));
      return found;
    }
    await pause(200);
  }
}
