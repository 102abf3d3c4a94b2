/** A moment as people of the force read it: `Sat 21 Nov 2026, 21:08:00 GMT`. */
export function localDateTime(at: string | number, timeZone: string): string {
  const part = localParts(at, timeZone);
  return `${part("weekday")} ${part("day")} ${part("month")} ${part("year")}, ${part("hour")}:${part("minute")}:${part("second")} ${part("timeZoneName")}`;
}

/** The same for a text message: `21 Nov 21:08`. */
export function shortLocalTime(at: string | number, timeZone: string): string {
  const part = localParts(at, timeZone);
  return `${part("day")} ${part("month")} ${part("hour")}:${part("minute")}`;
}

/** Making a formatter costs more than a page; what it answers depends on the zone alone. */
const formatters = new Map<string, Intl.DateTimeFormat>();

function formatterOf(timeZone: string): Intl.DateTimeFormat {
  const formatter =
    formatters.get(timeZone) ??
    new Intl.DateTimeFormat("en-GB", {
      timeZone,
      weekday: "short",
      day: "numeric",
      month: "short",
      year: "numeric",
      hour: "2-digit",
      minute: "2-digit",
      second: "2-digit",
      hourCycle: "h23",
      timeZoneName: "short",
    });
  formatters.set(timeZone, formatter);
  return formatter;
}

/** The moment's parts in the zone, each as British people write it. */
export function localParts(at: string | number, timeZone: string) {
  const parts = formatterOf(timeZone).formatToParts(new Date(at));
  return (type: Intl.DateTimeFormatPartTypes) => parts.find((part) => part.type === type)?.value;
}
