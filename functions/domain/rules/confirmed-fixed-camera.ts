import type { CountingRule } from "./rule.ts";

/**
 * CONFIRMED_FIXED_CAMERA · contract §5: fixed cameras count once a supervisor confirmed that they show the event.
 * Source: domain.md, case 46: guidance lets CCTV take over; it must be shown.
 */
export const confirmedFixedCamera: CountingRule = {
  code: "CONFIRMED_FIXED_CAMERA",
  title: "A fixed camera counts once a supervisor saw that it shows the event",
  clause: "§5",
  source: "Guidance that lets custody CCTV take over",
  relation: "fixed",
  applies: ({ recording, confirmed }, footageId) => recording.kind === "fixed" && confirmed.has(footageId),
};
