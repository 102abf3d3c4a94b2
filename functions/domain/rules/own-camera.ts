import type { CountingRule } from "./rule.ts";

/**
 * OWN_CAMERA · contract §5 "Own": a body-worn camera booked to the incident's officer at C.start.
 * Source: London Assembly, 21 Dec 2017: every Taser-carrying officer equipped with body-worn video.
 */
export const ownCamera: CountingRule = {
  code: "OWN_CAMERA",
  title: "The officer's own body-worn camera counts",
  clause: "§5",
  source: "London Assembly, 21 December 2017",
  relation: "own",
  applies: ({ recording, officerId, carriers }) =>
    recording.kind === "body-worn" && officerId !== undefined && carriers.includes(officerId),
};
