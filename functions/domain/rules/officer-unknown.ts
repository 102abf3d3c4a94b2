import type { FindingRule } from "./rule.ts";

/**
 * OFFICER_UNKNOWN · contract §4: nobody was booked for the weapon and no report joined; only linked footage counts.
 * Source: bookings that are missing.
 */
export const officerUnknown: FindingRule = {
  code: "OFFICER_UNKNOWN",
  title: "Nobody knows who carried the weapon",
  clause: "§4",
  source: "Missing bookings",
  find: ({ incident }) =>
    incident.officerIds.length === 0
      ? "Nobody was booked for the weapon and no report names an officer. A booking would settle it."
      : undefined,
};
