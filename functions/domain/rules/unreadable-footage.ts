import { isOwn, namesOf } from "./case-facts.ts";
import type { FindingRule } from "./rule.ts";

/**
 * UNREADABLE_FOOTAGE · contract §5: declared footage of the officer that overlaps W came and was rejected.
 * Source: domain.md, case 49: metadata is a claim.
 */
export const unreadableFootage: FindingRule = {
  code: "UNREADABLE_FOOTAGE",
  title: "The officer's footage came and cannot be used",
  clause: "§5",
  source: "Metadata is a claim",
  find: (facts) => {
    const rejected = facts.clips.filter(
      (clip) => clip.nearW && isOwn(clip) && clip.footage.state === "REJECTED",
    );
    return rejected.length === 0 ? undefined : `Received and rejected: ${namesOf(rejected)}.`;
  },
};
