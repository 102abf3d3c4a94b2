import { namesOf } from "./case-facts.ts";
import type { FindingRule } from "./rule.ts";

/**
 * DUPLICATE_NUMBER · contract §3: a clip number was declared twice with different content; both are kept.
 * Source: evidence is never refused for a conflict.
 */
export const duplicateNumber: FindingRule = {
  code: "DUPLICATE_NUMBER",
  title: "Two different clips carry the same number",
  clause: "§3",
  source: "Evidence is never refused for a conflict",
  find: ({ clips }) => {
    const duplicates = clips.filter(
      ({ footage, nearW, relation }) => nearW && relation !== undefined && footage.duplicateNumber,
    );
    return duplicates.length === 0 ? undefined : `Same clip number, other content: ${namesOf(duplicates)}.`;
  },
};
