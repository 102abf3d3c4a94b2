import type { PriorityRule } from "./rule.ts";
import { cancelledClips } from "./signal-cancelled.ts";

/**
 * RECORDING_CANCELLED · contract §5 and §7: own footage cancelled within 60 s before the event is of high priority.
 * Source: a wearer can cancel an Axon Signal start within 10 s.
 */
export const recordingCancelled: PriorityRule = {
  code: "RECORDING_CANCELLED",
  title: "The wearer cancelled a recording just before the event",
  clause: "§5, §7",
  source: "Axon Signal: the wearer can cancel within 10 s",
  isHigh: (facts) => facts.applicable && cancelledClips(facts).length > 0,
};
