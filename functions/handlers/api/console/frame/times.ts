import { localDateTime, localParts } from "#domain/lifecycle/local-time.ts";

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

export function createTimes(timeZone: string): Times {
  return {
    timeZone,
    full: (utc) => localDateTime(utc, timeZone),
    short: (utc) => {
      const part = localParts(utc, timeZone);
      return `${part("day")} ${part("month")} ${part("year")}, ${part("hour")}:${part("minute")}`;
    },
    near: (utc) => {
      const part = localParts(utc, timeZone);
      return `${part("day")} ${part("month")}, ${part("hour")}:${part("minute")}`;
    },
    clock: (utc) => {
      const part = localParts(utc, timeZone);
      return `${part("hour")}:${part("minute")}:${part("second")}`;
    },
  };
}
