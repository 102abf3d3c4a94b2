import { carriersAt } from "#domain/log/bookings.ts";
import { weaponName } from "./case-facts.ts";
import type { FindingRule } from "./rule.ts";

/**
 * SEVERAL_CARRIERS · contract §4: bookings, or a report beside them, leave several possible carriers of the weapon or
 * of a camera near the event; each was judged.
 * Source: domain.md, case 34: form and armoury conflict, never overwrite either.
 */
export const severalCarriers: FindingRule = {
  code: "SEVERAL_CARRIERS",
  title: "Records disagree about who carried a device",
  clause: "§4",
  source: "Never overwrite either source",
  find: ({ inputs, incident, clips, required }) => {
    const weapon = incident.officerIds.length > 1 ? [weaponName({ inputs })] : [];
    const cameras = clips
      .filter(({ nearW, recording }) => nearW && carriersAt(recording.carriages, required.c.from).length > 1)
      .map(({ recording }) => recording.cameraSerial);
    const serials = [...new Set([...weapon, ...cameras])].sort();
    return serials.length === 0
      ? undefined
      : `More than one possible carrier of ${serials.join(", ")}; each was judged.`;
  },
};
