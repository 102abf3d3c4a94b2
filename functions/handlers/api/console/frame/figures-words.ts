import type { AcceptedCode } from "#contracts/incident.ts";
import type { Outcome } from "#contracts/verdict.ts";
import type { Accepted, ApartKind, Figures } from "#domain/figures/count-uses.ts";
import { explanationWords, outcomeWords } from "#handlers/api/console/frame/words.ts";

/** The outcomes in the order in which figures tell them. */
export const countedOutcomes = [
  "RECORDED",
  "PARTLY_RECORDED",
  "UNRECORDED",
  "UNDETERMINED",
  "AWAITING_FOOTAGE",
  "NOT_RETAINED",
] as const satisfies readonly Outcome[];

export const outcomeLabels: Readonly<Record<Outcome, string>> = {
  ...outcomeWords,
  RECORDED: "Captured: recorded from before to after",
};

export const apartLabels: Readonly<Record<ApartKind, string>> = {
  UNINTENTIONAL: "Unintentional discharges",
  UNKNOWN: "Possible discharges",
  TEST: "Tests",
  TRAINING: "Training",
};

export const codeWords: Readonly<Record<AcceptedCode, string>> = {
  ...explanationWords,
  REPLACED: "Replaced by another explanation since",
};

/** `3 (immediate danger 2, battery empty 1)`. */
export function acceptedInWords({ count, byCode }: Accepted): string {
  if (count === 0) return "None";
  const codes = byCode.map((one) => `${codeWords[one.code].toLowerCase()} ${one.count}`);
  return `${count} (${codes.join(", ")})`;
}

/** `Not recorded 7, of which an explanation was accepted for 3 (immediate danger 2).` */
export function outcomeSentence(outcome: Outcome, { outcomes }: Figures): string {
  const { count, accepted } = outcomes[outcome];
  const beside =
    accepted.count === 0 ? "" : `, of which an explanation was accepted for ${acceptedInWords(accepted)}`;
  const label = outcome === "RECORDED" ? "Captured" : outcomeWords[outcome];
  return `${label} ${count}${beside}.`;
}

/** `52 %`, of discharges; of none there is no share. Not all is never 100 %, and something never 0 %. */
export function shareOf(count: number, { discharges }: Figures): string {
  if (discharges === 0) return "–";
  const percent = (count / discharges) * 100;
  if (percent > 0 && percent < 1) return "under 1 %";
  if (percent > 99 && percent < 100) return "over 99 %";
  return `${Math.round(percent)} %`;
}
