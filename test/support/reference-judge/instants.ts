import type { Policy } from "#contracts/force.ts";

/** Seconds as a person or a device wrote them (at most three decimals matter) in whole milliseconds. */
export const toMs = (seconds: number): number => Math.round(seconds * 1000);

const wallClocks = new Map<string, Intl.DateTimeFormat>();

function wallClockOf(timeZone: string): Intl.DateTimeFormat {
  const made =
    wallClocks.get(timeZone) ??
    new Intl.DateTimeFormat("en-GB", {
      timeZone,
      calendar: "iso8601",
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
      second: "numeric",
      hourCycle: "h23",
    });
  wallClocks.set(timeZone, made);
  return made;
}

/** What the wall clocks of the zone show at an instant, as if it were UTC. */
function wallClock(utc: number, timeZone: string): number {
  const parts = wallClockOf(timeZone).formatToParts(utc);
  const get = (type: string) => Number(parts.find((part) => part.type === type)?.value);
  const seconds = Date.UTC(
    get("year"),
    get("month") - 1,
    get("day"),
    get("hour"),
    get("minute"),
    get("second"),
  );
  return seconds + (((utc % 1000) + 1000) % 1000);
}

const remembered = new Map<string, readonly number[]>();

/** The instants that a local time may mean: none in the hour that spring skips, two in the one autumn repeats. */
function localInstants(asIfUtc: number, timeZone: string): readonly number[] {
  const key = `${asIfUtc} ${timeZone}`;
  const known = remembered.get(key);
  if (known !== undefined) return known;
  const found: number[] = [];
  // Every zone's offset is a whole number of quarter hours within a day of UTC.
  for (let quarters = -60; quarters <= 60; quarters++) {
    const utc = asIfUtc - quarters * 900_000;
    if (wallClock(utc, timeZone) === asIfUtc) found.push(utc);
  }
  found.sort((a, b) => a - b);
  remembered.set(key, found);
  return found;
}

/** Every instant that a timestamp may mean, in UTC milliseconds. */
export function instantsOf(text: string, timeZone: string): readonly number[] {
  return /(Z|[+-]\d\d:?\d\d)$/.test(text)
    ? [Date.parse(text)]
    : localInstants(Date.parse(`${text}Z`), timeZone);
}

/** When a policy begins: midnight in the force's zone. */
const beginsAt = (policy: Policy, timeZone: string): number =>
  localInstants(Date.parse(`${policy.effectiveFrom}T00:00:00Z`), timeZone)[0] ??
  Date.parse(`${policy.effectiveFrom}T00:00:00Z`);

/** "The version in force at the event judges it"; "an event before the first policy is judged by the first". */
export function policyAt(policies: readonly Policy[], timeZone: string, at: number): Policy {
  const sorted = [...policies].sort((a, b) => beginsAt(a, timeZone) - beginsAt(b, timeZone));
  const [first] = sorted;
  if (first === undefined) throw new RangeError("an incident is judged by a policy");
  return sorted.findLast((policy) => beginsAt(policy, timeZone) <= at) ?? first;
}
