import { digestOf } from "#use-cases/digest-of.ts";

/** Uses that one report can have founded before it was revised to tell of another. */
const MOST_FOUNDED = 8;

/** The id of a use that is first known by its first row: the same rows always make the same incident. */
export const incidentIdOfRow = (weaponSerial: string, firstSeq: number): string =>
  `i${digestOf(["row", weaponSerial, firstSeq])}`;

/**
 * Ids of uses that are first known by a report, in the order in which it takes them: the first that a log has
 * joined stays with the log when the report is revised to tell of another use.
 */
export const incidentIdsOfReport = (reportId: string): readonly string[] =>
  Array.from({ length: MOST_FOUNDED }, (_, index) =>
    index === 0 ? `i${digestOf(["report", reportId])}` : `i${digestOf(["report", reportId, index + 1])}`,
  );
