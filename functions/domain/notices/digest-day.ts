import { dateAfter, dateOf } from "#domain/time/local-dates.ts";
import { resolveInstants } from "#domain/time/time.ts";

/**
 * The force's local date whose digest is due at the instant: today's once the clock on the wall has shown `digestAt`,
 * else yesterday's. Where spring leaves that time out, it is due at the first instant after; where autumn repeats it,
 * at its first.
 */
export function digestDay(
  now: Date,
  { digestAt, timeZone }: { readonly digestAt: string; readonly timeZone: string },
): { readonly date: string; readonly next: Date } {
  // A zone whose clocks went back over midnight has had tomorrow already.
  const tomorrow = dateAfter(dateOf(now, timeZone), 1);
  let date = tomorrow;
  let next = dueAt(dateAfter(tomorrow, 1), digestAt, timeZone);
  for (
    let due = dueAt(date, digestAt, timeZone);
    due > now.getTime();
    due = dueAt(date, digestAt, timeZone)
  ) {
    next = due;
    date = dateAfter(date, -1);
  }
  return { date, next: new Date(next) };
}

/** When the digest of that local date is due: Unix milliseconds. */
function dueAt(date: string, digestAt: string, timeZone: string): number {
  const [hours = 0, minutes = 0] = digestAt.split(":").map(Number);
  for (let minute = hours * 60 + minutes; ; minute += 1) {
    const time = `${padded(Math.floor(minute / 60) % 24)}:${padded(minute % 60)}:00`;
    const day = minute >= 1440 ? dateAfter(date, 1) : date;
    const [instant] = resolveInstants(`${day}T${time}`, timeZone);
    if (instant !== undefined) return instant;
  }
}

const padded = (value: number): string => String(value).padStart(2, "0");
