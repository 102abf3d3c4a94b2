import { weaponName } from "./case-facts.ts";
import type { FindingRule } from "./rule.ts";

/**
 * CLOCK_UNTRUSTED · contract §2: a clock that lost power, says that it is unset, or is later than its own delivery.
 * Source: an X26E restarts at 2000-01-01 when power is lost (domain.md, case 8).
 */
export const clockUntrusted: FindingRule = {
  code: "CLOCK_UNTRUSTED",
  title: "A clock cannot be trusted",
  clause: "§2",
  source: "X26E: restarts at 2000-01-01 when power is lost",
  find: ({ inputs, incident, clips }) => {
    const weapon = incident.mayLie === undefined ? [] : [weaponName({ inputs })];
    const cameras = clips
      .filter(({ nearW, recording }) => nearW && recording.mayLie !== undefined)
      .map(({ recording }) => recording.cameraSerial);
    const serials = [...new Set([...weapon, ...cameras])].sort();
    return serials.length === 0
      ? undefined
      : `The time of these devices cannot be trusted: ${serials.join(", ")}.`;
  },
};
