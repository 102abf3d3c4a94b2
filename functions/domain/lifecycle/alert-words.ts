import type { IncidentKind, Outcome } from "#contracts/verdict.ts";

/** In emails. */
export const kindWords: Record<IncidentKind, string> = {
  DISCHARGE: "Taser discharge",
  UNKNOWN: "Possible Taser discharge",
  UNINTENTIONAL: "Unintentional Taser discharge",
  NON_DISCHARGE: "Taser use",
  TEST: "Taser test",
  TRAINING: "Taser training",
};

/** In text messages. */
export const shortKindWords: Record<IncidentKind, string> = {
  DISCHARGE: "Taser discharge",
  UNKNOWN: "Taser discharge?",
  UNINTENTIONAL: "Unintended discharge",
  NON_DISCHARGE: "Taser use",
  TEST: "Taser test",
  TRAINING: "Taser training",
};

export const outcomeWords: Record<Outcome, string> = {
  RECORDED: "recorded",
  PARTLY_RECORDED: "partly recorded",
  UNRECORDED: "not recorded",
  AWAITING_FOOTAGE: "awaiting footage",
  NOT_RETAINED: "recorded, but not kept",
  UNDETERMINED: "undetermined",
  NOT_APPLICABLE: "not applicable",
};
