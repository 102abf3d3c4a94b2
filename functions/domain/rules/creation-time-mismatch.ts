import { instantOf } from "#domain/time/time.ts";
import { namesOf } from "./case-facts.ts";
import type { FindingRule } from "./rule.ts";

const TOLERATED_MS = 5 * 60_000;
/** Before this a file's creation time was never set (contract §5: "after 2001"). */
const FIRST_CREDIBLE_MS = Date.parse("2001-01-01T00:00:00.000Z");

/**
 * CREATION_TIME_MISMATCH · contract §5: the file says that it was made more than 5 minutes from `startTime`.
 * Source: domain.md, case 49: metadata is a claim.
 */
export const creationTimeMismatch: FindingRule = {
  code: "CREATION_TIME_MISMATCH",
  title: "A file's own creation time contradicts its declared start",
  clause: "§5",
  source: "Metadata is a claim",
  find: ({ clips }) => {
    const odd = clips.filter(({ footage, relation, nearW }) => {
      const createdAt = footage.media?.creationTime;
      if (!nearW || relation === undefined || footage.state !== "ACCEPTED" || createdAt === undefined)
        return false;
      const createdMs = instantOf(createdAt);
      return (
        createdMs >= FIRST_CREDIBLE_MS &&
        Math.abs(createdMs - instantOf(footage.declaration.startTime)) > TOLERATED_MS
      );
    });
    return odd.length === 0
      ? undefined
      : `Created more than 5 minutes from the declared start: ${namesOf(odd)}.`;
  },
};
