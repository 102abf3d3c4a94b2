import type { CountingRule } from "./rule.ts";

/**
 * CONFIRMED_VEHICLE_CAMERA · contract §5: vehicle cameras count once a supervisor confirmed that they show the event.
 * Source: domain.md, case 53: time overlap is not sight.
 */
export const confirmedVehicleCamera: CountingRule = {
  code: "CONFIRMED_VEHICLE_CAMERA",
  title: "A vehicle camera counts once a supervisor saw that it shows the event",
  clause: "§5",
  source: "Time overlap is not sight",
  relation: "vehicle",
  applies: ({ recording, confirmed }, footageId) => recording.kind === "vehicle" && confirmed.has(footageId),
};
