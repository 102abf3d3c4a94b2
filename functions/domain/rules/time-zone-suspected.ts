import { looksLikeTimeZone } from "#domain/time/clocks.ts";
import { weaponName } from "./case-facts.ts";
import type { FindingRule } from "./rule.ts";

/**
 * TIME_ZONE_SUSPECTED · contract §2: a measured offset within 2 s of whole hours other than 0; it applies all the same.
 * Source: devices that keep local time, or were set in another zone.
 */
export const timeZoneSuspected: FindingRule = {
  code: "TIME_ZONE_SUSPECTED",
  title: "A clock is wrong by whole hours",
  clause: "§2",
  source: "Devices that keep local time",
  find: ({ inputs, incident, clips }) => {
    const weapon = incident.placed.some(({ reading }) => looksLikeTimeZone(reading))
      ? [weaponName({ inputs })]
      : [];
    const cameras = clips
      .filter(({ nearW, recording }) => nearW && looksLikeTimeZone(recording.reading))
      .map(({ recording }) => recording.cameraSerial);
    const serials = [...new Set([...weapon, ...cameras])].sort();
    return serials.length === 0
      ? undefined
      : `Off by whole hours and corrected, perhaps set to another time zone: ${serials.join(", ")}.`;
  },
};
