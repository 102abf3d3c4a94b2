/** Moments as people of the force read them, in its own zone. */
export type Times = {
  readonly timeZone: string;
  /** `Sat 21 Nov 2026, 21:08:00 GMT` */
  readonly full: (utc: string | number) => string;
  /** `21 Nov 2026, 21:08` */
  readonly short: (utc: string | number) => string;
  /** `21 Nov, 21:08`: for what is near. */
  readonly near: (utc: string | number) => string;
  /** `21:08:00` */
  readonly clock: (utc: string | number) => string;
};

/** Formatters are made once: making one costs more than a page. */
export function createTimes(timeZone: string): Times {
  const parts = new Intl.DateTimeFormat("en-GB", {
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
  const told = (utc: string | number) => {
    const found: Record<string, string> = {};
    for (const { type, value } of parts.formatToParts(new Date(utc))) found[type] = value;
    const { weekday, day, month, year, hour, minute, second, timeZoneName } = found;
    const date = `${day} ${month} ${year}`;
    return { weekday, day: `${day} ${month}`, date, time: `${hour}:${minute}`, second, timeZoneName };
  };
  return {
    timeZone,
    full: (utc) => {
      const { weekday, date, time, second, timeZoneName } = told(utc);
      return `${weekday} ${date}, ${time}:${second} ${timeZoneName}`;
    },
    short: (utc) => {
      const { date, time } = told(utc);
      return `${date}, ${time}`;
    },
    near: (utc) => {
      const { day, time } = told(utc);
      return `${day}, ${time}`;
    },
    clock: (utc) => {
      const { time, second } = told(utc);
      return `${time}:${second}`;
    },
  };
}
