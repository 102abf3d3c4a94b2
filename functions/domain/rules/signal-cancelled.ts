import { CANCELLED_BEFORE_MS } from "#domain/cover/search-spans.ts";
import { type CaseFacts, type ConsideredClip, isOwn, namesOf } from "./case-facts.ts";
import type { FindingRule } from "./rule.ts";

/** Own footage that its wearer cancelled within 60 s before C. */
export function cancelledClips(facts: CaseFacts): readonly ConsideredClip[] {
  const { c } = facts.required;
  return facts.clips.filter(
    (clip) =>
      isOwn(clip) &&
      clip.footage.declaration.triggerOff === "signal-cancelled" &&
      clip.declared !== undefined &&
      clip.declared.to <= c.from &&
      clip.declared.to >= c.from - CANCELLED_BEFORE_MS,
  );
}

/**
 * SIGNAL_CANCELLED · contract §5: own footage stopped by `signal-cancelled` within 60 s before C.
 * Source: a wearer can cancel an Axon Signal start within 10 s.
 */
export const signalCancelled: FindingRule = {
  code: "SIGNAL_CANCELLED",
  title: "The wearer cancelled a recording just before the event",
  clause: "§5",
  source: "Axon Signal: the wearer can cancel within 10 s",
  find: (facts) => {
    const cancelled = facts.applicable ? cancelledClips(facts) : [];
    return cancelled.length === 0
      ? undefined
      : `Cancelled by the wearer within 60 s before the event: ${namesOf(cancelled)}.`;
  },
};
