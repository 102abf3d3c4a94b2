import type { FindingRule } from "./rule.ts";

/**
 * UNREGISTERED_DEVICE · contract §3: data of a serial that nobody registered is kept and counts for nobody.
 * Source: a serial that is not registered is not refused when a gateway speaks for it.
 */
export const unregisteredDevice: FindingRule = {
  code: "UNREGISTERED_DEVICE",
  title: "A device near the event is not registered",
  clause: "§3",
  source: "Unregistered data counts for nobody",
  find: ({ inputs, clips }) => {
    const near = [
      inputs.incident.weaponSerial,
      ...clips.filter(({ nearW }) => nearW).map(({ recording }) => recording.cameraSerial),
    ];
    const found = (inputs.unregisteredSerials ?? []).filter((serial) => near.includes(serial));
    return found.length === 0 ? undefined : `Not registered: ${[...new Set(found)].sort().join(", ")}.`;
  },
};
