const HOUR = 3_600_000;
/** No zone has ever been further than this from UTC, and no two changes lie closer together. */
const DAY = 24 * HOUR;
const FIRST_MS = Date.parse("0000-01-01T00:00:00.000Z");
const LAST_MS = Date.parse("9999-12-31T23:59:59.999Z");
const HAS_OFFSET = /(?:Z|[+-]\d{2}:?\d{2})$/i;

/** Building a formatter costs more than a verdict; what it answers depends on the zone alone. */
const formatters = new Map<string, Intl.DateTimeFormat>();

function wallClockFormatter(timeZone: string): Intl.DateTimeFormat {
  const known = formatters.get(timeZone);
  // Stryker disable next-line ConditionalExpression: made again, it is the same
  if (known !== undefined) return known;
  const made = new Intl.DateTimeFormat("en-GB", {
    timeZone,
    calendar: "iso8601",
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  });
  // Stryker disable next-line CallExpression: forgotten, it is made again
  formatters.set(timeZone, made);
  return made;
}

/** What a clock on the wall of the zone shows at the instant, as if it were UTC (ms). */
function wallClockAt(ms: number, timeZone: string): number {
  const fields = { year: 0, month: 1, day: 1, hour: 0, minute: 0, second: 0 };
  for (const part of wallClockFormatter(timeZone).formatToParts(ms)) {
    if (part.type in fields) fields[part.type as keyof typeof fields] = Number(part.value);
  }
  const wall = Date.UTC(fields.year, fields.month - 1, fields.day, fields.hour, fields.minute, fields.second);
  return wall + (((ms % 1000) + 1000) % 1000);
}

/**
 * The instants (ms since 1970, ascending) that a written time can mean.
 *
 * With an offset there is one. A local time has one, two in the hour that autumn repeats, and none in the
 * hour that spring leaves out (contract §2). Text that is no time has none.
 */
export function resolveInstants(text: string, timeZone: string): readonly number[] {
  if (HAS_OFFSET.test(text)) {
    const instant = Date.parse(text);
    return Number.isNaN(instant) ? [] : [instant];
  }
  const wall = Date.parse(`${text}Z`);
  if (Number.isNaN(wall)) return [];
  const found = new Set<number>();
  for (const probe of [wall - DAY, wall, wall + DAY]) {
    const instant = wall - (wallClockAt(probe, timeZone) - probe);
    if (wallClockAt(instant, timeZone) === wall) found.add(instant);
  }
  // The probes go forward, over a change that turned the clocks back: its earlier instant comes first.
  return [...found];
}

/** A judgement reads each time in its inputs several times over: the latest are remembered. */
const instants = new Map<string, number>();
const REMEMBERED = 4096;

/** An instant of a time that carries its offset (ms); NaN when it is none, which compares false with everything. */
export function instantOf(text: string): number {
  const known = instants.get(text);
  // Stryker disable next-line ConditionalExpression: read again, it is the same
  if (known !== undefined) return known;
  // Stryker disable next-line ConditionalExpression,EqualityOperator,CallExpression: decides what memory is spent, not what is read
  if (instants.size >= REMEMBERED) instants.clear();
  const instant = Date.parse(text);
  // Stryker disable next-line CallExpression: forgotten, it is read again
  instants.set(text, instant);
  return instant;
}

/** RFC 3339 in UTC with milliseconds. Instants outside the years 0 to 9999 are held at their ends. */
export function toUtc(ms: number): string {
  return new Date(Math.min(Math.max(ms, FIRST_MS), LAST_MS)).toISOString();
}

/** Policies begin at few dates, and every row of a log asks for them. */
const starts = new Map<string, number>();

/** The first instant (ms) of a date such as 2019-07-15 in the zone, also where midnight does not exist. */
export function startOfDate(date: string, timeZone: string): number {
  const key = `${date} ${timeZone}`;
  const known = starts.get(key);
  // Stryker disable next-line ConditionalExpression: found again, it is the same
  if (known !== undefined) return known;
  const start = firstInstantOf(date, timeZone);
  // Stryker disable next-line CallExpression: forgotten, it is found again
  starts.set(key, start);
  return start;
}

function firstInstantOf(date: string, timeZone: string): number {
  const midnight = Date.parse(`${date}T00:00:00Z`);
  const [first] = resolveInstants(`${date}T00:00:00`, timeZone);
  if (first !== undefined) return first;
  // Spring took midnight away: the date begins when the clocks jump, which the offset before the jump tells.
  return midnight - (wallClockAt(midnight - DAY, timeZone) - (midnight - DAY));
}

/** A local time of the zone for people, such as 21:08:00 on 21 November 2026. */
export function localDateTime(
  ms: number,
  timeZone: string,
): { readonly date: string; readonly time: string } {
  const wall = new Date(wallClockAt(ms, timeZone));
  const months = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
  ] as const;
  return {
    date: `${wall.getUTCDate()} ${months[wall.getUTCMonth()]} ${wall.getUTCFullYear()}`,
    time: wall.toISOString().slice(11, 19),
  };
}
