import { digestOf } from "./digest-of.ts";

/** The id of a use that is first known by its first row: the same rows always make the same incident. */
export const incidentIdOfRow = (weaponSerial: string, firstSeq: number): string =>
  `i${digestOf(["row", weaponSerial, firstSeq])}`;

/** The id of a use that is first known by a report. */
export const incidentIdOfReport = (reportId: string): string => `i${digestOf(["report", reportId])}`;
