import { setTimeout as pause } from "node:timers/promises";
import type { AlertType } from "#contracts/alert.ts";
import type { Policy } from "#contracts/force.ts";
import type { Access } from "#infra/local/access.ts";
import { createPersonClient } from "#infra/local/device-client.ts";
import { differences, incidentPage } from "./observation.ts";
import { observe, playShift } from "./play.ts";
import { type Played, tableOf } from "./report.ts";
import { castOf } from "./shift.ts";
import { situations } from "./situations.ts";

/** What is still on its way when the last situation has been played is waited for so long. */
const SETTLE_WITHIN_MS = 20_000;

/** Hours between the end of the grace and the oldest situation, and one for the play itself. */
const LONGEST_AGO_HOURS = 11;
/** The grace must hold a whole clip that was uploaded before it ended. */
const SHORTEST_GRACE_SECONDS = 240;
/** What the clips hold before and after the event. */
const MOST_LEAD_SECONDS = 45;
const MOST_TAIL_SECONDS = 60;

/** Why the shift cannot be played under these rules; undefined when it can. */
export function whyUnplayable(policy: Policy): string | undefined {
  const { footageGraceHours, leadSeconds, tailSeconds } = policy;
  if (footageGraceHours * 3600 < SHORTEST_GRACE_SECONDS) {
    return `the demonstration needs a footage grace of ${SHORTEST_GRACE_SECONDS} s at least`;
  }
  if (leadSeconds > MOST_LEAD_SECONDS || tailSeconds > MOST_TAIL_SECONDS) {
    return `the demonstration's clips hold ${MOST_LEAD_SECONDS} s before and ${MOST_TAIL_SECONDS} s after an event`;
  }
  return undefined;
}

/** The incidents of the nine situations by their numbers. */
type Shift = ReadonlyMap<number, string>;

/**
 * Plays the demonstration shift on the run that `access` leads to, says what happens, and gives each way in
 * which what came out differs from what an expert expects. Throws `DemonstrationError`.
 */
export async function runDemonstration(
  access: Access,
  policy: Policy,
  say: (line: string) => void,
): Promise<readonly string[]> {
  say(`Playing a shift of ${situations.length} situations over HTTP:`);
  const { baseUrl, gateway, tokens } = access;
  const graceHours = policy.footageGraceHours;
  const shift = await playShift({ baseUrl, gateway, tokens, graceHours, say }, situations);
  // Where reports are due before footage is, all of the past ones are overdue when the log comes.
  const beside =
    policy.reportGraceHours > graceHours + LONGEST_AGO_HOURS ? [] : (["UNREPORTED_DISCHARGE"] as const);
  return compare(access, shift, beside, say);
}

/** The shift that was played on this folder before; undefined when there was none, or not all of it. */
export async function findPlayedShift({ baseUrl, tokens }: Access): Promise<Shift | undefined> {
  const supervisor = createPersonClient(baseUrl, tokens.supervisor);
  const numbers = new Map(situations.map((one) => [castOf(one).weaponSerial, one.number]));
  const shift = new Map<number, string>();
  for (let cursor = ""; ; ) {
    const { body } = await supervisor.get(`/v1/incidents?limit=200${cursor}`);
    const page = incidentPage.parse(body);
    for (const { incidentId, weaponSerial } of page.incidents) {
      const number = numbers.get(weaponSerial ?? "");
      if (number !== undefined) shift.set(number, incidentId);
    }
    if (shift.size === situations.length) return shift;
    if (page.cursor === undefined) return undefined;
    cursor = `&cursor=${encodeURIComponent(page.cursor)}`;
  }
}

/** Compares a shift that was played before; time may have brought reminders since. */
export const comparePlayedShift = (
  access: Access,
  shift: Shift,
  say: (line: string) => void,
): Promise<readonly string[]> => compare(access, shift, ["UNREPORTED_DISCHARGE", "ESCALATED"], say);

async function compare(
  { baseUrl, tokens }: Access,
  shift: Shift,
  beside: readonly AlertType[],
  say: (line: string) => void,
): Promise<readonly string[]> {
  const supervisor = createPersonClient(baseUrl, tokens.supervisor);
  const look = async (): Promise<readonly Played[]> => {
    const played: Played[] = [];
    for (const situation of situations) {
      const incidentId = shift.get(situation.number);
      if (incidentId) played.push({ situation, seen: await observe(supervisor, incidentId) });
    }
    return played;
  };

  const until = Date.now() + SETTLE_WITHIN_MS;
  for (;;) {
    const played = await look();
    const found = played.flatMap(({ situation, seen }) => differences(situation, seen, beside));
    if (found.length === 0 || Date.now() > until) {
      say("");
      say(tableOf(played));
      return found;
    }
    await pause(200);
  }
}
