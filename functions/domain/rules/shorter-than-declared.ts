import { instantOf } from "#domain/time/time.ts";
import { type ConsideredClip, namesOf } from "./case-facts.ts";
import type { FindingRule } from "./rule.ts";

const TOLERATED_MS = 1000;

/**
 * SHORTER_THAN_DECLARED · contract §5: usable footage plays over 1 s less than it was declared to.
 * Source: domain.md, case 49: decided by playable seconds.
 */
export const shorterThanDeclared: FindingRule = {
  code: "SHORTER_THAN_DECLARED",
  title: "A file plays for less time than was declared",
  clause: "§5",
  source: "Metadata is a claim",
  find: ({ clips }) => {
    const short = clips.filter(
      (clip) => clip.nearW && clip.relation !== undefined && missingMs(clip) > TOLERATED_MS,
    );
    return short.length === 0 ? undefined : `Shorter than declared: ${namesOf(short)}.`;
  },
};

function missingMs({ footage: { declaration, media, state } }: ConsideredClip): number {
  if (state !== "ACCEPTED" || media === undefined) return 0;
  const declaredMs = instantOf(declaration.endTime) - instantOf(declaration.startTime);
  return declaredMs - Math.round(media.playableSeconds * 1000);
}
